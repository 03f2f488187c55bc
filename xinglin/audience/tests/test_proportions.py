"""Tests and intervals, against figures that are known."""

import pytest
from scipy import stats

from xinglin.audience.proportions import holm, mcnemar, newcombe, paired_interval, two_proportions


def test_few_changes_are_tested_exactly_and_many_by_the_corrected_form() -> None:
    p_value, test = mcnemar(8, 1)
    assert p_value == pytest.approx(2 * (1 + 9) / 2**9) and test == "McNemar（精确）"
    # Agresti, Categorical Data Analysis, table 10.1: 86 against 150 of 1 600.
    p_value, test = mcnemar(86, 150)
    assert p_value == pytest.approx(float(stats.chi2.sf(63**2 / 236, 1))) and test == "McNemar"
    assert mcnemar(0, 0)[0] == 1.0
    assert mcnemar(5, 5)[0] == pytest.approx(1.0)


def test_the_interval_of_a_paired_difference_is_near_walds_for_many_and_never_leaves_the_scale() -> None:
    assert paired_interval(86, 150, 1600) == pytest.approx((-0.0587, -0.0213), abs=0.001)
    assert paired_interval(0, 0, 0) == (-1.0, 1.0)
    low, high = paired_interval(30, 0, 30)
    assert 0.8 < low < high <= 1.0


def test_asked_together_the_smallest_p_counts_most() -> None:
    assert holm([0.01, 0.04, 0.03]) == pytest.approx([0.03, 0.06, 0.06])
    assert holm([0.9, 0.9]) == [1.0, 1.0]
    assert holm([]) == []


def test_two_samples_are_compared_by_z_or_exactly_where_a_cell_is_small() -> None:
    # Newcombe 1998, table II (a): 56/70 against 48/80, method 10: 0.0524 to 0.3339.
    assert newcombe(56, 70, 48, 80) == pytest.approx((0.0524, 0.3339), abs=1e-4)
    assert two_proportions(56, 70, 48, 80)[1] == "z"
    p_value, test = two_proportions(1, 10, 4, 10)
    assert p_value == pytest.approx(0.3034, abs=1e-4) and test == "Fisher"
