"""Due dates and lateness: pure functions on a timetable."""

from datetime import date, datetime, time, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xinglin.circulation.due import due_date
from xinglin.circulation.lateness import after_grace, cost_of, units_late
from xinglin.circulation.terms import ClosedDays, Grace, LoanUnit, Penalty, Terms
from xinglin.commons import clock
from xinglin.consortium.hours import Span, SpecialDay, Timetable

DAY = (Span(time(8), time(17)),)
WEEKDAYS = Timetable(dict.fromkeys(range(5), DAY))
# The National Day of 2026 with its make-up working days (调休) on two weekend days.
NATIONAL_DAY = Timetable(
    WEEKDAYS.week,
    {date(2026, 10, day): SpecialDay(reason="国庆节") for day in range(1, 8)}
    | {day: SpecialDay(DAY, "调休上班") for day in (date(2026, 9, 20), date(2026, 10, 10))},
)
NEVER = Timetable({}, {date(2026, 1, 1): SpecialDay(reason="装修")})


def shanghai(year: int, month: int, day: int, hour: int = 0, minute: int = 0, second: int = 0) -> datetime:
    return datetime(year, month, day, hour, minute, second, tzinfo=clock.SHANGHAI)


def due_day(terms: Terms, since: datetime, timetable: Timetable, expires: date | None = None) -> date:
    due = due_date(terms, since=since, length=terms.loan_length, timetable=timetable, card_expires_on=expires)
    return clock.local(due.at).date()


@pytest.mark.parametrize(
    ("mode", "expected"),
    [
        (ClosedDays.COUNT, date(2026, 10, 3)),
        (ClosedDays.FORWARD, date(2026, 10, 8)),
        (ClosedDays.BACK, date(2026, 9, 30)),
    ],
)
def test_a_due_date_in_the_holiday_goes_where_the_rule_says(mode: str, expected: date) -> None:
    terms = Terms(loan_length=7, closed_days=mode)
    assert due_day(terms, shanghai(2026, 9, 26, 9), NATIONAL_DAY) == expected


def test_exceptions_beat_the_week_both_ways() -> None:
    forward = Terms(loan_length=3, closed_days=ClosedDays.FORWARD)
    assert due_day(forward, shanghai(2026, 10, 7, 9), NATIONAL_DAY) == date(2026, 10, 10), "a worked Saturday"
    assert due_day(forward, shanghai(2026, 10, 14, 9), NATIONAL_DAY) == date(2026, 10, 19), "an ordinary one"
    assert due_day(forward, shanghai(2026, 9, 29, 9), NATIONAL_DAY) == date(2026, 10, 8), "a closed Friday"
    skip = Terms(loan_length=2, closed_days=ClosedDays.SKIP)
    assert due_day(skip, shanghai(2026, 9, 30, 9), NATIONAL_DAY) == date(2026, 10, 9)
    assert due_day(skip, shanghai(2026, 10, 8, 9), NATIONAL_DAY) == date(2026, 10, 10)


def test_a_day_loan_ends_with_the_day_in_shanghai_however_late_it_was_lent() -> None:
    terms = Terms(loan_length=1, closed_days=ClosedDays.COUNT)
    for moment in (shanghai(2026, 9, 1, 0, 1), shanghai(2026, 9, 1, 23, 59)):
        due = due_date(terms, since=moment, length=1, timetable=WEEKDAYS)
        assert due.at == shanghai(2026, 9, 2, 23, 59, 59)


def test_hours_end_to_the_minute_or_where_the_library_closes_or_opens() -> None:
    noon = shanghai(2026, 9, 4, 12, 30)  # a Friday
    for mode, hours, expected in (
        (ClosedDays.COUNT, 2, shanghai(2026, 9, 4, 14, 30)),
        (ClosedDays.FORWARD, 2, shanghai(2026, 9, 4, 14, 30)),
        (ClosedDays.BACK, 6, shanghai(2026, 9, 4, 17)),
        (ClosedDays.FORWARD, 6, shanghai(2026, 9, 7, 8)),
    ):
        terms = Terms(loan_length=hours, loan_unit=LoanUnit.HOURS, closed_days=mode)
        assert due_date(terms, since=noon, length=hours, timetable=WEEKDAYS).at == expected


def test_the_card_limits_the_due_date_and_the_steps_say_so() -> None:
    terms = Terms(loan_length=30)
    due = due_date(
        terms,
        since=shanghai(2026, 9, 1, 9),
        length=30,
        timetable=NATIONAL_DAY,
        card_expires_on=date(2026, 9, 10),
    )
    assert due.at == shanghai(2026, 9, 10, 23, 59, 59)
    assert "国庆节" in " ".join(due.steps)
    assert "读者证 2026-09-10 到期" in due.steps[-1]


