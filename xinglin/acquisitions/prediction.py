"""When the issues of a serial are to come: pure, from a pattern of publication."""

import calendar
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from django.db import models
from django.utils.translation import gettext_lazy as _


class Frequency(models.TextChoices):
    """How often a serial appears."""

    WEEKLY = "weekly", _("周刊")
    FORTNIGHTLY = "fortnightly", _("双周刊")
    SEMIMONTHLY = "semimonthly", _("半月刊")
    MONTHLY = "monthly", _("月刊")
    BIMONTHLY = "bimonthly", _("双月刊")
    QUARTERLY = "quarterly", _("季刊")
    HALF_YEARLY = "half_yearly", _("半年刊")
    YEARLY = "yearly", _("年刊")


_DAYS = {Frequency.WEEKLY: 7, Frequency.FORTNIGHTLY: 14}
_MONTHS = {
    Frequency.MONTHLY: 1,
    Frequency.BIMONTHLY: 2,
    Frequency.QUARTERLY: 3,
    Frequency.HALF_YEARLY: 6,
    Frequency.YEARLY: 12,
}


@dataclass(frozen=True)
class Predicted:
    """One issue to come: its year, its number in the year, and the day it is expected."""

    year: int
    number: int
    expected_on: date


def predict(
    frequency: Frequency,
    *,
    first_on: date,
    until: date,
    first_number: int = 1,
    skipped_months: Collection[int] = (),
) -> list[Predicted]:
    """Return the issues from the first day on until another, both included.

    The number begins again at 1 with each year. In ``skipped_months`` nothing appears and no number is used
    up: an irregular serial is a regular one with months left out. A monthly one of the 31st comes on the
    last day of shorter months.
    """
    issues: list[Predicted] = []
    year, number = first_on.year, first_number
    for day in _days(frequency, first_on, until):
        if day.month in skipped_months:
            continue
        if day.year != year:
            year, number = day.year, 1
        issues.append(Predicted(year, number, day))
        number += 1
    return issues


def _days(frequency: Frequency, first_on: date, until: date) -> Iterator[date]:
    count, day = 0, first_on
    while day <= until:
        yield day
        count += 1
        if frequency in _DAYS:
            day = first_on + timedelta(days=_DAYS[frequency] * count)
        elif frequency == Frequency.SEMIMONTHLY:
            # The second of a month stands half a month behind the first.
            start = _months_on(first_on, count // 2)
            day = start if count % 2 == 0 else start + timedelta(days=15)
        else:
            day = _months_on(first_on, _MONTHS[frequency] * count)


def _months_on(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    month += 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))
