"""Fetching a PDF from an address that a person typed: http(s) only, every redirect checked, a cap on its size."""

from urllib.parse import urlsplit

import httpx
from django.utils.translation import gettext_lazy as _

from xinglin.catalog.copying.addresses import CheckedTransport
from xinglin.catalog.copying.errors import AddressRefused
from xinglin.delivery.errors import FetchFailed
from xinglin.delivery.papers.running import LARGEST

MOST_REDIRECTS = 5
TIMEOUT = httpx.Timeout(20.0, connect=8.0)
_HEADERS = {"User-Agent": "Xinglin document delivery", "Accept": "application/pdf,*/*;q=0.5"}


def fetch(address: str) -> bytes:
    """Return the file at an address. Raises ``FetchFailed``: unknown host, inside our network, too large, no answer."""
    url = address.strip()
    try:
        with httpx.Client(
            transport=CheckedTransport(), timeout=TIMEOUT, headers=_HEADERS, trust_env=False
        ) as client:
            for _turn in range(MOST_REDIRECTS + 1):
                _refuse_odd(url)
                with client.stream("GET", url) as answer:
                    if answer.is_redirect and "location" in answer.headers:
                        url = str(answer.next_request.url) if answer.next_request else ""
                        continue
                    return _body(answer)
    except AddressRefused:
        raise FetchFailed(_("这个地址指向内部网络，不能抓取；请下载后上传文件。")) from None
    except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
        raise FetchFailed(
            _("抓取不成功（%(why)s）；请核对地址，或下载后上传文件。"), why=type(error).__name__
        ) from None
    raise FetchFailed(_("这个地址转向超过 %(most)d 次；请下载后上传文件。"), most=MOST_REDIRECTS)


def _refuse_odd(url: str) -> None:
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.username:
        raise FetchFailed(_("只能抓取 http:// 或 https:// 开头的网址，且不能带用户名。"))


def _body(answer: httpx.Response) -> bytes:
    if answer.status_code != httpx.codes.OK:
        raise FetchFailed(
            _("对方回答 %(status)d，没有取到文件；可能需要登录，请下载后上传。"), status=answer.status_code
        )
    data = bytearray()
    for piece in answer.iter_bytes():
        data += piece
        if len(data) > LARGEST:
            raise FetchFailed(_("文件超过 %(most)d MB，没有抓取。"), most=LARGEST // 1024**2)
    return bytes(data)
