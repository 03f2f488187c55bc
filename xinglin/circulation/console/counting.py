"""Counting shelves with a phone: begin, scan book after book, see what is missing, end."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xinglin.catalog.models import Holding
from xinglin.circulation import queries, services
from xinglin.circulation.console.scanning import Line, refused
from xinglin.circulation.models import StockTake, Verdict
from xinglin.circulation.services.counting import Counted, missing_from
from xinglin.commons.errors import Refusal
from xinglin.console.access import StaffRequest
from xinglin.console.menu import Section
from xinglin.console.screens import (
    Action,
    Answers,
    Column,
    DateFilter,
    DetailScreen,
    Fact,
    Facts,
    FormScreen,
    Kind,
    ListScreen,
    Related,
    RowScreen,
    screen,
)
from xinglin.console.tones import Tone
from xinglin.consortium.access import staff_of

TONES = {
    Verdict.RIGHT: Tone.GOOD,
    Verdict.MISPLACED: Tone.WAITING,
    Verdict.ASTRAY: Tone.WAITING,
    Verdict.NOT_FREE: Tone.BAD,
    Verdict.UNKNOWN: Tone.BAD,
}


class EndForm(forms.Form):
    mark_missing = forms.BooleanField(
        label=gettext_lazy("没扫到的登记为“找不到”"),
        required=False,
        initial=True,
        help_text=gettext_lazy("取书单不再让人去找；书再被扫到时自动恢复。"),
    )


def _end(request: StaffRequest, take: StockTake, answers: Answers) -> str:
    ended = services.end_count(take=take, mark_missing=bool(answers["mark_missing"]), by=staff_of(request))
    return _("已结束，缺 %(count)d 册。") % {"count": ended.missing}


end = Action(
    "end",
    gettext_lazy("结束清点"),
    run=_end,
    form=EndForm,
    permission="circulation.count_stock",
    icon="check",
    tone=Tone.GOOD,
    when=lambda take: take.is_open,
)


@screen
class Counts(ListScreen[StockTake]):
    name = "circulation.counts"
    title = gettext_lazy("清点")
    section = Section.CIRCULATION
    icon = "clipboard-check"
    order = 45
    permission = "circulation.count_stock"
    words = (gettext_lazy("盘点"), "qingdian", "pandian")
    detail = "circulation.count"
    create = "circulation.count.new"
    create_title = gettext_lazy("开始清点")
    columns = (
        Column(gettext_lazy("范围"), str, link=True),
        Column(gettext_lazy("应有册数"), "expected", kind=Kind.NUMBER),
        Column(gettext_lazy("缺少册数"), "missing", kind=Kind.NUMBER),
        Column(gettext_lazy("开始时间"), "begun_at", kind=Kind.MOMENT, sort="begun_at"),
        Column(gettext_lazy("结束时间"), "ended_at", kind=Kind.MOMENT, sort="ended_at", narrow=False),
        Column(gettext_lazy("清点人"), "begun_by.name", narrow=False),
    )
    filters = (DateFilter("begun", gettext_lazy("开始日期"), field="begun_at"),)
    search_fields = ("location",)
    search_hint = gettext_lazy("馆藏地点")
    order_by = ("-begun_at",)
    empty = gettext_lazy("还没有清点过。拿手机打开“开始清点”，沿书架一本本扫。")
    actions = (end,)

    def rows(self, request: StaffRequest) -> QuerySet[StockTake]:
        return queries.counts_visible_to(staff_of(request))


class BeginForm(forms.Form):
    location = forms.ChoiceField(label=gettext_lazy("馆藏地点"), required=False)
    from_call_number = forms.CharField(label=gettext_lazy("起始索书号"), max_length=120, required=False)
    to_call_number = forms.CharField(
        label=gettext_lazy("终止索书号"),
        max_length=120,
        required=False,
        help_text=gettext_lazy("不填为全部；“R5”到“R5”就是 R5 开头的所有书。"),
    )


@screen
class Begin(FormScreen[StockTake]):
    name = "circulation.count.new"
    title = gettext_lazy("开始清点")
    listing = "circulation.counts"
    detail = "circulation.count"
    permission = "circulation.count_stock"
    form = BeginForm
    button = gettext_lazy("开始")
    done = gettext_lazy("可以开始扫了。")

    def make_form(
        self, request: StaffRequest, row: StockTake | None, data: object, files: object
    ) -> BeginForm:
        form = BeginForm(request.POST if request.method == "POST" else None)
        places = Holding.objects.filter(library=staff_of(request).library).exclude(location="")
        field = form.fields["location"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 (declared so above)
        names = places.order_by("location").values_list("location", flat=True).distinct()
        field.choices = [("", _("全馆")), *((name, name) for name in names)]
        return form

    def save(self, request: StaffRequest, form: forms.Form, row: StockTake | None) -> StockTake:
        staff = staff_of(request)
        return services.begin_count(library=staff.library, by=staff, **form.cleaned_data)


@screen
class CountPage(DetailScreen[StockTake]):
    name = "circulation.count"
    title = gettext_lazy("清点")
    listing = "circulation.counts"
    facts = (
        Facts(
            gettext_lazy("清点"),
            (
                Fact(gettext_lazy("应有册数"), "expected", kind=Kind.NUMBER),
                Fact(gettext_lazy("缺少册数"), "missing", kind=Kind.NUMBER),
                Fact(gettext_lazy("开始时间"), "begun_at", kind=Kind.MOMENT),
                Fact(gettext_lazy("结束时间"), "ended_at", kind=Kind.MOMENT),
            ),
        ),
    )
    actions = (end,)
    panel_template = "circulation/console/count_panel.html"

    def related(self, request: StaffRequest, row: StockTake) -> list[Related[Any]]:
        scans = row.scans.select_related("item__holding__record", "item__library")
        return [
            Related(
                gettext_lazy("没有扫到"),
                rows=missing_from(row).order_by("holding__call_number"),
                columns=(
                    Column(gettext_lazy("索书号"), "holding.call_number"),
                    Column(gettext_lazy("书名"), "holding.record.full_title"),
                    Column(gettext_lazy("条码"), "barcode"),
                ),
                empty=gettext_lazy("应有的都扫到了。"),
            ),
            Related(
                gettext_lazy("要处理的"),
                rows=scans.exclude(verdict=Verdict.RIGHT, out_of_order=False),
                columns=(
                    Column(gettext_lazy("条码"), "barcode"),
                    Column(gettext_lazy("书名"), "item.holding.record.full_title"),
                    Column(gettext_lazy("结果"), "get_verdict_display"),
                    Column(gettext_lazy("应在"), "item.library.label"),
                    Column(gettext_lazy("索书号"), "item.holding.call_number"),
                ),
                empty=gettext_lazy("没有放错的书。"),
            ),
        ]


@screen
class CountScan(RowScreen[StockTake]):
    """The page that is held before a shelf: one field, one camera, one large word a book."""

    name = "circulation.count.scan"
    title = gettext_lazy("清点扫描")
    listing = "circulation.counts"
    template_name = "circulation/console/count_scan.html"

    def context(self, request: StaffRequest, row: StockTake) -> dict[str, object]:
        return {"scanned": row.scans.count(), "left": missing_from(row).count()}

    def post(self, request: StaffRequest, row: StockTake) -> HttpResponse:
        code = request.POST.get("code", "").strip()
        try:
            line = _line(services.count_copy(take=row, barcode=code, by=staff_of(request)))
        except Refusal as refusal:
            line = refused(refusal)
        part = "circulation/console/count_lines.html" if request.headers.get("HX-Request") else ""
        shown = {"row": row, "title": self.heading(row), "lines": [line], **self.context(request, row)}
        return self.page(request, shown, template=part)


def _line(counted: Counted) -> Line:
    scan = counted.scan
    verdict = Verdict(scan.verdict)
    details = [scan.barcode]
    if scan.item is not None:
        details.append(f"{scan.item.library.label} {scan.item.holding.call_number}")
    if counted.was_gone:
        details.append(_("原登记为遗失或找不到，现已找到"))
    if scan.out_of_order:
        details.append(_("索书号比前一本小，请调整顺序"))
    return Line(
        Tone.WAITING if scan.out_of_order else TONES[verdict],
        str(verdict.label),
        title=scan.item.holding.record.title if scan.item else "",
        details=tuple(details),
        url=reverse("console:circulation.count", args=[scan.take_id]),
    )
