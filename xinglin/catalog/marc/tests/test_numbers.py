"""ISBN, ISSN and 统一书号 in every shape people and spreadsheets give them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum import isbn as stdnum_isbn

from xinglin.catalog.marc import isbn10, isbn13, isbns_in, issn, unified_book_number


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("978-7-117-10000-7", "9787117100007"),
        ("9787117100007", "9787117100007"),
        ("７-117-10000-Ｘ", None),
        ("ISBN 7-5037-2899-X", "9787503728990"),
        ("750372899x", "9787503728990"),
        ("９７８７１１７１００００７", "9787117100007"),
        ("978—7—117—10000—7", "9787117100007"),
        ("978 7 117 10000 7", "9787117100007"),
        ("9787117100006", None),
        ("9.79E+12", None),
        ("9.78712E+12", None),
        ("14048·4327", None),
        ("9790706018007", None),
        ("", None),
    ],
)
def test_an_isbn_is_normalised_or_none(text: str, number: str | None) -> None:
    # 979-0 is the prefix of printed music (ISMN): thirteen digits, but no ISBN.
    assert isbn13(text) == number


def test_what_stands_beside_an_isbn_is_its_qualifier() -> None:
    [entry] = isbns_in("978-7-117-10000-7（上册）")
    assert (entry.isbn13, entry.qualifier) == ("9787117100007", "上册")
    [entry] = isbns_in("0471383147 (paper/cd-rom : alk. paper)")
    assert (entry.isbn13, entry.qualifier) == ("9780471383147", "paper/cd-rom : alk. paper")


def test_several_isbns_in_one_subfield_are_all_found() -> None:
    found = isbns_in("7-5037-2899-X（精装） 978-7-117-10000-7（平装）")
    assert [(entry.isbn13, entry.qualifier) for entry in found] == [
        ("9787503728990", "精装"),
        ("9787117100007", "平装"),
    ]


@pytest.mark.parametrize("text", ["9.79E+12", "(精装)", "9787117100006", "无书号"])
def test_an_invalid_isbn_is_kept_as_given(text: str) -> None:
    [entry] = isbns_in(text)
    assert entry.isbn13 is None
    assert entry.given == text


@given(st.integers(0, 999_999_999), st.sampled_from(["", "-", " "]), st.booleans())
def test_ten_and_thirteen_digits_are_one_number(nine: int, dash: str, is_wide: bool) -> None:
    from stdnum import ean

    thirteen = f"978{nine:09d}"
    thirteen += ean.calc_check_digit(thirteen)
    ten = isbn10(thirteen)
    assert ten is not None
    assert stdnum_isbn.to_isbn13(ten) == thirteen
    shape = dash.join((thirteen[:3], thirteen[3:4], thirteen[4:12], thirteen[12:]))
    if is_wide:
        shape = shape.translate({ord("0") + digit: 0xFF10 + digit for digit in range(10)})
    assert isbn13(shape) == isbn13(ten) == thirteen


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("0366-6999", "0366-6999"),
        ("ISSN 03666999", "0366-6999"),
        ("1001-9030 (print)", "1001-9030"),
        ("2095-560x", "2095-560X"),
        ("0366-6998", None),
    ],
)
def test_an_issn_is_checked(text: str, number: str | None) -> None:
    assert issn(text) == number


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("14048·4327", "14048·4327"),
        ("统一书号：14048.4327", "14048·4327"),
        ("9787117100007", None),
        ("CN14-1234/R", None),
    ],
)
def test_a_unified_book_number_is_recognised(text: str, number: str | None) -> None:
    assert unified_book_number(text) == number
