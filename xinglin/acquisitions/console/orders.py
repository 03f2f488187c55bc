"""Orders to vendors: the list, the page of one, what may be done there."""

from typing import Any, cast

from django import forms
from django.db.models import QuerySet
from django.http import HttpResponse, QueryDict
from django.urls import URLPattern, reverse
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xinglin.acquisitions import queries, services
from xinglin.acquisitions.console.forms import (
    CancelForm,
    InvoiceForm,
    LineForm,
    OrderForm,
    OverrideForm,
    VendorListForm,
    fen,
)
from xinglin.acquisitions.console.lines import receive_link
from xinglin.acquisitions.console.offering import (
    OfLibraryForm,
    libraries_to_see,
    offer_funds,
    offer_libraries,
)
from xinglin.acquisitions.lifecycle import ORDER_DEEDS, ORDER_MOVES, OrderState
from xinglin.acquisitions.models import Accession, Invoice, OrderLine, PurchaseOrder
from xinglin.acquisitions.queries import ORDER, VIEW_ORDER
from xinglin.commons import clock
from xinglin.commons.sheets import xlsx_response
from xinglin.console.access import StaffRequest
from xinglin.console.menu import Section
from xinglin.console.registry import screen
from xinglin.console.screens import (
    Action,
    Answers,
    ChoiceFilter,
    Column,
    DetailScreen,
    Fact,
    Facts,
    ListScreen,
    Related,
    RelatedFilter,
    offered,
)
from xinglin.console.screens import Kind as Shown
from xinglin.console.tones import Tone, colour_states
from xinglin.consortium.access import staff_of

Files = MultiValueDict[str, object] | None

colour_states(
    PurchaseOrder,
    {
        OrderState.DRAFT: Tone.QUIET,
        OrderState.PLACED: Tone.WAITING,
        OrderState.PARTLY: Tone.ACTIVE,
        OrderState.RECEIVED: Tone.ACTIVE,
        OrderState.CLOSED: Tone.GOOD,
        OrderState.CANCELLED: Tone.BAD,
    },
)


def _is_draft(order: PurchaseOrder) -> bool:
    return order.state == OrderState.DRAFT


def _line_form(
    request: StaffRequest, order: PurchaseOrder, data: QueryDict | None, files: Files
) -> forms.Form:
    form = LineForm(data, initial={"library": order.library_id})
    offer_funds(form, request, order.library_id)
    offer_libraries(form, request, ORDER)
    return form


def _add_line(request: StaffRequest, order: PurchaseOrder, answers: Answers) -> str:
    form = LineForm()
    form.cleaned_data = dict(answers)
    line = services.add_line(
        order=order, fund=answers["fund"], wish=form.wish(), copies=answers["copies"],
        library=answers["library"], by=staff_of(request),
    )  # fmt: skip
    return _("已加入《%(title)s》%(copies)d 册。") % {"title": line.title, "copies": line.copies}


def _list_form(
    request: StaffRequest, order: PurchaseOrder, data: QueryDict | None, files: Files
) -> forms.Form:
    form = VendorListForm(data, cast("Any", files))
    offer_funds(form, request, order.library_id)
    return form


def _take_list(request: StaffRequest, order: PurchaseOrder, answers: Answers) -> str:
    file = answers["file"]
    outcome = services.take_vendor_list(
        order=order, fund=answers["fund"], file=file, name=file.name or "", by=staff_of(request)
    )
    said = _("已加入 %(n)d 行。") % {"n": outcome.added}
    if outcome.refused:
        told = "；".join(
            _("第 %(row)d 行：%(why)s") % {"row": row, "why": why} for row, why in outcome.refused[:8]
        )
        said += _("%(n)d 行没有加入：%(told)s") % {"n": len(outcome.refused), "told": told}
    return said


def _place(request: StaffRequest, order: PurchaseOrder, answers: Answers) -> str:
    services.place_order(order=order, override=answers["override"], by=staff_of(request))
    return _("已下单，经费已占用。可以导出订单发给书商。")


def _cancel(request: StaffRequest, order: PurchaseOrder, answers: Answers) -> str:
    services.cancel_order(order=order, reason=answers["reason"], by=staff_of(request))
    return _("已取消没有到的书，占用的经费已退回。")


