"""Patents in the console: a table uploaded, its account, its figures, a report made of it."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.forms import Form
from django.http import HttpResponseRedirect
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _

from xinglin.commons.onscreen import Words
from xinglin.console.access import StaffRequest
from xinglin.console.menu import Section
from xinglin.console.screens import (
    Action,
    ChoiceFilter,
    Column,
    DetailScreen,
    Fact,
    Facts,
    FormScreen,
    Kind,
    ListScreen,
    offered,
    screen,
)
from xinglin.console.screens.actions import Answers
from xinglin.console.tones import Tone, colour_states
from xinglin.console.uploads import UploadForm
from xinglin.consortium.access import staff_of
from xinglin.intelligence.patents import services
from xinglin.intelligence.patents.counting import count
from xinglin.intelligence.patents.lifecycle import PATENT_SET_MOVES, PatentSetState
from xinglin.intelligence.patents.models import PatentSet
from xinglin.intelligence.patents.reading import NEEDED, WORDS
from xinglin.intelligence.products.queries import WRITE
from xinglin.intelligence.queries import IMPORT, VIEW, topics_visible_to

FIGURES = (
    ("filed", _("申请年")), ("applicants", _("申请人")), ("inventors", _("发明人")), ("ipc", _("IPC 小类")),
    ("groups", _("IPC 大组")), ("countries", _("公开国家或地区")),
)  # fmt: skip


class ReportForm(forms.Form):
    title = forms.CharField(label=_("标题"), max_length=120)
    preface = forms.CharField(
        label=_("导语"), required=False, max_length=4_000, widget=forms.Textarea(attrs={"rows": 5})
    )


def _report_form(request: StaffRequest, row: PatentSet | None, data: object, files: object) -> Form:
    return ReportForm(data, initial={"title": _("%(name)s专利分析") % {"name": row}})  # type: ignore[arg-type]


def _report(request: StaffRequest, row: PatentSet, answers: Answers) -> HttpResponseRedirect:
    product = services.make_report(patents=row, by=staff_of(request), **answers)
    return redirect("console:intelligence.product", product.pk)


class MappingForm(forms.Form):
    """For each thing that is known of a patent the column that holds it, or none."""

    def __init__(self, *args: Any, headings: Sequence[str], found: Mapping[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [("", _("表里没有")), *((each, each) for each in headings)]
        for name, word in WORDS.items():
            self.fields[name] = forms.ChoiceField(
                label=word, choices=choices, required=name in NEEDED, initial=found.get(name, "")
            )


def _mapping_form(request: StaffRequest, row: PatentSet | None, data: object, files: object) -> Form:
    headings = row.table[0] if row is not None and row.table else []
    return MappingForm(data, headings=headings, found=row.mapping if row is not None else {})


def _map(request: StaffRequest, row: PatentSet, answers: Answers) -> Words:
    read = services.map_columns(patents=row, mapping=answers, by=staff_of(request))
    return _("已读入 %(taken)d 件，未读入 %(refused)d 件。") % {
        "taken": read.taken,
        "refused": read.refused_count,
    }


colour_states(PatentSet, {PatentSetState.UNMAPPED: Tone.WAITING, PatentSetState.READ: Tone.GOOD})


@screen
class PatentSets(ListScreen[PatentSet]):
    """The tables of patents of one's libraries."""

    name = "intelligence.patents"
    title = _("专利数据")
    section = Section.INTELLIGENCE
    icon = "certificate"
    order = 55
    permission = VIEW
    words = (_("专利"), "IPC", "Derwent", "incoPat", _("智慧芽"), "zhuanli")
    detail = "intelligence.patent_set"
    create = "intelligence.patent_set.new"
    create_title = _("上传专利表格")
    columns = (
        Column(_("名称"), "title", sort="title", link=True),
        Column(_("专题"), "topic.name", sort="topic__name", narrow=False),
        Column(_("状态"), "state", kind=Kind.STATE),
        Column(_("声明"), "declared", sort="declared", kind=Kind.NUMBER),
        Column(_("读入"), "taken", kind=Kind.NUMBER),
        Column(_("未读入"), "refused_count", kind=Kind.NUMBER),
        Column(_("时间"), "at", sort="at", kind=Kind.MOMENT, narrow=False),
    )
    tabs = ChoiceFilter("state", _("状态"), choices=PatentSetState.choices)
    search_fields = ("title", "file_name", "topic__name")
    search_hint = _("名称、文件、专题")
    order_by = ("-at", "-pk")
    empty = _(
        "还没有专利数据。从 Derwent、incoPat、智慧芽等导出表格（CSV、XLSX），上传到这里，列名自动识别。"
    )

    def rows(self, request: StaffRequest) -> QuerySet[PatentSet]:
        return services.patent_sets_visible_to(staff_of(request))


