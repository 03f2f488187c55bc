"""Which words a day says more often than the days before: log-odds with an informative Dirichlet prior.

Source: Monroe, Colaresi, Quinn, "Fightin' Words", Political Analysis 16 (2008), equations 15, 16, 20
and 22. A word that is rare in both is drawn to what is usual by the prior: a single mention does not lead the list.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from math import log, sqrt

PRIOR = 200.0
"""The weight of what is usual, in mentions, shared among the words as they are used in all."""
LEAST = 2
SIGNIFICANT = 1.96


@dataclass(frozen=True)
class Hot:
    """One word of a day: in how many stories, in how many of the days before, and how sure its rise is."""

    word: str
    stories: int
    before: int
    score: float

    @property
    def is_sure(self) -> bool:
        """Whether chance would do this less than once in forty times."""
        return self.score >= SIGNIFICANT


def hot_words(day: Mapping[str, int], before: Mapping[str, int], *, most: int = 30) -> list[Hot]:
    """Return the words of a day that stand out against the days before, the surest first.

    Both say in how many stories a word is. Without days before, the most frequent come first and none is sure.
    """
    if not before:
        ranked = sorted(day.items(), key=lambda pair: (-pair[1], pair[0]))
        return [Hot(word, n, 0, 0.0) for word, n in ranked[:most] if n >= LEAST]
    here, there = sum(day.values()), sum(before.values())
    found = []
    for word, n in day.items():
        if n < LEAST:
            continue
        usual = PRIOR * (n + before.get(word, 0)) / (here + there)
        one = log((n + usual) / (here + PRIOR - n - usual))
        other_n = before.get(word, 0) + usual
        other = log(other_n / (there + PRIOR - other_n))
        score = (one - other) / sqrt(1 / (n + usual) + 1 / other_n)
        if score > 0:
            found.append(Hot(word, n, before.get(word, 0), round(score, 2)))
    return sorted(found, key=lambda hot: (-hot.score, hot.word))[:most]
