"""The desk of returns: scan after scan, and for each copy one large word that says where it goes."""

from datetime import datetime, time

from django import forms
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xinglin.circulation import services
from xinglin.circulation.console.scanning import Line, copies_of, refused, which_of
from xinglin.circulation.services import CheckIn, Next
from xinglin.commons import clock
from xinglin.commons.errors import Refusal
from xinglin.commons.onscreen import yuan_text
from xinglin.console.access import StaffRequest
from xinglin.console.menu import Section
from xinglin.console.screens import PageScreen, screen
from xinglin.console.tones import Tone
from xinglin.consortium.access import staff_of

TONES = {
    Next.SHELF: Tone.GOOD,
    Next.HOLD_SHELF: Tone.ACTIVE,
    Next.BOX: Tone.WAITING,
    Next.REPAIR: Tone.BAD,
    Next.CATALOGUING: Tone.BAD,
}


class Drop(forms.Form):
    """The day on which the book drop was last emptied: what lay in it counts as brought back by then."""

    day = forms.DateField(
        label=gettext_lazy("按这一天算归还（清还书箱时填）"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date", "form": "scan"}, format="%Y-%m-%d"),
    )


@screen
class Returns(PageScreen):
    name = "circulation.returns"
    title = gettext_lazy("还书台")
    section = Section.CIRCULATION
    icon = "arrow-back-up"
    order = 11
    permission = "circulation.check_in"
    words = (gettext_lazy("还书"), gettext_lazy("收书"), "huanshu")
    template_name = "circulation/console/returns.html"

    def context(self, request: StaffRequest) -> dict[str, object]:
        return {"drop": Drop(), "library": staff_of(request).library}

    def post(self, request: StaffRequest) -> HttpResponse:
        drop = Drop(request.POST)
        day = drop.cleaned_data["day"] if drop.is_valid() else None
        at = datetime.combine(day, time(23, 59), clock.SHANGHAI) if day else None
        staff = staff_of(request)
        code = request.POST.get("code", "").strip().upper()
        try:
            if code.startswith("BOX"):
                return self._answer_with(request, drop, _opened(request, code))
            found = copies_of(request)
        except Refusal as refusal:
            line = refused(refusal)
        else:
            line = which_of(found)
            if len(found) == 1:
                try:
                    line = line_of(services.check_in(item=found[0], library=staff.library, by=staff, at=at))
                except Refusal as refusal:
                    line = Line(Tone.BAD, _("未办理"), details=(str(refusal),))
        return self._answer_with(request, drop, line)

    def _answer_with(self, request: StaffRequest, drop: Drop, line: Line) -> HttpResponse:
        staff = staff_of(request)
        part = "circulation/console/lines.html" if request.headers.get("HX-Request") else ""
        return self.page(
            request,
            {"lines": [line], "drop": drop, "library": staff.library, "page": "returns"},
            template=part,
        )


def _opened(request: StaffRequest, number: str) -> Line:
    """Open a box whose number was scanned, and say how many copies are still to be scanned out of it."""
    staff = staff_of(request)
    box = services.open_box(number=number, library=staff.library, by=staff)
    left = box.transits.filter(received_at=None).count()
    here = box.to_library_id == staff.library_id
    return Line(
        Tone.ACTIVE if here else Tone.BAD,
        _("开箱，逐册扫描：%(count)d 册") % {"count": left}
        if here
        else _("这一箱应送往%(library)s") % {"library": box.to_library.label},
        title=box.number,
        details=(_("来自%(library)s") % {"library": box.from_library.label},),
        url=reverse("console:circulation.sealed_box", args=[box.pk]),
    )


def line_of(result: CheckIn) -> Line:
    """Return what the desk does now, and what else is to be said."""
    return Line(
        TONES[result.next],
        _where(result),
        title=result.item.holding.record.title,
        details=tuple(_details(result)),
        item=result.item,
        url=reverse("console:circulation.loan", args=[result.loan.pk]) if result.loan else "",
    )


def _where(result: CheckIn) -> str:
    if result.next == Next.HOLD_SHELF and result.hold is not None and result.hold.kept_until is not None:
        kept = result.hold.kept_until
        words = _("放预约架：%(name)s，保留到 %(month)d 月 %(day)d 日")
        return words % {"name": result.hold.patron.name, "month": kept.month, "day": kept.day}
    if result.next == Next.BOX and result.transit is not None:
        why = _("（预约）") if result.hold else ""
        return _("装箱送往%(library)s%(why)s") % {"library": result.transit.to_library.label, "why": why}
    if result.next == Next.REPAIR:
        return _("放修补架")
    if result.next == Next.CATALOGUING:
        return _("交编目：%(condition)s") % {"condition": result.item.get_condition_display()}
    if result.moved_from is not None:
        return _("留在本馆上架 %(call_number)s") % {"call_number": result.item.holding.call_number}
    return _("放回书架 %(call_number)s") % {"call_number": result.item.holding.call_number}


def _details(result: CheckIn) -> list[str]:
    said = [result.item.barcode, result.item.library.label]
    if result.loan is None:
        said.append(_("没有借出记录"))
    if result.moved_from is not None:
        said.append(_("浮动馆藏，从%(library)s来") % {"library": result.moved_from.label})
    if result.was_gone:
        said.append(_("原登记为遗失或找不到，现已找到"))
    if result.refunded_fen:
        said.append(_("应退读者赔款 %(sum)s") % {"sum": yuan_text(result.refunded_fen)})
    if result.charge.cost.units_late:
        said.append(_("逾期 %(count)d") % {"count": result.charge.cost.units_late})
    if result.charge.amnesty is not None:
        said.append(_("免罚日（%(reason)s），不计滞纳金、不停借") % {"reason": result.charge.amnesty.reason})
    if result.charge.fee is not None:
        said.append(_("滞纳金 %(sum)s") % {"sum": yuan_text(result.charge.fee.amount_fen)})
    if result.charge.suspension is not None:
        said.append(_("停借到 %(until)s") % {"until": result.charge.suspension.until})
    return said
