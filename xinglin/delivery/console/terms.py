"""Terms and fees on screen: how long a class of request may take at a library, and what it costs."""

from decimal import Decimal
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xinglin.console.access import StaffRequest
from xinglin.console.menu import Section
from xinglin.console.screens import Column, FormScreen, Kind, ListScreen, screen
from xinglin.consortium.access import staff_of
from xinglin.consortium.models import Library
from xinglin.delivery import queries, services
from xinglin.delivery.console.choices import libraries_governed, offer
from xinglin.delivery.models import Counting, ServiceTerms, Urgency
from xinglin.delivery.services.policy import CHANGE, TermsFile


class TermsForm(forms.Form):
    library = forms.ModelChoiceField(
        label=gettext_lazy("受理馆"),
        queryset=Library.objects.none(),
        required=False,
        empty_label=gettext_lazy("各馆通用"),
    )
    urgency = forms.ChoiceField(label=gettext_lazy("等级"), choices=Urgency.choices)
    minutes = forms.IntegerField(label=gettext_lazy("完成时限（分钟）"), min_value=1, max_value=60 * 24 * 60)
    take_minutes = forms.IntegerField(
        label=gettext_lazy("受理时限（分钟）"), min_value=1, max_value=60 * 24 * 60
    )
    counting = forms.ChoiceField(label=gettext_lazy("计时"), choices=Counting.choices)
    fee = forms.DecimalField(label=gettext_lazy("每篇（元）"), min_value=0, decimal_places=2, initial=0)
    page_fee = forms.DecimalField(label=gettext_lazy("每页（元）"), min_value=0, decimal_places=2, initial=0)


@screen
class Terms(ListScreen[ServiceTerms]):
    name = "delivery.terms"
    title = gettext_lazy("时限与收费")
    section = Section.SUPPLY
    icon = "clock"
    order = 60
    permission = queries.VIEW
    create = "delivery.set_terms"
    create_title = gettext_lazy("设置")
    columns = (
        Column(gettext_lazy("受理馆"), lambda row: row.library.label if row.library else _("各馆通用")),
        Column(gettext_lazy("等级"), "get_urgency_display"),
        Column(gettext_lazy("完成（分钟）"), "minutes", kind=Kind.NUMBER, sort="minutes"),
        Column(gettext_lazy("受理（分钟）"), "take_minutes", kind=Kind.NUMBER),
        Column(gettext_lazy("计时"), "get_counting_display"),
        Column(gettext_lazy("每篇"), "fee_fen", kind=Kind.FEN),
        Column(gettext_lazy("每页"), "page_fee_fen", kind=Kind.FEN),
    )
    empty = gettext_lazy("没有单独设置：普通 16 个开馆小时，加急 4 个开馆小时，临床急用 2 小时，免费。")

    def rows(self, request: StaffRequest) -> QuerySet[ServiceTerms]:
        return queries.terms_visible_to(staff_of(request))


@screen
class SetTerms(FormScreen[ServiceTerms]):
    name = "delivery.set_terms"
    title = gettext_lazy("设置时限与收费")
    listing = "delivery.terms"
    permission = CHANGE
    form = TermsForm

    def make_form(self, request: StaffRequest, row: ServiceTerms | None, data: Any, files: Any) -> forms.Form:
        form = TermsForm(data)
        offer(form, "library", libraries_governed(request))
        return form

    def save(self, request: StaffRequest, form: forms.Form, row: ServiceTerms | None) -> ServiceTerms:
        given = form.cleaned_data
        return services.set_terms(
            library=given["library"],
            urgency=Urgency(given["urgency"]),
            file=TermsFile(
                minutes=given["minutes"],
                take_minutes=given["take_minutes"],
                counting=Counting(given["counting"]),
                fee_fen=_fen(given["fee"]),
                page_fee_fen=_fen(given["page_fee"]),
            ),
            by=staff_of(request),
        )


def _fen(yuan: Decimal) -> int:
    return int(yuan * 100)
