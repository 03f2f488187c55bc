"""Files fetched from addresses that people type: redirects followed and checked, everything odd refused by name."""

import pytest
from pytest_django.fixtures import Settings

from xinglin.catalog.copying.tests.conftest import PretendSource
from xinglin.catalog.copying.tests.conftest import source_server as source_server
from xinglin.delivery import fetching
from xinglin.delivery.errors import FetchFailed
from xinglin.delivery.tests.factories import a_paper


@pytest.fixture
def server(source_server: PretendSource, settings: Settings) -> PretendSource:
    settings.PRIVATE_SOURCES = True
    return source_server


def test_a_file_is_fetched_and_one_too_large_is_not(
    server: PretendSource, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.body = a_paper(1)
    assert fetching.fetch(server.url) == server.body
    monkeypatch.setattr(fetching, "LARGEST", 100)
    with pytest.raises(FetchFailed, match="没有抓取"):
        fetching.fetch(server.url)


@pytest.mark.parametrize(
    ("location", "word"),
    [
        ("file:///etc/passwd", "http"),
        ("ftp://x/y", "http"),
        ("/sru", "转向超过"),
        ("http://user:pw@x/", "用户名"),
    ],
)
def test_a_redirect_leads_nowhere_else(server: PretendSource, location: str, word: str) -> None:
    server.status, server.headers = 302, {"Location": location}
    with pytest.raises(FetchFailed, match=word):
        fetching.fetch(server.url)


def test_a_refusal_and_an_odd_address_are_sentences(server: PretendSource) -> None:
    server.status = 404
    with pytest.raises(FetchFailed, match="404"):
        fetching.fetch(server.url)
    for address in ("", "javascript:alert(1)", "http://", "http://[::1", "http://127.0.0.1:1/x"):
        with pytest.raises(FetchFailed):
            fetching.fetch(address)


def test_our_own_network_is_not_fetched_from(source_server: PretendSource) -> None:
    with pytest.raises(FetchFailed, match="内部网络"):
        fetching.fetch(source_server.url)
    assert not source_server.asked
