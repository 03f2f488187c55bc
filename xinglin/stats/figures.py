"""Curves over days: of the platform where it told them, and of our own logs always."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.db import connection
from django.utils.translation import gettext_lazy as _

from xinglin.commons.onscreen import Words
from xinglin.stats.models import Figure
from xinglin.stats.statements import BY_LIBRARY, MENU_KEYS, MESSAGE_KINDS, OF_OURS, STAYING
from xinglin.wechat.client.datacube import Series
from xinglin.wechat.jsonvalue import as_int, as_list
from xinglin.wechat.menus import leaves
from xinglin.wechat.models import Account, Menu, MenuState

ByDay = dict[date, int]
ALL_SOURCES = "user_source=99999999"


@dataclass(frozen=True)
class Period:
    """Days from the first to the last, both included, and the same number before them."""

    first: date
    last: date

    @property
    def days(self) -> list[date]:
        return [self.first + timedelta(days=number) for number in range((self.last - self.first).days + 1)]

    @property
    def before(self) -> "Period":
        length = (self.last - self.first).days + 1
        return Period(self.first - timedelta(days=length), self.first - timedelta(days=1))


@dataclass(frozen=True)
class Curve:
    """One figure by the day, and the same of the period before. ``stands``: a level, not a sum (followers)."""

    code: str
    title: Words
    source: Words
    values: list[int | None]
    before: list[int | None]
    stands: bool = False

    @property
    def total(self) -> int | None:
        return self._sum(self.values)

    @property
    def total_before(self) -> int | None:
        return self._sum(self.before)

    @property
    def change(self) -> float | None:
        """How much more than in the period before, in percent; None where there was nothing to compare with."""
        if not self.total_before or self.total is None:
            return None
        return 100 * (self.total - self.total_before) / self.total_before

    @property
    def has_figures(self) -> bool:
        return any(value is not None for value in self.values)

    def _sum(self, values: list[int | None]) -> int | None:
        known = [value for value in values if value is not None]
        if not known:
            return None
        return known[-1] if self.stands else sum(known)


PLATFORM, OURS = _("微信统计"), _("本系统日志")


@dataclass(frozen=True)
class Kind:
    """One of the six kinds of the platform, with its curves."""

    code: str
    title: Words
    curves: list[Curve]


# code, title, series, the value that is summed over the rows of a day, whether it is a level
_OF_THE_PLATFORM: tuple[tuple[str, str, Words, Series, str, bool], ...] = (
    ("users", "new_user", _("新增关注"), Series.USER_SUMMARY, "new_user", False),
    ("users", "cancel_user", _("取消关注"), Series.USER_SUMMARY, "cancel_user", False),
    ("users", "cumulate_user", _("累计关注"), Series.USER_CUMULATE, "cumulate_user", True),
    ("articles", "read_count", _("图文阅读次数"), Series.USER_READ, "int_page_read_count", False),
    ("articles", "share_count", _("图文分享次数"), Series.USER_SHARE, "share_count", False),
    ("articles", "biz_read", _("阅读次数（2025 年新口径）"), Series.BIZ_SUMMARY, "read_count", False),
    ("articles", "biz_share", _("分享次数（2025 年新口径）"), Series.BIZ_SUMMARY, "share_count", False),
    ("messages", "msg_count", _("读者消息"), Series.UPSTREAM_MESSAGE, "msg_count", False),
    ("interface", "callback_count", _("接口调用"), Series.INTERFACE_SUMMARY, "callback_count", False),
    ("interface", "fail_count", _("接口失败"), Series.INTERFACE_SUMMARY, "fail_count", False),
)  # fmt: skip

KINDS: tuple[tuple[str, Words], ...] = (
    ("users", _("用户")), ("articles", _("图文")), ("menu", _("菜单")), ("messages", _("消息")),
    ("interface", _("接口")), ("web", _("网页")), ("services", _("服务")),
)  # fmt: skip


def kinds(accounts: Iterable[Account], libraries: dict[int, str], period: Period) -> list[Kind]:
    """Return every kind with its curves: the platform's only where it told any."""
    chosen = list(accounts)
    found: dict[str, list[Curve]] = {code: [] for code, _title in KINDS}
    for kind, code, title, series, value, stands in _OF_THE_PLATFORM:

        def of_platform(span: Period, series: Series = series, value: str = value) -> ByDay:
            return _platform(chosen, series, value, span)

        curve = _curve(code, title, PLATFORM, of_platform, period, stands=stands, gaps=True)
        if curve.has_figures:
            found[kind].append(curve)
    for kind, code, title, statement in OF_OURS:

        def of_ours(span: Period, statement: str = statement) -> ByDay:
            return _ours(statement, chosen, libraries, span)

        found[kind].append(_curve(code, title, OURS, of_ours, period))
    return [Kind(code, title, found[code]) for code, title in KINDS]


