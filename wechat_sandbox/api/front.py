"""The door of the API: method, token, right, quota and body are checked in the platform's order."""

from __future__ import annotations

import asyncio
import json
import time
from typing import cast

from starlette.datastructures import UploadFile
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.types import Message, Receive, Scope, Send

from wechat_sandbox import quotas, tokens
from wechat_sandbox.api.calls import TABLE, Answer, Call, Entry
from wechat_sandbox.api.fields import Fields, parse_body
from wechat_sandbox.errors import ApiError
from wechat_sandbox.faults import Fault
from wechat_sandbox.kinds import GRANTED
from wechat_sandbox.state import Account
from wechat_sandbox.timeline import Entry as Line
from wechat_sandbox.world import World

SHOWN = 20_000


class Utf8JSON(JSONResponse):
    """JSON with the content type that the platform sends."""

    media_type = "application/json; encoding=utf-8"


class Cut(Response):
    """Promises an answer and breaks off, so that the caller sees the connection die."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        start: Message = {"type": "http.response.start", "status": 200}
        await send({**start, "headers": [(b"content-length", b"1000")]})
        await send({"type": "http.response.body", "body": b"", "more_body": True})


async def answer(request: Request) -> Response:
    """Answer one API call and record it. Business errors are HTTP 200."""
    world = cast(World, request.app.state.world)
    path = request.url.path
    line = world.timeline.begin("call", f"{request.method} {path}", world.clock.now())
    began = time.monotonic()
    rid = world.rid()
    line.detail = {"rid": rid, "query": str(request.url.query), "client_ip": _client_ip(request)}
    try:
        response = await _perform(world, request, line)
    except ApiError as error:
        response = refusal(error, rid)
    except ClientDisconnect:
        world.timeline.finish(line, "error", "client went away")
        return Response(status_code=499)
    line.detail["ms"] = int((time.monotonic() - began) * 1000)
    _record(world, line, response)
    return response


def refusal(error: ApiError, rid: str) -> Response:
    return Utf8JSON({"errcode": error.errcode, "errmsg": f"{error.message} rid: {rid}", **error.extra})


def _record(world: World, line: Line, response: Response) -> None:
    if isinstance(response, Cut):
        world.timeline.finish(line, "error", "connection cut (fault)")
        return
    if isinstance(response, Utf8JSON):
        text = bytes(response.body).decode()
        line.detail["response"] = text[:SHOWN]
        errcode = cast("dict[str, object]", json.loads(text)).get("errcode", 0)
        if errcode:
            message = cast("dict[str, object]", json.loads(text)).get("errmsg")
            world.timeline.finish(line, "error", f"{errcode} {message}")
            return
    else:
        line.detail["response"] = f"<{response.media_type}>"
    world.timeline.finish(line, "ok", "ok")


async def _perform(world: World, request: Request, line: Line) -> Response:
    entry = _entry(request)
    raw = await request.body()
    line.detail["body"] = _shown(request, raw)
    account = _account(world, request, entry)
    line.appid = account.appid if account else ""
    world.timeline.touch(line)
    if await _fault(world, request, entry, account):
        return Cut()
    if account is not None and entry.token:
        if entry.needs not in GRANTED[account.kind]:
            raise ApiError(48001)
        quotas.spend(world, account, entry)
    made = await _call(world, request, entry, account, raw)
    return respond(await entry.handler(made))


def respond(made: Answer) -> Response:
    if isinstance(made, Response):
        return made
    return Utf8JSON(dict(made) if made is not None else {"errcode": 0, "errmsg": "ok"})


def _entry(request: Request) -> Entry:
    entries = TABLE.get(request.url.path)
    if not entries:
        raise ApiError(40066)
    found = next((e for e in entries if e.method in ("ANY", request.method)), None)
    if found is None:
        raise ApiError(43001 if entries[0].method == "GET" else 43002)
    return found


def _account(world: World, request: Request, entry: Entry) -> Account | None:
    """The account whose token it is. Calls without token name their account themselves."""
    if not entry.token:
        return None
    return tokens.account_of(world, request.query_params.get("access_token", ""))


async def _fault(world: World, request: Request, entry: Entry, account: Account | None) -> bool:
    """Let an ordered fault happen; says whether the connection is to be cut."""
    appid = account.appid if account else request.query_params.get("appid", "")
    fault: Fault | None = world.faults.draw("api", appid=appid, path=entry.path)
    if fault is None:
        return False
    if fault.action == "errcode":
        raise ApiError(fault.errcode)
    if fault.action == "hang":
        await asyncio.sleep(fault.seconds)
    if fault.action == "expire_token" and entry.token:
        world.state.tokens.pop(request.query_params["access_token"], None)
        raise ApiError(40001)
    return fault.action == "cut"


async def _call(world: World, request: Request, entry: Entry, account: Account | None, raw: bytes) -> Call:
    form: dict[str, str | UploadFile] = {}
    body: dict[str, object] = {}
    if request.headers.get("content-type", "").startswith("multipart/"):
        form = dict(await request.form())
    elif request.method == "POST" and entry.method != "ANY":
        body = parse_body(raw)
    return Call(
        world=world,
        entry=entry,
        owner=account,
        query=dict(request.query_params),
        body=Fields(body),
        raw=raw,
        form=form,
        client_ip=_client_ip(request),
    )


def _shown(request: Request, raw: bytes) -> str:
    if request.headers.get("content-type", "").startswith("multipart/"):
        return f"<multipart, {len(raw)} bytes>"
    return raw[:SHOWN].decode(errors="replace")


def _client_ip(request: Request) -> str:
    return request.client.host if request.client else ""
