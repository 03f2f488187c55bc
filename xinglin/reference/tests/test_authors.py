"""Names that are one author's, and names that are not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xinglin.reference.authors import readings, same_author, shares_author


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("王建国", "王建国"),
        ("王建国", "Wang JG"),
        ("王建国", "Wang, Jianguo"),
        ("王建国", "Jianguo Wang"),
        ("王建国", "Wang J"),
        ("Wang JG", "Wang, J. G."),
        ("Wang, Jian-Guo", "Wang Jianguo"),
        ("欧阳明", "Ouyang M"),
        ("Müller, Hans", "Muller H"),
        ("de la Cruz M", "de la Cruz, María"),
    ],
)
def test_one_author_in_two_spellings(one: str, other: str) -> None:
    assert same_author(one, other) and same_author(other, one)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("王建国", "王健国"),
        ("王建国", "李建国"),
        ("Wang JG", "Wang XM"),
        ("Wang, Jianguo", "Wang, Jianhua"),
        ("王建国", "Zhang JG"),
        ("", "Wang JG"),
        ("", ""),
        ("·", "123"),
    ],
)
def test_two_authors(one: str, other: str) -> None:
    assert not same_author(one, other)


def test_two_lists_share_an_author() -> None:
    assert shares_author(["陈伟民", "王建国"], ["Zhang H", "Wang J-G"])
    assert not shares_author(["陈伟民"], ["Zhang H"])
    assert not shares_author([], ["Zhang H"])


@given(st.text(max_size=30), st.text(max_size=30))
def test_names_of_any_kind_compare_both_ways_alike(one: str, other: str) -> None:
    assert same_author(one, other) == same_author(other, one)
    assert all(isinstance(each.initials, str) for each in readings(one))
