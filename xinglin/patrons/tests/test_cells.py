"""What a spreadsheet does to a cell, and what we say about it."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xinglin.patrons.imports import cells
from xinglin.patrons.imports.cells import BadCell
from xinglin.patrons.imports.columns import guessed, is_identity_number
from xinglin.patrons.text import card_number_of, date_of, is_card_number, name_key_of, phone_of


@pytest.mark.parametrize(
    ("written", "says"),
    [
        ("1.39E+10", "科学记数"),
        ("1.39e10", "科学记数"),
        ("2.02601E+11", "科学记数"),
        ("123456789012345000", "截断"),
        ("1001.0", "小数"),
        ("2026-01-02", "日期"),
        ("2026-01-02 00:00:00", "日期"),
    ],
)
def test_a_damaged_number_is_recognised_with_the_way_to_mend_it(written: str, says: str) -> None:
    for read in (cells.card_number, cells.staff_number, cells.phone):
        with pytest.raises(BadCell, match=says):
            read(written)


@pytest.mark.parametrize("written", ["20260001", "E10", "1E", "A-001", "00012", "1234567890123456", "X.1"])
def test_a_sound_number_is_taken_as_it_is(written: str) -> None:
    assert cells.card_number(written) == written


@pytest.mark.parametrize("written", ["#REF!", "#N/A", "#VALUE!", "#NAME?", "#DIV/0!", "########"])
def test_a_formulas_error_is_no_content(written: str) -> None:
    with pytest.raises(BadCell, match="公式"):
        cells.text_of("department", written)


def test_a_date_as_a_serial_is_refused_with_the_day_it_may_be() -> None:
    with pytest.raises(BadCell, match="2026-12-31"):
        cells.expiry(str((date(2026, 12, 31) - date(1899, 12, 30)).days))


@pytest.mark.parametrize("written", ["明年", "2026-02-30", "12/31/2026", "9999-12-31", "0001-01-01", "1"])
def test_what_is_no_date_is_refused(written: str) -> None:
    with pytest.raises(BadCell):
        cells.expiry(written)


@given(st.dates(date(1950, 1, 1), date(2200, 12, 31)))
def test_a_date_reads_the_same_in_every_way_an_office_writes_it(day: date) -> None:
    for form in ("%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y年%m月%d日", "%Y%m%d", "%Y-%m-%d 00:00:00"):
        assert date_of(day.strftime(form)) == day
    assert date_of(f"{day.year}/{day.month}/{day.day}") == day


@given(st.dates(date(1950, 1, 2), date(2099, 12, 31)))
def test_every_serial_of_a_likely_day_is_recognised(day: date) -> None:
    with pytest.raises(BadCell, match=(day - timedelta(days=0)).isoformat()):
        cells.expiry(str((day - date(1899, 12, 30)).days))


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("138 0000 0001", "13800000001"),
        ("+86 13800000001", "13800000001"),
        ("0086-13800000001", "13800000001"),
        ("１３８０００００００１", "13800000001"),
        ("010-62345678", "010-62345678"),
        ("0571-87654321-8001", "0571-87654321-8001"),
        ("", ""),
        ("12345", None),
        ("23800000001", None),
        ("138000000011", None),
    ],
)
def test_phones_are_read_however_they_are_written(written: str, number: str | None) -> None:
    assert phone_of(written) == number


def test_headings_are_recognised_and_identity_numbers_never_taken_for_cards() -> None:
    headings = ["证 号", "姓名*", "身份证号", "手机号码（必填）", "科室/院系", "有效期", "备注"]
    assert guessed(headings) == {
        "card_number": "证 号",
        "name": "姓名*",
        "phone": "手机号码（必填）",
        "department": "科室/院系",
        "expires_on": "有效期",
    }
    assert is_identity_number("身份证号码")
    assert not is_identity_number("证号")


@given(st.lists(st.text(max_size=20), max_size=15, unique=True))
def test_a_heading_is_guessed_for_one_field_at_most(headings: list[str]) -> None:
    told = list(guessed(headings).values())
    assert len(told) == len(set(told))
    assert set(told) <= set(headings)


@given(st.text(max_size=50))
def test_any_text_is_read_or_refused_in_words(written: str) -> None:
    for read in (cells.card_number, cells.staff_number, cells.phone, cells.email, cells.expiry):
        try:
            read(written)
        except BadCell as refusal:
            assert str(refusal)


@given(st.text(max_size=50))
def test_the_form_of_a_card_number_is_final(written: str) -> None:
    number = card_number_of(written)
    assert card_number_of(number) == number or not is_card_number(number)


@given(st.text(max_size=80))
def test_a_names_key_fits_its_column(name: str) -> None:
    assert len(name_key_of(name)) <= 400
