"""``mp.weixin.qq.com``: the article page and the one-time subscription page."""

from __future__ import annotations

import re
from urllib.parse import urlencode, urlsplit

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from wechat_sandbox import notices, publishing
from wechat_sandbox.clock import china_day
from wechat_sandbox.kinds import GRANTED, Capability
from wechat_sandbox.pages.oauth import COOKIE
from wechat_sandbox.pages.templates import show
from wechat_sandbox.state import Account, Publication
from wechat_sandbox.world import World


async def article(request: Request) -> Response:
    """An article with its comments. Reading it counts for the person who holds the phone."""
    world: World = request.app.state.world
    found = publishing.find_article(world, request.path_params["slug"])
    if found is None:
        return show(request, "notice.html", {"title": "无法查看", "text": "此内容不存在"}, status_code=404)
    account, publication, one, index = found
    if publication and (index + 1 in publication.deleted):
        return show(request, "notice.html", {"title": "无法查看", "text": "该内容已被发布者删除"})
    person = request.cookies.get(COOKIE, "")
    if publication and person in world.state.people:
        publishing.read(world, account, publication, index, person)
    values: dict[str, object] = {
        "account": account,
        "article": one,
        "pictures": [f"/mmbiz/{media_id}/0" for media_id in one.images],
        "published": publication is not None,
        "day": _day(world, publication),
        "reads": _reads(account, publication, index) if publication else 0,
        "open": publication is not None and publication.comments_open[index],
        "comments": _comments(world, account, publication, index, person),
    }
    return show(request, "article.html", values)


def _day(world: World, publication: Publication | None) -> str:
    return china_day(publication.at if publication else world.clock.now())


def _reads(account: Account, publication: Publication, index: int) -> int:
    wanted = publishing.subject(publication, index)
    return sum(
        hits.count
        for day in account.days.values()
        for key, hits in day.hits.items()
        if key.startswith("read|") and key.endswith(f"|{wanted}")
    )


def _comments(
    world: World, account: Account, publication: Publication | None, index: int, person: str
) -> list[dict[str, object]]:
    """Elected comments, and one's own before anybody has elected them."""
    if publication is None:
        return []
    shown: list[dict[str, object]] = []
    for one in publication.comments:
        writer = account.followers[one.openid].person
        if one.index == index and not one.withdrawn and (one.elected or writer == person):
            shown.append({"comment": one, "writer": world.person(writer)})
    return shown


async def subscribe(request: Request) -> Response:
    """The page of a one-time subscription message, which leads back with the answer."""
    world: World = request.app.state.world
    query = request.query_params
    account = world.state.accounts.get(query.get("appid", ""))
    scene = query.get("scene", "")
    target = urlsplit(query.get("redirect_url", ""))
    wrong = (
        account is None
        or Capability.ONCE not in GRANTED[account.kind]
        or not re.fullmatch(r"\d{1,5}", scene)
        or int(scene) > 10_000
        or target.scheme not in ("http", "https")
    )
    person = request.cookies.get(COOKIE, "")
    if account is None or wrong or person not in world.state.people:
        return show(request, "notice.html", {"title": "无法订阅", "text": "链接参数错误"}, status_code=400)
    if request.method == "GET":
        return show(request, "subscribe_once.html", {"account": account})
    follower = world.follower(account, person)
    action = "confirm" if (await request.form()).get("action") == "confirm" else "cancel"
    if action == "confirm":
        notices.consent_of(follower, f"once {scene}").left += 1
    answer = {"openid": follower.openid, "template_id": query.get("template_id", ""), "action": action}
    answer |= {"scene": scene, "reserved": query.get("reserved", "")}
    joined = "&".join(part for part in (target.query, urlencode(answer)) if part)
    return RedirectResponse(target._replace(query=joined).geturl(), status_code=302)


ROUTES = [
    Route("/s/{slug}", article, methods=["GET"]),
    Route("/mp/subscribemsg", subscribe, methods=["GET", "POST"]),
]
