"""Sources with their health, and tasks for people."""

from django import forms
from django.db.models import Q, QuerySet
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
    Kind,
    ListScreen,
    Related,
    offered,
    screen,
)
from xinglin.console.screens.actions import Answers
from xinglin.console.tones import Tone, colour_states
from xinglin.consortium.access import staff_of
from xinglin.intelligence import queries, services
from xinglin.intelligence.console.runs import RUN_COLUMNS
from xinglin.intelligence.lifecycle import SOURCE_MOVES, SourceState
from xinglin.intelligence.models import HandTask, Run, RunKind, Source, SourceKind
from xinglin.intelligence.tasks import ask_soon

colour_states(
    Source,
    {SourceState.ACTIVE: Tone.GOOD, SourceState.PAUSED: Tone.QUIET, SourceState.BY_HAND: Tone.WAITING},
)


class QueryForm(forms.Form):
    query = forms.CharField(
        label=_("检索式或网址"),
        max_length=8000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("改过以后从头再取一遍：新的检索式可能找到旧文献"),
    )


class HandQueryForm(QueryForm):
    """A source that people look at also has its rhythm."""

    look_every = forms.IntegerField(label=_("每几天看一次"), min_value=1, max_value=365)


def _query_form(request: StaffRequest, row: Source | None, data: object, files: object) -> forms.Form:
    said = {"query": row.query, "look_every": row.look_every} if row is not None else {}
    by_hand = row is not None and row.state == SourceState.BY_HAND
    return (HandQueryForm if by_hand else QueryForm)(data, initial=said)  # type: ignore[arg-type]


class RunKindForm(forms.Form):
    kind = forms.ChoiceField(label=_("取什么"), choices=RunKind.choices, initial=RunKind.NEW)


def _amend(request: StaffRequest, row: Source, answers: Answers) -> Words:
    services.amend_source(source=row, by=staff_of(request), **answers)
    return _("检索式已修改。")


def _ask(request: StaffRequest, row: Source, answers: Answers) -> Words:
    ask_soon(row, RunKind(answers["kind"]))
    return _("已安排，稍后在“运行”里看结果。")


def _hide(request: StaffRequest, row: Source, answers: Answers) -> Words:
    services.hide_source(source=row, by=staff_of(request))
    return _("已停用。")


def _show(request: StaffRequest, row: Source, answers: Answers) -> Words:
    services.show_source(source=row, by=staff_of(request))
    return _("已启用。")


def _finish(request: StaffRequest, row: HandTask, answers: Answers) -> Words:
    services.finish_task(task=row, by=staff_of(request))
    return _("已记下。")


ACTIONS: tuple[Action[Source], ...] = (
    Action(
        "ask", _("现在就取"), _ask, form=RunKindForm, permission=queries.CHANGE, icon="refresh",
        when=lambda source: source.state == SourceState.ACTIVE,
    ),
    Action("amend", _("改检索式"), _amend, form=_query_form, permission=queries.CHANGE, icon="edit"),
    Action("hide", _("停用"), _hide, permission=queries.CHANGE, when=offered(SOURCE_MOVES, "hide"), tone=Tone.BAD,
           confirm=_("停用后不再自动取；已取来的文献都留着。")),
    Action("show", _("启用"), _show, permission=queries.CHANGE, when=offered(SOURCE_MOVES, "show")),
)  # fmt: skip


