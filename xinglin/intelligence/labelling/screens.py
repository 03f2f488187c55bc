"""Headings of topics in the console: set up, amended, and whether enough is filed under each to be learned."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.forms import Form
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
    FlagFilter,
    FormScreen,
    Kind,
    ListScreen,
    Related,
    RelatedFilter,
    screen,
)
from xinglin.console.screens.actions import Answers
from xinglin.console.screens.filters import given
from xinglin.console.tones import Chip, Tone, colour_states
from xinglin.console.values import M
from xinglin.consortium.access import libraries_of, staff_of
from xinglin.intelligence.labelling import queries, services
from xinglin.intelligence.labelling.lifecycle import FilingState
from xinglin.intelligence.labelling.models import Filing, Heading
from xinglin.intelligence.learning import FEWEST_EACH
from xinglin.intelligence.learning.studies import STUDY_WORDS, Study
from xinglin.intelligence.models import Finding, Topic
from xinglin.intelligence.queries import CHANGE, SCREEN, VIEW, topics_visible_to

MOST_OFFERED = 500

colour_states(
    Filing,
    {FilingState.SUGGESTED: Tone.WAITING, FilingState.TAKEN: Tone.GOOD, FilingState.REFUSED: Tone.QUIET},
)


class HeadingForm(forms.Form):
    name = forms.CharField(label=_("名称"), max_length=40, help_text=_("例如：预防与疫苗、治疗与用药、诊断"))
    scope = forms.CharField(
        label=_("收什么"),
        max_length=200,
        required=False,
        help_text=_("写给一起归类的馆员看，两个人才会归得一样"),
    )
    active = forms.BooleanField(
        label=_("在用"), required=False, initial=True, help_text=_("停用以后不再归入，已经归入的都留着")
    )


def _enough(heading: Any) -> Chip:
    missing = FEWEST_EACH - heading.taken
    if missing <= 0:
        return Chip(_("够学了"), Tone.GOOD)
    return Chip(_("还差 %(n)d 篇") % {"n": missing}, Tone.WAITING)


@screen
class Headings(ListScreen[Heading]):
    name = "intelligence.headings"
    title = _("类目")
    section = Section.INTELLIGENCE
    icon = "tags"
    order = 23
    permission = VIEW
    words = (_("归类"), _("研究类型"), _("分类"), "leimu", "guilei")
    detail = "intelligence.heading"
    create = "intelligence.heading.new"
    create_title = _("新建类目")
    columns = (
        Column(_("类目"), "name", sort="name", link=True),
        Column(_("专题"), "topic.name", sort="topic__name"),
        Column(_("收什么"), "scope", narrow=False),
        Column(_("已归入"), "taken", sort="taken", kind=Kind.NUMBER),
        Column(_("待确认"), "suggested", sort="suggested", kind=Kind.NUMBER),
        Column(_("不归入"), "refused", sort="refused", kind=Kind.NUMBER, narrow=False),
        Column(_("机器学习"), _enough),
        Column(_("在用"), "active", kind=Kind.FLAG, narrow=False),
    )
    filters = (
        RelatedFilter(
            "topic", _("专题"), field="topic", rows=lambda request: topics_visible_to(staff_of(request))
        ),
        FlagFilter("active", _("在用"), where=Q(active=True)),
    )  # fmt: skip
    search_fields = ("name", "scope", "topic__name")
    search_hint = _("类目、专题")
    order_by = ("topic__name", "pk")
    empty = _(
        "还没有类目。给专题建几个类目，在文献的页面上点“归类”；"
        "每个类目归入 5 篇、一共归类 20 篇以后，机器每天替没有归类的提建议。"
    )

    def rows(self, request: StaffRequest) -> QuerySet[Heading]:
        return queries.headings_visible_to(staff_of(request))


@screen
class HeadingPage(DetailScreen[Heading]):
    name = "intelligence.heading"
    title = _("类目")
    listing = "intelligence.headings"
    edit = "intelligence.heading.edit"
    facts = (
        Facts(
            _("类目"),
            (
                Fact(_("专题"), "topic.name"),
                Fact(_("收什么"), "scope"),
                Fact(_("已归入"), "taken", kind=Kind.NUMBER),
                Fact(_("待确认"), "suggested", kind=Kind.NUMBER),
                Fact(_("不归入"), "refused", kind=Kind.NUMBER),
                Fact(_("在用"), "active", kind=Kind.FLAG),
            ),
        ),
        Facts(
            _("机器学习"),
            (
                Fact(_("上次学习"), "topic.learned_at", kind=Kind.MOMENT),
                Fact(_("学习情况"), lambda each: each.topic.learned_note or _("还没有学过。")),
            ),
        ),
    )

    def rows(self, request: StaffRequest) -> QuerySet[Heading]:
        return queries.headings_visible_to(staff_of(request))

    def related(self, request: StaffRequest, row: Heading) -> "list[Related[Filing]]":
        shown = row.filings.select_related("finding__publication", "by").order_by("state", "-at", "-pk")
        return [
            Related(_("文献"), rows=shown, columns=(PAPER_COLUMN, *FILING_COLUMNS[2:]), empty=_("还没有。"))
        ]


class _HeadingScreen(FormScreen[Heading]):
    listing = "intelligence.headings"
    detail = "intelligence.heading"
    permission = CHANGE
    form = HeadingForm
    hint = _("类目是本馆给一个专题分的几类，读者在专题的网页上按它筛选。一篇可以归入几个类目。")


@screen
class NewHeading(_HeadingScreen):
    name = "intelligence.heading.new"
    title = _("新建类目")

    def make_form(self, request: StaffRequest, row: Heading | None, data: object, files: object) -> Form:
        form = HeadingForm(data)  # type: ignore[arg-type]
        staff = staff_of(request)
        form.fields["topic"] = forms.ModelChoiceField(
            label=_("专题"),
            queryset=Topic.objects.filter(library__in=libraries_of(staff, CHANGE)).order_by("name"),
        )
        form.order_fields(["topic", "name", "scope", "active"])
        return form

    def save(self, request: StaffRequest, form: Form, row: Heading | None) -> Heading:
        return services.write_heading(by=staff_of(request), **form.cleaned_data)


@screen
class EditHeading(_HeadingScreen):
    name = "intelligence.heading.edit"
    title = _("修改类目")
    edits = True

    def rows(self, request: StaffRequest) -> QuerySet[Heading]:
        return queries.headings_visible_to(staff_of(request))

    def save(self, request: StaffRequest, form: Form, row: Heading | None) -> Heading:
        if row is None:
            raise LookupError("a form that edits has a row")
        return services.write_heading(topic=row.topic, row=row, by=staff_of(request), **form.cleaned_data)


class FilingForm(forms.Form):
    """Under which headings a paper belongs, and of which study types it is; what is suggested is ticked already."""

    headings = forms.ModelMultipleChoiceField(
        label=_("类目"), queryset=Heading.objects.none(), required=False, widget=forms.CheckboxSelectMultiple
    )
    studies = forms.MultipleChoiceField(
        label=_("研究类型"), required=False, widget=forms.CheckboxSelectMultiple,
        choices=[(study.value, STUDY_WORDS[study]) for study in Study],
        help_text=_("建议的已经勾上。去掉勾，就是“不归入”，机器也从这里学。都不是，就一个也不勾，照样点确定。"),
    )  # fmt: skip


def _filing_form(request: StaffRequest, row: Finding | None, data: object, files: object) -> Form:
    form = FilingForm(data)  # type: ignore[arg-type]
    if row is not None:
        headings = form.fields["headings"]
        if isinstance(headings, forms.ModelMultipleChoiceField):
            headings.queryset = row.topic.headings.filter(active=True)
        there, studies = queries.chosen(row.filings.exclude(state=FilingState.REFUSED))
        form.initial = {"headings": sorted(there), "studies": sorted(studies)}
    return form


def _file(request: StaffRequest, row: Finding, answers: Answers) -> Words:
    services.file_paper(finding=row, by=staff_of(request), **answers)
    return _("已归类。机器下一次学习时用上。")


def _take(request: StaffRequest, row: Finding, answers: Answers) -> Words:
    services.take_suggestions(finding=row, by=staff_of(request))
    return _("已按建议归类。")


def _has_suggestions(row: Finding) -> bool:
    return bool(queries.filings_of(row, FilingState.SUGGESTED))


@dataclass(frozen=True)
class FiledFilter(ChoiceFilter):
    """Papers under a heading or of a study type, be it suggested or taken; what was refused is not under it."""

    def narrow(self, rows: QuerySet[M], request: StaffRequest) -> QuerySet[M]:
        value = given(request, self.name)
        if not value:
            return rows
        if value not in dict(self.options(request)):
            raise self.unreadable(value)
        under = Filing.objects.filter(**{self.column: value}).exclude(state=FilingState.REFUSED)
        return rows.filter(pk__in=under.values("finding"))


def _offered_headings(request: StaffRequest) -> list[tuple[object, Words]]:
    shown = queries.headings_visible_to(staff_of(request)).order_by("topic__name", "pk")[:MOST_OFFERED]
    return [(each.pk, f"{each.name}（{each.topic.name}）") for each in shown]


FILTERS = (
    FiledFilter("heading", _("类目"), choices=_offered_headings),
    FiledFilter("study", _("研究类型"), choices=[(study.value, STUDY_WORDS[study]) for study in Study]),
)
FILE = Action[Finding](
    "file", _("归类"), _file, form=_filing_form, permission=SCREEN, icon="tags", tone=Tone.QUIET
)
TAKE = Action[Finding](
    "take", _("采用建议的归类"), _take, permission=SCREEN, icon="tags", tone=Tone.QUIET, when=_has_suggestions,
    many=True,
)  # fmt: skip
PAPER_COLUMN = Column[Filing](_("题名"), "finding.publication.title", roomy=True)
FILING_COLUMNS: tuple[Column[Filing], ...] = (
    Column(_("归入"), "label"),
    Column(_("种类"), lambda each: _("研究类型") if each.study else _("类目")),
    Column(_("状态"), "state", kind=Kind.STATE),
    Column(_("由来"), "get_origin_display"),
    Column(_("依据的词"), lambda each: "、".join(each.words)),
    Column(_("归类人"), lambda each: each.by.first_name if each.by else ""),
    Column(_("时间"), "at", kind=Kind.MOMENT, narrow=False),
)


def told(finding: Finding) -> str:
    """Return in one cell where a paper belongs; what is only suggested with a question mark."""
    taken = [each.label for each in queries.filings_of(finding, FilingState.TAKEN)]
    return "、".join(
        [*taken, *(f"{each.label}？" for each in queries.filings_of(finding, FilingState.SUGGESTED))]
    )
