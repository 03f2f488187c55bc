"""Funds with what is bound, spent and left; and the vendors."""

from typing import cast

from django import forms
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xinglin.acquisitions import queries, services
from xinglin.acquisitions.console.forms import FundForm, VendorForm, fen
from xinglin.acquisitions.console.offering import Files, libraries_to_see, offer_libraries
from xinglin.acquisitions.models import Fund, Vendor
from xinglin.acquisitions.queries import FUND, ORDER, VIEW_ORDER
from xinglin.commons import clock
from xinglin.console.access import StaffRequest
from xinglin.console.menu import Section
from xinglin.console.registry import screen
from xinglin.console.screens import Column, FlagFilter, FormScreen, ListScreen, RelatedFilter
from xinglin.console.screens import Kind as Shown
from xinglin.console.tones import Chip, Tone
from xinglin.consortium.access import staff_of


def _left(fund: Fund) -> Chip | str:
    left = queries.left_of(fund)
    return Chip(_("超支"), Tone.BAD) if left < 0 else ""


@screen
class Funds(ListScreen[Fund]):
    """What there is to spend, and what became of it."""

    name = "acquisitions.funds"
    title = gettext_lazy("经费")
    section = Section.SUPPLY
    icon = "wallet"
    order = 65
    permission = VIEW_ORDER
    words = (gettext_lazy("预算"), gettext_lazy("购书经费"))
    create = "acquisitions.fund.new"
    create_title = gettext_lazy("新增经费")
    columns = (
        Column(gettext_lazy("年度"), lambda fund: str(fund.year), sort="year"),
        Column(
            gettext_lazy("名称"),
            "name",
            sort="name",
            link=lambda fund: f"/console/acquisitions/fund/edit/{fund.pk}/",
        ),
        Column(gettext_lazy("代码"), "code", narrow=False),
        Column(gettext_lazy("图书馆"), "library.label", sort="library__code", narrow=False),
        Column(gettext_lazy("科室"), "department", narrow=False),
        Column(gettext_lazy("预算"), "budget_fen", kind=Shown.FEN, sort="budget_fen"),
        Column(gettext_lazy("已占用"), "committed_fen", kind=Shown.FEN),
        Column(gettext_lazy("已支出"), "spent_fen", kind=Shown.FEN),
        Column(gettext_lazy("剩余"), queries.left_of, kind=Shown.FEN),
        Column(gettext_lazy("提示"), _left),
    )
    filters = (
        RelatedFilter("library", gettext_lazy("图书馆"), field="library", rows=libraries_to_see),
        FlagFilter("this_year", gettext_lazy("只看今年"), where=queries.is_of_this_year),
    )
    search_fields = ("name", "code", "department")
    search_hint = gettext_lazy("名称、代码、科室")
    order_by = ("-year", "library__code", "code")
    empty = gettext_lazy("还没有经费。先新增一笔今年的经费，再开订单。")

    def rows(self, request: StaffRequest) -> QuerySet[Fund]:
        return queries.funds_visible_to(staff_of(request))


class _FundForm(FormScreen[Fund]):
    listing = "acquisitions.funds"
    permission = FUND
    form = FundForm

    def make_form(
        self, request: StaffRequest, row: Fund | None, data: QueryDict | None, files: Files
    ) -> forms.Form:
        form = FundForm(data, initial=self.initial(request, row))
        if row is not None:
            for name in ("library", "year", "code"):
                del form.fields[name]
            return form
        offer_libraries(form, request, FUND)
        return form


@screen
class NewFund(_FundForm):
    """Open a year's fund."""

    name = "acquisitions.fund.new"
    title = gettext_lazy("新增经费")

    def initial(self, request: StaffRequest, row: Fund | None) -> dict[str, object]:
        return {"year": clock.today().year, "library": staff_of(request).library_id}

    def save(self, request: StaffRequest, form: forms.Form, row: Fund | None) -> Fund:
        said = form.cleaned_data
        return services.open_fund(
            library=said["library"],
            year=said["year"],
            code=said["code"],
            name=said["name"],
            department=said["department"],
            budget_fen=fen(said["budget"]) or 0,
            by=staff_of(request),
        )


@screen
class EditFund(_FundForm):
    """Change the budget; not below what is bound and spent."""

    name = "acquisitions.fund.edit"
    title = gettext_lazy("修改经费")
    edits = True

    def initial(self, request: StaffRequest, row: Fund | None) -> dict[str, object]:
        fund = cast(Fund, row)
        return {"name": fund.name, "department": fund.department, "budget": fund.budget_fen / 100}

    def save(self, request: StaffRequest, form: forms.Form, row: Fund | None) -> Fund:
        said = form.cleaned_data
        return services.change_budget(
            fund=cast(Fund, row),
            budget_fen=fen(said["budget"]) or 0,
            name=said["name"],
            department=said["department"],
            by=staff_of(request),
        )


@screen
class Vendors(ListScreen[Vendor]):
    """Who sells to us."""

    name = "acquisitions.vendors"
    title = gettext_lazy("书商")
    section = Section.SUPPLY
    icon = "building-store"
    order = 67
    permission = VIEW_ORDER
    words = (gettext_lazy("供应商"), gettext_lazy("馆配商"))
    create = "acquisitions.vendor.new"
    create_title = gettext_lazy("登记书商")
    columns = (
        Column(gettext_lazy("代码"), "code", sort="code"),
        Column(gettext_lazy("名称"), "name", sort="name"),
        Column(gettext_lazy("联系人"), "contact"),
        Column(gettext_lazy("电话"), "phone"),
        Column(gettext_lazy("邮箱"), "email", narrow=False),
        Column(gettext_lazy("使用中"), "active", kind=Shown.FLAG),
    )
    search_fields = ("code", "name", "contact")
    search_hint = gettext_lazy("代码、名称、联系人")
    order_by = ("code",)
    empty = gettext_lazy("还没有书商。")

    def rows(self, request: StaffRequest) -> QuerySet[Vendor]:
        return queries.vendors_visible_to(staff_of(request))


@screen
class NewVendor(FormScreen[Vendor]):
    """Add a vendor, or change the one of the same code."""

    name = "acquisitions.vendor.new"
    title = gettext_lazy("登记书商")
    listing = "acquisitions.vendors"
    permission = ORDER
    form = VendorForm
    hint = gettext_lazy("代码相同即为修改。列名对照用于书目单的导入和订单的导出。")

    def save(self, request: StaffRequest, form: forms.Form, row: Vendor | None) -> Vendor:
        return services.keep_vendor(**form.cleaned_data, by=staff_of(request))
