"""Reading requests of the control API and answering them."""

from __future__ import annotations

import base64
import binascii
import json
from typing import cast

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from wechat_sandbox.api.fields import Fields
from wechat_sandbox.codec import to_plain
from wechat_sandbox.errors import ApiError, Refused
from wechat_sandbox.state import Account, Follower
from wechat_sandbox.world import World


class Unicode(JSONResponse):
    """JSON with dataclasses allowed in it."""

    def render(self, content: object) -> bytes:
        return json.dumps(to_plain(content), ensure_ascii=False).encode()


def world_of(request: Request) -> World:
    return cast(World, request.app.state.world)


def account_of(request: Request) -> Account:
    return world_of(request).account(request.path_params["appid"])


def follower_of(request: Request) -> Follower:
    return world_of(request).follower(account_of(request), request.path_params["person"])


async def body_of(request: Request) -> Fields:
    """The JSON object of a request, empty when there is none.

    Only ``application/json`` is read: a page of another origin cannot send that unasked, so it
    cannot play with the sandbox behind its user's back.
    """
    raw = await request.body()
    if not raw.strip():
        return Fields({})
    if not request.headers.get("content-type", "").startswith("application/json"):
        raise Refused("not_json", "Send application/json.", 415)
    try:
        data = json.loads(raw)
    except (ValueError, RecursionError) as error:
        raise Refused("bad_json", f"Not JSON: {error}") from error
    if not isinstance(data, dict):
        raise Refused("bad_json", "Send a JSON object.")
    return Fields(data)


def content_of(body: Fields, name: str = "content") -> bytes:
    """The bytes of a file given as base64, or none."""
    try:
        return base64.b64decode(body.optional_text(name), validate=True)
    except binascii.Error as error:
        raise Refused("bad_base64", f"`{name}` is not base64.") from error


async def refused(request: Request, error: Exception) -> Response:
    """Both sorts of refusal, for people and for programs."""
    if isinstance(error, Refused):
        return Unicode({"code": error.code, "message": error.text}, status_code=error.status)
    if isinstance(error, ApiError):
        return Unicode({"code": "bad_request", "message": error.message}, status_code=400)
    raise error
