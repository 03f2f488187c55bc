"""What lateness costs. Pure functions: units late, grace, fen, days without borrowing.

A day is not charged when the library that lent, or the one where the copy came back, was closed (library
systems sheet 4.4; dp2 issue 939 asks for the calendar of the library of return).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import ROUND_CEILING
from math import ceil

from xinglin.circulation.due import is_open_on
from xinglin.circulation.terms import FineAt, Grace, LoanUnit, Penalty, Terms
from xinglin.commons import clock
from xinglin.consortium.hours import Timetable

# Nobody is charged for more than this many days, however long a copy was away.
MOST_DAYS = 3650


@dataclass(frozen=True)
class Cost:
    """What a late return costs; nothing of it when it was in time or within the grace."""

    units_late: int = 0
    units_charged: int = 0
    fine_fen: int = 0
    suspended_until: date | None = None


def cost_of(
    terms: Terms,
    *,
    due_at: datetime,
    returned_at: datetime,
    price_fen: int | None,
    timetables: Iterable[Timetable],
) -> Cost:
    """Return what it costs to bring back at a moment what was due at another."""
    late = units_late(terms, due_at=due_at, returned_at=returned_at, timetables=timetables)
    charged = after_grace(terms, late)
    if charged == 0:
        return Cost(units_late=late)
    fine = fine_for(terms, charged, price_fen) if terms.penalty == Penalty.FINE else 0
    until = None
    if terms.penalty == Penalty.SUSPENSION:
        until = suspended_until(terms, charged, since=clock.local(returned_at).date())
    return Cost(late, charged, fine, until)


def units_late(
    terms: Terms, *, due_at: datetime, returned_at: datetime, timetables: Iterable[Timetable]
) -> int:
    """Return the days late, or the hours begun for what was lent by the hour.

    For an hour loan only hours count, closed or not: it was to be back before the door was shut.
    """
    if returned_at <= due_at:
        return 0
    if terms.loan_unit == LoanUnit.HOURS:
        return ceil((returned_at - due_at) / timedelta(hours=1))
    due, returned = clock.local(due_at).date(), clock.local(returned_at).date()
    days = [due + timedelta(days=ahead) for ahead in range(1, min((returned - due).days, MOST_DAYS) + 1)]
    if terms.charge_closed_days:
        return len(days)
    known = list(timetables)
    return sum(all(is_open_on(timetable, day) for timetable in known) for day in days)


def after_grace(terms: Terms, late: int) -> int:
    """Return the units to charge: none within the grace, then all of them or what is beyond it."""
    if late <= terms.grace_days:
        return 0
    return late - terms.grace_days if terms.grace == Grace.MINUS else late


def fine_for(terms: Terms, units: int, price_fen: int | None) -> int:
    """Return the fine in fen, never more than the cap or the price of the copy."""
    caps = [cap for cap in (terms.fine_cap_fen, price_fen) if cap is not None]
    whole, begun = divmod(units, terms.fine_every)
    periods = whole + (1 if begun and terms.fine_at == FineAt.START else 0)
    return min([periods * terms.fine_fen, *caps])


def suspended_until(terms: Terms, units: int, *, since: date) -> date | None:
    """Return the last day without borrowing: the day of return and so many days (以停代金因子, dp2 issue 209)."""
    days = int((units * terms.suspension_factor).to_integral_value(rounding=ROUND_CEILING))
    return since + timedelta(days=days) if days else None
