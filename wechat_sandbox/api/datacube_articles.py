"""Statistics of articles (图文分析数据): the old set and the one of 2025-11."""

from __future__ import annotations

from datetime import date, timedelta

from wechat_sandbox.api.datacube import grouped, hits_of, register, united
from wechat_sandbox.clock import china_day
from wechat_sandbox.state import Account, Hits, Publication

EVERYWHERE = 99999999
"""The ``user_source`` of a row that is the sum over all sources."""


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
    return united(
        one
        for one in hits_of(account, day, kind)
        if subject in ("", one.subject) and hour in (None, one.hour)
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
    hours = sorted({one.hour for one in hits_of(account, day, "read")})
    return [
        {"ref_hour": hour, "user_source": EVERYWHERE} | _reading_of(account, day, hour=hour) for hour in hours
    ]


def _shares(account: Account, day: date) -> list[dict[str, object]]:
    shares = _of(account, day, "share")
    return (
        [{"share_scene": 1, "share_count": shares.count, "share_user": shares.users}] if shares.count else []
    )


def _share_hours(account: Account, day: date) -> list[dict[str, object]]:
    groups = grouped(hits_of(account, day, "share"), lambda one: str(one.hour))
    return [
        {
            "ref_hour": int(hour),
            "share_scene": 1,
            "share_count": united(slices).count,
            "share_user": united(slices).users,
        }
        for hour, slices in groups.items()
    ]


def _read_articles(account: Account, day: date) -> list[dict[str, object]]:
    """The set of 2025-11: one row for each article that was read."""
    subjects = sorted({one.subject for one in hits_of(account, day, "read")})
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
    subjects = sorted({one.subject for one in hits_of(account, day, "share")})
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


register("getarticlesummary", 1, _article_summary)
register("getarticletotal", 1, _article_total)
register("getuserread", 3, lambda a, d: [{"user_source": EVERYWHERE} | _reading_of(a, d)])
register("getuserreadhour", 1, _read_hours)
register("getusershare", 7, _shares)
register("getusersharehour", 1, _share_hours)
register("getarticleread", 1, _read_articles)
register("getarticleshare", 1, _shared_articles)
register("getarticletotaldetail", 1, _article_total)
register("getbizsummary", 30, _business)
