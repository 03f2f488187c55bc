"""When it may be enough: advice with its reckoning, never a stop.

The rule is that of Callaghan and Müller-Hansen (Systematic Reviews 2020;9:273): treat what was screened since
some point as a random draw of what was unscreened then. Were recall still below the target, how likely would it
be to have found so few? The order puts the likeliest first, so the true chance is smaller still: the advice is on
the side of going on. Every point to begin from is tried, as their code does; the smallest chance is reported.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

TARGET = 0.95
CERTAIN = 0.05
FEWEST = 50


@dataclass(frozen=True)
class Advice:
    """What is known when ``screened`` of ``total`` have been looked at in the model's order."""

    total: int
    screened: int
    kept: int
    since_last: int
    chance: float
    """The chance to see this were fewer than the target share found."""
    enough: bool

    @property
    def left(self) -> int:
        return self.total - self.screened

    @property
    def percent(self) -> float:
        return round(100 * self.chance, 1)


def advice(answers: Sequence[bool], total: int, *, target: float = TARGET) -> Advice:
    """Return the advice after these answers, True for kept, in the order in which they were given."""
    screened, kept = len(answers), sum(answers)
    since = next((back for back, answer in enumerate(reversed(answers)) if answer), screened)
    chance = _chance(np.asarray(answers, dtype=np.int64), total, target) if kept and screened else 1.0
    if screened == total:
        chance = 0.0 if total else 1.0
    enough = bool(kept) and (screened == total or (screened >= FEWEST and chance < CERTAIN))
    return Advice(total, screened, int(kept), int(since), chance, enough)


def _chance(answers: "np.ndarray[tuple[int], np.dtype[np.int64]]", total: int, target: float) -> float:
    from scipy.stats import hypergeom

    found = np.concatenate([[0], np.cumsum(answers)])
    kept = int(found[-1])
    # The fewest relevant papers there would be, had we found less than the target share.
    fewest = int(np.floor(kept / target)) + 1
    begin = np.arange(len(answers))
    urn = total - begin
    relevant = fewest - found[:-1]
    drawn = len(answers) - begin
    seen = kept - found[:-1]
    chances = hypergeom.cdf(seen, urn, np.minimum(relevant, urn), drawn)
    return float(np.min(chances))
