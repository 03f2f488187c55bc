"""Codes with a scene (带参数二维码) and their pictures."""

from __future__ import annotations

import io

import segno
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from wechat_sandbox import samples
from wechat_sandbox.api.calls import Answer, Call, call
from wechat_sandbox.api.fields import Fields
from wechat_sandbox.errors import ApiError
from wechat_sandbox.kinds import Capability
from wechat_sandbox.state import SceneCode
from wechat_sandbox.world import World

PERMANENT = 100_000
LONGEST = 2_592_000
DEFAULT_LIFE = 60


@call("POST", "/cgi-bin/qrcode/create", Capability.SCENE, quota=100_000)
async def create(call: Call) -> Answer:
    """A temporary or permanent code for a number or a text."""
    action = call.body.text("action_name", error=40097)
    scene = call.body.child("action_info").child("scene")
    temporary = action in ("QR_SCENE", "QR_STR_SCENE")
    if action in ("QR_SCENE", "QR_LIMIT_SCENE"):
        value = _number(scene, temporary=temporary)
    elif action in ("QR_STR_SCENE", "QR_LIMIT_STR_SCENE"):
        value = scene.text("scene_str", error=40097, limit=64)
    else:
        raise ApiError(40097, "hint: action_name")
    seconds = call.body.integer("expire_seconds", default=DEFAULT_LIFE)
    if temporary and not 1 <= seconds <= LONGEST:
        raise ApiError(40097, "hint: expire_seconds")
    return _answer(call, value, seconds if temporary else None)


def _number(scene: Fields, *, temporary: bool) -> str:
    number = scene.integer("scene_id")
    if not 1 <= number <= (2**32 - 1 if temporary else PERMANENT):
        raise ApiError(40097, "hint: scene_id")
    return str(number)


def _answer(call: Call, value: str, seconds: int | None) -> Answer:
    lasting = [
        c for c in call.world.state.scenes.values() if c.expires is None and c.appid == call.account.appid
    ]
    if seconds is None and len(lasting) >= PERMANENT:
        raise ApiError(45009)
    ticket = "gQ" + call.world.secret(92) + "=="
    code = SceneCode(
        ticket=ticket,
        appid=call.account.appid,
        scene=value,
        url=f"http://weixin.qq.com/q/{call.world.secret(22)}",
        expires=None if seconds is None else call.now + seconds,
    )
    call.world.state.scenes[ticket] = code
    answer: dict[str, object] = {"ticket": ticket, "url": code.url}
    return answer if seconds is None else {**answer, "expire_seconds": seconds}


async def showqrcode(request: Request) -> Response:
    """The picture of a code, without token; 404 for a ticket that nobody issued."""
    world: World = request.app.state.world
    code = world.state.scenes.get(request.query_params.get("ticket", ""))
    if code is None or (code.expires is not None and code.expires <= world.clock.now()):
        return PlainTextResponse("not found", status_code=404)
    return Response(picture_of(code.url), media_type="image/png")


def picture_of(text: str) -> bytes:
    """A QR code as PNG. Its text is also written into the file, where the phone's camera finds it."""
    picture = io.BytesIO()
    segno.make(text, error="m").save(picture, kind="png", scale=10, border=4)
    return samples.with_text(picture.getvalue(), text)
