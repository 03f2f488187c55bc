"""Statistics (数据统计): of whole days up to yesterday, ready at eight in the morning."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from wechat_sandbox.api.calls import Answer, Call, call
from wechat_sandbox.errors import ApiError
from wechat_sandbox.kinds import Capability
from wechat_sandbox.state import Account, Day, Hits

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


def register(name: str, most: int, rows: Callable[[Account, date], list[dict[str, object]]]) -> None:
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


def hits_of(account: Account, day: date, kind: str) -> list[Slice]:
    slices = []
    for key, hits in _day(account, day).hits.items():
        what, hour, subject = key.split("|")
        if what == kind:
            slices.append(Slice(int(hour), subject, hits))
    return sorted(slices, key=lambda one: (one.hour, one.subject))


def united(slices: Iterable[Slice]) -> Hits:
    """All hits together: a user of two hours counts once."""
    whole = Hits()
    for one in slices:
        for who, count in one.hits.by.items():
            whole.by[who] = whole.by.get(who, 0) + count
    return whole


def grouped(slices: list[Slice], key: Callable[[Slice], str]) -> dict[str, list[Slice]]:
    groups: dict[str, list[Slice]] = {}
    for one in slices:
        groups.setdefault(key(one), []).append(one)
    return groups


# -- messages ---------------------------------------------------------------------------


def _messages(account: Account, day: date) -> list[dict[str, object]]:
    return _totals(hits_of(account, day, "message"))


def _messages_hourly(account: Account, day: date) -> list[dict[str, object]]:
    return [
        {
            "ref_hour": one.hour,
            "msg_type": int(one.subject),
            "msg_user": one.hits.users,
            "msg_count": one.hits.count,
        }
        for one in hits_of(account, day, "message")
    ]


def _over(account: Account, days: Iterable[date]) -> list[Slice]:
    return [one for day in days for one in hits_of(account, day, "message")]


def _totals(slices: list[Slice]) -> list[dict[str, object]]:
    groups = {t: united(s) for t, s in grouped(slices, lambda one: one.subject).items()}
    return [{"msg_type": int(t), "msg_user": h.users, "msg_count": h.count} for t, h in groups.items()]


def _spread(slices: list[Slice]) -> list[dict[str, object]]:
    """How many users wrote 1 to 5, 6 to 10, and more than 10 messages."""
    counts = {1: 0, 2: 0, 3: 0}
    for count in united(slices).by.values():
        counts[1 if count <= 5 else 2 if count <= 10 else 3] += 1
    return [{"count_interval": interval, "msg_user": users} for interval, users in counts.items() if users]


def _week(day: date) -> list[date]:
    return [day + timedelta(days=n) for n in range(7)]


def _month(day: date) -> list[date]:
    first = day.replace(day=1)
    return [first + timedelta(days=n) for n in range(31) if (first + timedelta(days=n)).month == first.month]


register("getusersummary", 7, _users)
register("getusercumulate", 7, _cumulated)
register("getupstreammsg", 7, _messages)
register("getupstreammsghour", 1, _messages_hourly)
register("getupstreammsgweek", 30, lambda a, d: _totals(_over(a, _week(d))) if d.weekday() == 0 else [])
register("getupstreammsgmonth", 30, lambda a, d: _totals(_over(a, _month(d))) if d.day == 1 else [])
register("getupstreammsgdist", 15, lambda a, d: _spread(_over(a, [d])))
register("getupstreammsgdistweek", 30, lambda a, d: _spread(_over(a, _week(d))) if d.weekday() == 0 else [])
register("getupstreammsgdistmonth", 30, lambda a, d: _spread(_over(a, _month(d))) if d.day == 1 else [])


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


register("getinterfacesummary", 30, _interface)
register("getinterfacesummaryhour", 1, _interface_hourly)
