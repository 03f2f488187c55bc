"""Opening hours: is it open, when does it open next, what are the hours of a day. Pure functions.

Exceptions beat the week both ways: a holiday closes an ordinary day, and a make-up working day
(调休: a Saturday or Sunday worked in exchange for a holiday) opens a day that is closed by the week.
All times are the library's (Asia/Shanghai).
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from itertools import pairwise

from django.utils.translation import gettext_lazy as _

from xinglin.commons import clock
from xinglin.consortium.errors import HoursUnfit

MIDNIGHT = time(0)
# Longer than any vacation: a library that does not open within this is asked about, not searched on.
LOOK_AHEAD = 120


@dataclass(frozen=True, order=True)
class Span:
    """Open from one time until another of the same day; midnight as the end is the end of the day."""

    opens: time
    closes: time

    @property
    def is_sound(self) -> bool:
        return self.closes == MIDNIGHT or self.opens < self.closes

    def starts_on(self, day: date) -> datetime:
        return datetime.combine(day, self.opens, clock.SHANGHAI)

    def ends_on(self, day: date) -> datetime:
        last = day + timedelta(days=1) if self.closes == MIDNIGHT else day
        return datetime.combine(last, self.closes, clock.SHANGHAI)

    def __str__(self) -> str:
        closes = "24:00" if self.closes == MIDNIGHT else f"{self.closes:%H:%M}"
        return f"{self.opens:%H:%M}–{closes}"


@dataclass(frozen=True)
class SpecialDay:
    """A day that does not follow the week; without spans it is closed."""

    spans: tuple[Span, ...] = ()
    reason: str = ""


@dataclass(frozen=True)
class Timetable:
    """The hours of one library: its week (Monday is 0) and its special days."""

    week: Mapping[int, tuple[Span, ...]] = field(default_factory=dict)
    special: Mapping[date, SpecialDay] = field(default_factory=dict)

    @property
    def is_known(self) -> bool:
        """Whether anybody has told the hours; a library that told none is not a closed one."""
        return bool(self.week) or bool(self.special)

    def on(self, day: date) -> tuple[Span, ...]:
        """Return the spans of a day in order; none when closed."""
        special = self.special.get(day)
        spans = special.spans if special is not None else self.week.get(day.weekday(), ())
        return tuple(sorted(spans))

    def reason_on(self, day: date) -> str:
        special = self.special.get(day)
        return special.reason if special is not None else ""

    def is_open_on(self, day: date) -> bool:
        return bool(self.on(day))

    def is_open(self, moment: datetime) -> bool:
        """Whether the door is open; at the minute of closing it no longer is."""
        return self.closes_at(moment) is not None

    def closes_at(self, moment: datetime) -> datetime | None:
        """Return when the door that is open now closes, or None when it is not open.

        Spans that touch are one opening, so "open until midnight, open from midnight" closes later.
        """
        end = moment
        for opens, closes in self._openings_from(clock.local(moment).date()):
            if opens > end:
                break
            end = max(end, closes)
        return end if end > moment else None

    def opens_next(self, moment: datetime) -> datetime | None:
        """Return the next beginning of a span after a moment, or None within ``LOOK_AHEAD`` days."""
        openings = self._openings_from(clock.local(moment).date())
        return next((opens for opens, _closes in openings if opens > moment), None)

    def _openings_from(self, day: date) -> Iterator[tuple[datetime, datetime]]:
        for at in (day + timedelta(days=ahead) for ahead in range(LOOK_AHEAD)):
            for span in self.on(at):
                yield span.starts_on(at), span.ends_on(at)

    def open_day_from(self, day: date) -> date | None:
        """Return the first open day not before a day: where a due date falls on a closed one."""
        days = (day + timedelta(days=ahead) for ahead in range(LOOK_AHEAD))
        return next((at for at in days if self.is_open_on(at)), None)


def spans_of(written: str) -> tuple[Span, ...]:
    """Return the spans of a day as people write them ("8:00-12:00，14:00-17:30"); nothing is closed.

    Raises ``HoursUnfit`` for what is no span.
    """
    spans = []
    for part in re.split(
        r"[,，;；、\s]+", re.sub(r"\s*[-–—~～至到]\s*", "-", written.replace("：", ":").strip())
    ):
        if not part:
            continue
        match = re.fullmatch(r"(\d{1,2}):?(\d{2})-(\d{1,2}):?(\d{2})", part)
        opens, closes = (_time(match[1], match[2]), _time(match[3], match[4])) if match else (None, None)
        if opens is None or closes is None:
            raise HoursUnfit(
                _("「%(part)s」不是开馆时间；请写成 08:00-12:00，几段之间用逗号隔开。"), part=part
            )
        spans.append(Span(opens, closes))
    return tuple(spans)


def _time(hour: str, minute: str) -> time | None:
    if int(hour) == 24 and int(minute) == 0:
        return MIDNIGHT
    return time(int(hour), int(minute)) if int(hour) < 24 and int(minute) < 60 else None


def overlapping(spans: Sequence[Span]) -> tuple[Span, Span] | None:
    """Return the first two spans of a day that overlap, or None. Spans may touch."""
    ordered = sorted(spans)
    for earlier, later in pairwise(ordered):
        if earlier.closes == MIDNIGHT or later.opens < earlier.closes:
            return earlier, later
    return None
