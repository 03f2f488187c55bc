"""The registers of acquisitions: accession numbers and invoices, and taking back what was entered wrongly."""

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xinglin.acquisitions import queries, services
from xinglin.acquisitions.console.forms import CancelForm
from xinglin.acquisitions.console.offering import libraries_to_see
from xinglin.acquisitions.models import Accession, Invoice
from xinglin.acquisitions.queries import ORDER, RECEIVE, VIEW_ORDER
from xinglin.console.access import StaffRequest
from xinglin.console.menu import Section
from xinglin.console.registry import screen
from xinglin.console.screens import Action, Answers, Column, FlagFilter, ListScreen, RelatedFilter
from xinglin.console.screens import Kind as Shown
from xinglin.console.tones import Chip, Tone
from xinglin.consortium.access import staff_of


def _reverse_receipt(request: StaffRequest, row: Accession, answers: Answers) -> str:
    services.reverse_receipt(accession=row, reason=answers["reason"], by=staff_of(request))
    return _("已撤销登录号 %(number)s 的验收，这一册重新等待到货。") % {"number": row.number}


@screen
class Accessions(ListScreen[Accession]):
    """Every copy that was taken in, under its number: the accession register."""

    name = "acquisitions.accessions"
    title = gettext_lazy("登录簿")
    section = Section.SUPPLY
    icon = "notebook"
    order = 64
    permission = VIEW_ORDER
    words = (gettext_lazy("登录号"), gettext_lazy("总括登记"), "dengluhao")
    columns = (
        Column(gettext_lazy("登录号"), "number", sort="serial"),
        Column(gettext_lazy("题名"), "line.title", sort="line__title", roomy=True),
        Column(gettext_lazy("ISBN"), "line.isbn", narrow=False),
        Column(gettext_lazy("单价"), "line.price_fen", kind=Shown.FEN, narrow=False),
        Column(gettext_lazy("图书馆"), "library.label", sort="library__code", narrow=False),
        Column(
            gettext_lazy("订单"), "line.order.number",
            link=lambda row: reverse("console:acquisitions.order", args=[row.line.order_id]),
        ),
        Column(gettext_lazy("时间"), "at", kind=Shown.MOMENT, sort="at"),
        Column(gettext_lazy("撤销"), lambda row: Chip(row.reversal_reason, Tone.BAD) if row.reversed_at else ""),
    )  # fmt: skip
    filters = (
        RelatedFilter("library", gettext_lazy("图书馆"), field="library", rows=libraries_to_see),
        FlagFilter("reversed", gettext_lazy("只看撤销的"), where=queries.is_reversed),
    )
    search_fields = ("number", "line__title", "line__isbn", "line__order__number")
    search_hint = gettext_lazy("登录号、题名、ISBN、订单编号")
    order_by = ("-at", "-pk")
    empty = gettext_lazy("验收后，每一册按馆给连续的登录号。")
    actions = (
        Action("reverse", gettext_lazy("撤销验收"), run=_reverse_receipt, form=CancelForm, permission=RECEIVE,
               icon="arrow-back-up", tone=Tone.BAD, when=lambda row: row.reversed_at is None),
    )  # fmt: skip

    def rows(self, request: StaffRequest) -> QuerySet[Accession]:
        return queries.accessions_visible_to(staff_of(request))


def _reverse_invoice(request: StaffRequest, row: Invoice, answers: Answers) -> str:
    services.reverse_invoice(invoice=row, reason=answers["reason"], by=staff_of(request))
    return _("已冲销发票 %(number)s，款项退回经费的占用；可以用同一号码重新登记。") % {"number": row.number}


@screen
class Invoices(ListScreen[Invoice]):
    """Every invoice that was entered."""

    name = "acquisitions.invoices"
    title = gettext_lazy("发票")
    section = Section.SUPPLY
    icon = "receipt"
    order = 66
    permission = VIEW_ORDER
    words = (gettext_lazy("冲销"), "fapiao")
    columns = (
        Column(gettext_lazy("号码"), "number", sort="number"),
        Column(gettext_lazy("书商"), "vendor.name", sort="vendor__name"),
        Column(
            gettext_lazy("订单"), "order.number",
            link=lambda row: reverse("console:acquisitions.order", args=[row.order_id]),
        ),
        Column(gettext_lazy("日期"), "dated_on", kind=Shown.DAY, sort="dated_on"),
        Column(gettext_lazy("货款"), "goods_fen", kind=Shown.FEN, sort="goods_fen"),
        Column(gettext_lazy("税额"), "tax_fen", kind=Shown.FEN, narrow=False),
        Column(gettext_lazy("币种说明"), "currency_note", narrow=False),
        Column(gettext_lazy("登记人"), "by", narrow=False),
        Column(gettext_lazy("冲销"), lambda row: Chip(row.reversal_reason, Tone.BAD) if row.reversed_at else ""),
    )  # fmt: skip
    filters = (
        RelatedFilter("library", gettext_lazy("订购馆"), field="order__library", rows=libraries_to_see),
        FlagFilter("reversed", gettext_lazy("只看冲销的"), where=queries.is_reversed),
    )
    search_fields = ("number", "vendor__name", "order__number")
    search_hint = gettext_lazy("号码、书商、订单编号")
    order_by = ("-entered_at", "-pk")
    empty = gettext_lazy("还没有发票；在订单页上登记。")
    actions = (
        Action("reverse", gettext_lazy("冲销"), run=_reverse_invoice, form=CancelForm, permission=ORDER,
               icon="arrow-back-up", tone=Tone.BAD, when=lambda row: row.reversed_at is None),
    )  # fmt: skip

    def rows(self, request: StaffRequest) -> QuerySet[Invoice]:
        return queries.invoices_visible_to(staff_of(request))