def _curve(
    code: str, title: Words, source: Words, of: Callable[[Period], ByDay], period: Period, *,
    stands: bool = False, gaps: bool = False,
) -> Curve:  # fmt: skip
    """Return a curve; where the platform told nothing of a day there is a gap, not a nought."""

    def values(span: Period) -> list[int | None]:
        known = of(span)
        return [known.get(day, None if gaps else 0) for day in span.days]

    return Curve(code, title, source, values(period), values(period.before), stands)


def _platform(accounts: list[Account], series: Series, value: str, period: Period) -> ByDay:
    """Return a series by the day, its rows added up.

    Readings come once for every source and once for all of them together (getuserread, ``user_source``): where the
    platform adds up itself, its sum counts and not the parts beside it.
    """
    rows = Figure.objects.filter(
        account__in=accounts, series=series, is_latest=True, day__range=(period.first, period.last)
    )
    parts: dict[tuple[int, date], int] = {}
    wholes: dict[tuple[int, date], int] = {}
    for account, day, key, values in rows.values_list("account_id", "day", "key", "values"):
        of = wholes if ALL_SOURCES in key.split("|") else parts
        of[account, day] = of.get((account, day), 0) + as_int(values.get(value))
    found: ByDay = {}
    for (_account, day), number in {**parts, **wholes}.items():
        found[day] = found.get(day, 0) + number
    return found


def _ours(statement: str, accounts: list[Account], libraries: dict[int, str], period: Period) -> ByDay:
    with connection.cursor() as cursor:
        cursor.execute(
            statement,
            {
                "accounts": [account.pk for account in accounts],
                "libraries": list(libraries),
                "one": next(iter(libraries.values())) if len(libraries) == 1 else "",
                "first": period.first,
                "last": period.last,
                "begin": f"{period.first} 00:00:00+08",
                "end": f"{period.last + timedelta(days=1)} 00:00:00+08",
            },
        )
        return {day: int(number) for day, number in cursor.fetchall()}


def staying(accounts: Iterable[Account], period: Period) -> list[tuple[int, int, int]]:
    """Return for 7, 30 and 90 days: how many who began to follow could have stayed so long, and how many did.

    Of all followers up to the period's end, by our own log; an unfollow erases who it was, not that it was.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            STAYING,
            [[account.pk for account in accounts], f"{period.last + timedelta(days=1)} 00:00:00+08"],
        )
        return [(days, number, stayed) for days, number, stayed in cursor.fetchall()]


def menu_keys(accounts: Iterable[Account], period: Period) -> list[tuple[str, int, int]]:
    """Return the buttons that were pressed, by the name they had last, how often and by how many."""
    chosen = list(accounts)
    names: dict[str, str] = {}
    for menu in (
        Menu.objects.filter(account__in=chosen).exclude(state=MenuState.DRAFT).order_by("published_at")
    ):
        names |= {leaf.target: leaf.name for leaf in leaves(as_list(menu.buttons)) if leaf.target}
    return [(names.get(key, key), number, people) for key, number, people in _top(MENU_KEYS, chosen, period)]


def message_kinds(accounts: Iterable[Account], period: Period) -> list[tuple[str, int, int]]:
    """Return what kinds of messages came, how many and from how many."""
    return _top(MESSAGE_KINDS, accounts, period)


def _top(statement: str, accounts: Iterable[Account], period: Period) -> list[tuple[str, int, int]]:
    with connection.cursor() as cursor:
        cursor.execute(
            statement,
            {
                "accounts": [account.pk for account in accounts],
                "begin": f"{period.first} 00:00:00+08",
                "end": f"{period.last + timedelta(days=1)} 00:00:00+08",
            },
        )
        return [(str(name), number, people) for name, number, people in cursor.fetchall()]


def by_library(libraries: dict[int, str], period: Period) -> list[tuple[int, int, int, int]]:
    """Return for each library: its id, loans, holds, and readings of its articles in a period."""
    with connection.cursor() as cursor:
        cursor.execute(
            BY_LIBRARY,
            {
                "libraries": list(libraries), "first": period.first, "last": period.last,
                "begin": f"{period.first} 00:00:00+08", "end": f"{period.last + timedelta(days=1)} 00:00:00+08",
            },
        )  # fmt: skip
        return [
            (int(pk), int(loans), int(holds), int(reads)) for pk, loans, holds, reads in cursor.fetchall()
        ]
