"""Runs with their proof: what was asked, how it was understood, what came of every number."""

from django.db.models import QuerySet
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
from xinglin.intelligence.lifecycle import RUN_MOVES, ItemState, RunState
from xinglin.intelligence.models import Run, RunItem, RunKind
from xinglin.intelligence.tasks import ask_soon

colour_states(
    Run,
    {
        RunState.LISTING: Tone.ACTIVE, RunState.FETCHING: Tone.ACTIVE, RunState.DONE: Tone.GOOD,
        RunState.PARTIAL: Tone.BAD,
    },
)  # fmt: skip
colour_states(
    RunItem,
    {
        ItemState.TO_GET: Tone.WAITING, ItemState.GOT: Tone.GOOD, ItemState.KNOWN: Tone.QUIET,
        ItemState.GONE: Tone.QUIET, ItemState.REDIRECTED: Tone.QUIET, ItemState.UNREADABLE: Tone.BAD,
    },
)  # fmt: skip


def _try_again(request: StaffRequest, row: Run, answers: Answers) -> Words:
    run = services.try_again(run=row, by=staff_of(request))
    ask_soon(run.source, RunKind(run.kind))
    return _("没取到的编号会再取一次。")


RUN_COLUMNS: tuple[Column[Run], ...] = (
    Column(_("来源"), "source", link=True),
    Column(_("种类"), "get_kind_display", sort="kind"),
    Column(_("状态"), "state", kind=Kind.STATE),
    Column(_("取到"), "window_to", kind=Kind.DAY, narrow=False),
    Column(_("来源报数"), "declared", kind=Kind.NUMBER, sort="declared"),
    Column(_("新记录"), "new_records", kind=Kind.NUMBER, sort="new_records"),
    Column(_("有变更"), "changed_records", kind=Kind.NUMBER, narrow=False),
    Column(_("开始"), "started_at", kind=Kind.MOMENT, sort="started_at"),
)


@screen
class Runs(ListScreen[Run]):
    """Every run, newest first: what was asked, what was said, what came of it."""

    name = "intelligence.runs"
    title = _("运行")
    section = Section.INTELLIGENCE
    icon = "history"
    order = 40
    permission = queries.VIEW
    words = (_("采集"), "yunxing", "caiji")
    detail = "intelligence.run"
    columns = RUN_COLUMNS
    tabs = ChoiceFilter("state", _("状态"), choices=RunState.choices)
    filters = (ChoiceFilter("kind", _("种类"), choices=RunKind.choices),)
    search_fields = ("source__topic__name", "query")
    search_hint = _("专题、检索式")
    order_by = ("-started_at",)
    empty = _("还没有运行过。有来源以后，每天 10:30 和 16:45 自动取。")

    def rows(self, request: StaffRequest) -> QuerySet[Run]:
        return queries.runs_visible_to(staff_of(request))


@screen
class RunPage(DetailScreen[Run]):
    """The proof of one run: query, how the source understood it, counts, times, and every number's end."""

    name = "intelligence.run"
    title = _("运行")
    listing = "intelligence.runs"
    history = False
    facts = (
        Facts(
            _("问了什么"),
            (
                Fact(_("检索式"), "query"),
                Fact(_("来源的理解"), "translation"),
                Fact(_("自"), "window_from", kind=Kind.DAY),
                Fact(_("至"), "window_to", kind=Kind.DAY),
                Fact(_("检索式版本"), "query_version", kind=Kind.NUMBER),
            ),
        ),
        Facts(
            _("结果"),
            (
                Fact(_("状态"), "state", kind=Kind.STATE),
                Fact(_("来源报数"), "declared", kind=Kind.NUMBER),
                Fact(_("新记录"), "new_records", kind=Kind.NUMBER),
                Fact(_("有变更"), "changed_records", kind=Kind.NUMBER),
                Fact(_("请求次数"), "requests", kind=Kind.NUMBER),
                Fact(_("出错次数"), "troubles", kind=Kind.NUMBER),
                Fact(_("开始"), "started_at", kind=Kind.MOMENT),
                Fact(_("结束"), "finished_at", kind=Kind.MOMENT),
                Fact(_("说明"), "note"),
            ),
        ),
    )
    actions = (
        Action(
            "try_again", _("再取没取到的"), _try_again, permission=queries.CHANGE, when=offered(RUN_MOVES, "try_again"),
            icon="refresh",
        ),
    )  # fmt: skip

    def rows(self, request: StaffRequest) -> QuerySet[Run]:
        return queries.runs_visible_to(staff_of(request))

    def related(self, request: StaffRequest, row: Run) -> "list[Related[RunItem]]":
        odd = row.items.exclude(state__in=[ItemState.GOT, ItemState.KNOWN]).order_by("pk")
        return [
            Related(
                _("没有照常取到的编号"),
                rows=odd,
                columns=(
                    Column[RunItem](_("编号"), "number"),
                    Column[RunItem](_("状态"), "state", kind=Kind.STATE),
                    Column[RunItem](_("次数"), "tries", kind=Kind.NUMBER),
                    Column[RunItem](_("说明"), "note"),
                ),
                empty=_("列出的编号都照常取到了。"),
            )
        ]
