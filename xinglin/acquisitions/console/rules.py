"""The rules of purchase: the consortium's, and a library's own."""

from typing import cast

from django import forms
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext_lazy

from xinglin.acquisitions import queries, services
from xinglin.acquisitions.console.forms import RulesForm, fen
from xinglin.acquisitions.models import PurchaseRules
from xinglin.acquisitions.queries import RULE, VIEW
from xinglin.acquisitions.services.rules import RulesFile
from xinglin.console.access import StaffRequest
from xinglin.console.menu import Section
from xinglin.console.registry import screen
from xinglin.console.screens import Column, FormScreen, ListScreen
from xinglin.console.screens import Kind as Shown
from xinglin.consortium.access import has_whole_consortium, libraries_of, staff_of
from xinglin.consortium.models import Library

Files = MultiValueDict[str, object] | None


@screen
class RulesList(ListScreen[PurchaseRules]):
    """Which rules hold where; a library without its own has the consortium's."""

    name = "acquisitions.rules"
    title = gettext_lazy("采购规则")
    section = Section.SUPPLY
    icon = "gavel"
    order = 69
    permission = VIEW
    words = (gettext_lazy("采编业务流程"), gettext_lazy("复本"), gettext_lazy("单价上限"))
    create = "acquisitions.rules.set"
    create_title = gettext_lazy("设定规则")
    columns = (
        Column(gettext_lazy("适用"), str),
        Column(gettext_lazy("每位读者待处理荐购"), "most_open_suggestions", kind=Shown.NUMBER),
        Column(gettext_lazy("单价上限"), "price_limit_fen", kind=Shown.FEN),
        Column(gettext_lazy("每种最多复本"), "most_copies", kind=Shown.NUMBER),
        Column(gettext_lazy("按建设分工"), "duties_bind", kind=Shown.FLAG),
        Column(gettext_lazy("登录号作条码"), "accession_is_barcode", kind=Shown.FLAG),
    )
    order_by = ("library__code",)
    empty = gettext_lazy("还没有设定，按系统的：每位读者 10 条、单价 1000 元、每种 3 册、按建设分工。")

    def rows(self, request: StaffRequest) -> QuerySet[PurchaseRules]:
        return queries.rules_visible_to(staff_of(request))


@screen
class SetRules(FormScreen[PurchaseRules]):
    """Set the rules of one library, or of the consortium."""

    name = "acquisitions.rules.set"
    title = gettext_lazy("设定采购规则")
    listing = "acquisitions.rules"
    permission = RULE
    form = RulesForm
    hint = gettext_lazy("同一个馆再次设定即为修改；分馆没有自己的规则时按全联盟的。")

    def make_form(
        self, request: StaffRequest, row: PurchaseRules | None, data: QueryDict | None, files: Files
    ) -> forms.Form:
        by, standing = staff_of(request), PurchaseRules()
        form = RulesForm(
            data,
            initial={
                "most_open_suggestions": standing.most_open_suggestions,
                "price_limit": standing.price_limit_fen / 100,
                "most_copies": standing.most_copies,
                "duties_bind": True,
                "accession_is_barcode": True,
            },
        )
        whole = has_whole_consortium(by, RULE)
        library = forms.ModelChoiceField(
            label=gettext_lazy("适用馆"),
            queryset=Library.objects.filter(pk__in=libraries_of(by, RULE), active=True),
            required=not whole,
            empty_label=str(gettext_lazy("全联盟")) if whole else None,
        )
        form.fields = {"library": library, **form.fields}
        return form

    def save(self, request: StaffRequest, form: forms.Form, row: PurchaseRules | None) -> PurchaseRules:
        said = form.cleaned_data
        file = RulesFile(
            most_open_suggestions=said["most_open_suggestions"],
            price_limit_fen=cast(int, fen(said["price_limit"])),
            most_copies=said["most_copies"],
            duties_bind=said["duties_bind"],
            accession_is_barcode=said["accession_is_barcode"],
        )
        return services.set_rules(library=said["library"], file=file, by=staff_of(request))
