"""What circulation has against letting a reader leave: loans, debts, and copies that are kept for them."""

from collections.abc import Iterator

from django.db.models import Count, F, Sum
from django.utils.translation import gettext as _

from xinglin.circulation.lifecycle import CAPTURED, OPEN_LOANS, FeeState
from xinglin.circulation.models import Fee, Hold, Loan
from xinglin.commons.onscreen import yuan_text
from xinglin.consortium.models import Library
from xinglin.patrons.clearance import may_object
from xinglin.patrons.models import Patron


@may_object
def open_loans(patron: Patron) -> Iterator[str]:
    """Yield one sentence for each library whose copies the reader still has."""
    loans = Loan.objects.filter(patron=patron, state__in=OPEN_LOANS)
    for row in loans.values("library").annotate(count=Count("pk")).order_by("library"):
        library = Library.objects.get(pk=row["library"])
        yield _("%(library)s借出的 %(count)d 册未还。") % {"library": library.label, "count": row["count"]}


@may_object
def open_fees(patron: Patron) -> Iterator[str]:
    """Yield one sentence for each library to which the reader owes money."""
    fees = Fee.objects.filter(patron=patron, state=FeeState.OPEN)
    owed = fees.values("library").annotate(owed=Sum(F("amount_fen") - F("paid_fen"))).order_by("library")
    for row in owed:
        library = Library.objects.get(pk=row["library"])
        yield _("%(library)s有费用 %(owed)s 未缴。") % {
            "library": library.label,
            "owed": yuan_text(row["owed"]),
        }


@may_object
def copies_kept_for(patron: Patron) -> Iterator[str]:
    """Yield one sentence for each copy that waits for the reader, or is under way to them."""
    for hold in Hold.objects.filter(patron=patron, state__in=CAPTURED).select_related(
        "record", "pickup_library"
    ):
        yield _("《%(title)s》正在 %(library)s 为读者保留，请先取消这个预约。") % {
            "title": hold.record.title,
            "library": hold.pickup_library.label,
        }
