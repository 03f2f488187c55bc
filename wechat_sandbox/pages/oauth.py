"""``open.weixin.qq.com/connect/oauth2/authorize``: the consent sheet and the way back.

The person is known by the cookie that the phone sets, as WeChat's own browser knows its user.
"""

from __future__ import annotations

import re
from urllib.parse import parse_qs, urlencode, urlsplit

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from wechat_sandbox.kinds import GRANTED, Capability
from wechat_sandbox.pages.templates import show
from wechat_sandbox.state import Account, OAuthCode
from wechat_sandbox.world import World

COOKIE = "sandbox_person"
CODE_LIFE = 300


class Unusable(Exception):
    """The address of the authorisation page is wrong; the text is what WeChat shows."""


async def authorize(request: Request) -> Response:
    """Send the person back with a code, after asking them when the scope is ``snsapi_userinfo``."""
    world: World = request.app.state.world
    try:
        account, scope = _checked(world, request)
    except Unusable as problem:
        return show(request, "notice.html", {"title": "无法打开页面", "text": str(problem)}, status_code=400)
    person = request.cookies.get(COOKIE, "")
    if person not in world.state.people:
        return show(request, "choose_person.html", {"people": world.state.people.values()})
    if scope == "snsapi_userinfo" and request.method == "GET":
        who = world.person(person)
        return show(request, "consent.html", {"account": account, "person": who})
    return _back(world, request, account, person, scope)


def _checked(world: World, request: Request) -> tuple[Account, str]:
    query = request.query_params
    account = world.state.accounts.get(query.get("appid", ""))
    if account is None:
        raise Unusable("appid 参数错误（10002）")
    if Capability.OAUTH not in GRANTED[account.kind]:
        raise Unusable("该公众号没有网页授权权限（10005，仅认证服务号可用）")
    target = urlsplit(query.get("redirect_uri", ""))
    if target.scheme not in ("http", "https") or not target.hostname:
        raise Unusable("redirect_uri 参数错误（10003）")
    if account.oauth_domains and target.hostname not in account.oauth_domains:
        raise Unusable(f"redirect_uri 域名 {target.hostname} 与后台配置不一致（10003）")
    if query.get("response_type") != "code":
        raise Unusable("response_type 参数错误")
    scope = query.get("scope", "")
    if scope not in ("snsapi_base", "snsapi_userinfo"):
        raise Unusable("Scope 参数错误或没有 Scope 权限（10005）")
    if not re.fullmatch(r"[a-zA-Z0-9_\-=.:]{0,128}", query.get("state", "")):
        raise Unusable("state 参数错误：最多 128 个字母或数字")
    return account, scope


def _back(world: World, request: Request, account: Account, person: str, scope: str) -> Response:
    follower = world.follower(account, person)
    code = OAuthCode(
        value=world.secret(32),
        appid=account.appid,
        openid=follower.openid,
        scope=scope,
        expires=world.clock.now() + CODE_LIFE,
    )
    world.state.codes[code.value] = code
    world.timeline.finish(
        world.timeline.begin("oauth", scope, world.clock.now(), appid=account.appid, person=person),
        "ok",
        "已发放 code",
    )
    target = urlsplit(request.query_params["redirect_uri"])
    query = parse_qs(target.query, keep_blank_values=True)
    query |= {"code": [code.value], "state": [request.query_params.get("state", "")]}
    url = target._replace(query=urlencode(query, doseq=True)).geturl()
    return RedirectResponse(url, status_code=302)


async def refuse(request: Request) -> Response:
    """The person said no: WeChat leaves the page without going back."""
    return show(request, "notice.html", {"title": "已拒绝授权", "text": "页面没有得到你的昵称和头像"})


async def choose(request: Request) -> Response:
    """Become one of the people in this browser, for pages opened outside of the phone."""
    world: World = request.app.state.world
    person = world.person(request.path_params["person"])
    back = request.query_params.get("back", "/")
    if not back.startswith("/connect/oauth2/authorize?"):
        back = "/"
    answer = RedirectResponse(back, status_code=302)
    answer.set_cookie(COOKIE, person.key, httponly=True, samesite="lax")
    return answer


ROUTES = [
    Route("/connect/oauth2/authorize", authorize, methods=["GET", "POST"]),
    Route("/connect/refused", refuse, methods=["GET"]),
    Route("/sandbox/become/{person}", choose, methods=["GET"]),
]
