"""What stands on a reader's slip: brought back and paid today."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import QuerySet

from xinglin.circulation.models import Fee, Loan
from xinglin.commons import clock, history
from xinglin.commons.models import HistoryEntry
from xinglin.consortium.models import Library
from xinglin.patrons.models import Patron


def brought_back_today(patron: Patron, *, library: Library) -> QuerySet[Loan]:
    """Return what a reader brought back to a library today, in the order in which it was scanned."""
    today = clock.end_of_day(clock.today() - timedelta(days=1))
    return (
        Loan.objects.filter(patron=patron, returned_to=library, closed_at__gt=today)
        .select_related("item__holding__record")
        .order_by("closed_at")
    )


@dataclass(frozen=True)
class Payment:
    """Money taken for a fee."""

    fee: Fee
    at: datetime
    paid_fen: int
    by: str


def paid_today(patron: Patron) -> list[Payment]:
    """Return what a reader paid today, at whichever desk."""
    fees = {history.subject_of(fee): fee for fee in Fee.objects.filter(patron=patron, paid_fen__gt=0)}
    today = clock.end_of_day(clock.today() - timedelta(days=1))
    entries = HistoryEntry.objects.filter(subject__in=fees, deed="pay", at__gt=today).order_by("at", "pk")
    return [
        Payment(fees[entry.subject], entry.at, int(entry.changes.get("paid_fen", 0)), entry.actor_name)
        for entry in entries
    ]
