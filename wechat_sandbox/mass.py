"""Mass sends: quotas by kind of account, delivery, the report (群发)."""

from __future__ import annotations

from dataclasses import dataclass

from wechat_sandbox import agenda, chat
from wechat_sandbox.api.articles import cards
from wechat_sandbox.clock import china_day
from wechat_sandbox.errors import ApiError
from wechat_sandbox.events import event
from wechat_sandbox.kinds import Kind
from wechat_sandbox.publishing import administrator, article_url, take_out
from wechat_sandbox.state import Account, Draft, Follower, Mass, Publication
from wechat_sandbox.wire import XmlFields
from wechat_sandbox.world import World

PER_DAY_SUBSCRIPTION = 1
PER_DAY_SERVICE = 100
PER_MONTH = 4


@dataclass
class Letter:
    """What is to be sent: a bubble, and the draft it came from when it is an article."""

    type: str
    content: dict[str, object]
    draft: Draft | None = None


def check_quota(world: World, account: Account, *, to_all: bool) -> None:
    """Raises 45028: a subscription account once a day; F1 a hundred calls a day, four to everybody in a month."""
    today, month = china_day(world.clock.now()), china_day(world.clock.now())[:7]
    sent = [m for m in account.masses.values() if m.status != "DELETE" or m.sent]
    of_day = [m for m in sent if china_day(m.at) == today]
    limit = PER_DAY_SUBSCRIPTION if account.kind in (Kind.S0, Kind.S1) else PER_DAY_SERVICE
    if len(of_day) >= limit:
        raise ApiError(45028)
    of_month = [m for m in sent if m.to_all and china_day(m.at)[:7] == month]
    if account.kind is Kind.F1 and to_all and len(of_month) >= PER_MONTH:
        raise ApiError(45028)


def submit(
    world: World,
    account: Account,
    letter: Letter,
    openids: list[str],
    *,
    to_all: bool,
    clientmsgid: str = "",
    by_hand: bool = False,
) -> Mass:
    """Accept a mass send; delivery follows, and a report unless somebody sent it by hand."""
    number = world.state.next_serial()
    publication = _published(world, account, letter, consume=to_all)
    mass = Mass(
        msg_id=1_000_000_000 + number,
        msg_data_id=publication.msg_data_id if publication else 206_000_000 + number,
        type=letter.type,
        content=letter.content,
        openids=openids,
        at=world.clock.now(),
        to_all=to_all,
        article_id=publication.article_id if publication else "",
        clientmsgid=clientmsgid,
        total=len(openids),
        by_hand=by_hand,
    )
    if publication:
        mass.content = cards(world, publication.articles)
    account.masses[str(mass.msg_id)] = mass
    agenda.later(world, account, "mass", str(mass.msg_id))
    return mass


def _published(world: World, account: Account, letter: Letter, *, consume: bool) -> Publication | None:
    if letter.draft is None:
        return None
    publication = take_out(world, account, letter.draft, mass=True, consume=consume)
    publication.status = 0
    return publication


@agenda.job("mass")
async def deliver(world: World, account: Account, msg_id: str) -> None:
    """Put the message into each conversation; a service account reaches nobody a fifth time a month."""
    mass = account.masses[msg_id]
    if mass.status == "DELETE":
        return
    month = china_day(world.clock.now())[:7]
    for openid in mass.openids:
        follower = account.followers.get(openid)
        if follower is None or not follower.following or follower.blacklisted:
            mass.filtered += 1
        elif account.kind is Kind.F1 and follower.received.get(month, 0) >= PER_MONTH:
            mass.errors += 1
        else:
            _hand_over(world, follower, mass, month)
    mass.status = "SEND_SUCCESS"
    world.announce()
    if mass.by_hand:
        return
    report = _report(world, account, mass)
    world.errand(event(world, account, administrator(world, account), "MASSSENDJOBFINISH", report))


def _hand_over(world: World, follower: Follower, mass: Mass, month: str) -> None:
    follower.received[month] = follower.received.get(month, 0) + 1
    mass.sent += 1
    chat.show(world, follower, by="account", type=mass.type, content=mass.content, source="mass")


def _report(world: World, account: Account, mass: Mass) -> XmlFields:
    publication = account.publications.get(mass.article_id)
    articles = publication.articles if publication else []
    urls: list[XmlFields] = [
        {"ArticleIdx": at, "ArticleUrl": article_url(world, article)}
        for at, article in enumerate(articles, start=1)
    ]
    copyright: XmlFields = {"Count": 0, "ResultList": "", "CheckState": 0}
    return {
        "MsgID": mass.msg_id,
        "Status": "send success",
        "TotalCount": mass.total,
        "FilterCount": mass.total - mass.filtered,
        "SentCount": mass.sent,
        "ErrorCount": mass.errors,
        "CopyrightCheckResult": copyright,
        "ArticleUrlResult": {"Count": len(urls), "ResultList": {"item": urls} if urls else ""},
    }
