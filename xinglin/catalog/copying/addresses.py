"""Which machines we may be sent to. A source's address is typed by people and its answers redirect us.

The check is made where the connection is made: the name is looked up once, every address it has must
be public, and one of those very addresses is connected to. A name that answers differently a second
later (DNS rebinding) gains nothing, and each redirect is a new connection and so a new check.
"""

import ipaddress
import socket
import typing
from collections.abc import Iterable, Iterator

import httpcore
import httpx
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from xinglin.catalog.copying.errors import AddressRefused


def may_be_private() -> bool:
    """Whether sources inside of our own network are allowed (XINGLIN_PRIVATE_SOURCES)."""
    return settings.PRIVATE_SOURCES


def public_addresses(host: str, port: int) -> list[str]:
    """Return the network addresses of a host, all of them allowed.

    Raises ``AddressRefused`` when one of them is not public, ``OSError`` when the name is unknown.
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except UnicodeError:
        raise OSError(f"no host name: {host[:80]!r}") from None
    addresses = list(dict.fromkeys(str(entry[4][0]) for entry in found))
    if not may_be_private() and not all(_is_public(address) for address in addresses):
        raise AddressRefused(
            _(
                "%(host)s 指向内部网络地址，不能作为套录来源；确需使用，请系统管理员设置 XINGLIN_PRIVATE_SOURCES=on。"
            ),
            host=host,
        )
    return addresses


def _is_public(address: str) -> bool:
    try:
        ip = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(ip, ipaddress.IPv6Address):
        # An IPv4 address in another dress must not pass: ::ffff:10.0.0.1, 6to4, NAT64 and Teredo.
        inner = ip.ipv4_mapped or ip.sixtofour or (ip.teredo[1] if ip.teredo else None)
        if inner is None and ip in ipaddress.ip_network("64:ff9b::/96"):
            inner = ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
        if inner is not None:
            return inner.is_global and not inner.is_multicast
    return ip.is_global and not ip.is_multicast


class _CheckedBackend(httpcore.NetworkBackend):
    """Opens connections to public addresses, and to the few places that the operator has set."""

    def __init__(self, trusted: frozenset[tuple[str, int]]) -> None:
        self._inner = httpcore.SyncBackend()
        self._trusted = trusted

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        if (host, port) in self._trusted:
            return self._inner.connect_tcp(host, port, timeout, local_address, socket_options)
        try:
            addresses = public_addresses(host, port)
        except OSError as error:
            raise httpcore.ConnectError(str(error)) from None
        return self._inner.connect_tcp(addresses[0], port, timeout, local_address, socket_options)


class CheckedTransport(httpx.BaseTransport):
    """httpx over connections that are checked; no proxy of the environment is asked.

    ``trusted`` are hosts and ports from our own settings, which may be private.
    """

    def __init__(self, *, trusted: frozenset[tuple[str, int]] = frozenset()) -> None:
        self._pool = httpcore.ConnectionPool(
            ssl_context=httpx.create_ssl_context(),
            network_backend=_CheckedBackend(trusted),
            max_connections=4,
        )

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        stream = typing.cast("Iterable[bytes]", request.stream)
        try:
            answer = self._pool.handle_request(
                httpcore.Request(
                    method=request.method,
                    url=httpcore.URL(
                        scheme=request.url.raw_scheme,
                        host=request.url.raw_host,
                        port=request.url.port,
                        target=request.url.raw_path,
                    ),
                    headers=request.headers.raw,
                    content=stream,
                    extensions=request.extensions,
                )
            )
        except (httpcore.NetworkError, httpcore.TimeoutException, httpcore.ProtocolError) as error:
            raise httpx.TransportError(str(error)) from error
        return httpx.Response(
            status_code=answer.status,
            headers=answer.headers,
            stream=_Body(answer),
            extensions=answer.extensions,
        )

    def close(self) -> None:
        self._pool.close()


class _Body(httpx.SyncByteStream):
    def __init__(self, answer: httpcore.Response) -> None:
        self._answer = answer

    def __iter__(self) -> Iterator[bytes]:
        try:
            yield from typing.cast("Iterable[bytes]", self._answer.stream)
        except (httpcore.NetworkError, httpcore.TimeoutException, httpcore.ProtocolError) as error:
            raise httpx.TransportError(str(error)) from error

    def close(self) -> None:
        self._answer.close()
