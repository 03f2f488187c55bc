"""Asking one source one thing: its pace kept, its answer capped, its troubles told apart.

The address of a source is set by the operator, so it may be private (the emulator of a demonstration);
wherever else an answer redirects us is checked like any address from outside.
"""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Protocol

import httpx
from django.utils.translation import gettext_lazy as _

from xinglin.catalog.copying.addresses import CheckedTransport
from xinglin.commons.numbers import whole
from xinglin.literature.errors import AnswerBroken, SourceBusy, SourceDown, SourceSaysNo
from xinglin.literature.sources import pace

LARGEST_ANSWER = 64 * 1024 * 1024
LONGEST_WAIT = 60.0
MOST_REDIRECTS = 3
_AGENT = "xinglin/1 (+https://github.com/)"
_LONGEST_GET = 1500
"""An address longer than this is posted; E-utilities answers 414 to long lists of numbers."""


@dataclass(frozen=True)
class Host:
    """A source as we call it: its name, where it is, and how often it may be asked."""

    name: str
    url: str
    per_second: float


@dataclass(frozen=True)
class Answer:
    """What came back: bytes, and the header lines that matter."""

    status: int
    body: bytes
    headers: Mapping[str, str]


class Transporter(Protocol):
    def __call__(self, request: httpx.Request, *, seconds: float) -> Answer: ...


def ask(
    host: Host,
    path: str,
    parameters: Mapping[str, str],
    *,
    headers: Mapping[str, str] | None = None,
    seconds: float = LONGEST_WAIT,
) -> Answer:
    """Ask once, when it is our turn. Statuses 200, 304 and 404 are answers; the rest are troubles.

    Raises ``SourceBusy``, ``SourceDown``, ``SourceSaysNo``, ``AnswerBroken``.
    """
    pace.take_turn(host.name, per_second=host.per_second)
    url = httpx.URL(f"{host.url}{path}")
    asked = url.copy_merge_params(dict(parameters))
    said = {"User-Agent": _AGENT, **(headers or {})}
    if len(str(asked)) > _LONGEST_GET:
        request = httpx.Request("POST", url, data=dict(parameters), headers=said)
    else:
        request = httpx.Request("GET", asked, headers=said)
    return _judged(host, _sent(host, request, seconds))


def _sent(host: Host, request: httpx.Request, seconds: float) -> Answer:
    ends = time.monotonic() + seconds
    client = _client(host.url)
    try:
        for _hop in range(MOST_REDIRECTS + 1):
            answer = client.send(request, stream=True, follow_redirects=False)
            try:
                if not answer.has_redirect_location:
                    return Answer(answer.status_code, _body(answer, ends), dict(answer.headers))
                place = request.url.join(answer.headers.get("Location", ""))
            finally:
                answer.close()
            if place.scheme not in ("http", "https") or place.userinfo:
                raise SourceDown(_("来源把我们转到了不能去的地址。"))
            request = httpx.Request("GET", place, headers={"User-Agent": _AGENT})
    except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError, OSError) as error:
        raise SourceDown(
            _("%(source)s 没有答复（%(why)s）；稍后会再试。"),
            source=host.name,
            why=str(error)[:120] or type(error).__name__,
        ) from None
    raise SourceDown(_("%(source)s 转址超过 %(times)d 次。"), source=host.name, times=MOST_REDIRECTS)


def _body(answer: httpx.Response, ends: float) -> bytes:
    body = bytearray()
    for chunk in answer.iter_bytes():
        body += chunk
        if len(body) > LARGEST_ANSWER:
            raise AnswerBroken(_("答复超过 %(limit)d MB，没有读完。"), limit=LARGEST_ANSWER // 1024 // 1024)
        if time.monotonic() > ends:
            raise httpx.ReadTimeout("too slow")
    expected = whole(answer.headers.get("Content-Length", ""))
    if expected is not None and "Content-Encoding" not in answer.headers and expected != len(body):
        raise AnswerBroken(
            _("答复只收到 %(got)d 字节，应有 %(expected)s 字节。"), got=len(body), expected=expected
        )
    return bytes(body)


def _judged(host: Host, answer: Answer) -> Answer:
    if answer.status in (200, 304, 404):
        return answer
    if answer.status in (429, 503):
        told = answer.headers.get("retry-after", "")
        seconds = min(float(told), 300.0) if told.isdigit() else 2.0
        pace.hold_back(host.name, seconds=seconds)
        raise SourceBusy(
            _("%(source)s 请我们慢一点（%(status)d），%(seconds)d 秒后再试。"),
            source=host.name,
            status=answer.status,
            seconds=seconds,
        )
    if answer.status >= 500:
        raise SourceDown(
            _("%(source)s 出错（%(status)d）；稍后会再试。"), source=host.name, status=answer.status
        )
    raise SourceSaysNo(
        _("%(source)s 拒绝了请求（%(status)d）；请核对检索式和地址。"), source=host.name, status=answer.status
    )


@lru_cache(maxsize=16)
def _client(url: str) -> httpx.Client:
    """Return one client for a source: connections are kept, cookies and the environment's proxies are not used."""
    place = httpx.URL(url)
    port = place.port or (443 if place.scheme == "https" else 80)
    transport = CheckedTransport(trusted=frozenset({(place.host, port)}))
    return httpx.Client(transport=transport, trust_env=False, timeout=LONGEST_WAIT, cookies=None)


def close_all() -> None:
    """Forget the connections: after a fork, and between tests."""
    _client.cache_clear()
