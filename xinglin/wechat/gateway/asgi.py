"""The callback addresses as one bare ASGI application: no framework between the platform and the journal.

``GATEWAY_PATH`` + an account's path is what is entered on the platform's page. Refusals are answered with a
status and a short reason in Chinese; nothing the platform or a stranger sends is answered with a 500.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from contextlib import suppress
from typing import Any
from urllib.parse import parse_qsl

from django.utils.translation import gettext as _

from xinglin.commons.errors import Refusal
from xinglin.commons.numbers import whole
from xinglin.wechat.errors import UnknownAccount
from xinglin.wechat.gateway.desk import Desk, NothingInTime
from xinglin.wechat.gateway.directory import Entry
from xinglin.wechat.gateway.journal import JournalBroken
from xinglin.wechat.gateway.pushes import check_url, open_push
from xinglin.wechat.messages.tree import LARGEST_BODY, check_size

log = logging.getLogger(__name__)

GATEWAY_PATH = "/wechat/callback/"

# ASGI's own types: what a server passes is a mapping of whatever the event needs.
Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Scope]]
Send = Callable[[Scope], Awaitable[None]]


class Disconnected(Exception):
    """The platform hung up in the middle of its request."""


class GatewayApplication:
    """One gateway. It opens with the server's lifespan, or with the first request where there is none."""

    def __init__(self, make_desk: Callable[[], Desk] = Desk) -> None:
        self._make_desk = make_desk
        self._desk: Desk | None = None
        self._opening: asyncio.Lock | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._lifespan(receive, send)
        elif scope["type"] == "http":
            await self._request(scope, receive, send)

    async def _lifespan(self, receive: Receive, send: Send) -> None:
        while True:
            event = await receive()
            if event["type"] == "lifespan.startup":
                try:
                    await self.desk()
                except Exception as error:
                    # Pages can be served without the gateway; it tries again with the first push.
                    log.error("the gateway did not open", extra={"why": str(error)})
                await send({"type": "lifespan.startup.complete"})
            elif event["type"] == "lifespan.shutdown":
                await self.close()
                await send({"type": "lifespan.shutdown.complete"})
                return

    async def desk(self) -> Desk:
        """Return the open desk."""
        if self._desk is not None:
            return self._desk
        if self._opening is None:
            self._opening = asyncio.Lock()
        async with self._opening:
            if self._desk is None:
                desk = self._make_desk()
                await desk.open()
                self._desk = desk
        return self._desk

    async def close(self) -> None:
        """Close the desk; a later request opens another."""
        desk, self._desk = self._desk, None
        if desk is not None:
            await desk.close()

    async def _request(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            status, body = await self._answer(scope, receive)
        except Refusal as refusal:
            status, body = refusal.status, str(refusal).encode()
            log.info("a push was refused", extra={"path": scope["path"], "code": refusal.code})
        except Disconnected:
            return
        except NothingInTime:
            status, body = 503, _("处理超时，请重试。").encode()
        except JournalBroken:
            status, body = 503, _("消息暂时无法保存，请重试。").encode()
        except Exception:
            log.exception("a push could not be answered")
            status, body = 503, _("系统暂时不可用，请重试。").encode()
        with suppress(OSError):  # who hung up is not told
            await _respond(send, status, body)

    async def _answer(self, scope: Scope, receive: Receive) -> tuple[int, bytes]:
        query = _query(scope)
        if scope["method"] == "GET":
            entry = await self._entry(scope)
            return 200, check_url(entry.keys, query).encode()
        if scope["method"] != "POST":
            return 405, _("这个地址只接受微信服务器的 GET 与 POST 请求。").encode()
        body = await _read(scope, receive)
        entry = await self._entry(scope)
        push = open_push(entry.keys, query, body)
        desk = await self.desk()
        return 200, await desk.answer(entry, push, lambda: _gone(receive))

    async def _entry(self, scope: Scope) -> Entry:
        """Return the account of the address. Raises ``UnknownAccount``."""
        path = str(scope["path"]).removeprefix(str(scope.get("root_path", "")))
        slug = path.removeprefix(GATEWAY_PATH).strip("/")
        entry = await (await self.desk()).entry_for(slug)
        if entry is None:
            raise UnknownAccount(_("没有这个回调地址：请在公众平台核对服务器地址（URL）。"))
        return entry


def _query(scope: Scope) -> Mapping[str, str]:
    written = scope["query_string"].decode("latin-1")
    if "%" in written or "+" in written:
        return dict(parse_qsl(written, keep_blank_values=True))
    # As the platform writes it: names, digits and hexadecimal digits, nothing to decode.
    return {
        name: value for name, _mark, value in (part.partition("=") for part in written.split("&")) if name
    }


async def _read(scope: Scope, receive: Receive) -> bytes:
    """Read the body, up to a megabyte.

    Raises ``MessageTooBig`` as soon as that is known, ``Disconnected`` when the rest never comes.
    """
    declared = dict(scope["headers"]).get(b"content-length", b"0")
    check_size(whole(declared.decode("latin-1")) or 0)
    parts, size, more = [], 0, True
    while more:
        event = await receive()
        if event["type"] == "http.disconnect":
            raise Disconnected
        parts.append(event.get("body", b""))
        size += len(parts[-1])
        check_size(min(size, LARGEST_BODY + 1))
        more = event.get("more_body", False)
    return b"".join(parts)


async def _gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        continue


async def _respond(send: Send, status: int, body: bytes) -> None:
    kind = b"application/xml; charset=utf-8" if body.startswith(b"<xml>") else b"text/plain; charset=utf-8"
    headers = [
        (b"content-type", kind),
        (b"content-length", str(len(body)).encode()),
        (b"x-content-type-options", b"nosniff"),
    ]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


application = GatewayApplication()