def _invoice_form(
    request: StaffRequest, order: PurchaseOrder, data: QueryDict | None, files: Files
) -> forms.Form:
    return InvoiceForm(data, initial={"dated_on": clock.today()}).offer(order.lines.all())


def _enter(request: StaffRequest, order: PurchaseOrder, answers: Answers) -> str:
    form = InvoiceForm()
    form.cleaned_data = dict(answers)
    services.enter_invoice(
        order=order, number=answers["number"], dated_on=answers["dated_on"], charged=form.charged(),
        tax_fen=fen(answers["tax"]) or 0, currency_note=answers["currency_note"],
        override=answers["override"], by=staff_of(request),
    )  # fmt: skip
    return _("已登记发票。")


def _close(request: StaffRequest, order: PurchaseOrder, answers: Answers) -> str:
    services.close_order(order=order, by=staff_of(request))
    return _("已结清。")


def _action(name: str, title: Any, run: Any, icon: str, **more: Any) -> Action[PurchaseOrder]:
    return Action(name, title, run=run, permission=ORDER, icon=icon, **more)


ACTIONS = (
    _action("add_line", gettext_lazy("加一种书"), _add_line, "plus", form=_line_form, when=_is_draft),
    _action("take_list", gettext_lazy("导入书目单"), _take_list, "upload", form=_list_form, when=_is_draft),
    _action("place_order", ORDER_DEEDS["place_order"], _place, "send", form=OverrideForm,
            when=offered(ORDER_MOVES, "place_order")),
    _action("enter_invoice", gettext_lazy("登记发票"), _enter, "receipt", form=_invoice_form,
            when=lambda order: order.state in (OrderState.PARTLY, OrderState.RECEIVED)),
    _action("close_order", ORDER_DEEDS["close_order"], _close, "check", tone=Tone.GOOD,
            when=offered(ORDER_MOVES, "close_order")),
    _action("cancel_order", gettext_lazy("取消未到的"), _cancel, "x", form=CancelForm, tone=Tone.BAD,
            when=lambda order: order.state in (OrderState.DRAFT, OrderState.PLACED, OrderState.PARTLY)),
)  # fmt: skip


@screen
class Orders(ListScreen[PurchaseOrder]):
    """The orders of one's libraries."""

    name = "acquisitions.orders"
    title = gettext_lazy("采购订单")
    section = Section.SUPPLY
    icon = "clipboard-list"
    order = 62
    permission = VIEW_ORDER
    words = (gettext_lazy("采访"), gettext_lazy("订购"))
    detail = "acquisitions.order"
    create = "acquisitions.order.new"
    create_title = gettext_lazy("新开订单")
    columns = (
        Column(gettext_lazy("编号"), "number", sort="number", link=True),
        Column(gettext_lazy("书商"), "vendor.name", sort="vendor__name"),
        Column(gettext_lazy("订购馆"), "library.label", sort="library__code", narrow=False),
        Column(gettext_lazy("册数"), "ordered", kind=Shown.NUMBER, narrow=False),
        Column(gettext_lazy("已到"), "came", kind=Shown.NUMBER, narrow=False),
        Column(gettext_lazy("金额"), "amount", kind=Shown.FEN),
        Column(gettext_lazy("状态"), "state", kind=Shown.STATE),
        Column(gettext_lazy("下单时间"), "placed_at", kind=Shown.MOMENT, sort="placed_at", narrow=False),
    )
    tabs = ChoiceFilter("state", gettext_lazy("状态"), choices=OrderState.choices)
    filters = (RelatedFilter("library", gettext_lazy("订购馆"), field="library", rows=libraries_to_see),)
    search_fields = ("number", "vendor__name", "note")
    search_hint = gettext_lazy("编号、书商、附注")
    order_by = ("-made_at",)
    empty = gettext_lazy("还没有订单。点“新开订单”，或在荐购里把同意购买的加入订单。")

    def rows(self, request: StaffRequest) -> QuerySet[PurchaseOrder]:
        return queries.orders_visible_to(staff_of(request))


