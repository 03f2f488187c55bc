"""When a request is due, and what a reader is honestly told. Pure functions over timetables."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from xinglin.commons import clock
from xinglin.consortium.hours import LOOK_AHEAD, Timetable
from xinglin.delivery.models.policy import Counting
from xinglin.delivery.models.requests import Urgency


@dataclass(frozen=True)
class Promise:
    """How soon a class is done and taken up, in minutes, and which minutes count; its price."""

    minutes: int
    take_minutes: int
    counting: Counting
    fee_fen: int = 0
    page_fee_fen: int = 0


# Where a library wrote down nothing: two working days of eight hours, half a day, two hours.
PROMISES = {
    Urgency.NORMAL: Promise(16 * 60, 4 * 60, Counting.OPEN),
    Urgency.URGENT: Promise(4 * 60, 60, Counting.OPEN),
    Urgency.CLINICAL: Promise(2 * 60, 30, Counting.CLOCK),
}
# Fewer deliveries than this tell nothing about the next one.
ENOUGH = 10


def after(moment: datetime, minutes: int, counting: Counting, timetable: Timetable) -> datetime:
    """Return the moment that lies so many counted minutes after another.

    Where nobody told the hours, or the library does not open within ``LOOK_AHEAD`` days, every minute counts.
    """
    if counting == Counting.CLOCK or not timetable.is_known:
        return moment + timedelta(minutes=minutes)
    left = timedelta(minutes=minutes)
    day = clock.local(moment).date()
    for ahead in range(LOOK_AHEAD):
        at = day + timedelta(days=ahead)
        for span in timetable.on(at):
            begins, ends = max(span.starts_on(at), moment), span.ends_on(at)
            if ends <= begins:
                continue
            if ends - begins >= left:
                return begins + left
            left -= ends - begins
    return moment + timedelta(minutes=minutes)


def due(asked_at: datetime, promise: Promise, timetable: Timetable) -> datetime:
    """Return by when a request is to be done.

    A clinical one counts every minute, but from when somebody is there: a promise that begins in the night
    at a closed door would be a lie.
    """
    begins = asked_at
    if promise.counting == Counting.CLOCK and timetable.is_known and not timetable.is_open(asked_at):
        begins = timetable.opens_next(asked_at) or asked_at
    return after(begins, promise.minutes, promise.counting, timetable)


def take_by(asked_at: datetime, promise: Promise, timetable: Timetable) -> datetime:
    """Return by when somebody is to have taken it up."""
    return due(
        asked_at,
        Promise(promise.take_minutes, promise.take_minutes, promise.counting),
        timetable,
    )


def honest(asked_at: datetime, due_at: datetime, experience: Sequence[timedelta]) -> datetime:
    """Return what the reader is told: the rule's moment, or a later one where four of five lately took longer."""
    if len(experience) < ENOUGH:
        return due_at
    ordered = sorted(experience)
    fourth_fifth = ordered[-(-len(ordered) * 4 // 5) - 1]
    return max(due_at, asked_at + fourth_fifth)
