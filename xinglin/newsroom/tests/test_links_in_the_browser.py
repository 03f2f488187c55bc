"""The list of links that lead nowhere, in a real browser: wide and on a phone."""

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from xinglin.console.testing import look, overflows, sign_in_browser
from xinglin.consortium.tests.cast import SmallConsortium
from xinglin.newsroom.quality import link_rounds
from xinglin.newsroom.quality.links import Broken
from xinglin.newsroom.tests.test_nightly import linked

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_an_editor_sees_which_links_of_an_article_do_not_open(
    live_server: LiveServer, browser_page: Page, a_small_consortium: SmallConsortium
) -> None:
    long = "https://gone.example/" + "a-very-long-way/" * 12
    linked(a_small_consortium, "冬季护心", "https://good.example/", long)
    link_rounds.try_links(
        most=5,
        tried_by=lambda each: [Broken(at, "打不开：对方回答 404") for at in each if "gone" in at],
    )
    page = browser_page
    sign_in_browser(page, live_server.url, a_small_consortium.librarian_a.user)
    page.goto(f"{live_server.url}/console/newsroom/links/")
    expect(page.get_by_role("link", name="冬季护心")).to_be_visible()
    for width in (1280, 390):
        look(page, "newsroom-links", width=width)
        assert not overflows(page)
    page.get_by_role("link", name="冬季护心").click()
    expect(page.get_by_text("对方回答 404")).to_be_visible()
    for width in (1280, 390):
        look(page, "newsroom-broken", width=width)
        assert not overflows(page)
