"""One call to the platform: token in the query, JSON unescaped, errors typed, repeated only where that is safe."""

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from secrets import SystemRandom
from typing import Protocol

import httpx
from django.utils.translation import gettext_lazy as _

from xinglin.wechat.client.errors import (
    PlatformBusy,
    PlatformNotReached,
    PlatformUnreachable,
    TokenRejected,
    error_of,
)
from xinglin.wechat.jsonvalue import JsonObject, JsonValue, as_object

OFFICIAL_API = "https://api.weixin.qq.com"
TIMEOUT = 10.0
BUSY_PAUSES = (0.3, 1.0, 3.0)
_random = SystemRandom()
Query = Mapping[str, str | int]


class TokenSource(Protocol):
    """Where access tokens come from: the keeper in the database, or a fixed one in a test."""

    def current(self) -> str:
        """Return a token that should be good."""

    def replace(self, rejected: str) -> str:
        """Return another token than one that the platform refused."""


@dataclass(frozen=True)
class File:
    """A file to upload."""

    name: str
    content: bytes
    content_type: str = "application/octet-stream"


@dataclass(frozen=True)
class Download:
    """What a media call returned when it was no JSON."""

    content: bytes
    content_type: str
    name: str = ""


class Transport:
    """Calls on behalf of one account.

    An HTTP error without an answer is never repeated: a message might be sent twice. A busy answer is, with
    growing pauses; a refused token is, exactly once.
    """

    def __init__(
        self,
        tokens: TokenSource,
        *,
        base_url: str = OFFICIAL_API,
        proxy: str = "",
        http: httpx.Client | None = None,
        pause: Callable[[float], None] = time.sleep,
    ) -> None:
        self._tokens = tokens
        self._pause = pause
        self._base_url = (base_url or OFFICIAL_API).rstrip("/")
        self._http = http or httpx.Client(timeout=TIMEOUT, proxy=proxy or None, follow_redirects=False)

    def close(self) -> None:
        self._http.close()

    def get(self, path: str, query: Query | None = None) -> JsonObject:
        """Call by GET."""
        return _json(self._call(lambda token: self._send("GET", path, query, token)))

    def post(self, path: str, body: JsonObject | None = None, query: Query | None = None) -> JsonObject:
        """Call by POST with JSON, which the platform wants in UTF-8 without ``\\uXXXX`` (sheet §7)."""
        content = encode(body or {})
        return _json(self._call(lambda token: self._send("POST", path, query, token, content=content)))

    def upload(
        self, path: str, file: File, query: Query | None = None, form: Mapping[str, str] | None = None
    ) -> JsonObject:
        """Call by POST with a file in the form field ``media``."""
        files = {"media": (file.name, file.content, file.content_type)}
        return _json(
            self._call(
                lambda token: self._send("POST", path, query, token, files=files, form=dict(form or {}))
            )
        )

    def download(
        self, path: str, query: Query | None = None, body: JsonObject | None = None
    ) -> JsonObject | Download:
        """Call for a file; some files arrive as JSON with an address instead."""
        method, content = ("GET", None) if body is None else ("POST", encode(body))
        answer = self._call(lambda token: self._send(method, path, query, token, content=content))
        return _read(answer)

    def get_without_token(self, path: str, query: Query) -> JsonObject:
        """Call what is paid for with the app secret or a user's own token: /sns and the token calls."""
        return _json(self._until_not_busy(lambda: self._send("GET", path, query, None)))

    def post_without_token(self, path: str, body: JsonObject) -> JsonObject:
        """Call by POST what carries its secret in the body."""
        return _json(self._until_not_busy(lambda: self._send("POST", path, None, None, content=encode(body))))

    def _call(self, send: Callable[[str], httpx.Response]) -> httpx.Response:
        token = self._tokens.current()
        try:
            return self._until_not_busy(lambda: send(token))
        except TokenRejected:
            fresh = self._tokens.replace(token)
        return self._until_not_busy(lambda: send(fresh))

    def _until_not_busy(self, send: Callable[[], httpx.Response]) -> httpx.Response:
        for pause in BUSY_PAUSES:
            try:
                return _checked(send())
            except PlatformBusy:
                self._pause(pause * _random.uniform(0.8, 1.2))
        return _checked(send())

    def _send(
        self,
        method: str,
        path: str,
        query: Query | None,
        token: str | None,
        *,
        content: bytes | None = None,
        files: Mapping[str, tuple[str, bytes, str]] | None = None,
        form: dict[str, str] | None = None,
    ) -> httpx.Response:
        params: dict[str, str | int] = {"access_token": token} if token is not None else {}
        headers = {"Content-Type": "application/json; charset=utf-8"} if content is not None else {}
        try:
            response = self._http.request(
                method,
                self._base_url + path,
                params={**params, **(query or {})},
                content=content,
                files=files,
                data=form,
                headers=headers,
            )
        except httpx.HTTPError as error:
            # The message of httpx may hold the address, and the address the token: neither is shown.
            never_out = isinstance(error, httpx.ConnectError | httpx.ConnectTimeout | httpx.PoolTimeout)
            kind = PlatformNotReached if never_out else PlatformUnreachable
            raise kind(
                _("连不上微信服务器（%(path)s，%(kind)s）；请检查网络、代理与防火墙后再试。"),
                path=path,
                kind=type(error).__name__,
            ) from None
        if response.status_code >= 400:
            raise PlatformUnreachable(
                _("微信服务器返回了 HTTP %(status)d（%(path)s），请稍候再试。"),
                path=path,
                status=response.status_code,
            )
        return response


def encode(body: JsonObject) -> bytes:
    """Return JSON as the platform wants it: UTF-8, nothing escaped."""
    return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()


def _checked(response: httpx.Response) -> httpx.Response:
    answer = _read(response)
    error = error_of(answer) if not isinstance(answer, Download) else None
    if error is not None:
        raise error
    return response


def _read(response: httpx.Response) -> JsonObject | Download:
    """Read by the body, not by the header: the platform labels JSON as text and the other way round."""
    content = response.content
    if content.lstrip()[:1] in (b"{", b"["):
        try:
            value: JsonValue = json.loads(content)
        except ValueError:
            return _file(response)
        return as_object(value)
    return _file(response)


def _file(response: httpx.Response) -> Download:
    disposition = response.headers.get("content-disposition", "")
    name = disposition.split("filename=", 1)[1].strip('"; ') if "filename=" in disposition else ""
    return Download(response.content, response.headers.get("content-type", ""), name)


def _json(response: httpx.Response) -> JsonObject:
    answer = _read(response)
    if isinstance(answer, Download):
        raise PlatformUnreachable(
            _("微信服务器的回答不是 JSON（%(length)d 字节），可能被中间的代理改写。"),
            length=len(answer.content),
        )
    return answer
