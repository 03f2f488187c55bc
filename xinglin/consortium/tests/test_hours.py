"""Is it open, and when does it open next."""

from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xinglin.commons import clock
from xinglin.consortium import queries, services
from xinglin.consortium.errors import HoursUnfit
from xinglin.consortium.hours import MIDNIGHT, Span, SpecialDay, Timetable, overlapping
from xinglin.consortium.tests.cast import SmallConsortium

MORNING, AFTERNOON = Span(time(8), time(12)), Span(time(14), time(17, 30))
WORKING_WEEK = dict.fromkeys(range(5), (MORNING, AFTERNOON))
MONDAY = date(2026, 9, 28)
SATURDAY_WORKED = date(2026, 10, 10)
NATIONAL_DAY = date(2026, 10, 1)


def at(day: date, hour: int, minute: int = 0) -> datetime:
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=clock.SHANGHAI)


def test_a_day_with_a_noon_break_is_closed_at_noon_and_opens_after_it() -> None:
    timetable = Timetable(WORKING_WEEK)
    assert timetable.is_open(at(MONDAY, 8))
    assert timetable.is_open(at(MONDAY, 11, 59))
    assert not timetable.is_open(at(MONDAY, 12))
    assert timetable.opens_next(at(MONDAY, 12)) == at(MONDAY, 14)
    assert timetable.closes_at(at(MONDAY, 9)) == at(MONDAY, 12)


def test_a_holiday_closes_a_working_day_and_a_made_up_day_opens_a_saturday() -> None:
    timetable = Timetable(
        WORKING_WEEK,
        {NATIONAL_DAY: SpecialDay(reason="国庆节"), SATURDAY_WORKED: SpecialDay((MORNING,), "调休上班")},
    )
    assert not timetable.is_open(at(NATIONAL_DAY, 9))
    assert timetable.reason_on(NATIONAL_DAY) == "国庆节"
    assert timetable.opens_next(at(NATIONAL_DAY, 9)) == at(date(2026, 10, 2), 8)
    assert timetable.is_open(at(SATURDAY_WORKED, 9))
    assert not timetable.is_open(at(SATURDAY_WORKED, 15)), "the exception's hours, not the week's"


def test_a_library_open_over_midnight_closes_when_the_last_touching_span_ends() -> None:
    timetable = Timetable({0: (Span(time(8), MIDNIGHT),), 1: (Span(MIDNIGHT, time(2)),)})
    assert timetable.closes_at(at(MONDAY, 23)) == at(MONDAY + timedelta(days=1), 2)


def test_a_library_that_never_opens_says_so_instead_of_searching_on() -> None:
    assert Timetable({}).opens_next(at(MONDAY, 8)) is None
    assert Timetable({}).open_day_from(MONDAY) is None
    assert not Timetable({}).is_known


def test_a_library_that_never_closes_is_open_at_every_moment() -> None:
    timetable = Timetable({weekday: (Span(MIDNIGHT, MIDNIGHT),) for weekday in range(7)})
    assert all(timetable.is_open(at(MONDAY, hour)) for hour in range(24))


times = st.times().map(lambda moment: moment.replace(second=0, microsecond=0))
spans = st.lists(st.tuples(times, times), max_size=3).map(
    lambda pairs: tuple(span for span in (Span(min(pair), max(pair)) for pair in pairs) if span.is_sound)
)
days = st.integers(min_value=0, max_value=60).map(lambda ahead: MONDAY + timedelta(days=ahead))
timetables = st.builds(
    Timetable,
    st.dictionaries(st.integers(min_value=0, max_value=6), spans),
    st.dictionaries(days, st.builds(SpecialDay, spans)),
)
moments = st.builds(lambda day, moment: datetime.combine(day, moment, clock.SHANGHAI), days, times)


@given(timetables, days)
def test_an_exception_beats_the_week_both_ways(timetable: Timetable, day: date) -> None:
    if day in timetable.special:
        assert set(timetable.on(day)) == set(timetable.special[day].spans)
    else:
        assert set(timetable.on(day)) == set(timetable.week.get(day.weekday(), ()))


@given(timetables, moments)
def test_open_now_means_within_a_span_of_the_day(timetable: Timetable, moment: datetime) -> None:
    day = moment.date()
    within = any(span.starts_on(day) <= moment < span.ends_on(day) for span in timetable.on(day))
    assert timetable.is_open(moment) == within


@given(timetables, moments)
def test_it_is_open_at_the_next_opening_and_closed_at_the_next_closing(
    timetable: Timetable, moment: datetime
) -> None:
    opens = timetable.opens_next(moment)
    closes = timetable.closes_at(moment)
    assert opens is None or (opens > moment and timetable.is_open(opens))
    assert closes is None or (closes > moment and not timetable.is_open(closes))


@given(timetables, moments, moments)
def test_nothing_opens_between_now_and_the_next_opening(
    timetable: Timetable, moment: datetime, other: datetime
) -> None:
    opens = timetable.opens_next(moment)
    if not timetable.is_open(moment) and moment < other and (opens is None or other < opens):
        assert not timetable.is_open(other)


@given(spans)
def test_overlap_is_found_whatever_the_order(day: tuple[Span, ...]) -> None:
    assert overlapping(day) == overlapping(day[::-1])


def test_hours_are_kept_and_read_back(a_small_consortium: SmallConsortium) -> None:
    library, librarian = a_small_consortium.a, a_small_consortium.librarian_a
    services.set_week(library=library, week=WORKING_WEEK, by=librarian)
    services.set_special_day(
        library=library, day=SATURDAY_WORKED, spans=(MORNING, AFTERNOON), reason="调休上班", by=librarian
    )
    services.set_special_day(library=library, day=NATIONAL_DAY, reason="国庆节", by=librarian)
    timetable = queries.timetable_of(library)
    assert timetable.week == WORKING_WEEK
    assert timetable.special == {
        SATURDAY_WORKED: SpecialDay((MORNING, AFTERNOON), "调休上班"),
        NATIONAL_DAY: SpecialDay((), "国庆节"),
    }
    services.clear_special_day(library=library, day=NATIONAL_DAY, by=librarian)
    assert queries.timetable_of(library).is_open_on(NATIONAL_DAY)


def test_saying_a_day_again_replaces_what_was_said(a_small_consortium: SmallConsortium) -> None:
    library = a_small_consortium.a
    services.set_special_day(library=library, day=NATIONAL_DAY, reason="国庆节", by=None)
    services.set_special_day(library=library, day=NATIONAL_DAY, spans=(MORNING,), reason="半天", by=None)
    assert queries.timetable_of(library).special == {NATIONAL_DAY: SpecialDay((MORNING,), "半天")}


@pytest.mark.parametrize(
    "day",
    [
        (Span(time(8), time(12)), Span(time(11), time(15))),
        (Span(time(8), MIDNIGHT), Span(time(22), time(23))),
        (Span(time(12), time(8)),),
        (Span(time(9), time(9)),),
    ],
)
def test_hours_that_cannot_be_are_refused_and_the_old_ones_stay(
    a_small_consortium: SmallConsortium, day: tuple[Span, ...]
) -> None:
    library = a_small_consortium.a
    services.set_week(library=library, week=WORKING_WEEK, by=None)
    with pytest.raises(HoursUnfit):
        services.set_week(library=library, week={0: day}, by=None)
    assert queries.timetable_of(library).week == WORKING_WEEK
