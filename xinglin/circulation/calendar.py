"""How long a copy waits on the hold shelf, in the pickup library's own open days."""

from datetime import date, timedelta

from xinglin.consortium import queries as libraries
from xinglin.consortium.models import Library


def last_day_kept(library: Library, *, arrived_on: date, open_days: int) -> date:
    """Return the last day a copy waits: so many open days of the pickup library after its arrival.

    Its own calendar counts (library systems sheet 4.2.6); a library that told no hours is taken to be
    open every day.
    """
    timetable = libraries.timetable_of(library, since=arrived_on)
    day = arrived_on
    for _open_day in range(open_days):
        day += timedelta(days=1)
        if timetable.is_known:
            # None: closed for longer than anyone looks ahead, and then the next day is as good as any.
            day = timetable.open_day_from(day) or day
    return day
