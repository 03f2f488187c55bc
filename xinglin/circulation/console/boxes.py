"""Boxes between the libraries: sealed with a number, printed, opened, and what was missing in them."""

from typing import Any

import segno
from django import forms
from django.db.models import Count, Q, QuerySet
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext_lazy

from xinglin.circulation import queries, services
from xinglin.circulation.models import Box
from xinglin.commons import clock
from xinglin.console.access import StaffRequest
from xinglin.console.menu import Section
from xinglin.console.screens import (
    Column,
    DateFilter,
    DetailScreen,
    Fact,
    Facts,
    FlagFilter,
    FormScreen,
    Kind,
    ListScreen,
    Related,
    RowScreen,
    screen,
)
from xinglin.consortium.access import staff_of
from xinglin.consortium.models import Library


@screen
class Boxes(ListScreen[Box]):
    name = "circulation.sealed_boxes"
    title = gettext_lazy("书箱")
    section = Section.CIRCULATION
    icon = "package"
    order = 41
    permission = "circulation.view_transit"
    words = (gettext_lazy("装箱"), gettext_lazy("封箱"), "shuxiang")
    detail = "circulation.sealed_box"
    create = "circulation.box.seal"
    create_title = gettext_lazy("封一箱")
    columns = (
        Column(gettext_lazy("箱号"), "number", sort="number", link=True),
        Column(gettext_lazy("发出馆"), "from_library.label"),
        Column(gettext_lazy("送往"), "to_library.label"),
        Column(gettext_lazy("册数"), "copies", kind=Kind.NUMBER),
        Column(gettext_lazy("未收到"), "missing", kind=Kind.NUMBER),
        Column(gettext_lazy("封箱时间"), "sealed_at", kind=Kind.MOMENT, sort="sealed_at", narrow=False),
        Column(gettext_lazy("开箱时间"), "opened_at", kind=Kind.MOMENT, sort="opened_at", narrow=False),
    )
    filters = (
        FlagFilter("under_way", gettext_lazy("在途"), where=Q(opened_at=None)),
        FlagFilter("short", gettext_lazy("开箱后缺书"), where=Q(opened_at__isnull=False, missing__gt=0)),
        DateFilter("sealed", gettext_lazy("封箱日期"), field="sealed_at"),
    )
    search_fields = ("number",)
    search_hint = gettext_lazy("箱号")
    order_by = ("-sealed_at",)
    empty = gettext_lazy("还没有封过箱。在还书台扫别馆的书，再到这里封箱、打印箱单。")

    def rows(self, request: StaffRequest) -> QuerySet[Box]:
        return queries.boxes_visible_to(staff_of(request)).annotate(
            copies=Count("transits"), missing=Count("transits", filter=Q(transits__received_at=None))
        )


@screen
class BoxPage(DetailScreen[Box]):
    name = "circulation.sealed_box"
    title = gettext_lazy("书箱")
    listing = "circulation.sealed_boxes"
    facts = (
        Facts(
            gettext_lazy("书箱"),
            (
                Fact(gettext_lazy("箱号"), "number"),
                Fact(gettext_lazy("发出馆"), "from_library.label"),
                Fact(gettext_lazy("送往"), "to_library.label"),
                Fact(gettext_lazy("封箱时间"), "sealed_at", kind=Kind.MOMENT),
                Fact(gettext_lazy("开箱时间"), "opened_at", kind=Kind.MOMENT),
                Fact(gettext_lazy("未收到"), "missing", kind=Kind.NUMBER),
            ),
        ),
    )
    panel_template = "circulation/console/box_panel.html"

    def related(self, request: StaffRequest, row: Box) -> list[Related[Any]]:
        return [
            Related(
                gettext_lazy("箱里的书"),
                rows=row.transits.select_related("item__holding__record").order_by("received_at", "pk"),
                columns=(
                    Column(gettext_lazy("条码"), "item.barcode"),
                    Column(gettext_lazy("书名"), "item.holding.record.full_title"),
                    Column(gettext_lazy("事由"), "get_reason_display"),
                    Column(gettext_lazy("收到时间"), "received_at", kind=Kind.MOMENT),
                ),
                empty=gettext_lazy("箱里没有书。"),
            )
        ]


class SealForm(forms.Form):
    to = forms.ModelChoiceField(label=gettext_lazy("送往"), queryset=Library.objects.none())


@screen
class Seal(FormScreen[Box]):
    name = "circulation.box.seal"
    title = gettext_lazy("封一箱")
    listing = "circulation.sealed_boxes"
    permission = "circulation.send_item"
    form = SealForm
    button = gettext_lazy("封箱并打印箱单")
    hint = gettext_lazy("把本馆送往那个馆、还没装箱的书全部放进这一箱。")

    def make_form(
        self,
        request: StaffRequest,
        row: Box | None,
        data: QueryDict | None,
        files: "MultiValueDict[str, object] | None",
    ) -> SealForm:
        form = SealForm(data)
        field = form.fields["to"]
        assert isinstance(field, forms.ModelChoiceField)  # noqa: S101 (declared so above)
        loose = queries.transits_visible_to(staff_of(request)).filter(
            from_library=staff_of(request).library, received_at=None, box=None
        )
        field.queryset = Library.objects.filter(pk__in=loose.values("to_library"))
        return form

    def save(self, request: StaffRequest, form: forms.Form, row: Box | None) -> HttpResponse:
        staff = staff_of(request)
        box = services.seal_box(start=staff.library, to=form.cleaned_data["to"], by=staff)
        return redirect("console:circulation.box.slip", box.pk)


@screen
class BoxSlip(RowScreen[Box]):
    """The slip that lies in the box: its number as a code to scan, and what should be in it."""

    name = "circulation.box.slip"
    title = gettext_lazy("箱单")
    listing = "circulation.sealed_boxes"
    template_name = "circulation/console/box_slip.html"

    def context(self, request: StaffRequest, row: Box) -> dict[str, object]:
        transits = row.transits.select_related("item__holding__record", "hold__pickup_library")
        return {
            "transits": transits.order_by("item__holding__record__title"),
            "picture": segno.make(row.number, error="m", micro=False).svg_data_uri(scale=5, border=1),
            "now": clock.now(),
        }