@screen
class Sources(ListScreen[Source]):
    """Every source with its health."""

    name = "intelligence.sources"
    title = _("来源")
    section = Section.INTELLIGENCE
    icon = "world-download"
    order = 30
    permission = queries.VIEW
    words = (_("健康"), _("检索式"), "laiyuan")
    detail = "intelligence.source"
    columns = (
        Column(_("专题"), "topic.name", sort="topic__name", link=True),
        Column(_("种类"), "get_kind_display", sort="kind"),
        Column(_("状态"), "state", kind=Kind.STATE),
        Column(_("新文献已取到"), "asked_until", sort="asked_until", kind=Kind.DAY),
        Column(_("上次成功"), "last_ok_at", sort="last_ok_at", kind=Kind.MOMENT, narrow=False),
        Column(_("失败自"), "failing_since", sort="failing_since", kind=Kind.MOMENT, narrow=False),
        Column(_("失败原因"), "failure", narrow=False),
    )
    tabs = ChoiceFilter("state", _("状态"), choices=SourceState.choices)
    filters = (
        ChoiceFilter("kind", _("种类"), choices=SourceKind.choices),
        FlagFilter("failing", _("正在失败"), where=~Q(failing_since=None)),
    )
    search_fields = ("topic__name", "query")
    search_hint = _("专题、检索式")
    order_by = ("topic__name",)
    actions = ACTIONS
    empty = _("还没有来源。在专题的页面上点“加来源”。")

    def rows(self, request: StaffRequest) -> QuerySet[Source]:
        return queries.sources_visible_to(staff_of(request))


@screen
class SourcePage(DetailScreen[Source]):
    """One source: its words, its health, its runs."""

    name = "intelligence.source"
    title = _("来源")
    listing = "intelligence.sources"
    history = False
    facts = (
        Facts(
            _("来源"),
            (
                Fact(_("专题"), "topic.name"),
                Fact(_("种类"), "get_kind_display"),
                Fact(_("检索式或网址"), "query"),
                Fact(_("检索式版本"), "query_version", kind=Kind.NUMBER),
                Fact(_("状态"), "state", kind=Kind.STATE),
                Fact(_("从哪天起追踪"), "since", kind=Kind.DAY),
                Fact(
                    _("每几天看一次"),
                    lambda each: each.look_every if each.state == SourceState.BY_HAND else "",
                ),
            ),
        ),
        Facts(
            _("健康"),
            (
                Fact(_("新文献已取到"), "asked_until", kind=Kind.DAY),
                Fact(_("修订已取到"), "revised_until", kind=Kind.DAY),
                Fact(_("上次成功"), "last_ok_at", kind=Kind.MOMENT),
                Fact(_("失败自"), "failing_since", kind=Kind.MOMENT),
                Fact(_("失败原因"), "failure"),
            ),
        ),
    )
    actions = ACTIONS

    def rows(self, request: StaffRequest) -> QuerySet[Source]:
        return queries.sources_visible_to(staff_of(request))

    def related(self, request: StaffRequest, row: Source) -> "list[Related[Run]]":
        return [Related(_("运行"), rows=row.runs.all(), columns=RUN_COLUMNS[1:], empty=_("还没有运行过。"))]


@screen
class HandTasks(ListScreen[HandTask]):
    """Looks that only a person can take."""

    name = "intelligence.tasks"
    title = _("人工任务")
    section = Section.INTELLIGENCE
    icon = "hand-stop"
    order = 60
    permission = queries.VIEW
    words = (_("人工来源"), "rengong")
    columns = (
        Column(_("来源"), "source"),
        Column(_("网址或方法"), "source.query", narrow=False),
        Column(_("原因"), "reason"),
        Column(_("提出时间"), "made_at", sort="made_at", kind=Kind.MOMENT),
        Column(_("完成时间"), "done_at", sort="done_at", kind=Kind.MOMENT, narrow=False),
    )
    order_by = ("done_at", "-made_at")
    actions = (
        Action(
            "finish", _("看过了"), _finish, permission=queries.CHANGE, icon="check",
            when=lambda task: task.done_at is None,
        ),
    )  # fmt: skip
    empty = _("没有要人去看的来源。")

    def rows(self, request: StaffRequest) -> QuerySet[HandTask]:
        return queries.tasks_visible_to(staff_of(request))

    def badge(self, request: StaffRequest) -> int:
        return self.rows(request).filter(done_at=None).count()
