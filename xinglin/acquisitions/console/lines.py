"""The lines that wait for copies: receiving them."""

from django import forms
from django.db.models import QuerySet
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xinglin.acquisitions import queries, services
from xinglin.acquisitions.console.forms import ReceiveForm
from xinglin.acquisitions.console.offering import Files, libraries_to_see
from xinglin.acquisitions.lifecycle import OrderState
from xinglin.acquisitions.models import OrderLine
from xinglin.acquisitions.queries import ORDER, RECEIVE, VIEW_ORDER
from xinglin.console.access import StaffRequest
from xinglin.console.menu import Section
from xinglin.console.registry import screen
from xinglin.console.screens import Action, Answers, Column, FlagFilter, ListScreen, RelatedFilter
from xinglin.console.screens import Kind as Shown
from xinglin.console.tones import Tone
from xinglin.consortium.access import staff_of


def _waits(line: OrderLine) -> bool:
    return line.outstanding > 0 and line.order.state in (OrderState.PLACED, OrderState.PARTLY)


def receive_link(line: OrderLine) -> str:
    """Return where copies of a line are received, or "" while none is awaited."""
    if not _waits(line):
        return ""
    back = reverse("console:acquisitions.order", args=[line.order_id])
    return f"{reverse('console:acquisitions.lines.do', args=[line.pk, 'receive'])}?back={back}"


def _receive_form(request: StaffRequest, line: OrderLine, data: QueryDict | None, files: Files) -> forms.Form:
    return ReceiveForm(data, initial={"copies": line.outstanding, "seen": line.received})


def _receive(request: StaffRequest, line: OrderLine, answers: Answers) -> str:
    made = services.receive(line=line, copies=answers["copies"], seen=answers["seen"], by=staff_of(request))
    numbers = f"{made[0]}—{made[-1]}" if len(made) > 1 else str(made[0])
    return _("已验收 %(n)d 册，登录号 %(numbers)s。") % {"n": len(made), "numbers": numbers}


def _remove(request: StaffRequest, line: OrderLine, answers: Answers) -> HttpResponse:
    order = line.order_id
    services.remove_line(line=line, by=staff_of(request))
    return redirect("console:acquisitions.order", pk=order)


@screen
class Lines(ListScreen[OrderLine]):
    """Every work on every order: what is still to come is received here."""

    name = "acquisitions.lines"
    title = gettext_lazy("在订与验收")
    section = Section.SUPPLY
    icon = "truck-delivery"
    order = 63
    permission = VIEW_ORDER
    words = (gettext_lazy("到货"), gettext_lazy("登录"))
    columns = (
        Column(gettext_lazy("题名"), "title", sort="title"),
        Column(gettext_lazy("ISBN"), "isbn", narrow=False),
        Column(
            gettext_lazy("订单"), "order.number", sort="order__number",
            link=lambda line: reverse("console:acquisitions.order", args=[line.order_id]),
        ),
        Column(gettext_lazy("收藏馆"), "library.label", narrow=False),
        Column(gettext_lazy("经费"), "fund.name", narrow=False),
        Column(gettext_lazy("订"), "copies", kind=Shown.NUMBER),
        Column(gettext_lazy("到"), "received", kind=Shown.NUMBER),
        Column(gettext_lazy("未到"), "outstanding", kind=Shown.NUMBER),
        Column(gettext_lazy("状态"), "order.state", kind=Shown.STATE),
    )  # fmt: skip
    filters = (
        RelatedFilter("library", gettext_lazy("收藏馆"), field="library", rows=libraries_to_see),
        FlagFilter("waiting", gettext_lazy("只看未到"), where=queries.is_outstanding()),
    )
    search_fields = ("title", "isbn", "order__number", "order__vendor__name")
    search_hint = gettext_lazy("题名、ISBN、订单编号、书商")
    order_by = ("-order__made_at",)
    empty = gettext_lazy("还没有订过书。")
    actions = (
        Action("receive", gettext_lazy("验收"), run=_receive, form=_receive_form, permission=RECEIVE,
               icon="package-import", when=_waits),
        Action("remove", gettext_lazy("移出订单"), run=_remove, permission=ORDER, icon="x", tone=Tone.BAD,
               when=lambda line: line.order.state == OrderState.DRAFT),
    )  # fmt: skip

    def rows(self, request: StaffRequest) -> QuerySet[OrderLine]:
        return queries.lines_visible_to(staff_of(request))
