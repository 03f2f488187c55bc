"""Template messages (模板消息), for certified service accounts."""

from __future__ import annotations

import re

from wechat_sandbox import agenda, chat
from wechat_sandbox.api.calls import Answer, Call, call
from wechat_sandbox.api.fields import Fields
from wechat_sandbox.clock import DAY
from wechat_sandbox.errors import ApiError
from wechat_sandbox.events import event
from wechat_sandbox.kinds import Capability
from wechat_sandbox.library import by_short, content_of, example_of
from wechat_sandbox.state import Account, Follower, Template
from wechat_sandbox.world import World

MOST = 25
INDUSTRIES = {
    1: ("IT科技", "互联网|电子商务"),
    4: ("IT科技", "IT软件与服务"),
    16: ("教育", "院校"),
    17: ("教育", "其他教育"),
    21: ("政府与公共事业", "公共事业非盈利机构"),
    23: ("医药护理", "护理美容"),
    24: ("医药护理", "保健与卫生"),
}
VALUE_LENGTH = 200


@call("POST", "/cgi-bin/message/template/send", Capability.TEMPLATE, quota=100_000)
async def send(call: Call) -> Answer:
    """Send to a follower; the outcome comes as TEMPLATESENDJOBFINISH."""
    follower = call.follower(call.body.text("touser", error=40003))
    template = call.account.service.templates.get(call.body.text("template_id", error=40036))
    if template is None:
        raise ApiError(40037)
    if not follower.following:
        raise ApiError(43004)
    lines = filled(template, call.body.child("data", error=47003))
    client = call.body.optional_text("client_msg_id")
    known = call.account.service.client_msg_ids.get(client) if client else None
    if known:
        return {"errcode": 0, "errmsg": "ok", "msgid": known}
    number = 200_000_000 + call.world.state.next_serial()
    if client:
        call.account.service.client_msg_ids[client] = number
    if not follower.blocks_templates:
        content = card(call.body, template.title, lines)
        chat.show(call.world, follower, by="account", type="template", content=content, source="template")
    agenda.later(call.world, call.account, "template", f"{follower.openid} {number}")
    return {"errcode": 0, "errmsg": "ok", "msgid": number}


def filled(template: Template, data: Fields) -> list[dict[str, object]]:
    """Label and value of each line. Raises 47003 for a missing or overlong value."""
    lines: list[dict[str, object]] = []
    for line in template.content.splitlines():
        name = re.search(r"\{\{(\w+)\.DATA\}\}", line)
        if name is None:
            continue
        value = data.child(name[1], error=47003).optional_text("value")
        if len(value) > VALUE_LENGTH:
            raise ApiError(47003, f"hint: {name[1]}")
        lines.append({"label": line.partition("{{")[0].rstrip(":："), "value": value})
    return lines


def card(body: Fields, title: str, lines: list[dict[str, object]]) -> dict[str, object]:
    """The card of a notice, with where it leads."""
    program = body.child("miniprogram") if body.raw.get("miniprogram") else None
    return {
        "title": title,
        "lines": lines,
        "url": body.optional_text("url") or body.optional_text("page"),
        "miniprogram": program.text("appid", error=40013) if program else "",
    }


@agenda.job("template")
async def _report(world: World, account: Account, key: str) -> None:
    openid, number = key.split()
    follower: Follower = account.followers[openid]
    status = "failed:user block" if follower.blocks_templates else "success"
    fields: dict[str, str | int] = {"MsgID": int(number), "Status": status}
    world.errand(event(world, account, follower, "TEMPLATESENDJOBFINISH", fields))


@call("POST", "/cgi-bin/template/api_set_industry", Capability.TEMPLATE)
async def api_set_industry(call: Call) -> Answer:
    """Once a month; takes the templates of the former industry away."""
    first, second = call.body.integer("industry_id1"), call.body.integer("industry_id2")
    if first not in INDUSTRIES or second not in INDUSTRIES:
        raise ApiError(40097)
    service = call.account.service
    if service.industry_changed and call.now - service.industry_changed < 30 * DAY:
        raise ApiError(43116, "hint: industry changes once a month")
    service.industry, service.industry_changed = [first, second], call.now
    service.templates.clear()
    return None


@call("GET", "/cgi-bin/template/get_industry", Capability.TEMPLATE)
async def get_industry(call: Call) -> Answer:
    first, second = (INDUSTRIES[number] for number in call.account.service.industry)
    return {
        "primary_industry": {"first_class": first[0], "second_class": first[1]},
        "secondary_industry": {"first_class": second[0], "second_class": second[1]},
    }


@call("POST", "/cgi-bin/template/api_add_template", Capability.TEMPLATE)
async def api_add_template(call: Call) -> Answer:
    """Take a template of the public library, with the keywords one wants."""
    title = by_short(call.body.text("template_id_short", error=40037))
    if title is None:
        raise ApiError(40037)
    if len(call.account.service.templates) >= MOST:
        raise ApiError(45026)
    names = call.body.texts("keyword_name_list", error=40246) if "keyword_name_list" in call.body else None
    known = {keyword.name: keyword for keyword in title.keywords}
    if names is not None and not (names and set(names) <= known.keys()):
        raise ApiError(40246)
    keywords = [known[name] for name in names] if names else list(title.keywords)
    primary, deputy = INDUSTRIES[call.account.service.industry[0]]
    template = Template(
        template_id=call.world.secret(43),
        title=title.title,
        content=content_of(keywords),
        fields=[keyword.field for keyword in keywords],
        example=example_of(keywords),
        primary_industry=primary,
        deputy_industry=deputy,
        short=title.short,
    )
    call.account.service.templates[template.template_id] = template
    return {"errcode": 0, "errmsg": "ok", "template_id": template.template_id}


@call("GET", "/cgi-bin/template/get_all_private_template", Capability.TEMPLATE)
async def get_all_private_template(call: Call) -> Answer:
    return {
        "template_list": [
            {
                "template_id": one.template_id,
                "title": one.title,
                "primary_industry": one.primary_industry,
                "deputy_industry": one.deputy_industry,
                "content": one.content,
                "example": one.example,
            }
            for one in call.account.service.templates.values()
        ]
    }


@call("POST", "/cgi-bin/template/del_private_template", Capability.TEMPLATE)
async def del_private_template(call: Call) -> Answer:
    template_id = call.body.text("template_id", error=40036)
    if call.account.service.templates.pop(template_id, None) is None:
        raise ApiError(40037)
    return None


@call("POST", "/wxa/sec/queryblocktmplmsg", Capability.TEMPLATE)
async def queryblocktmplmsg(call: Call) -> Answer:
    """Templates the platform has blocked; the sandbox blocks none."""
    return {"errcode": 0, "errmsg": "ok", "block_list": [], "total": 0}
