"""What circulation has against letting a reader leave: copies that are kept for them."""

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from xinglin.circulation.lifecycle import CAPTURED
from xinglin.circulation.models import Hold
from xinglin.patrons.clearance import may_object
from xinglin.patrons.models import Patron


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
