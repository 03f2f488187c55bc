"""Subscription pop-ups, service notices, mini-program codes and JS-SDK checks for the phone."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from wechat_sandbox import minis, notices, sessions
from wechat_sandbox.control_api.deeds import told
from wechat_sandbox.control_api.requests import Unicode, account_of, body_of, follower_of, world_of
from wechat_sandbox.crypto import jsapi_signature, signature_matches
from wechat_sandbox.errors import Refused
from wechat_sandbox.kinds import Kind


async def templates(request: Request) -> Response:
    """The account's notices and what the person has agreed to."""
    account, follower = account_of(request), follower_of(request)
    return Unicode(
        [
            {
                "template_id": one.template_id,
                "title": one.title,
                "left": notices.consent_of(follower, one.template_id).left,
                "refused": notices.consent_of(follower, one.template_id).refused,
            }
            for one in account.service.notices.values()
        ]
    )


async def popup(request: Request) -> Response:
    """Answer the pop-up: ``{"answers": {template_id: true}, "scene": 1}``."""
    body = await body_of(request)
    answers = {name: bool(value) for name, value in body.child("answers").raw.items()}
    outcome = await notices.answer_popup(
        world_of(request),
        account_of(request),
        follower_of(request),
        answers,
        scene=body.integer("scene", default=notices.H5),
    )
    return Unicode(told(outcome))


async def refuse(request: Request) -> Response:
    """Switch one template off, or with ``all`` every template message of the account."""
    body, follower = await body_of(request), follower_of(request)
    if body.flag("all"):
        follower.blocks_templates = True
        return Unicode(told(None))
    template_id = body.optional_text("template_id")
    return Unicode(
        told(await notices.refuse_notices(world_of(request), account_of(request), follower, template_id))
    )


async def code(request: Request) -> Response:
    """What a mini program gets from WeChat: a ``login`` or ``phone`` code, or the sealed ``profile``."""
    world, account, follower = world_of(request), account_of(request), follower_of(request)
    if account.kind is not Kind.MINI:
        raise Refused("not_a_mini_program", f"{account.name} is no mini program.")
    what = request.path_params["what"]
    if what == "profile":
        session = world.state.sessions.get(f"{account.appid} {follower.openid}")
        session = session or minis.session_of(world, account, follower.openid)
        return Unicode(minis.profile(world, account, world.person(follower.person), session))
    scope = {"login": "jscode", "phone": "phone"}.get(what)
    if scope is None:
        raise Refused("no_such_code", f"A mini program gets no {what!r}.", 404)
    return Unicode({"code": minis.login_code(world, account, follower.person, scope)})


async def jssdk(request: Request) -> Response:
    """Check the signature of ``wx.config``: with any live ticket of the account, else 63002."""
    world, body = world_of(request), await body_of(request)
    appid, given = body.optional_text("appId"), body.optional_text("signature")
    live = [t for t in world.state.tickets.values() if t.appid == appid and t.expires > world.clock.now()]
    for ticket in live:
        made = jsapi_signature(
            ticket=ticket.value,
            noncestr=body.optional_text("nonceStr"),
            timestamp=body.optional_text("timestamp"),
            url=body.optional_text("url"),
        )
        if signature_matches(made, given):
            return Unicode({"errMsg": "config:ok"})
    return Unicode({"errMsg": "config:invalid signature", "tickets": len(live)})


async def hand_on(request: Request) -> Response:
    """A worker passes a follower to another worker."""
    to = (await body_of(request)).optional_text("kf_account")
    sessions.hand_on(world_of(request), account_of(request), follower_of(request), to)
    return Unicode({})


PERSON = "/sandbox/accounts/{appid}/people/{person}"
ROUTES = [
    Route(f"{PERSON}/notices", templates, methods=["GET"]),
    Route(f"{PERSON}/notices/popup", popup, methods=["POST"]),
    Route(f"{PERSON}/notices/refuse", refuse, methods=["POST"]),
    Route(f"{PERSON}/mini/{{what}}", code, methods=["POST"]),
    Route(f"{PERSON}/hand_on", hand_on, methods=["POST"]),
    Route("/sandbox/jssdk", jssdk, methods=["POST"]),
]
