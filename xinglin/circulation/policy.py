"""How many holds, and how long a copy waits.

Fixed for all libraries until the rules by category, item type and library take their place.
"""

from datetime import date, timedelta

from xinglin.consortium import queries as libraries
from xinglin.consortium.models import Library

MOST_OPEN_HOLDS = 10
OPEN_DAYS_KEPT = 3


def last_day_kept(library: Library, *, arrived_on: date) -> date:
    """Return the last day a copy waits: the third open day of the pickup library after its arrival.

    Its own calendar counts (library systems sheet 4.2.6); a library that told no hours is taken to be
    open every day.
    """
    timetable = libraries.timetable_of(library, since=arrived_on)
    day = arrived_on
    for _open_day in range(OPEN_DAYS_KEPT):
        day += timedelta(days=1)
        if timetable.is_known:
            # None: closed for longer than anyone looks ahead, and then the next day is as good as any.
            day = timetable.open_day_from(day) or day
    return day
