"""The lending desk, made for a scanner: scan a card, scan copies, press Enter on nothing for the next reader."""

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xinglin.catalog.errors import ItemUnknown
from xinglin.catalog.models import Item
from xinglin.circulation import queries, services
from xinglin.circulation.console.reader_panel import panel_of
from xinglin.circulation.console.scanning import (
    Line,
    card_of,
    copies_of,
    lead_to,
    reader_of,
    refused,
    token_of,
    which_of,
)
from xinglin.circulation.models import Loan
from xinglin.commons import clock
from xinglin.commons.errors import Refusal
from xinglin.commons.numbers import whole
from xinglin.console.access import StaffRequest
from xinglin.console.menu import Section
from xinglin.console.screens import PageScreen, screen
from xinglin.console.tones import Tone
from xinglin.consortium.access import staff_of
from xinglin.patrons.models import Patron
from xinglin.patrons.queries import find_by_card


@screen
class Desk(PageScreen):
    name = "circulation.desk"
    title = gettext_lazy("借书台")
    section = Section.CIRCULATION
    icon = "scan"
    order = 10
    permission = "circulation.lend"
    words = (gettext_lazy("借书"), gettext_lazy("续借"), "jieshu", "xujie")
    template_name = "circulation/console/desk.html"

    def context(self, request: StaffRequest) -> dict[str, object]:
        patron, staff = reader_of(request), staff_of(request)
        return {"reader": panel_of(patron, staff) if patron else None, "library": staff.library}

    def post(self, request: StaffRequest) -> HttpResponse:
        patron = reader_of(request)
        if patron is None:
            return self._open(request)
        if request.POST.get("deed") == "renew_all":
            loans = list(queries.open_loans_of(patron))
            return self._show(
                request, patron, _renewed(services.renew_all(loans=loans, by=staff_of(request)))
            )
        if "renew" in request.POST:
            return self._show(request, patron, [_renew(request, patron)])
        return self._scan(request, patron)

    def _open(self, request: StaffRequest) -> HttpResponse:
        """Open the desk for the reader whose card was scanned."""
        try:
            patron = find_by_card(request.POST.get("code", ""))
        except Refusal as refusal:
            return self._show(request, None, [refused(refusal)])
        return lead_to(request, f"{reverse('console:circulation.desk')}?reader={token_of(patron)}")

    def _scan(self, request: StaffRequest, patron: Patron) -> HttpResponse:
        """Lend what was scanned; another card changes the reader, and nothing at all ends the sitting."""
        code = request.POST.get("code", "").strip()
        if not code and not request.POST.get("item"):
            return lead_to(request, reverse("console:circulation.desk"))
        try:
            found = copies_of(request)
        except ItemUnknown as unknown:
            return self._another_card(request, patron, code, unknown)
        return self._show(
            request, patron, [which_of(found) if len(found) > 1 else _lend(request, patron, found[0])]
        )

    def _another_card(
        self, request: StaffRequest, patron: Patron, code: str, unknown: ItemUnknown
    ) -> HttpResponse:
        try:
            other = card_of(code)
        except Refusal as refusal:
            return self._show(request, patron, [refused(refusal)])
        if other is None:
            return self._show(request, patron, [refused(unknown)])
        return lead_to(request, f"{reverse('console:circulation.desk')}?reader={token_of(other)}")

    def _show(self, request: StaffRequest, patron: Patron | None, lines: list[Line]) -> HttpResponse:
        staff = staff_of(request)
        context: dict[str, object] = {
            "reader": panel_of(patron, staff) if patron else None,
            "library": staff.library,
            "lines": lines,
        }
        part = "circulation/console/desk_answer.html" if request.headers.get("HX-Request") else ""
        return self.page(request, context, template=part)


def _lend(request: StaffRequest, patron: Patron, item: Item) -> Line:
    staff = staff_of(request)
    reason = request.POST.get("override", "").strip()
    try:
        loan = services.lend(patron=patron, item=item, library=staff.library, by=staff, override=reason)
    except Refusal as refusal:
        return refused(refusal, item)
    return _line(loan, _("已借出"))


def _renew(request: StaffRequest, patron: Patron) -> Line:
    loan = queries.open_loans_of(patron).filter(pk=whole(request.POST["renew"]) or 0).first()
    if loan is None:
        return Line(Tone.BAD, _("未办理"), details=(_("这次借阅已经结束，请刷新后再看。"),))
    try:
        return _line(services.renew(loan=loan, by=staff_of(request)), _("已续借"))
    except Refusal as refusal:
        return Line(
            Tone.BAD,
            _("未续借"),
            title=loan.item.holding.record.title,
            details=(str(refusal),),
            url=reverse("console:circulation.loan", args=[loan.pk]),
        )


def _renewed(outcomes: list[services.Renewal]) -> list[Line]:
    return [
        _line(outcome.loan, _("已续借"))
        if outcome.refusal is None
        else Line(
            Tone.BAD,
            _("未续借"),
            title=outcome.loan.item.holding.record.title,
            details=(str(outcome.refusal),),
            url=reverse("console:circulation.loan", args=[outcome.loan.pk]),
        )
        for outcome in outcomes
    ]


def _line(loan: Loan, words: str) -> Line:
    due = clock.local(loan.due_at)
    day = _("%(month)d 月 %(day)d 日") % {"month": due.month, "day": due.day}
    hour = f" {due:%H:%M}" if (due.hour, due.minute) != (23, 59) else ""
    return Line(
        Tone.GOOD,
        _("%(words)s，%(due)s 前还") % {"words": words, "due": day + hour},
        title=loan.item.holding.record.title,
        details=(loan.item.barcode, loan.item.library.label),
        url=reverse("console:circulation.loan", args=[loan.pk]),
    )
