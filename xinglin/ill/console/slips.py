"""Slips that travel with a book: to whom, from whom, of which request, until when."""

import segno
from django.utils.translation import gettext_lazy

from xinglin.console.access import StaffRequest
from xinglin.console.screens import RowScreen, screen
from xinglin.ill.models import SupplyRequest, Wish


def _code(text: str) -> str:
    return segno.make(text, micro=False).svg_data_uri(scale=3, border=1)


@screen
class SupplySlip(RowScreen[SupplyRequest]):
    """The slip of a copy that we lend."""

    name = "ill.supply_slip"
    title = gettext_lazy("随书单")
    listing = "ill.supplies"
    template_name = "ill/console/slip.html"

    def context(self, request: StaffRequest, row: SupplyRequest) -> dict[str, object]:
        return {
            "code": _code(row.number),
            "from": f"{row.library.name} {row.library.address} {row.library.phone}",
            "to": f"{row.partner.name} {row.deliver_to or row.partner.address}",
            "barcode": row.item.barcode if row.item else "",
        }


@screen
class WishSlip(RowScreen[Wish]):
    """The slip of a thing that we send back."""

    name = "ill.wish_slip"
    title = gettext_lazy("归还单")
    listing = "ill.wishes"
    template_name = "ill/console/slip.html"

    def context(self, request: StaffRequest, row: Wish) -> dict[str, object]:
        partner = row.leg.partner if row.leg else None
        return {
            "code": _code(row.leg.request_id if row.leg else row.number),
            "from": f"{row.library.name} {row.library.address} {row.library.phone}",
            "to": row.return_to or (f"{partner.name} {partner.address}" if partner else ""),
            "barcode": row.item_id,
        }
