"""Subscription notices (订阅通知): templates, sending; one-time subscription messages."""

from __future__ import annotations

from wechat_sandbox import agenda, chat, notices
from wechat_sandbox.api.calls import Answer, Call, call
from wechat_sandbox.api.template import card
from wechat_sandbox.errors import ApiError
from wechat_sandbox.kinds import Capability
from wechat_sandbox.library import CATEGORIES, LIBRARY, by_tid, content_of, example_of
from wechat_sandbox.state import Account, Follower, Template
from wechat_sandbox.world import World

MOST = 50
SCENE_LENGTH, ONCE_TITLE, ONCE_VALUE = 15, 15, 200


@call("POST", "/cgi-bin/message/subscribe/bizsend", Capability.NOTICE)
async def bizsend(call: Call) -> Answer:
    """Send to somebody who agreed; uses up one consent, 43101 when there is none."""
    follower, template, content = _checked(call)
    number = _deliver(call, follower, content)
    agenda.later(call.world, call.account, "notice", f"{follower.openid} {template.template_id} {number}")
    return None


@call("POST", "/cgi-bin/message/subscribe/send", Capability.MINI)
async def send(call: Call) -> Answer:
    """The mini program's form of the same; 41030 for a page that begins with a slash."""
    if call.body.optional_text("page").startswith("/"):
        raise ApiError(41030)
    if call.body.optional_text("miniprogram_state", "formal") not in ("developer", "trial", "formal"):
        raise ApiError(40097)
    follower, template, content = _checked(call)
    number = _deliver(call, follower, content)
    agenda.later(call.world, call.account, "notice", f"{follower.openid} {template.template_id} {number}")
    return {"errcode": 0, "errmsg": "ok", "msgid": number}


def _checked(call: Call) -> tuple[Follower, Template, dict[str, object]]:
    follower = call.follower(call.body.text("touser", error=40003))
    template = call.account.service.notices.get(call.body.text("template_id", error=40037))
    if template is None:
        raise ApiError(40037)
    lines = notices.check_values(template, call.body.child("data", error=47003))
    notices.spend_consent(follower, template)
    return follower, template, card(call.body, template.title, lines)


def _deliver(call: Call, follower: Follower, content: dict[str, object]) -> int:
    chat.show(call.world, follower, by="account", type="notice", content=content, source="notice")
    return call.world.message_id()


@agenda.job("notice")
async def _receipt(world: World, account: Account, key: str) -> None:
    openid, template_id, number = key.split()
    follower = account.followers[openid]
    world.errand(notices.report_sent(world, account, follower, template_id, int(number)))


@call("POST", "/wxaapi/newtmpl/addtemplate", Capability.TEMPLATES)
async def addtemplate(call: Call) -> Answer:
    """Take a template with 2 to 5 of its keywords in the order one wants."""
    title = by_tid(call.body.integer("tid", error=200014))
    if title is None:
        raise ApiError(200014)
    kids = call.body.integers("kidList", error=200020)
    if not 2 <= len(kids) <= 5:
        raise ApiError(200020)
    known = {keyword.kid: keyword for keyword in title.keywords}
    if not set(kids) <= known.keys():
        raise ApiError(200022)
    if len(call.body.optional_text("sceneDesc")) > SCENE_LENGTH:
        raise ApiError(200021)
    if len(call.account.service.notices) >= MOST:
        raise ApiError(200012)
    keywords = [known[kid] for kid in kids]
    made = Template(
        template_id=call.world.secret(43),
        title=title.title,
        content=content_of(keywords),
        fields=[keyword.field for keyword in keywords],
        example=example_of(keywords),
        kind=title.type,
    )
    call.account.service.notices[made.template_id] = made
    call.world.announce()
    return {"errcode": 0, "errmsg": "ok", "priTmplId": made.template_id}


@call("POST", "/wxaapi/newtmpl/deltemplate", Capability.TEMPLATES)
async def deltemplate(call: Call) -> Answer:
    if call.account.service.notices.pop(call.body.text("priTmplId", error=40037), None) is None:
        raise ApiError(40037)
    call.world.announce()
    return None


@call("GET", "/wxaapi/newtmpl/gettemplate", Capability.TEMPLATES)
async def gettemplate(call: Call) -> Answer:
    data = [
        {
            "priTmplId": one.template_id,
            "title": one.title,
            "content": one.content,
            "example": one.example,
            "type": one.kind,
        }
        for one in call.account.service.notices.values()
    ]
    return {"errcode": 0, "errmsg": "ok", "data": data}


@call("GET", "/wxaapi/newtmpl/getcategory", Capability.TEMPLATES)
async def getcategory(call: Call) -> Answer:
    data = [{"id": number, "name": name} for number, name in CATEGORIES.items()]
    return {"errcode": 0, "errmsg": "ok", "data": data}


@call("GET", "/wxaapi/newtmpl/getpubtemplatetitles", Capability.TEMPLATES)
async def getpubtemplatetitles(call: Call) -> Answer:
    """A page of at most 30 titles of some categories."""
    ids = call.query.get("ids", "")
    if not all(part.strip().isdecimal() for part in ids.split(",")):
        raise ApiError(200018)
    start, limit = call.query.get("start", ""), call.query.get("limit", "")
    if not start.isdecimal():
        raise ApiError(200016)
    if not limit.isdecimal() or not 1 <= int(limit) <= 30:
        raise ApiError(200017)
    wanted = {int(part) for part in ids.split(",")}
    found = [one for one in LIBRARY if one.category in wanted]
    data = [
        {"tid": one.tid, "title": one.title, "type": one.type, "categoryId": str(one.category)}
        for one in found[int(start) : int(start) + int(limit)]
    ]
    return {"errcode": 0, "errmsg": "ok", "count": len(found), "data": data}


@call("GET", "/wxaapi/newtmpl/getpubtemplatekeywords", Capability.TEMPLATES)
async def getpubtemplatekeywords(call: Call) -> Answer:
    title = by_tid(int(call.query["tid"])) if call.query.get("tid", "").isdecimal() else None
    if title is None:
        raise ApiError(200014)
    data = [
        {"kid": one.kid, "name": one.name, "example": one.example, "rule": one.prefix}
        for one in title.keywords
    ]
    return {"errcode": 0, "errmsg": "ok", "count": len(data), "data": data}


@call("POST", "/cgi-bin/message/template/subscribe", Capability.ONCE)
async def subscribe(call: Call) -> Answer:
    """A one-time subscription message; also reaches somebody who does not follow."""
    follower = call.follower(call.body.text("touser", error=40003))
    scene = call.body.text("scene", error=40097)
    title = call.body.text("title", error=45003, limit=ONCE_TITLE, too_long=45003)
    content = call.body.child("data", error=47003).child("content", error=47003)
    value = content.text("value", error=47003, limit=ONCE_VALUE, too_long=45002)
    consent = notices.consent_of(follower, f"once {scene}")
    if consent.left < 1:
        raise ApiError(43101)
    consent.left -= 1
    shown = card(call.body, title, [{"label": "", "value": value}])
    chat.show(call.world, follower, by="account", type="notice", content=shown, source="once")
    return None
