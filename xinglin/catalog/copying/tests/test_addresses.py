"""Where a source may lead us: never into our own network, whatever it is called."""

import socket

import pytest
from pytest_django.fixtures import Settings

from xinglin.catalog.copying import addresses, fetching, sru_client
from xinglin.catalog.copying.errors import AddressRefused, SourceRefused, SourceUnreachable
from xinglin.catalog.copying.tests.conftest import PretendSource, sru_answer


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1", "localhost", "10.1.2.3", "172.16.0.9", "192.168.1.1", "169.254.169.254", "0.0.0.0", "[::1]",
        "[::ffff:10.0.0.1]", "[64:ff9b::a00:1]", "[2002:a00:1::]", "[fe80::1]", "[fc00::1]", "2130706433", "100.64.0.1",
        "224.0.0.1",
    ],
)  # fmt: skip
def test_no_private_address_is_connected_to(host: str) -> None:
    with pytest.raises((AddressRefused, SourceUnreachable)):
        fetching.fetch(f"http://{host}/sru", {})


@pytest.mark.parametrize(
    "address", ["file:///etc/passwd", "ftp://x/", "http://", "x", "http://u:p@example.org/", ""]
)
def test_only_plain_web_addresses_are_sources(address: str) -> None:
    with pytest.raises(AddressRefused):
        fetching.fetch(address, {})


def test_a_name_with_one_private_address_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (ip, 80)) for ip in ("93.184.216.34", "10.0.0.1")]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_args, **_named: found)
    with pytest.raises(AddressRefused, match="XINGLIN_PRIVATE_SOURCES"):
        addresses.public_addresses("both.example", 80)
    found.pop()
    assert addresses.public_addresses("both.example", 80) == ["93.184.216.34"]


def test_a_source_on_the_own_network_is_asked_where_that_is_allowed(
    settings: Settings, source_server: PretendSource, a_book: bytes
) -> None:
    settings.PRIVATE_SOURCES = True
    source_server.body = sru_answer(a_book, total=12)
    answer = sru_client.search(f"{source_server.url}?x-key=7", 'dc.title="心电图"', start=3)
    assert (answer.total, len(answer.records)) == (12, 1)
    (asked,) = source_server.asked
    assert "x-key=7" in asked
    assert "startRecord=3" in asked
    assert "query=dc.title%3D%22" in asked


def test_each_redirect_is_checked_anew(
    settings: Settings, source_server: PretendSource, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.PRIVATE_SOURCES = True
    source_server.status, source_server.headers = 302, {"Location": "/sru"}
    with pytest.raises(SourceUnreachable, match="重定向"):
        fetching.fetch(source_server.url, {})
    assert len(source_server.asked) == fetching.MOST_REDIRECTS + 1
    source_server.headers = {"Location": "http://10.9.8.7/"}
    allowed = addresses.public_addresses

    def only_the_first(host: str, port: int) -> list[str]:
        settings.PRIVATE_SOURCES = host == "127.0.0.1"
        return allowed(host, port)

    monkeypatch.setattr(addresses, "public_addresses", only_the_first)
    with pytest.raises(AddressRefused):
        fetching.fetch(source_server.url, {})
    source_server.headers = {"Location": "file:///etc/passwd"}
    with pytest.raises(AddressRefused):
        fetching.fetch(source_server.url, {})


def test_an_answer_beyond_the_cap_is_not_read(
    settings: Settings, source_server: PretendSource, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.PRIVATE_SOURCES = True
    monkeypatch.setattr(fetching, "LARGEST_ANSWER", 1024 * 1024)
    source_server.body = b"x" * (1024 * 1024 + 1)
    with pytest.raises(SourceUnreachable, match="1 MB"):
        fetching.fetch(source_server.url, {})


def test_an_error_page_and_a_diagnostic_are_told_apart(
    settings: Settings, source_server: PretendSource
) -> None:
    settings.PRIVATE_SOURCES = True
    source_server.status, source_server.headers = 503, {"Content-Type": "text/html"}
    with pytest.raises(SourceUnreachable, match="503"):
        sru_client.search(source_server.url, "x")
    source_server.headers = {}
    source_server.body = (
        b'<searchRetrieveResponse xmlns="http://www.loc.gov/zing/srw/"><diagnostics><diagnostic>'
        b"<message>Unsupported index</message></diagnostic></diagnostics></searchRetrieveResponse>"
    )
    with pytest.raises(SourceRefused, match="Unsupported index"):
        sru_client.search(source_server.url, "x")
