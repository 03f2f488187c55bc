"""Slips of paper: what a reader has, brought back and paid today, and what lies in a box."""

from django.utils.translation import gettext_lazy

from xinglin.circulation import queries, slips
from xinglin.circulation.console.reader_panel import panel_of
from xinglin.circulation.console.scanning import reader_of
from xinglin.commons import clock
from xinglin.commons.errors import NotFound
from xinglin.console.access import StaffRequest
from xinglin.console.screens import PageScreen, screen
from xinglin.consortium.access import staff_of


@screen
class Receipt(PageScreen):
    """What a reader has in hand, brought back and paid here today, for a printer of 58 or 80 mm."""

    name = "circulation.receipt"
    title = gettext_lazy("借还凭条")
    permission = "circulation.lend"
    template_name = "circulation/console/receipt.html"

    def context(self, request: StaffRequest) -> dict[str, object]:
        patron, staff = reader_of(request), staff_of(request)
        if patron is None:
            raise NotFound(gettext_lazy("请先在借书台扫读者证，再打印凭条。"))
        return {
            "reader": panel_of(patron, staff),
            "loans": queries.open_loans_of(patron),
            "returned": slips.brought_back_today(patron, library=staff.library),
            "payments": slips.paid_today(patron),
            "library": staff.library,
            "now": clock.now(),
        }


@screen
class BoxSlip(PageScreen):
    """What goes from this library into each library's box: laid into the box, ticked off on arrival."""

    name = "circulation.boxes"
    title = gettext_lazy("装箱单")
    permission = "circulation.view_transit"
    template_name = "circulation/console/boxes.html"

    def context(self, request: StaffRequest) -> dict[str, object]:
        library = staff_of(request).library
        under_way = queries.transits_visible_to(staff_of(request)).filter(
            from_library=library, received_at=None
        )
        return {
            "transits": under_way.order_by("to_library__code", "sent_at"),
            "library": library,
            "now": clock.now(),
        }