@screen
class OrderPage(DetailScreen[PurchaseOrder]):
    """One order: its lines, what came, its invoices."""

    name = "acquisitions.order"
    title = gettext_lazy("采购订单")
    listing = "acquisitions.orders"
    panel_template = "acquisitions/console/order_panel.html"
    facts = (
        Facts(
            gettext_lazy("订单"),
            (
                Fact(gettext_lazy("编号"), "number"),
                Fact(gettext_lazy("状态"), "state", kind=Shown.STATE),
                Fact(gettext_lazy("书商"), "vendor.name"),
                Fact(gettext_lazy("订购馆"), "library.label"),
                Fact(gettext_lazy("金额"), "amount", kind=Shown.FEN),
                Fact(gettext_lazy("下单时间"), "placed_at", kind=Shown.MOMENT),
                Fact(gettext_lazy("附注"), "note"),
            ),
        ),
    )
    actions = ACTIONS

    def related(self, request: StaffRequest, row: PurchaseOrder) -> list[Related[Any]]:
        return [
            Related(
                gettext_lazy("图书"),
                rows=row.lines.select_related("fund", "library", "order"),
                columns=(
                    Column[OrderLine](gettext_lazy("题名"), "title"),
                    Column[OrderLine](
                        gettext_lazy("办理"),
                        lambda line: _("验收") if receive_link(line) else "",
                        link=receive_link,
                    ),
                    Column[OrderLine](gettext_lazy("收藏馆"), "library.label"),
                    Column[OrderLine](gettext_lazy("经费"), "fund.name"),
                    Column[OrderLine](gettext_lazy("单价"), "price_fen", kind=Shown.FEN),
                    Column[OrderLine](gettext_lazy("订"), "copies", kind=Shown.NUMBER),
                    Column[OrderLine](gettext_lazy("到"), "received", kind=Shown.NUMBER),
                    Column[OrderLine](gettext_lazy("取消"), "cancelled", kind=Shown.NUMBER),
                    Column[OrderLine](gettext_lazy("已开票"), "invoiced", kind=Shown.NUMBER),
                ),
                more=reverse("console:acquisitions.lines") + f"?q={row.number}",
                empty=gettext_lazy("还没有书；点“加一种书”或“导入书目单”。"),
            ),
            Related(
                gettext_lazy("发票"),
                rows=row.invoices.all(),
                columns=(
                    Column[Invoice](gettext_lazy("号码"), "number"),
                    Column[Invoice](gettext_lazy("日期"), "dated_on", kind=Shown.DAY),
                    Column[Invoice](gettext_lazy("货款"), "goods_fen", kind=Shown.FEN),
                    Column[Invoice](gettext_lazy("税额"), "tax_fen", kind=Shown.FEN),
                    Column[Invoice](gettext_lazy("币种说明"), "currency_note"),
                    Column[Invoice](gettext_lazy("冲销"), "reversal_reason"),
                ),
                more=reverse("console:acquisitions.invoices") + f"?q={row.number}",
                empty=gettext_lazy("还没有发票。"),
            ),
            Related(
                gettext_lazy("登录号"),
                rows=Accession.objects.filter(line__order=row)
                .select_related("line", "library")
                .order_by("-pk"),
                columns=(
                    Column[Accession](gettext_lazy("登录号"), "number"),
                    Column[Accession](gettext_lazy("题名"), "line.title"),
                    Column[Accession](gettext_lazy("图书馆"), "library.label"),
                    Column[Accession](gettext_lazy("时间"), "at", kind=Shown.MOMENT),
                    Column[Accession](gettext_lazy("撤销"), "reversal_reason"),
                ),
                more=reverse("console:acquisitions.accessions") + f"?q={row.number}",
                empty=gettext_lazy("验收后给登录号。"),
            ),
        ]

    def urls(self) -> list[URLPattern]:
        return [*super().urls(), self.route(f"{self.row_address}sheet.xlsx", self._sheet, ".sheet")]

    def _sheet(self, request: StaffRequest, pk: int) -> HttpResponse:
        """Hand out the order under the vendor's own headings."""
        order = self.row(request, pk)
        headings, rows = services.vendor_sheet(order)
        return xlsx_response(name=order.number, headings=headings, rows=rows, title=order.number)


@screen
class NewOrder(OfLibraryForm[PurchaseOrder]):
    """Begin an order."""

    name = "acquisitions.order.new"
    title = gettext_lazy("新开订单")
    listing = "acquisitions.orders"
    detail = "acquisitions.order"
    permission = ORDER
    form = OrderForm

    def save(self, request: StaffRequest, form: forms.Form, row: PurchaseOrder | None) -> PurchaseOrder:
        return services.begin_order(**form.cleaned_data, by=staff_of(request))
