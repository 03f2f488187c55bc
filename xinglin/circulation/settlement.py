"""What desks took of fees that belong to other libraries, settled between them month by month.

A reader pays at any desk, and a fee belongs to the library that lent (library systems sheet 4.6): what one library
took for another it owes it, and what it gave back for it, it has coming.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time

from django.db.models import Count, F, QuerySet, Sum

from xinglin.circulation.models import Payment
from xinglin.commons import clock
from xinglin.consortium.models import Library


@dataclass(frozen=True)
class Debt:
    """What one library owes another after both took money for each other; ``count`` payments, fen."""

    debtor: Library
    creditor: Library
    taken_fen: int
    against_fen: int
    count: int

    @property
    def owed_fen(self) -> int:
        return self.taken_fen - self.against_fen


def month_of(day: date) -> tuple[datetime, datetime]:
    """Return when the month of a day begins, and when the next one does, in the library's time."""
    first = day.replace(day=1)
    following = date(first.year + first.month // 12, first.month % 12 + 1, 1)
    begins, ends = (datetime.combine(each, time(), tzinfo=clock.SHANGHAI) for each in (first, following))
    return begins, ends


def debts_of(payments: QuerySet[Payment], day: date) -> list[Debt]:
    """Return who owes whom for the month of a day, in one query and one for the names; the larger sum first."""
    begins, ends = month_of(day)
    rows = (
        payments.filter(at__gte=begins, at__lt=ends)
        .exclude(library=F("fee__library"))
        .order_by()
        .values_list("library", "fee__library")
        .annotate(fen=Sum("amount_fen"), count=Count("pk"))
    )
    return debts(list(rows), Library.objects.in_bulk())


def debts(rows: Iterable[tuple[int, int, int, int]], libraries: dict[int, Library]) -> list[Debt]:
    """Return one debt for each two libraries out of (taken in, belongs to, fen, count); who owes more is the debtor."""
    taken = {(there, owner): (fen, count) for there, owner, fen, count in rows}
    found = []
    for pair in {tuple(sorted(each)) for each in taken}:
        one, other = pair
        here, there = taken.get((one, other), (0, 0)), taken.get((other, one), (0, 0))
        if here[0] < there[0]:
            one, other, here, there = other, one, there, here
        found.append(Debt(libraries[one], libraries[other], here[0], there[0], here[1] + there[1]))
    return sorted(found, key=lambda debt: (-debt.owed_fen, debt.debtor.code, debt.creditor.code))
