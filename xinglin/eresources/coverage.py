"""Which days of a serial can be read: coverage dates and embargoes of KBART, without a row.

An embargo is one or two statements. ``P`` is what a wall keeps back until it has passed, ``R`` what is there
only until the wall comes; the unit is also the grain, so that ``P1Y`` is everything before this calendar year
and ``P365D`` everything older than 365 days. NISO RP-9-2014 names the field, ``embargo_info``; the grain is our
reading of it, not checked against its text.
"""

import enum
import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.translation import gettext as _

_EMBARGO = re.compile(r"([RP])([1-9]\d{0,3})([DMY])")
_DAY = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?")
_ONE = timedelta(days=1)


class Cover(enum.IntEnum):
    """How much of a year can be read. PART: some of it, or nobody knows which."""

    NO = 0
    PART = 1
    WHOLE = 2


class CoverageUnfit(ValueError):
    """A date or an embargo that cannot be read; its text is a sentence for the librarian."""


@dataclass(frozen=True)
class Window:
    """From one day until another; None is open."""

    first: date | None
    last: date | None

    @property
    def is_empty(self) -> bool:
        return self.first is not None and self.last is not None and self.last < self.first

    def cover_of(self, year: int | None) -> Cover:
        """Return how much of a year lies inside."""
        if self.is_empty:
            return Cover.NO
        if year is None or not 1 <= year < date.max.year:
            return Cover.PART
        begins, ends = date(year, 1, 1), date(year, 12, 31)
        if (self.last and self.last < begins) or (self.first and self.first > ends):
            return Cover.NO
        inside = (self.first is None or self.first <= begins) and (self.last is None or self.last >= ends)
        return Cover.WHOLE if inside else Cover.PART

    @property
    def words(self) -> str:
        if self.is_empty:
            return _("目前不可读")
        first = _written(self.first, begins=True) if self.first else ""
        if self.last is None:
            return _("%(first)s 至今") % {"first": first} if first else _("全部年代")
        last = _written(self.last, begins=False)
        return f"{first}—{last}" if first else _("到 %(last)s 为止") % {"last": last}


def window_of(first: date | None, last: date | None, embargo: str, today: date) -> Window:
    """Return what can be read today of a coverage under an embargo. Raises ``CoverageUnfit``."""
    for mark, number, unit in embargo_parts(embargo):
        wall = _wall(number, unit, today)
        if mark == "R":
            first = wall if first is None else max(first, wall)
        else:
            last = wall - _ONE if last is None else min(last, wall - _ONE)
    return Window(first, last)


def embargo_parts(embargo: str) -> list[tuple[str, int, str]]:
    """Return the statements of an embargo: R or P, how many, of which unit. Raises ``CoverageUnfit``."""
    parts = []
    for statement in filter(None, (each.strip() for each in embargo.upper().split(";"))):
        read = _EMBARGO.fullmatch(statement)
        if read is None:
            raise CoverageUnfit(
                _("时滞「%(embargo)s」不认识；应写成 P1Y、R10Y 或 R10Y;P30D。") % {"embargo": embargo[:20]}
            )
        parts.append((read[1], int(read[2]), read[3]))
    if [mark for mark, _number, _unit in parts] not in ([], ["R"], ["P"], ["R", "P"], ["P", "R"]):
        raise CoverageUnfit(_("时滞「%(embargo)s」里同一种限制写了两次。") % {"embargo": embargo[:20]})
    return parts


def embargo_words(embargo: str) -> str:
    """Return an embargo as a librarian says it. Raises ``CoverageUnfit``."""
    units = {"D": _("天"), "M": _("个日历月"), "Y": _("个日历年")}
    said = {"R": _("只有最近 %(n)d %(unit)s的"), "P": _("最近 %(n)d %(unit)s的读不到")}
    return "；".join(said[mark] % {"n": n, "unit": units[unit]} for mark, n, unit in embargo_parts(embargo))


def day_read(written: str, *, begins: bool) -> date | None:
    """Return a coverage date; a year or a month means its first or its last day. Raises ``CoverageUnfit``."""
    if not written:
        return None
    read = _DAY.fullmatch(written)
    try:
        if read is None:
            raise ValueError
        year, month = int(read[1]), int(read[2] or (1 if begins else 12))
        day = int(read[3]) if read[3] else 1 if begins else monthrange(year, month)[1]
        return date(year, month, day)
    except ValueError:
        raise CoverageUnfit(
            _("日期「%(written)s」不认识；应写成 2001、2001-07 或 2001-07-15。") % {"written": written[:20]}
        ) from None


def _wall(number: int, unit: str, today: date) -> date:
    """Return the first day of the newest ``number`` days, months or calendar years."""
    if unit == "D":
        return today - timedelta(days=number)
    if unit == "Y":
        return date(max(1, today.year - number + 1), 1, 1)
    months = max(12, today.year * 12 + today.month - 1 - (number - 1))
    return date(months // 12, months % 12 + 1, 1)


def _written(day: date, *, begins: bool) -> str:
    """Return a day as a year where it is the whole year's end."""
    edge = (1, 1) if begins else (12, 31)
    return f"{day.year}" if (day.month, day.day) == edge else f"{day:%Y-%m}"
