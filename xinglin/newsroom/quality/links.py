"""Links of a text that lead nowhere, tried by a job; addresses are typed by people, so connections are checked."""

import html
import re
from dataclasses import dataclass

import httpx
from django.conf import settings
from django.urls import Resolver404, resolve
from django.utils.translation import gettext as _

from xinglin.catalog.copying.addresses import CheckedTransport
from xinglin.catalog.copying.errors import AddressRefused

_HREF = re.compile(r'<a href="([^"]*)"')
PATIENCE = 8.0


@dataclass(frozen=True)
class Broken:
    """An address, and what came of opening it."""

    address: str
    why: str


def addresses_in(cleaned: str) -> list[str]:
    """Return the addresses of the links of cleaned HTML."""
    return [html.unescape(address) for address in _HREF.findall(cleaned)]


def broken_among(addresses: list[str], *, transport: httpx.BaseTransport | None = None) -> list[Broken]:
    """Return the links that lead nowhere: one request each, headers only where the server allows it."""
    found = []
    with httpx.Client(
        transport=transport or CheckedTransport(), timeout=PATIENCE, follow_redirects=True, max_redirects=5
    ) as client:
        for address in addresses[:50]:
            why = _of_ours(address) if address.startswith("/") else _of_others(client, address)
            if why:
                found.append(Broken(address, why))
    return found


def _of_ours(address: str) -> str:
    try:
        found = resolve(address.partition("?")[0].partition("#")[0])
    except Resolver404:
        return _("本站没有这个页面")
    # The two fronts catch what no page of theirs is called, to say so in their own look.
    return _("本站没有这个页面") if found.url_name is None and "rest" in found.kwargs else ""


def _of_others(client: httpx.Client, address: str) -> str:
    if address.startswith(("mailto:", "tel:")):
        return ""
    if address.startswith(f"{settings.PUBLIC_URL}/"):
        return _of_ours(address.removeprefix(settings.PUBLIC_URL))
    try:
        answer = client.head(address)
        if answer.status_code in (403, 405, 501):
            # Some servers refuse a HEAD; a person's browser asks by GET, and the body is not read.
            with client.stream("GET", address) as streamed:
                answer = streamed
    except (httpx.HTTPError, httpx.InvalidURL, AddressRefused) as error:
        return _("打不开：%(why)s") % {"why": str(error)[:120]}
    if answer.status_code >= 400:
        return _("打不开：对方回答 %(status)d") % {"status": answer.status_code}
    return ""
