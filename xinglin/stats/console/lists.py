"""The platform's figures with their revisions, and what could not be fetched."""

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as lazy

from xinglin.console.access import StaffRequest
from xinglin.console.menu import Section
from xinglin.console.screens import (
    Action,
    Answers,
    ChoiceFilter,
    Column,
    DateFilter,
    FlagFilter,
    Kind,
    ListScreen,
    RelatedFilter,
    screen,
)
from xinglin.console.tones import Tone, colour_states
from xinglin.consortium.access import staff_of
from xinglin.stats import queries, tasks
from xinglin.stats.models import Figure, Pull, PullState
from xinglin.stats.services.pulling import DAILY
from xinglin.wechat.models import Account

colour_states(
    Pull,
    {
        PullState.DONE: Tone.GOOD,
        PullState.EARLY: Tone.WAITING,
        PullState.REFUSED: Tone.QUIET,
        PullState.FAILED: Tone.BAD,
    },
)
SERIES = [(str(series), str(series)) for series in DAILY]


def _accounts(request: StaffRequest) -> QuerySet[Account]:
    return queries.accounts_for(staff_of(request))


@screen
class Figures(ListScreen[Figure]):
    """Every figure the platform told, the superseded revisions too."""

    name = "stats.figures"
    title = lazy("微信统计数据")
    section = Section.STATISTICS
    icon = "table"
    order = 20
    permission = queries.VIEW
    words = ("tongji", lazy("图文数据"))
    columns = (
        Column(lazy("日期"), "day", kind=Kind.DAY, sort="day"),
        Column(lazy("公众号"), "account.name", sort="account__name"),
        Column(lazy("序列"), "series", sort="series"),
        Column(lazy("细目"), "key"),
        Column(
            lazy("数值"), lambda row: "，".join(f"{name} {value}" for name, value in row.values.items())[:200]
        ),
        Column(lazy("修订"), "revision", kind=Kind.NUMBER, sort="revision"),
        Column(lazy("最新"), "is_latest", kind=Kind.FLAG),
        Column(lazy("取得时间"), "fetched_at", kind=Kind.MOMENT, narrow=False),
    )
    filters = (
        RelatedFilter("account", lazy("公众号"), field="account", rows=_accounts),
        ChoiceFilter("series", lazy("序列"), choices=SERIES),
        DateFilter("day", lazy("日期"), field="day"),
        FlagFilter("revised", lazy("修订过的"), where=Q(revision__gt=1)),
    )
    order_by = ("-day", "series", "key")
    empty = lazy("还没有数据。已认证的公众号每天自动取前一天的统计；其他公众号请看数据看板里本系统的日志。")

    def rows(self, request: StaffRequest) -> QuerySet[Figure]:
        return queries.figures_visible_to(staff_of(request))


def _again(request: StaffRequest, row: Pull, answers: Answers) -> str:
    tasks.pull_soon(row.account)
    return str(lazy("已排队，稍后刷新查看。"))


@screen
class Pulls(ListScreen[Pull]):
    """Which days were fetched, and why others were not."""

    name = "stats.pulls"
    title = lazy("统计拉取")
    section = Section.STATISTICS
    icon = "cloud-download"
    order = 30
    permission = queries.VIEW
    words = ("laqu", lazy("补取"))
    columns = (
        Column(lazy("日期"), "day", kind=Kind.DAY, sort="day"),
        Column(lazy("公众号"), "account.name", sort="account__name"),
        Column(lazy("序列"), "series", sort="series"),
        Column(lazy("结果"), "state", kind=Kind.STATE),
        Column(lazy("行数"), "rows", kind=Kind.NUMBER),
        Column(lazy("次数"), "tries", kind=Kind.NUMBER, narrow=False),
        Column(lazy("时间"), "tried_at", kind=Kind.MOMENT, narrow=False),
        Column(lazy("说明"), "problem", narrow=False),
    )
    tabs = ChoiceFilter("state", lazy("结果"), choices=PullState.choices)
    filters = (
        RelatedFilter("account", lazy("公众号"), field="account", rows=_accounts),
        ChoiceFilter("series", lazy("序列"), choices=SERIES),
        DateFilter("day", lazy("日期"), field="day"),
    )
    actions = (Action[Pull]("again", lazy("再取一次"), run=_again, icon="refresh", permission=queries.VIEW),)
    order_by = ("-day", "series")
    empty = lazy("还没有取过。")

    def rows(self, request: StaffRequest) -> QuerySet[Pull]:
        return queries.pulls_visible_to(staff_of(request))
