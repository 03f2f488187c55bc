"""What desks took for fees, and what they owe each other for it at the end of a month."""

from datetime import date
from typing import cast

from django import forms
from django.db.models import F, Q, QuerySet
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xinglin.circulation import queries
from xinglin.circulation.models import FeeKind, Payment
from xinglin.circulation.settlement import Debt, debts_of
from xinglin.commons import clock
from xinglin.commons.onscreen import yuan_text
from xinglin.commons.sheets import csv_response, xlsx_response
from xinglin.console.access import StaffRequest
from xinglin.console.menu import Section
from xinglin.console.screens import (
    ChoiceFilter,
    Column,
    DateFilter,
    FlagFilter,
    Kind,
    ListScreen,
    PageScreen,
    RelatedFilter,
    TextFilter,
    screen,
)
from xinglin.consortium.access import staff_of
from xinglin.consortium.models import Library

VIEW = "circulation.view_fee"


def _libraries(request: StaffRequest) -> QuerySet[Library]:
    return Library.objects.filter(active=True)


def _who(payment: Payment) -> str:
    return payment.by.name if payment.by else str(_("自助设备或系统"))


@screen
class Payments(ListScreen[Payment]):
    """Every sum that was taken or given back; readers are not named, for desks serve those of other libraries."""

    name = "circulation.payments"
    title = gettext_lazy("收款记录")
    section = Section.CIRCULATION
    icon = "receipt"
    order = 52
    permission = VIEW
    words = (gettext_lazy("代收"), gettext_lazy("日结"), "shoukuan")
    columns = (
        Column(gettext_lazy("时间"), "at", kind=Kind.MOMENT, sort="at"),
        Column(gettext_lazy("收款馆"), "library.label", sort="library__code"),
        Column(gettext_lazy("归属馆"), "fee.library.label"),
        Column(gettext_lazy("事项"), "fee.get_kind_display"),
        Column(gettext_lazy("金额"), "amount_fen", kind=Kind.FEN, sort="amount_fen"),
        Column(gettext_lazy("书名"), "fee.item.holding.record.full_title", narrow=False),
        Column(gettext_lazy("条码"), "fee.item.barcode", narrow=False),
        Column(
            gettext_lazy("经手人"),
            lambda payment: payment.by.name if payment.by else _("自助设备或系统"),
            narrow=False,
        ),
    )
    filters = (
        FlagFilter("for_others", gettext_lazy("替别馆收的"), where=~Q(library=F("fee__library"))),
        RelatedFilter("library", gettext_lazy("收款馆"), field="library", rows=_libraries),
        RelatedFilter("owner", gettext_lazy("归属馆"), field="fee__library", rows=_libraries),
        ChoiceFilter("kind", gettext_lazy("事项"), field="fee__kind", choices=FeeKind.choices),
        DateFilter("at", gettext_lazy("日期"), field="at"),
        TextFilter("barcode", gettext_lazy("条码"), field="fee__item__barcode", lookup="istartswith"),
    )
    search_fields = ("fee__item__holding__record__title", "fee__item__barcode")
    search_hint = gettext_lazy("书名、条码")
    order_by = ("-at",)
    empty = gettext_lazy("还没有收款。在费用或借书台收款、自助设备缴费后，一笔一笔记在这里；退款是负数。")

    def rows(self, request: StaffRequest) -> QuerySet[Payment]:
        return queries.payments_visible_to(staff_of(request))


class MonthForm(forms.Form):
    month = forms.DateField(
        label=gettext_lazy("月份"),
        input_formats=["%Y-%m"],
        widget=forms.DateInput(attrs={"type": "month"}, format="%Y-%m"),
    )


@screen
class Settlement(PageScreen):
    """Who owes whom for a month."""

    name = "circulation.settlement"
    title = gettext_lazy("代收结算")
    section = Section.CIRCULATION
    icon = "arrows-exchange"
    order = 53
    permission = VIEW
    words = (gettext_lazy("馆际结算"), gettext_lazy("代收"), "jiesuan")
    template_name = "circulation/console/settlement.html"

    def context(self, request: StaffRequest) -> dict[str, object]:
        form, month = self._month(request)
        return {"form": form, "month": month, "debts": self._debts(request, month)}

    def _month(self, request: StaffRequest) -> tuple[MonthForm, date]:
        if "month" not in request.GET:
            return MonthForm(initial={"month": clock.today()}), clock.today()
        form = MonthForm(request.GET)
        return form, form.cleaned_data["month"] if form.is_valid() else clock.today()

    def _debts(self, request: StaffRequest, month: date) -> list[Debt]:
        return debts_of(queries.payments_visible_to(staff_of(request)), month)

    def _answer(self, request: StaffRequest) -> HttpResponse:
        wanted = request.GET.get("export", "")
        if wanted not in ("csv", "xlsx"):
            return super()._answer(request)
        _form, month = self._month(request)
        headings = [_("应付馆"), _("应收馆"), _("代收"), _("对方代收"), _("应付净额"), _("笔数")]
        lines = [
            [
                debt.debtor.label,
                debt.creditor.label,
                yuan_text(debt.taken_fen),
                yuan_text(debt.against_fen),
                yuan_text(debt.owed_fen),
                debt.count,
            ]
            for debt in self._debts(request, month)
        ]
        name = f"settlement-{month:%Y-%m}"
        if wanted == "csv":
            return cast(HttpResponse, csv_response(name=name, headings=headings, rows=lines))
        return xlsx_response(name=name, headings=headings, rows=lines)
