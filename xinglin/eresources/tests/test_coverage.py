"""Coverage and embargoes of KBART, and which years of a journal can be read."""

from datetime import date

import pytest

from xinglin.eresources.coverage import (
    Cover,
    CoverageUnfit,
    Window,
    day_read,
    embargo_parts,
    embargo_words,
    window_of,
)

TODAY = date(2026, 11, 29)


@pytest.mark.parametrize(
    ("embargo", "first", "last"),
    [
        ("", None, None),
        ("P1Y", None, date(2025, 12, 31)),
        ("P12M", None, date(2025, 11, 30)),
        ("P365D", None, date(2025, 11, 28)),
        ("R1Y", date(2026, 1, 1), None),
        ("R10Y", date(2017, 1, 1), None),
        ("R10Y;P30D", date(2017, 1, 1), date(2026, 10, 29)),
        ("r2m", date(2026, 10, 1), None),
    ],
)
def test_an_embargo_moves_with_the_day_by_its_unit(
    embargo: str, first: date | None, last: date | None
) -> None:
    assert window_of(None, None, embargo, TODAY) == Window(first, last)


@pytest.mark.parametrize("embargo", ["1 year", "P0Y", "P1W", "P1Y;P2Y", "R1Y;P1Y;R2Y", "P99999Y", "P"])
def test_what_is_no_embargo_is_refused(embargo: str) -> None:
    with pytest.raises(CoverageUnfit):
        embargo_parts(embargo)


def test_a_year_is_covered_as_a_whole_in_part_or_not() -> None:
    window = window_of(date(2001, 7, 1), date(2030, 12, 31), "P1Y", TODAY)
    said = {year: window.cover_of(year) for year in (2000, 2001, 2002, 2025, 2026)}
    assert said == {
        2000: Cover.NO, 2001: Cover.PART, 2002: Cover.WHOLE, 2025: Cover.WHOLE, 2026: Cover.NO,
    }  # fmt: skip
    assert window.cover_of(None) == Cover.PART
    assert window.words == "2001-07—2025"
    assert Window(None, None).cover_of(1850) == Cover.WHOLE
    over = window_of(date(2020, 1, 1), date(2021, 12, 31), "R1Y", TODAY)
    assert over.is_empty and over.cover_of(2026) == Cover.NO


def test_dates_mean_their_first_or_last_day() -> None:
    assert day_read("2001", begins=True) == date(2001, 1, 1)
    assert day_read("2001", begins=False) == date(2001, 12, 31)
    assert day_read("2000-02", begins=False) == date(2000, 2, 29)
    assert day_read("2001-07-15", begins=True) == date(2001, 7, 15)
    assert day_read("", begins=True) is None
    for wrong in ("2001/7", "2001-13", "2001-02-30", "Vol. 3", "0000", "99999"):
        with pytest.raises(CoverageUnfit):
            day_read(wrong, begins=True)


def test_an_embargo_is_said_in_words() -> None:
    assert embargo_words("P1Y") == "最近 1 个日历年的读不到"
    assert embargo_words("R10Y;P30D") == "只有最近 10 个日历年的；最近 30 天的读不到"
    assert embargo_words("") == ""
