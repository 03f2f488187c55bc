"""The pick list: what the staff of a library fetches from its shelves now, in shelf order."""

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xinglin.circulation import picking, services
from xinglin.circulation.console.scanning import Line, copies_of, refused
from xinglin.circulation.models import Hold
from xinglin.commons.errors import Refusal
from xinglin.console.access import StaffRequest
from xinglin.console.menu import Card, Section, card
from xinglin.console.screens import PageScreen, screen
from xinglin.console.tones import Tone
from xinglin.consortium.access import staff_of


@screen
class PickList(PageScreen):
    """Fetch, then scan: the copy goes to the first reader who waits. What is not there is said so."""

    name = "circulation.picks"
    title = gettext_lazy("取书单")
    section = Section.CIRCULATION
    icon = "list-check"
    order = 30
    permission = "circulation.fill_hold"
    words = (gettext_lazy("拣书"), "qushudan")
    template_name = "circulation/console/picks.html"

    def context(self, request: StaffRequest) -> dict[str, object]:
        library = staff_of(request).library
        picks = picking.pick_list(library)
        picks.sort(key=lambda pick: (pick.item.holding.location, pick.item.holding.call_number))
        return {"picks": picks, "library": library}

    def post(self, request: StaffRequest) -> HttpResponse:
        line = _missing(request) if request.POST.get("deed") == "missing" else _found(request)
        return self.page(request, {**self.context(request), "lines": [line]})


def _found(request: StaffRequest) -> Line:
    staff = staff_of(request)
    try:
        found = [item for item in copies_of(request) if item.library_id == staff.library_id]
        picks = {pick.item.pk: pick.hold for pick in picking.pick_list(staff.library)}
        item = next((item for item in found if item.pk in picks), None)
        if item is None:
            return Line(Tone.BAD, _("不在取书单上"), details=(_("这一册没有读者在等，请放回书架。"),))
        services.set_aside(hold=picks[item.pk], item=item, by=staff)
    except Refusal as refusal:
        return refused(refusal)
    return _line(Hold.objects.select_related("pickup_library", "patron", "record").get(pk=picks[item.pk].pk))


def _line(hold: Hold) -> Line:
    if hold.kept_until is None:
        words = _("装箱送往%(library)s（预约）") % {"library": hold.pickup_library.label}
        return Line(Tone.WAITING, words, title=hold.record.title)
    words = _("放预约架：%(name)s，保留到 %(month)d 月 %(day)d 日") % {
        "name": hold.patron.name,
        "month": hold.kept_until.month,
        "day": hold.kept_until.day,
    }
    return Line(Tone.ACTIVE, words, title=hold.record.title)


def _missing(request: StaffRequest) -> Line:
    try:
        item = copies_of(request)[0]
        services.not_on_the_shelf(item=item, by=staff_of(request))
    except Refusal as refusal:
        return refused(refusal)
    return Line(
        Tone.WAITING,
        _("已登记找不到"),
        title=item.holding.record.title,
        details=(item.barcode, _("别的复本会自动补上取书单。")),
    )


@card(order=11, permission="circulation.fill_hold")
def books_to_pick(request: StaffRequest) -> Card | None:
    """Say on the home page how many copies are to be fetched from the shelves."""
    number = len(picking.pick_list(staff_of(request).library))
    url = reverse("console:circulation.picks")
    return Card(
        _("待取书单"),
        number=number,
        url=url,
        icon="list-check",
        tone=Tone.WAITING,
        note=_("读者在等、书在架上"),
    )
