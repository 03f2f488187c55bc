"""When a loan is due. Pure functions on a timetable; every step is kept, for "why this due date?".

The calendar is the lending library's, in its own time (library systems sheet 4.4): a day loan ends with the
day in Shanghai, an hour loan to the minute. Exceptions beat the week both ways; the timetable knows.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils.translation import gettext as _

from xinglin.circulation.terms import ClosedDays, FixedDue, LoanUnit, Terms
from xinglin.commons import clock
from xinglin.consortium.hours import Timetable

# A library that is closed for longer is not waited for: InvenioILS stops here too.
LONGEST_CLOSURE = 366


@dataclass(frozen=True)
class Due:
    """When a loan is due, and how that came about, sentence by sentence."""

    at: datetime
    steps: tuple[str, ...]


def due_date(
    terms: Terms, *, since: datetime, length: int, timetable: Timetable, card_expires_on: date | None = None
) -> Due:
    """Return when what is lent at a moment for a length must be back."""
    due = (
        _hours(terms, since, length, timetable)
        if terms.loan_unit == LoanUnit.HOURS
        else _days(terms, since, length, timetable)
    )
    due = _fixed(terms, due, since)
    limit = clock.end_of_day(card_expires_on) if card_expires_on else None
    if limit is None or due.at <= limit:
        return due
    words = _("读者证 %(day)s 到期，应还日不晚于这一天。") % {"day": card_expires_on}
    return Due(max(limit, since), (*due.steps, words))


def _fixed(terms: Terms, due: Due, since: datetime) -> Due:
    """Apply the fixed day of a rule, as long as it is not over when the loan begins."""
    day = terms.fixed_due_on
    if day is None or day <= clock.local(since).date():
        return due
    end = clock.end_of_day(day)
    if terms.fixed_due == FixedDue.EXACTLY:
        return Due(end, (*due.steps, _("规则固定到期日 %(day)s。") % {"day": day}))
    if terms.fixed_due == FixedDue.EARLIEST:
        words = _("规则规定不早于 %(day)s。") % {"day": day}
        return due if due.at >= end else Due(end, (*due.steps, words))
    if due.at <= end:
        return due
    return Due(end, (*due.steps, _("规则规定不晚于 %(day)s。") % {"day": day}))


def recalled_to(terms: Terms, *, lent_at: datetime, due_at: datetime, today: date) -> datetime | None:
    """Return when a recalled loan is due, or None when a recall would not bring it back sooner.

    Never before the days that every reader is granted (FOLIO's "minimum guaranteed loan period").
    """
    if terms.recall_days == 0 or terms.loan_unit == LoanUnit.HOURS:
        return None
    granted = clock.local(lent_at).date() + timedelta(days=terms.recall_kept_days)
    day = max(granted, today + timedelta(days=terms.recall_days))
    at = clock.end_of_day(day)
    return at if at < due_at else None


def is_open_on(timetable: Timetable, day: date) -> bool:
    """Whether a library is open on a day; one that told no hours is taken to be open every day."""
    return timetable.is_open_on(day) if timetable.is_known else True


def _days(terms: Terms, since: datetime, length: int, timetable: Timetable) -> Due:
    start = clock.local(since).date()
    plain = start + timedelta(days=length)
    steps = [_("%(start)s 借出，借期 %(length)d 天。") % {"start": start, "length": length}]
    if terms.closed_days == ClosedDays.SKIP:
        day, words = _skipping(start, length, timetable)
    else:
        day, words = _moved(terms, start, plain, timetable)
    if words:
        steps.append(words)
    steps.append(_("%(day)s 23:59 前归还。") % {"day": day})
    return Due(clock.end_of_day(day), tuple(steps))


def _skipping(start: date, length: int, timetable: Timetable) -> tuple[date, str]:
    day, counted, closed = start, 0, 0
    while counted < length:
        day += timedelta(days=1)
        if is_open_on(timetable, day):
            counted += 1
            continue
        closed += 1
        if closed > LONGEST_CLOSURE:
            return start + timedelta(days=length), _never_open()
    return day, _("其间 %(closed)d 个闭馆日不计。") % {"closed": closed} if closed else ""


def _moved(terms: Terms, start: date, day: date, timetable: Timetable) -> tuple[date, str]:
    if terms.closed_days == ClosedDays.COUNT or is_open_on(timetable, day):
        return day, ""
    forward = _nearest_open(timetable, day, step=1)
    back = _nearest_open(timetable, day, step=-1)
    if forward is None:
        return day, _never_open()
    goes_back = terms.closed_days == ClosedDays.BACK and back is not None and back > start
    to = back if goes_back and back is not None else forward
    words = _("%(day)s 闭馆%(reason)s，%(way)s到 %(to)s。")
    why = timetable.reason_on(day)
    return to, words % {
        "day": day,
        "reason": f"（{why}）" if why else "",
        "way": _("提前") if goes_back else _("顺延"),
        "to": to,
    }


def _nearest_open(timetable: Timetable, day: date, *, step: int) -> date | None:
    days = (day + timedelta(days=step * ahead) for ahead in range(1, LONGEST_CLOSURE))
    return next((at for at in days if is_open_on(timetable, at)), None)


def _never_open() -> str:
    return str(_("一年内都不开馆，按自然日计算。"))


def _hours(terms: Terms, since: datetime, length: int, timetable: Timetable) -> Due:
    plain = since + timedelta(hours=length)
    steps = [
        _("%(start)s 借出，借期 %(length)d 小时。") % {"start": _minute(since), "length": length},
    ]
    at = plain
    if timetable.is_known and timetable.closes_at(plain) is None and terms.closed_days != ClosedDays.COUNT:
        closing = timetable.closes_at(since) if terms.closed_days == ClosedDays.BACK else None
        opening = timetable.opens_next(plain)
        at = closing or opening or plain
        words = _("那时不开馆，提前到闭馆时。") if closing else _("那时不开馆，顺延到再开馆时。")
        steps.append(words if at != plain else _never_open())
    steps.append(_("%(at)s 前归还。") % {"at": _minute(at)})
    return Due(at, tuple(steps))


def _minute(moment: datetime) -> str:
    return f"{clock.local(moment):%Y-%m-%d %H:%M}"
