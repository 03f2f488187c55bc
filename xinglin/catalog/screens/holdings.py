"""Holdings: registered and changed by their own library, each with its copies."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.forms import Form
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext_lazy

from xinglin.catalog import queries, services
from xinglin.catalog.models import Holding, Record
from xinglin.catalog.screens.items import CHANGE
from xinglin.console.access import StaffRequest
from xinglin.console.screens import (
    Column,
    DetailScreen,
    Fact,
    Facts,
    FormScreen,
    Kind,
    Related,
    screen,
)
from xinglin.consortium import access
from xinglin.consortium.access import staff_of
from xinglin.consortium.models import Library


def _own_libraries(request: StaffRequest) -> QuerySet[Any]:
    return Library.objects.filter(pk__in=access.libraries_of(staff_of(request), CHANGE), active=True)


class HoldingForm(forms.Form):
    location = forms.CharField(label=gettext_lazy("馆藏地点"), max_length=120, required=False)
    call_number = forms.CharField(label=gettext_lazy("索书号"), max_length=120, required=False)
    coverage = forms.CharField(
        label=gettext_lazy("所藏卷期"),
        max_length=500,
        required=False,
        help_text=gettext_lazy("期刊、多卷书填写，例如 1998—2020"),
    )
    note = forms.CharField(label=gettext_lazy("附注"), max_length=500, required=False)


@screen
class HoldingPage(DetailScreen[Holding]):
    name = "catalog.holding"
    title = gettext_lazy("馆藏")
    listing = "catalog.records"
    permission = "catalog.view_item"
    edit = "catalog.holding.edit"
    facts: Sequence[Facts[Holding]] = (
        Facts(
            gettext_lazy("馆藏"),
            (
                Fact(gettext_lazy("书名"), "record.full_title"),
                Fact(gettext_lazy("馆"), "library.name"),
                Fact(gettext_lazy("馆藏地点"), "location"),
                Fact(gettext_lazy("索书号"), "call_number"),
                Fact(gettext_lazy("所藏卷期"), "coverage"),
                Fact(gettext_lazy("附注"), "note"),
            ),
        ),
    )
    panel_template = "catalog/console/holding.html"

    def rows(self, request: StaffRequest) -> QuerySet[Holding]:
        return queries.holdings_visible_to(staff_of(request)).select_related("record")

    def heading(self, row: Holding) -> str:
        return f"{row.library.label} · {row}"

    def context(self, request: StaffRequest, row: Holding) -> dict[str, object]:
        may_change = row.library_id in access.libraries_of(staff_of(request), CHANGE)
        return {
            "record_url": reverse("console:catalog.record", args=[row.record_id]),
            "item_url": reverse("console:catalog.item.new", args=[row.pk]) if may_change else "",
        }

    def related(self, request: StaffRequest, row: Holding) -> list[Related[Any]]:
        return [
            Related(
                gettext_lazy("单册"),
                rows=row.items.order_by("volume", "copy", "barcode"),
                columns=(
                    Column(
                        gettext_lazy("条码"),
                        "barcode",
                        link=lambda item: reverse("console:catalog.item", args=[item.pk]),
                    ),
                    Column(gettext_lazy("卷册"), "volume"),
                    Column(gettext_lazy("类型"), "get_item_type_display"),
                    Column(gettext_lazy("状况"), "condition", kind=Kind.STATE),
                ),
            )
        ]


@screen
class HoldingNew(FormScreen[Record]):
    """A holding of the record in the address."""

    name = "catalog.holding.new"
    title = gettext_lazy("登记馆藏")
    listing = "catalog.records"
    permission = CHANGE
    edits = True
    detail = "catalog.record"
    form = HoldingForm

    def rows(self, request: StaffRequest) -> QuerySet[Record]:
        return queries.records_visible_to(staff_of(request))

    def initial(self, request: StaffRequest, row: Record | None) -> dict[str, object]:
        return {
            "library": staff_of(request).library_id,
            "call_number": row.classes[0] if row and row.classes else "",
        }

    def make_form(
        self,
        request: StaffRequest,
        row: Record | None,
        data: QueryDict | None,
        files: "MultiValueDict[str, Any] | None",
    ) -> Form:
        form = HoldingForm(data, initial=self.initial(request, row))
        form.fields["library"] = forms.ModelChoiceField(
            label=gettext_lazy("馆"), queryset=_own_libraries(request)
        )
        form.order_fields(["library"])
        return form

    def save(self, request: StaffRequest, form: Form, row: Record | None) -> HttpResponse:
        assert row is not None  # noqa: S101 (edits = True: the toolkit brought it)
        holding = services.add_holding(record=row, by=staff_of(request), **form.cleaned_data)
        return redirect("console:catalog.holding", pk=holding.pk)


@screen
class HoldingEdit(FormScreen[Holding]):
    name = "catalog.holding.edit"
    title = gettext_lazy("修改馆藏")
    listing = "catalog.records"
    permission = CHANGE
    edits = True
    detail = "catalog.holding"
    form = HoldingForm

    def rows(self, request: StaffRequest) -> QuerySet[Holding]:
        mine = access.libraries_of(staff_of(request), CHANGE)
        return queries.holdings_visible_to(staff_of(request)).filter(library__in=mine)

    def save(self, request: StaffRequest, form: Form, row: Holding | None) -> Holding:
        assert row is not None  # noqa: S101 (edits = True: the toolkit brought it)
        return services.change_holding(holding=row, by=staff_of(request), **form.cleaned_data)
