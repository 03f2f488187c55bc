"""Statistics (数据统计): of whole days up to yesterday, ready at eight in the morning."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from wechat_sandbox.api.calls import Answer, Call, call
from wechat_sandbox.clock import china_day
from wechat_sandbox.errors import ApiError
from wechat_sandbox.kinds import Capability
from wechat_sandbox.state import Account, Day, Hits, Publication

READY_HOUR = 8


@dataclass(frozen=True)
class Span:
    """The days asked for."""

    begin: date
    end: date

    def days(self) -> Iterable[date]:
        return (self.begin + timedelta(days=n) for n in range((self.end - self.begin).days + 1))


def span(call: Call, most: int) -> Span:
    """Raises 61500 for a bad date, 61501 for a bad span, 61503 before the data are ready."""
    try:
        begin = date.fromisoformat(call.body.text("begin_date", error=61500))
        end = date.fromisoformat(call.body.text("end_date", error=61500))
    except ValueError as error:
        raise ApiError(61500) from error
    yesterday = call.world.clock.moment().date() - timedelta(days=1)
    if begin > end or end > yesterday or (end - begin).days >= most:
        raise ApiError(61501)
    if end == yesterday and call.world.clock.moment().hour < READY_HOUR:
        raise ApiError(61503)
    return Span(begin, end)


def _day(account: Account, day: date) -> Day:
    return account.days.get(day.isoformat(), Day())


def _per_day(most: int, rows: Callable[[Account, date], list[dict[str, object]]]) -> Callable[[Call], Answer]:
    def answer(call: Call) -> Answer:
        days = span(call, most).days()
        return {
            "list": [{"ref_date": day.isoformat(), **row} for day in days for row in rows(call.account, day)]
        }

    return answer


def _register(name: str, most: int, rows: Callable[[Account, date], list[dict[str, object]]]) -> None:
    answer = _per_day(most, rows)

    async def handler(call: Call) -> Answer:
        return answer(call)

    call("POST", f"/datacube/{name}", Capability.DATACUBE)(handler)


def _users(account: Account, day: date) -> list[dict[str, object]]:
    counts = _day(account, day)
    sources = sorted(counts.new.keys() | counts.gone.keys(), key=int) or ["0"]
    return [
        {"user_source": int(s), "new_user": counts.new.get(s, 0), "cancel_user": counts.gone.get(s, 0)}
        for s in sources
    ]


def _cumulated(account: Account, day: date) -> list[dict[str, object]]:
    later = [counts for name, counts in account.days.items() if name > day.isoformat()]
    change = sum(sum(c.new.values()) - sum(c.gone.values()) for c in later)
    present = sum(one.following for one in account.followers.values())
    return [{"user_source": 0, "cumulate_user": present - change}]


@dataclass(frozen=True)
class Slice:
    """The hits of one kind, hour and subject on one day."""

    hour: int
    subject: str
    hits: Hits


def _hits(account: Account, day: date, kind: str) -> list[Slice]:
    slices = []
    for key, hits in _day(account, day).hits.items():
        what, hour, subject = key.split("|")
        if what == kind:
            slices.append(Slice(int(hour), subject, hits))
    return sorted(slices, key=lambda one: (one.hour, one.subject))


def _united(slices: Iterable[Slice]) -> Hits:
    """All hits together: a user of two hours counts once."""
    whole = Hits()
    for one in slices:
        for who, count in one.hits.by.items():
            whole.by[who] = whole.by.get(who, 0) + count
    return whole


def _by(slices: list[Slice], key: Callable[[Slice], str]) -> dict[str, list[Slice]]:
    groups: dict[str, list[Slice]] = {}
    for one in slices:
        groups.setdefault(key(one), []).append(one)
    return groups


# -- messages ---------------------------------------------------------------------------


def _messages(account: Account, day: date) -> list[dict[str, object]]:
    groups = _by(_hits(account, day, "message"), lambda one: one.subject)
    united = {type_: _united(slices) for type_, slices in groups.items()}
    return [{"msg_type": int(t), "msg_user": h.users, "msg_count": h.count} for t, h in united.items()]


def _messages_hourly(account: Account, day: date) -> list[dict[str, object]]:
    return [
        {
            "ref_hour": one.hour,
            "msg_type": int(one.subject),
            "msg_user": one.hits.users,
            "msg_count": one.hits.count,
        }
        for one in _hits(account, day, "message")
    ]


def _over(account: Account, days: Iterable[date]) -> list[Slice]:
    return [one for day in days for one in _hits(account, day, "message")]


def _totals(slices: list[Slice]) -> list[dict[str, object]]:
    groups = {t: _united(s) for t, s in _by(slices, lambda one: one.subject).items()}
    return [{"msg_type": int(t), "msg_user": h.users, "msg_count": h.count} for t, h in groups.items()]


def _spread(slices: list[Slice]) -> list[dict[str, object]]:
    """How many users wrote 1 to 5, 6 to 10, and more than 10 messages."""
    counts = {1: 0, 2: 0, 3: 0}
    for count in _united(slices).by.values():
        counts[1 if count <= 5 else 2 if count <= 10 else 3] += 1
    return [{"count_interval": interval, "msg_user": users} for interval, users in counts.items() if users]


def _week(day: date) -> list[date]:
    return [day + timedelta(days=n) for n in range(7)]


def _month(day: date) -> list[date]:
    first = day.replace(day=1)
    return [first + timedelta(days=n) for n in range(31) if (first + timedelta(days=n)).month == first.month]


_register("getusersummary", 7, _users)
_register("getusercumulate", 7, _cumulated)
_register("getupstreammsg", 7, _messages)
_register("getupstreammsghour", 1, _messages_hourly)
_register("getupstreammsgweek", 30, lambda a, d: _totals(_over(a, _week(d))) if d.weekday() == 0 else [])
_register("getupstreammsgmonth", 30, lambda a, d: _totals(_over(a, _month(d))) if d.day == 1 else [])
_register("getupstreammsgdist", 15, lambda a, d: _spread(_over(a, [d])))
_register("getupstreammsgdistweek", 30, lambda a, d: _spread(_over(a, _week(d))) if d.weekday() == 0 else [])
_register("getupstreammsgdistmonth", 30, lambda a, d: _spread(_over(a, _month(d))) if d.day == 1 else [])


# -- the callback --------------------------------------------------------------------------


def _interface(account: Account, day: date) -> list[dict[str, object]]:
    hours = _day(account, day).pushes.values()
    return [
        {
            "callback_count": sum(one.count for one in hours),
            "fail_count": sum(one.failed for one in hours),
            "total_time_cost": sum(one.milliseconds for one in hours),
            "max_time_cost": max((one.slowest for one in hours), default=0),
        }
    ]


def _interface_hourly(account: Account, day: date) -> list[dict[str, object]]:
    return [
        {
            "ref_hour": int(hour),
            "callback_count": one.count,
            "fail_count": one.failed,
            "total_time_cost": one.milliseconds,
            "max_time_cost": one.slowest,
        }
        for hour, one in _day(account, day).pushes.items()
    ]


_register("getinterfacesummary", 30, _interface)
_register("getinterfacesummaryhour", 1, _interface_hourly)


# -- articles ----------------------------------------------------------------------------------


def _reading(reads: Hits, shares: Hits, kept: Hits) -> dict[str, object]:
    return {
        "int_page_read_user": reads.users,
        "int_page_read_count": reads.count,
        "ori_page_read_user": 0,
        "ori_page_read_count": 0,
        "share_user": shares.users,
        "share_count": shares.count,
        "add_to_fav_user": kept.users,
        "add_to_fav_count": kept.count,
    }


def _of(account: Account, day: date, kind: str, *, subject: str = "", hour: int | None = None) -> Hits:
    return _united(
        one for one in _hits(account, day, kind) if subject in ("", one.subject) and hour in (None, one.hour)
    )


def _reading_of(
    account: Account, day: date, *, subject: str = "", hour: int | None = None
) -> dict[str, object]:
    return _reading(
        _of(account, day, "read", subject=subject, hour=hour),
        _of(account, day, "share", subject=subject, hour=hour),
        _of(account, day, "favourite", subject=subject, hour=hour),
    )


def _sent_on(account: Account, day: date) -> list[tuple[Publication, int]]:
    """The articles that were mass-sent on a day."""
    return [
        (publication, index)
        for publication in account.publications.values()
        if publication.mass and china_day(publication.at) == day.isoformat()
        for index in range(len(publication.articles))
    ]


def _named(publication: Publication, index: int) -> dict[str, object]:
    number = f"{publication.msg_data_id}_{index + 1}"
    return {"msgid": number, "title": publication.articles[index].title}


def _article_summary(account: Account, day: date) -> list[dict[str, object]]:
    """Articles sent on the day, with what was read of them on the day."""
    return [
        _named(p, i) | _reading_of(account, day, subject=str(_named(p, i)["msgid"]))
        for p, i in _sent_on(account, day)
    ]


def _article_total(account: Account, day: date) -> list[dict[str, object]]:
    """Articles sent on the day, with the sums of the seven days after it."""
    rows: list[dict[str, object]] = []
    for publication, index in _sent_on(account, day):
        name = _named(publication, index)
        mass = next((m for m in account.masses.values() if m.article_id == publication.article_id), None)
        details = [
            {"stat_date": later.isoformat(), "target_user": mass.sent if mass else 0}
            | _reading_of(account, later, subject=str(name["msgid"]))
            for later in (day + timedelta(days=n) for n in range(7))
            if later.isoformat() in account.days
        ]
        rows.append(name | {"details": details})
    return rows


def _read_hours(account: Account, day: date) -> list[dict[str, object]]:
    hours = sorted({one.hour for one in _hits(account, day, "read")})
    return [
        {"ref_hour": hour, "user_source": 99999999} | _reading_of(account, day, hour=hour) for hour in hours
    ]


def _shares(account: Account, day: date) -> list[dict[str, object]]:
    shares = _of(account, day, "share")
    return (
        [{"share_scene": 1, "share_count": shares.count, "share_user": shares.users}] if shares.count else []
    )


def _share_hours(account: Account, day: date) -> list[dict[str, object]]:
    groups = _by(_hits(account, day, "share"), lambda one: str(one.hour))
    return [
        {
            "ref_hour": int(hour),
            "share_scene": 1,
            "share_count": _united(slices).count,
            "share_user": _united(slices).users,
        }
        for hour, slices in groups.items()
    ]


def _read_articles(account: Account, day: date) -> list[dict[str, object]]:
    """The set of 2025-11: one row for each article that was read."""
    subjects = sorted({one.subject for one in _hits(account, day, "read")})
    return [
        {
            "msgid": subject,
            "title": _title(account, subject),
            "read_user": _of(account, day, "read", subject=subject).users,
            "read_count": _of(account, day, "read", subject=subject).count,
            "is_delay": False,
        }
        for subject in subjects
    ]


def _shared_articles(account: Account, day: date) -> list[dict[str, object]]:
    subjects = sorted({one.subject for one in _hits(account, day, "share")})
    return [
        {
            "msgid": subject,
            "title": _title(account, subject),
            "share_user": _of(account, day, "share", subject=subject).users,
            "share_count": _of(account, day, "share", subject=subject).count,
            "is_delay": False,
        }
        for subject in subjects
    ]


def _title(account: Account, subject: str) -> str:
    number, _, at = subject.partition("_")
    for publication in account.publications.values():
        if str(publication.msg_data_id) == number:
            return publication.articles[int(at) - 1].title
    return ""


def _business(account: Account, day: date) -> list[dict[str, object]]:
    reads, shares = _of(account, day, "read"), _of(account, day, "share")
    return [
        {
            "read_user": reads.users,
            "read_count": reads.count,
            "share_user": shares.users,
            "share_count": shares.count,
        }
    ]


_register("getarticlesummary", 1, _article_summary)
_register("getarticletotal", 1, _article_total)
_register("getuserread", 3, lambda a, d: [{"user_source": 99999999} | _reading_of(a, d)])
_register("getuserreadhour", 1, _read_hours)
_register("getusershare", 7, _shares)
_register("getusersharehour", 1, _share_hours)
_register("getarticleread", 1, _read_articles)
_register("getarticleshare", 1, _shared_articles)
_register("getarticletotaldetail", 1, _article_total)
_register("getbizsummary", 30, _business)
