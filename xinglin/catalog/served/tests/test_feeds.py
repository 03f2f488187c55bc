"""RSS of new arrivals, and schema.org under our content security policy in a real browser."""

import json
from collections.abc import Callable

import pytest
from django.test import Client
from lxml import etree
from playwright.sync_api import Page
from pytest_django.live_server_helper import LiveServer

from xinglin.catalog import discovery, queries
from xinglin.catalog.search.errors import IndexNotReady
from xinglin.catalog.served.schema_org import json_ld, json_ld_block
from xinglin.catalog.served.tests.conftest import Served
from xinglin.catalog.tests.factories import a_record, an_item
from xinglin.commons.web import CONTENT_SECURITY_POLICY
from xinglin.consortium.tests.cast import SmallConsortium

Index = Callable[[], int]
pytestmark = pytest.mark.django_db


def titles(query: str = "") -> list[str]:
    response = Client().get(f"/feeds/new.xml{query}")
    assert response.status_code == 200
    assert response.headers["Content-Type"].startswith("application/rss+xml")
    root = etree.fromstring(response.content)
    assert (root.tag, root.get("version")) == ("rss", "2.0")
    return [title.text or "" for item in root.iter("item") for title in item.iter("title")]


def test_the_newest_come_first_and_can_be_narrowed(served: Served, index: Index) -> None:
    a_record("昨天的\x0b书", classes=("R473.5",))
    index()
    assert titles()[0] == "昨天的书"
    assert titles("?class=R47") == ["昨天的书", "护理学基础"]
    assert titles("?library=a") == ["Heart disease & <medicine>"]
    assert titles("?library=A&class=R47") == []


def test_unknown_libraries_and_a_missing_index_are_told_plainly(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert Client().get("/feeds/new.xml?library=NOWHERE").status_code == 404

    def not_ready(_query: object) -> None:
        raise IndexNotReady

    monkeypatch.setattr(discovery, "discover", not_ready)
    response = Client().get("/feeds/new.xml")
    assert (response.status_code, response.headers["Retry-After"]) == (503, "60")


def test_a_record_is_told_to_search_engines(served: Served, a_small_consortium: SmallConsortium) -> None:
    an_item(served.chinese, a_small_consortium.a)
    said = json_ld(served.chinese, queries.availability(served.chinese))
    assert (said["@type"], said["name"], said["isbn"]) == ("Book", "心电图诊断学", "9787117266789")
    assert said["inLanguage"] == ["zh"]
    assert "https://schema.org/InStock" in json.dumps(said["offers"])
    assert "issn" not in said


def test_nothing_in_a_title_ends_the_block_early() -> None:
    record = served_record = a_record("</script><script>alert(1)</script>&amp;<!--")
    block = json_ld_block(record)
    assert block.count("<") == 2
    inner = block.removeprefix('<script type="application/ld+json">').removesuffix("</script>")
    assert json.loads(inner)["name"] == served_record.full_title


def test_readers_pages_carry_it_and_name_the_feed(served: Served, index: Index) -> None:
    index()
    page = Client().get(f"/m/record/{served.chinese.pk}/").content.decode()
    assert json_ld_block(served.chinese, queries.availability(served.chinese)) in page
    assert '"/feeds/new.xml"' in Client().get("/m/new/").content.decode()


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_our_policy_lets_the_data_block_stand(live_server: LiveServer, browser_page: Page) -> None:
    """Chromium loads the block under our policy; the fixture fails on any violation it reports."""
    block = json_ld_block(a_record("心电图诊断学"))
    headers = {"Content-Type": "text/html; charset=utf-8", "Content-Security-Policy": CONTENT_SECURITY_POLICY}
    body = f"<!doctype html><title>x</title>{block}"
    browser_page.route("**/policy-test", lambda route: route.fulfill(body=body, headers=headers))
    browser_page.goto(f"{live_server.url}/policy-test")
    text = browser_page.locator('script[type="application/ld+json"]').text_content()
    assert json.loads(text or "")["name"] == "心电图诊断学"
