"""Shares of people compared: tests and intervals, of numbers alone."""

from collections.abc import Sequence
from math import sqrt
from typing import Any

LEVEL = 0.05
# Below it the normal approximation is not used; Fisher's exact test is.
FEW = 5
# Fewer changes than this are tested by the exact binomial form of McNemar's test.
FEW_CHANGES = 25


def told(p_value: float) -> str:
    """Return how a p value is written."""
    return "< 0.001" if p_value < 0.001 else f"= {p_value:.3f}"


def two_proportions(x_a: int, n_a: int, x_b: int, n_b: int) -> tuple[float, str]:
    """Return the two-sided p value for equal proportions, and the test that gave it."""
    if not n_a or not n_b:
        return 1.0, "–"
    pooled = (x_a + x_b) / (n_a + n_b)
    if pooled in (0.0, 1.0):
        return 1.0, "–"
    expected = min(n * share for n in (n_a, n_b) for share in (pooled, 1 - pooled))
    if expected < FEW:
        table = [[x_a, n_a - x_a], [x_b, n_b - x_b]]
        return float(_stats().fisher_exact(table)[1]), "Fisher"
    z = (x_a / n_a - x_b / n_b) / sqrt(pooled * (1 - pooled) * (1 / n_a + 1 / n_b))
    return float(2 * _stats().norm.sf(abs(z))), "z"


def newcombe(x_a: int, n_a: int, x_b: int, n_b: int) -> tuple[float, float]:
    """Return the 95 % interval of the difference of two proportions (A − B)."""
    if not n_a or not n_b:
        return -1.0, 1.0
    (low_a, high_a), (low_b, high_b) = wilson(x_a, n_a), wilson(x_b, n_b)
    a, b = x_a / n_a, x_b / n_b
    return (
        a - b - sqrt((a - low_a) ** 2 + (high_b - b) ** 2),
        a - b + sqrt((high_a - a) ** 2 + (b - low_b) ** 2),
    )


def wilson(x: int, n: int) -> tuple[float, float]:
    """Return Wilson's 95 % interval of a proportion."""
    z = float(_stats().norm.ppf(1 - LEVEL / 2))
    centre = (x + z * z / 2) / (n + z * z)
    half = z * sqrt(x * (n - x) / n + z * z / 4) / (n + z * z)
    return centre - half, centre + half


def mcnemar(gained: int, lost: int) -> tuple[float, str]:
    """Return the two-sided p value for "as many changed one way as the other", and the test that gave it.

    Only those who changed say anything of a change (McNemar 1947): exact where they are few, else with the
    correction for continuity.
    """
    changed = gained + lost
    if not changed:
        return 1.0, "–"
    if changed < FEW_CHANGES:
        return float(_stats().binomtest(gained, changed, 0.5).pvalue), "McNemar（精确）"
    chi = (abs(gained - lost) - 1) ** 2 / changed
    return float(_stats().chi2.sf(chi, 1)), "McNemar"


def paired_interval(gained: int, lost: int, people: int) -> tuple[float, float]:
    """Return the 95 % interval of a paired difference (after − before).

    Wald's with half a person added to each of the four cells (Agresti & Min 2005), which holds for few changes too.
    """
    if not people:
        return -1.0, 1.0
    n, up, down = people + 2, gained + 0.5, lost + 0.5
    z = float(_stats().norm.ppf(1 - LEVEL / 2))
    centre = (up - down) / n
    half = z * sqrt(max(up + down - (up - down) ** 2 / n, 0.0)) / n
    return max(centre - half, -1.0), min(centre + half, 1.0)


def holm(p_values: Sequence[float]) -> list[float]:
    """Return p values adjusted for being asked together (Holm 1979), in the order given."""
    order = sorted(range(len(p_values)), key=lambda place: p_values[place])
    adjusted, highest = [1.0] * len(p_values), 0.0
    for rank, place in enumerate(order):
        highest = max(highest, min((len(p_values) - rank) * p_values[place], 1.0))
        adjusted[place] = highest
    return adjusted


def _stats() -> Any:
    """scipy's statistics, loaded where they are first asked for: most processes never are."""
    from scipy import stats

    return stats
