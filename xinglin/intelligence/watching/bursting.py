"""When a word comes up in a burst: Kleinberg's two states for batches.

Source: Kleinberg, "Bursty and Hierarchical Structure in Streams", KDD 2002, section 4 (enumerating bursts). Each
day, r of d stories hold the word. In the quiet state a story holds it with the share of all days, in the burst with
``TIMES`` that share; going up costs ``ln(days)``, going down nothing. The cheapest sequence of states is found by
dynamic programming. The weight of a burst is how much cheaper its days are in the burst than in quiet, in natural
logarithms: 3 means that the burst explains them twenty times better.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import lgamma, log

TIMES = 2.0
COMMONEST = 1 / 3
"""A word in more of the stories than this is what the watch is about: it does not come up."""


@dataclass(frozen=True)
class Burst:
    """A burst from one day of the series to another, both counted from 0 and both within it."""

    first: int
    last: int
    weight: float
    stories: int


def bursts_of(holding: Sequence[int], stories: Sequence[int]) -> list[Burst]:
    """Return the bursts of a word: ``holding`` of ``stories`` stories a day, days without stories included."""
    if len(holding) != len(stories) or any(not 0 <= r <= d for r, d in zip(holding, stories, strict=True)):
        raise ValueError("a day holds the word in none to all of its stories")
    said, told, days = sum(holding), sum(stories), len(stories)
    if not said or days < 2:
        return []
    quiet = said / told
    if quiet > COMMONEST:
        return []
    loud = quiet * TIMES
    costs = [(_cost(quiet, r, d), _cost(loud, r, d)) for r, d in zip(holding, stories, strict=True)]
    states = _cheapest(costs, up=log(days))
    found, first = [], None
    for day, state in enumerate([*states, 0]):
        if state and first is None:
            first = day
        elif not state and first is not None:
            weight = sum(costs[at][0] - costs[at][1] for at in range(first, day))
            if weight > 0:
                found.append(Burst(first, day - 1, round(weight, 2), sum(holding[first:day])))
            first = None
    return found


def _cost(share: float, r: int, d: int) -> float:
    ways = lgamma(d + 1) - lgamma(r + 1) - lgamma(d - r + 1)
    return -(ways + r * log(share) + (d - r) * log(1 - share))


def _cheapest(costs: Sequence[tuple[float, float]], *, up: float) -> list[int]:
    """Return the states of the cheapest way through the days, by Viterbi; the series begins in quiet."""
    totals, back = (0.0, float("inf")), []
    for quiet, loud in costs:
        into_quiet = 0 if totals[0] <= totals[1] else 1
        into_loud = 0 if totals[0] + up < totals[1] else 1
        back.append((into_quiet, into_loud))
        totals = (
            totals[into_quiet] + quiet,
            (totals[0] + up if into_loud == 0 else totals[1]) + loud,
        )
    state = 0 if totals[0] <= totals[1] else 1
    states = []
    for choices in reversed(back):
        states.append(state)
        state = choices[state]
    return states[::-1]
