"""The SQL of our own counts: each gives days with numbers, of some accounts and libraries."""

from django.utils.translation import gettext_lazy as _

from xinglin.commons.onscreen import Words

_DAY = "(%s at time zone 'Asia/Shanghai')::date"
_MESSAGES = """
    wechat_incomingmessage m
    where m.account_id = any(%(accounts)s) and m.received_at >= %(begin)s and m.received_at < %(end)s
"""
_FOLLOWERS = "wechat_follower f where f.account_id = any(%(accounts)s)"
_TOUCHED = " and upper(m.event) in ('CLICK', 'VIEW')"


def _between(moment: str) -> str:
    return f" and {moment} >= %(begin)s and {moment} < %(end)s"


def _counted(moment: str, rows: str) -> str:
    return f"select {_DAY % moment} as day, count(*) from {rows} group by 1"  # noqa: S608 -- ours


_ARTICLES = """
    select v.day, sum(v.count) from newsroom_articleviews v join newsroom_article a on a.id = v.article_id
    where a.library_id = any(%(libraries)s) and v.day between %(first)s and %(last)s group by 1
"""
_VISITS = """
    select v.day, sum(v.count) from stats_pagevisits v
    where (%(one)s = '' or v.library = %(one)s) and v.day between %(first)s and %(last)s group by 1
"""
_LOANS = "circulation_loan l where l.library_id = any(%(libraries)s)" + _between("l.lent_at")
_HOLDS = "circulation_hold h where h.pickup_library_id = any(%(libraries)s)" + _between("h.placed_at")

# kind, code, title, statement
OF_OURS: tuple[tuple[str, str, Words, str], ...] = (
    (
        "users",
        "own_follows",
        _("新增关注"),
        _counted("f.followed_at", _FOLLOWERS + _between("f.followed_at")),
    ),
    (
        "users",
        "own_leaves",
        _("取消关注"),
        _counted("f.unfollowed_at", _FOLLOWERS + _between("f.unfollowed_at")),
    ),
    ("articles", "own_reads", _("本馆文章阅读"), _ARTICLES),
    ("menu", "own_clicks", _("菜单点击"), _counted("m.received_at", _MESSAGES + _TOUCHED)),
    (
        "messages",
        "own_messages",
        _("读者消息"),
        _counted("m.received_at", _MESSAGES + " and m.kind <> 'event'"),
    ),
    (
        "messages",
        "own_lost",
        _("没听懂的话"),
        _counted("m.received_at", _MESSAGES + " and m.matched_by = 'none'"),
    ),
    ("interface", "own_pushes", _("收到推送"), _counted("m.received_at", _MESSAGES)),
    (
        "interface",
        "own_failed",
        _("处理失败"),
        _counted("m.received_at", _MESSAGES + " and m.state = 'failed'"),
    ),
    ("web", "own_visits", _("网页访问"), _VISITS),
    ("services", "loans", _("借出"), _counted("l.lent_at", _LOANS)),
    ("services", "holds", _("预约"), _counted("h.placed_at", _HOLDS)),
)

STAYING = """
    select d.days, count(*),
           count(*) filter (where f.unfollowed_at is null
                            or f.unfollowed_at >= f.followed_at + make_interval(days => d.days))
    from wechat_follower f cross join (values (7), (30), (90)) as d (days)
    where f.account_id = any(%s) and f.followed_at + make_interval(days => d.days) <= %s::timestamptz
    group by 1 order by 1
"""

MENU_KEYS = (
    f"select m.event_key, count(*), count(distinct m.follower_id) from {_MESSAGES} {_TOUCHED}"  # noqa: S608 -- ours
    " and m.event_key <> '' group by 1 order by 2 desc limit 12"
)
MESSAGE_KINDS = (
    f"select m.kind, count(*), count(distinct m.follower_id) from {_MESSAGES}"  # noqa: S608 -- ours
    " and m.kind <> 'event' group by 1 order by 2 desc limit 12"
)

BY_LIBRARY = """
    select b.id,
           (select count(*) from circulation_loan l
            where l.library_id = b.id and l.lent_at >= %(begin)s and l.lent_at < %(end)s),
           (select count(*) from circulation_hold h
            where h.pickup_library_id = b.id and h.placed_at >= %(begin)s and h.placed_at < %(end)s),
           (select coalesce(sum(v.count), 0)
            from newsroom_articleviews v join newsroom_article a on a.id = v.article_id
            where a.library_id = b.id and v.day between %(first)s and %(last)s)
    from consortium_library b where b.id = any(%(libraries)s) order by b.code
"""