@pytest.mark.parametrize("mode", list(ClosedDays))
def test_a_library_that_never_opens_does_not_stop_the_clock(mode: str) -> None:
    terms = Terms(loan_length=10, closed_days=mode)
    assert due_day(terms, shanghai(2026, 9, 1, 9), NEVER) == date(2026, 9, 11)


@given(
    since=st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1)),
    length=st.integers(1, 120),
    mode=st.sampled_from(list(ClosedDays)),
)
def test_a_due_day_is_after_the_loan_and_open_unless_days_just_count(
    since: datetime, length: int, mode: ClosedDays
) -> None:
    moment = since.replace(tzinfo=clock.SHANGHAI)
    due = due_day(Terms(loan_length=length, closed_days=mode), moment, NATIONAL_DAY)
    assert due > since.date()
    assert mode == ClosedDays.COUNT or NATIONAL_DAY.is_open_on(due)
    if mode == ClosedDays.SKIP:
        between = (since.date() + timedelta(days=ahead) for ahead in range(1, (due - since.date()).days + 1))
        assert sum(NATIONAL_DAY.is_open_on(day) for day in between) == length


DUE = shanghai(2026, 9, 30, 23, 59, 59)


def late(terms: Terms, returned: datetime, *timetables: Timetable) -> int:
    return units_late(terms, due_at=DUE, returned_at=returned, timetables=timetables or (NATIONAL_DAY,))


def test_a_day_is_not_charged_when_the_library_of_loan_or_of_return_was_closed() -> None:
    """dp2 issue 939, 3: the reader who brings it back elsewhere goes by the hours of that place."""
    open_all_year = Timetable(dict.fromkeys(range(7), DAY))
    back = shanghai(2026, 10, 9, 10)
    assert late(Terms(), back, open_all_year) == 9
    assert late(Terms(), back, open_all_year, NATIONAL_DAY) == 2
    assert late(Terms(), back, NATIONAL_DAY, open_all_year) == 2
    assert late(Terms(charge_closed_days=True), back, NATIONAL_DAY) == 9


def test_the_last_day_until_midnight_is_in_time() -> None:
    assert late(Terms(), DUE) == 0
    assert late(Terms(), shanghai(2026, 10, 7, 9)) == 0, "every day since was closed"
    assert late(Terms(), shanghai(2026, 10, 8, 0, 0)) == 1


def test_grace_is_all_or_nothing_or_taken_off() -> None:
    for kind, beyond in ((Grace.ALL, 4), (Grace.MINUS, 1)):
        terms = Terms(grace_days=3, grace=kind)
        assert (after_grace(terms, 3), after_grace(terms, 4)) == (0, beyond)


def test_a_fine_stops_at_the_cap_and_at_the_price() -> None:
    terms = Terms(penalty=Penalty.FINE, fine_fen=10, fine_cap_fen=50)
    back = DUE + timedelta(days=60)
    for price, fine in ((3000, 50), (30, 30), (None, 50)):
        cost = cost_of(terms, due_at=DUE, returned_at=back, price_fen=price, timetables=[WEEKDAYS])
        assert (cost.fine_fen, cost.suspended_until) == (fine, None)


@pytest.mark.parametrize(("factor", "days"), [("2", 10), ("3", 15), ("0.5", 3), ("0", 0)])
def test_five_late_days_suspend_for_the_factor_times_five(factor: str, days: int) -> None:
    """dp2 issue 209: days without borrowing = factor × days late; half a day is a day."""
    terms = Terms(suspension_factor=Decimal(factor))
    back = DUE + timedelta(days=5)
    cost = cost_of(terms, due_at=DUE, returned_at=back, price_fen=None, timetables=[])
    until = clock.local(back).date() + timedelta(days=days) if days else None
    assert (cost.units_charged, cost.fine_fen, cost.suspended_until) == (5, 0, until)


@given(
    days=st.integers(0, 400),
    more=st.integers(0, 30),
    grace=st.integers(0, 10),
    kind=st.sampled_from(list(Grace)),
)
def test_a_later_return_never_costs_less(days: int, more: int, grace: int, kind: Grace) -> None:
    terms = Terms(penalty=Penalty.FINE, fine_fen=7, grace_days=grace, grace=kind)
    early, later = (
        cost_of(
            terms, due_at=DUE, returned_at=DUE + timedelta(days=at), price_fen=2000, timetables=[WEEKDAYS]
        )
        for at in (days, days + more)
    )
    assert 0 <= early.fine_fen <= later.fine_fen <= 2000
    assert later.units_charged <= later.units_late
