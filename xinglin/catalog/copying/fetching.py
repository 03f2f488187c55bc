"""Getting one document from a source: so many bytes, so many seconds, so many redirects, then no more."""

import time
from collections.abc import Mapping

import httpx
from django.utils.translation import gettext_lazy as _

from xinglin.catalog.copying.addresses import CheckedTransport
from xinglin.catalog.copying.errors import AddressRefused, SourceUnreachable
from xinglin.commons.numbers import whole

LARGEST_ANSWER = 16 * 1024 * 1024
LONGEST_WAIT = 20.0  # seconds, for the whole answer with its redirects
MOST_REDIRECTS = 4
_AGENT = "xinglin-catalog/1"


def fetch(address: str, parameters: Mapping[str, str]) -> bytes:
    """Return what stands at an address. Status codes other than 200 that bring XML are for the caller to read.

    Raises ``AddressRefused``, ``SourceUnreachable``.
    """
    url = _url(address).copy_merge_params(dict(parameters))
    ends = time.monotonic() + LONGEST_WAIT
    try:
        with httpx.Client(transport=CheckedTransport(), trust_env=False, follow_redirects=False) as client:
            for _hop in range(MOST_REDIRECTS + 1):
                answer = _get(client, url, ends)
                if isinstance(answer, bytes):
                    return answer
                url = answer
    except (httpx.TransportError, httpx.InvalidURL, httpx.DecodingError, OSError) as error:
        raise SourceUnreachable(
            _("连不上来源（%(why)s）；请稍后再试，或请系统管理员核对来源的地址。"),
            why=str(error)[:120] or type(error).__name__,
        ) from None
    raise SourceUnreachable(_("来源重定向了 %(times)d 次以上；请核对来源的地址。"), times=MOST_REDIRECTS)


def require_web_address(address: str) -> None:
    """Refuse what is no address of the web. Raises ``AddressRefused``; where it leads is seen when it is asked."""
    _url(address)


def _url(address: str) -> httpx.URL:
    try:
        url = httpx.URL(address.strip())
    except httpx.InvalidURL:
        url = httpx.URL("")
    if url.scheme not in ("http", "https") or not url.host or url.userinfo:
        raise AddressRefused(
            _("“%(address)s”不是 http 或 https 网址；请改正来源的地址。"), address=address[:100]
        )
    return url


def _get(client: httpx.Client, url: httpx.URL, ends: float) -> bytes | httpx.URL:
    """Return the body, or where it is said to be instead."""
    left = ends - time.monotonic()
    if left <= 0:
        raise SourceUnreachable(_("来源在 %(seconds)d 秒内没有答复；请稍后再试。"), seconds=int(LONGEST_WAIT))
    with client.stream("GET", url, headers={"User-Agent": _AGENT}, timeout=left) as answer:
        if answer.is_redirect:
            return _url(str(url.join(answer.headers.get("Location", ""))))
        if answer.status_code >= 400 and "xml" not in answer.headers.get("Content-Type", ""):
            raise SourceUnreachable(
                _("来源答复了错误状态 %(status)d；请稍后再试，或核对来源的地址。"),
                status=answer.status_code,
                wait=_seconds(answer.headers.get("Retry-After", "")),
            )
        body = bytearray()
        for chunk in answer.iter_bytes():
            body += chunk
            if len(body) > LARGEST_ANSWER:
                raise SourceUnreachable(
                    _("来源的答复超过 %(limit)d MB，未读入；请把检索词写得更具体。"),
                    limit=LARGEST_ANSWER // 1024 // 1024,
                )
            if time.monotonic() > ends:
                raise SourceUnreachable(
                    _("来源在 %(seconds)d 秒内没有答复；请稍后再试。"), seconds=int(LONGEST_WAIT)
                )
    return bytes(body)


def _seconds(retry_after: str) -> int:
    """Return for how long a busy source asks to be left alone; 0 where it does not say, or says a date."""
    return whole(retry_after, digits=5) or 0
