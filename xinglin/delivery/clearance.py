"""What document delivery has against letting a reader leave: fees."""

from collections.abc import Iterator

from django.db.models import Sum
from django.utils.translation import gettext as _

from xinglin.commons.onscreen import yuan_text
from xinglin.delivery.lifecycle import FeeState
from xinglin.delivery.models import DocumentRequest
from xinglin.patrons.clearance import may_object
from xinglin.patrons.models import Patron


@may_object
def open_delivery_fees(patron: Patron) -> Iterator[str]:
    """Yield one sentence when the reader owes for documents."""
    owed = DocumentRequest.objects.filter(patron=patron, fee_state=FeeState.OPEN).aggregate(
        sum=Sum("fee_fen")
    )["sum"]
    if owed:
        yield _("文献传递费用 %(owed)s 未缴。") % {"owed": yuan_text(owed)}
