"""What stands on a reader's slip: brought back and paid today."""

from datetime import timedelta

from django.db.models import QuerySet

from xinglin.circulation.models import Loan, Payment
from xinglin.commons import clock
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


def paid_today(patron: Patron) -> QuerySet[Payment]:
    """Return what a reader paid today, at whichever desk."""
    today = clock.end_of_day(clock.today() - timedelta(days=1))
    paid = Payment.objects.filter(fee__patron=patron, at__gt=today, amount_fen__gt=0)
    return paid.select_related("fee__item__holding__record", "fee__library", "by__user").order_by("at", "pk")
