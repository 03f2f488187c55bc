"""The mini program's server side (小程序服务端)."""

from __future__ import annotations

from starlette.responses import Response

from wechat_sandbox import minis
from wechat_sandbox.api.calls import Answer, Call, call
from wechat_sandbox.api.qrcode import picture_of
from wechat_sandbox.api.token import account_by_secret
from wechat_sandbox.clock import DAY
from wechat_sandbox.errors import ApiError
from wechat_sandbox.kinds import Capability
from wechat_sandbox.state import Link

SCENE, QUERY, LONGEST = 32, 1024, 30 * DAY


@call("GET", "/sns/jscode2session", Capability.MINI, token=False)
async def jscode2session(call: Call) -> Answer:
    """Change a login code, once and within five minutes, into openid and session key."""
    query = call.query
    account = account_by_secret(call, query.get("appid", ""), query.get("secret", ""), check_ip=False)
    if query.get("grant_type", "authorization_code") != "authorization_code":
        raise ApiError(40002)
    code = call.world.state.codes.get(query.get("js_code", ""))
    if code is None or code.appid != account.appid or code.scope != "jscode" or code.expires <= call.now:
        raise ApiError(40029)
    if code.used:
        raise ApiError(40163)
    code.used = True
    session = minis.session_of(call.world, account, code.openid)
    answer: dict[str, object] = {"session_key": session.key, "openid": code.openid}
    if account.unionid:
        answer["unionid"] = call.world.person(account.followers[code.openid].person).unionid
    return answer


@call("POST", "/wxa/getwxacodeunlimit", Capability.MINI, per_minute=5000)
async def getwxacodeunlimit(call: Call) -> Answer:
    """A picture that leads into the program with a scene."""
    scene = call.body.text("scene", error=40097)
    if len(scene) > SCENE:
        raise ApiError(40097, f"hint: scene has {len(scene)}, limit {SCENE}")
    page = call.body.optional_text("page")
    if page.startswith("/"):
        raise ApiError(41030)
    if call.body.optional_text("env_version", "release") not in ("release", "trial", "develop"):
        raise ApiError(40097)
    return Response(picture_of(f"wxacode:{call.account.appid}?{page}&scene={scene}"), media_type="image/png")


@call("POST", "/wxa/generatescheme", Capability.MINI, quota=500_000)
async def generatescheme(call: Call) -> Answer:
    link = _link(call, "weixin://dl/business/?t=")
    return {"errcode": 0, "errmsg": "ok", "openlink": link.url}


@call("POST", "/wxa/generate_urllink", Capability.MINI, quota=500_000)
async def generate_urllink(call: Call) -> Answer:
    link = _link(call, "https://wxaurl.cn/")
    return {"errcode": 0, "errmsg": "ok", "url_link": link.url}


def _link(call: Call, prefix: str) -> Link:
    target = call.body.child("jump_wxa") if "jump_wxa" in call.body else call.body
    query = target.optional_text("query")
    if len(query) > QUERY:
        raise ApiError(40097, f"hint: query has {len(query)}, limit {QUERY}")
    link = Link(
        appid=call.account.appid,
        url=prefix + call.world.secret(12),
        path=target.optional_text("path"),
        query=query,
        expires=_end(call),
    )
    call.world.state.links[link.url] = link
    return link


def _end(call: Call) -> float:
    """When the link stops working: at a time or after days, at most thirty."""
    if call.body.integer("expire_type", default=0) == 1:
        end = call.now + call.body.integer("expire_interval", default=30) * DAY
    else:
        end = float(call.body.integer("expire_time", default=int(call.now + LONGEST)))
    if not call.now < end <= call.now + LONGEST:
        raise ApiError(40097, "hint: a link lives at most 30 days")
    return end


@call("POST", "/wxa/query_urllink", Capability.MINI)
async def query_urllink(call: Call) -> Answer:
    link = call.world.state.links.get(call.body.text("url_link", error=40097))
    if link is None or link.appid != call.account.appid:
        raise ApiError(40097)
    info = {
        "appid": link.appid,
        "path": link.path,
        "query": link.query,
        "expire_time": int(link.expires or 0),
        "env_version": "release",
    }
    return {"errcode": 0, "errmsg": "ok", "url_link_info": info}


@call("POST", "/wxa/business/getuserphonenumber", Capability.MINI)
async def getuserphonenumber(call: Call) -> Answer:
    """The phone number that the user agreed to give; the code serves once, for five minutes."""
    code = call.world.state.codes.get(call.body.text("code", error=40029))
    wrong = code is None or code.appid != call.account.appid or code.scope != "phone"
    if code is None or wrong or code.used or code.expires <= call.now:
        raise ApiError(40029)
    code.used = True
    number = minis.phone_of(call.world.person(call.account.followers[code.openid].person))
    watermark = {"timestamp": call.world.clock.seconds(), "appid": call.account.appid}
    info = {
        "phoneNumber": number,
        "purePhoneNumber": number,
        "countryCode": "86",
        "watermark": watermark,
    }
    return {"errcode": 0, "errmsg": "ok", "phone_info": info}
