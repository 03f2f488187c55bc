"""Harvests: how far each has come, what was refused, and where what came stands in the import."""

from collections.abc import Sequence

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xinglin.catalog.harvesting import queries, services
from xinglin.catalog.harvesting.lifecycle import HARVEST_MOVES, HarvestState
from xinglin.catalog.harvesting.models import HarvestRun
from xinglin.catalog.services.imports import PERMISSION
from xinglin.console.access import StaffRequest
from xinglin.console.screens import (
    Action,
    Answers,
    ChoiceFilter,
    Column,
    DetailScreen,
    Fact,
    Facts,
    Kind,
    ListScreen,
    RelatedFilter,
    offered,
    screen,
)
from xinglin.console.tones import Tone, colour_states
from xinglin.consortium.access import staff_of

colour_states(
    HarvestRun,
    {
        HarvestState.RUNNING: Tone.ACTIVE,
        HarvestState.BROKEN: Tone.BAD,
        HarvestState.DONE: Tone.GOOD,
        HarvestState.CLOSED: Tone.QUIET,
    },
)


RUN_COLUMNS: Sequence[Column[HarvestRun]] = (
    Column(
        gettext_lazy("开始时间"), "started_at", kind=Kind.MOMENT, sort="started_at",
        link=lambda run: reverse("console:catalog.harvest_run", args=[run.pk]),
    ),
    Column(gettext_lazy("状态"), "state", kind=Kind.STATE),
    Column(gettext_lazy("收到"), "records", kind=Kind.NUMBER),
    Column(gettext_lazy("对方已删除"), "deleted", kind=Kind.NUMBER, narrow=False),
    Column(gettext_lazy("拒收"), "refused", kind=Kind.NUMBER),
    Column(gettext_lazy("问题"), "failure", narrow=False),
)  # fmt: skip


def _resume(request: StaffRequest, run: HarvestRun, answers: Answers) -> str:
    services.resume(run=run, by=staff_of(request))
    return _("已继续收割，从断开的地方接着来。")


def _close(request: StaffRequest, run: HarvestRun, answers: Answers) -> str:
    services.close(run=run, by=staff_of(request))
    return _("已结束；收到的记录已交给导入，下次从同一个起点再收。")


@screen
class HarvestRuns(ListScreen[HarvestRun]):
    name = "catalog.harvest_runs"
    title = gettext_lazy("收割记录")
    permission = PERMISSION
    detail = "catalog.harvest_run"
    columns = (Column(gettext_lazy("来源"), "source.name", link=True), *RUN_COLUMNS)
    tabs = ChoiceFilter("state", gettext_lazy("状态"), choices=HarvestState.choices)
    filters = (
        RelatedFilter(
            "source",
            gettext_lazy("来源"),
            field="source",
            rows=lambda request: queries.sources_visible_to(staff_of(request)),
        ),
    )
    order_by = ("-started_at",)
    empty = gettext_lazy("还没有收割过。在“收割”里选一个来源，点“立即收割”。")

    def rows(self, request: StaffRequest) -> QuerySet[HarvestRun]:
        return queries.runs_visible_to(staff_of(request))


def _batch_url(run: HarvestRun) -> str:
    return reverse("console:catalog.import", args=[run.batch_id]) if run.batch_id else ""


@screen
class HarvestRunPage(DetailScreen[HarvestRun]):
    name = "catalog.harvest_run"
    title = gettext_lazy("收割")
    listing = "catalog.harvest_runs"
    permission = PERMISSION
    history = False
    facts: Sequence[Facts[HarvestRun]] = (
        Facts(
            gettext_lazy("收割"),
            (
                Fact(gettext_lazy("来源"), "source.name", link=lambda run: _source_url(run)),
                Fact(gettext_lazy("状态"), "state", kind=Kind.STATE),
                Fact(gettext_lazy("问题"), "failure"),
                Fact(gettext_lazy("从"), lambda run: run.since or _("最早")),
                Fact(gettext_lazy("到"), lambda run: run.until or _("现在")),
                Fact(gettext_lazy("开始时间"), "started_at", kind=Kind.MOMENT),
                Fact(gettext_lazy("完成时间"), "finished_at", kind=Kind.MOMENT),
                Fact(gettext_lazy("收割人"), lambda run: run.by.name if run.by else _("定时")),
            ),
        ),
        Facts(
            gettext_lazy("收到的"),
            (
                Fact(gettext_lazy("记录"), "records", kind=Kind.NUMBER),
                Fact(gettext_lazy("对方报告的总数"), "announced", kind=Kind.NUMBER),
                Fact(gettext_lazy("页数"), "pages", kind=Kind.NUMBER),
                Fact(gettext_lazy("拒收"), "refused", kind=Kind.NUMBER),
                Fact(gettext_lazy("对方已删除"), "deleted", kind=Kind.NUMBER),
                Fact(gettext_lazy("其中从未收到过"), "unknown", kind=Kind.NUMBER),
                Fact(gettext_lazy("续传标记过期、从头再来"), "restarts", kind=Kind.NUMBER),
                Fact(
                    gettext_lazy("导入批次"), lambda run: str(run.batch or _("没有要导入的")), link=_batch_url
                ),
            ),
        ),
    )
    actions = (
        Action(
            "resume", gettext_lazy("继续收割"), run=_resume, icon="player-play",
            when=offered(HARVEST_MOVES, "resume"),
        ),
        Action(
            "close", gettext_lazy("到此结束"), run=_close, icon="player-stop", tone=Tone.QUIET,
            confirm=gettext_lazy("已经收到的交给导入；没收到的，下次收割从同一个起点再来。"),
            when=offered(HARVEST_MOVES, "close"),
        ),
    )  # fmt: skip

    def rows(self, request: StaffRequest) -> QuerySet[HarvestRun]:
        return queries.runs_visible_to(staff_of(request))


def _source_url(run: HarvestRun) -> str:
    return reverse("console:catalog.harvest", args=[run.source_id])
