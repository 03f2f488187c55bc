"""What the phone shows: the page, the chat list, a conversation, and the news of changes."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from wechat_sandbox.api.articles import cover_url
from wechat_sandbox.control_api.requests import Unicode, world_of
from wechat_sandbox.kinds import LABELS, Kind, is_certified
from wechat_sandbox.menus import menu_in_force
from wechat_sandbox.pages.oauth import COOKIE
from wechat_sandbox.pages.templates import show
from wechat_sandbox.state import Account, Bubble, Follower
from wechat_sandbox.world import World

KEEP_ALIVE = 15.0
BREATH = 0.1
"""Seconds between two pieces of news, so that a busy fleet does not drown the page."""


async def page(request: Request) -> Response:
    return show(request, "phone.html", {})


async def home(request: Request) -> Response:
    """All that is outside of a conversation; also tells WeChat's pages who holds the phone."""
    world = world_of(request)
    people = world.state.people
    key = request.query_params.get("person", "")
    if key not in people:
        key = next(iter(people), "")
    accounts = [_card(world, one, key) for one in world.state.accounts.values() if one.kind is not Kind.MINI]
    answer = Unicode(
        {
            "me": people.get(key),
            "people": list(people.values()),
            "accounts": accounts,
            "minis": [
                _card(world, one, key) for one in world.state.accounts.values() if one.kind is Kind.MINI
            ],
            "notices": len(service_notices(world, key)),
            "clock": world.clock.now(),
            "moved": world.clock.frozen_at is not None or abs(world.clock.offset) > 1,
            "version": world.version,
        }
    )
    if key:
        answer.set_cookie(COOKIE, key, httponly=True, samesite="lax")
    return answer


def _card(world: World, account: Account, person: str) -> dict[str, object]:
    follower = account.followers.get(world.openid(account.appid, person)) if person else None
    chat = follower.chat if follower else []
    last = chat[-1] if chat else None
    unread = [b for b in chat if follower and b.by == "account" and b.number > follower.read_until]
    return {
        "appid": account.appid,
        "name": account.name,
        "kind": account.kind,
        "label": LABELS[account.kind],
        "certified": is_certified(account.kind),
        "about": account.about,
        "owner": account.owner,
        "wechat_id": account.wechat_id,
        "following": bool(follower and follower.following),
        "connected": account.callback.verified,
        "unread": len(unread),
        "last": {"text": summary(last), "at": last.at} if last else None,
    }


def service_notices(world: World, person: str) -> list[dict[str, object]]:
    """服务通知: what mini programs and accounts one does not follow have sent, oldest first."""
    found: list[tuple[Bubble, Account]] = []
    for account in world.state.accounts.values():
        follower = account.followers.get(world.openid(account.appid, person)) if person else None
        if follower is None or (follower.following and account.kind is not Kind.MINI):
            continue
        found += [(b, account) for b in follower.chat if b.type in ("notice", "template")]
    found.sort(key=lambda pair: pair[0].number)
    return [{"bubble": bubble, "account": _card(world, account, person)} for bubble, account in found]


async def notices(request: Request) -> Response:
    """The list behind 服务通知."""
    return Unicode(service_notices(world_of(request), request.query_params.get("person", "")))


async def articles(request: Request) -> Response:
    """What an account has published, as its profile page lists it."""
    world = world_of(request)
    account = world.account(request.query_params.get("appid", ""))
    published = sorted(account.publications.values(), key=lambda one: -one.at)
    return Unicode(
        [
            {
                "title": one.title,
                "digest": one.digest,
                "cover": cover_url(world, one),
                "url": f"/s/{one.slug}",
                "at": each.at,
            }
            for each in published
            for at, one in enumerate(each.articles, start=1)
            if each.status == 0 and at not in each.deleted
        ]
    )


SUMMARIES = {
    "image": "[图片]",
    "voice": "[语音]",
    "video": "[视频]",
    "shortvideo": "[视频]",
    "location": "[位置]",
    "link": "[链接]",
    "file": "[文件]",
    "music": "[音乐]",
    "miniprogram": "[小程序]",
    "card": "[卡券]",
    "msgmenu": "[菜单消息]",
    "template": "[服务通知]",
    "notice": "[订阅通知]",
}


def summary(bubble: Bubble) -> str:
    """One line of a bubble for the chat list."""
    if bubble.type in ("text", "hint"):
        return str(bubble.content["text"])[:60]
    articles = bubble.content.get("articles")
    if isinstance(articles, list) and articles and isinstance(articles[0], dict):
        return f"[图文] {articles[0].get('title', '')}"
    return SUMMARIES.get(bubble.type, f"[{bubble.type}]")


async def conversation(request: Request) -> Response:
    """One conversation with the menu in force."""
    world = world_of(request)
    account = world.account(request.query_params.get("appid", ""))
    follower: Follower = world.follower(account, request.query_params.get("person", ""))
    return Unicode(
        {
            "account": _card(world, account, follower.person),
            "typing": follower.typing,
            "menu": menu_in_force(account, follower) if follower.following else [],
            "bubbles": follower.chat,
        }
    )


async def events(request: Request) -> Response:
    """Server-sent events: one line with the version whenever anything changed."""
    world = world_of(request)

    async def stream() -> AsyncIterator[str]:
        seen = -1
        while not await request.is_disconnected():
            version = world.version
            if version != seen:
                seen = version
                yield f"data: {json.dumps({'version': version})}\n\n"
            else:
                yield ": still here\n\n"
            await world.news(seen, KEEP_ALIVE)
            await asyncio.sleep(BREATH)

    return StreamingResponse(stream(), media_type="text/event-stream", headers={"Cache-Control": "no-store"})


ROUTES = [
    Route("/", page),
    Route("/sandbox/phone", home),
    Route("/sandbox/phone/chat", conversation),
    Route("/sandbox/phone/notices", notices),
    Route("/sandbox/phone/articles", articles),
    Route("/sandbox/events", events),
]