@screen
class PatentSetPage(DetailScreen[PatentSet]):
    """The account of one table and what its patents look like in numbers."""

    name = "intelligence.patent_set"
    title = _("专利数据")
    listing = "intelligence.patents"
    panel_template = "intelligence/patent_set.html"
    facts = (
        Facts(
            _("账目"),
            (
                Fact(_("状态"), "state", kind=Kind.STATE),
                Fact(_("专题"), "topic.name"),
                Fact(_("文件"), "file_name"),
                Fact(_("声明"), "declared", kind=Kind.NUMBER),
                Fact(_("读入"), "taken", kind=Kind.NUMBER),
                Fact(_("未读入"), "refused_count", kind=Kind.NUMBER),
                Fact(_("文件的 SHA-256"), "digest"),
                Fact(
                    _("列对应"), lambda each: "；".join(f"{WORDS[k]} = {v}" for k, v in each.mapping.items())
                ),
            ),
        ),
    )
    actions = (
        Action(
            "map", _("对列"), _map, form=_mapping_form, permission=IMPORT, icon="columns", tone=Tone.GOOD,
            when=offered(PATENT_SET_MOVES, "map"),
        ),
        Action(
            "report", _("编制专利分析"), _report, form=_report_form, permission=WRITE, icon="news",
            when=lambda each: each.taken > 0,
        ),
    )  # fmt: skip

    def rows(self, request: StaffRequest) -> QuerySet[PatentSet]:
        return services.patent_sets_visible_to(staff_of(request))

    def context(self, request: StaffRequest, row: PatentSet) -> dict[str, object]:
        counts = count(row.patents)
        return {
            "unmapped": row.state == PatentSetState.UNMAPPED,
            "counts": counts,
            "figures": [(title, counts[name]) for name, title in FIGURES],
            "refused": row.refused[:200],
        }


class PatentsForm(UploadForm):
    title = forms.CharField(label=_("名称"), max_length=120)


@screen
class NewPatentSet(FormScreen[PatentSet]):
    name = "intelligence.patent_set.new"
    title = _("上传专利表格")
    listing = "intelligence.patents"
    detail = "intelligence.patent_set"
    permission = IMPORT
    button = _("上传并读入")
    done = _("已读入。")
    hint = _(
        "第一行（前面可以有几行说明）是列名，以后每行一件。列名认不出来的，上传以后在它的页面上点“对列”。"
        "公开号和标题一定要有；读不了的逐行说明原因。"
    )

    def make_form(self, request: StaffRequest, row: PatentSet | None, data: object, files: object) -> Form:
        form = PatentsForm(data, files)
        form.fields["topic"] = forms.ModelChoiceField(
            label=_("专题"), queryset=topics_visible_to(staff_of(request))
        )
        form.order_fields(["file", "title", "topic"])
        return form

    def save(self, request: StaffRequest, form: Form, row: PatentSet | None) -> PatentSet:
        said = dict(form.cleaned_data)
        file = said.pop("file")
        return services.import_patents(data=file.read(), name=file.name, by=staff_of(request), **said)
