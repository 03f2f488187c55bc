"""One page of the open web, asked with what we remember of it: nothing is sent again that has not changed.

The address was typed by a person: only public addresses are connected to, at every redirect.
"""

import time
from dataclasses import dataclass

import httpx
from django.utils.translation import gettext_lazy as _

from xinglin.catalog.copying.addresses import CheckedTransport
from xinglin.catalog.copying.errors import AddressRefused
from xinglin.literature.errors import AnswerBroken, SourceDown, SourceSaysNo

LARGEST_PAGE = 8 * 1024 * 1024
LONGEST_WAIT = 30.0
MOST_REDIRECTS = 5
AGENT = "xinglin-intelligence/1"


@dataclass(frozen=True)
class Page:
    """What an address answered. ``moved_to`` is set when it said that it has moved for good."""

    status: int
    body: bytes
    etag: str = ""
    modified: str = ""
    moved_to: str = ""


def fetch_page(address: str, *, etag: str = "", modified: str = "") -> Page:
    """Return a page; statuses below 500 are answers. Raises ``SourceDown``, ``SourceSaysNo``, ``AnswerBroken``."""
    headers = {
        "User-Agent": AGENT,
        "Accept": "application/rss+xml, application/atom+xml, application/xml, */*;q=0.5",
    }
    headers |= {"If-None-Match": etag} if etag else {}
    headers |= {"If-Modified-Since": modified} if modified else {}
    url, moved, for_good, ends = _url(address), "", True, time.monotonic() + LONGEST_WAIT
    try:
        with httpx.Client(transport=CheckedTransport(), trust_env=False, timeout=LONGEST_WAIT) as client:
            for _hop in range(MOST_REDIRECTS):
                with client.stream("GET", url, headers=headers, follow_redirects=False) as answer:
                    if answer.has_redirect_location:
                        for_good = for_good and answer.status_code in (301, 308)
                        url = _url(str(url.join(answer.headers.get("Location", ""))))
                        moved = str(url) if for_good else ""
                        continue
                    if answer.status_code >= 500:
                        raise SourceDown(_("网站出错（%(code)d）；稍后会再试。"), code=answer.status_code)
                    return Page(
                        answer.status_code,
                        _body(answer, ends),
                        answer.headers.get("ETag", ""),
                        answer.headers.get("Last-Modified", ""),
                        moved,
                    )
    except AddressRefused as error:
        raise SourceSaysNo(_("%(why)s"), why=str(error)) from None
    except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError, OSError) as error:
        raise SourceDown(
            _("连不上网站（%(why)s）；稍后会再试。"), why=str(error)[:120] or type(error).__name__
        ) from None
    raise SourceDown(_("网站转址超过 %(times)d 次。"), times=MOST_REDIRECTS)


def _url(address: str) -> httpx.URL:
    try:
        url = httpx.URL(address.strip())
    except httpx.InvalidURL:
        url = httpx.URL("")
    if url.scheme not in ("http", "https") or not url.host or url.userinfo:
        raise SourceSaysNo(_("“%(address)s”不是 http 或 https 网址；请改正。"), address=address[:100])
    return url


def _body(answer: httpx.Response, ends: float) -> bytes:
    body = bytearray()
    for chunk in answer.iter_bytes():
        body += chunk
        if len(body) > LARGEST_PAGE:
            raise AnswerBroken(_("页面超过 %(limit)d MB，没有读完。"), limit=LARGEST_PAGE // 1024 // 1024)
        if time.monotonic() > ends:
            raise SourceDown(_("网站太慢，没有读完；稍后会再试。"))
    return bytes(body)
