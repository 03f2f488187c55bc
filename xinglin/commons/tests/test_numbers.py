"""Numbers from outside: only what ASCII digits write, and only what a column holds."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xinglin.commons.numbers import whole


@pytest.mark.parametrize(("text", "number"), [("0", 0), ("007", 7), ("9" * 18, 10**18 - 1)])
def test_digits_are_a_number(text: str, number: int) -> None:
    assert whole(text) == number


@pytest.mark.parametrize(
    "text", ["", "-1", "+1", " 1", "1.0", "1_000", "²", "٣", "１", "9" * 19, "9" * 5_000]
)
def test_anything_else_is_none(text: str) -> None:
    assert whole(text) is None


@given(st.text(max_size=30), st.integers(1, 18))
def test_whatever_comes_fits_the_digits_that_were_asked_for(text: str, digits: int) -> None:
    number = whole(text, digits=digits)
    assert number is None or (0 <= number < 10**digits and len(text) <= digits)
