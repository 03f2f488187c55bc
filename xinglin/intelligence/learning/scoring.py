"""How right given labels are: F1 over labels, over all decisions, and over papers."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class LabelScore:
    """Three means of F1, and each label's own. A label or paper with nothing to find and nothing said scores 0."""

    macro: float
    micro: float
    instance: float
    each: tuple[float, ...]


def score_labels(true: Sequence[Sequence[int]], said: Sequence[Sequence[int]]) -> LabelScore:
    """Score what was said of each paper, a row of 0 and 1, against the truth.

    The mean over papers is of precision and of recall first and of both then, as BioCreative VII reckons it.
    """
    hits = [[a & b for a, b in zip(*pair, strict=True)] for pair in zip(true, said, strict=True)]
    columns = list(zip(true, said, hits, strict=True))
    labels = range(len(true[0]) if true else 0)
    each = tuple(
        _f1(*(sum(rows[which][at] for rows in columns) for which in (2, 1, 0)))
        for at in labels
    )  # fmt: skip
    micro = _f1(sum(map(sum, hits)), sum(map(sum, said)), sum(map(sum, true)))
    precision = sum(sum(h) / sum(s) for _t, s, h in columns if sum(s)) / max(1, len(columns))
    recall = sum(sum(h) / sum(t) for t, _s, h in columns if sum(t)) / max(1, len(columns))
    both = 2 * precision * recall / (precision + recall) if precision + recall else 0.0
    return LabelScore(sum(each) / max(1, len(each)), micro, both, each)


def _f1(hit: int, said: int, true: int) -> float:
    return 2 * hit / (said + true) if said + true else 0.0
