"""Personal links and the pages behind them, through the browser's door."""

from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from django.test import Client
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from xinglin.commons import clock
from xinglin.commons.testing import browser as browser
from xinglin.commons.testing import browser_page as browser_page
from xinglin.commons.testing import look, overflows
from xinglin.consortium.models import Library
from xinglin.consortium.tests.factories import a_library
from xinglin.patrons import services as patrons
from xinglin.patrons.models import Patron
from xinglin.patrons.tests.factories import a_patron
from xinglin.wechat import links
from xinglin.wechat.capabilities import AccountKind
from xinglin.wechat.models import Binding, Follower
from xinglin.wechat.services import followers
from xinglin.wechat.testing import a_follower, an_account

pytestmark = pytest.mark.django_db

PASSWORD = "心电图-2026-right"


@pytest.fixture
def library() -> Library:
    return a_library("MAIN")


@pytest.fixture
def follower(library: Library) -> Follower:
    return a_follower(an_account(library, kind=AccountKind.S0))


@pytest.fixture
def reader(library: Library) -> Patron:
    patron = a_patron(library, card_number="C0001", name="王建国")
    patrons.set_password(patron=patron, password=PASSWORD, by=None)
    return patron


def opened(browser: Client, link: str) -> int:
    return browser.get(urlsplit(link).path).status_code


def test_a_link_opens_for_the_first_browser_and_for_no_other(follower: Follower) -> None:
    link = links.personal_link(follower, "/m/bind/")
    mine, theirs = Client(), Client()
    assert mine.get(urlsplit(link).path).headers["Location"] == "/m/bind/"
    assert "卡号" in mine.get("/m/bind/").content.decode()
    answer = theirs.get(urlsplit(link).path)
    assert answer.status_code == 403 and "不能转用" in answer.content.decode()
    assert theirs.get("/m/bind/").status_code == 403
    assert opened(mine, link) == 302, "again in the first browser"


def test_a_link_expires_cannot_be_changed_and_dies_with_the_follower(follower: Follower) -> None:
    link = links.personal_link(follower, "/m/bind/", hours=1)
    changed = link[:-2] + ("0" if link[-2] != "0" else "1") + "/"
    assert opened(Client(), changed) == 403
    assert opened(Client(), link[:60] + "/") == 403
    clock.move(timedelta(hours=1, minutes=1))
    assert opened(Client(), link) == 403
    fresh = links.personal_link(follower, "/m/bind/")
    followers.erase(follower=follower)
    assert opened(Client(), fresh) == 403


def test_a_link_never_leads_to_another_site(follower: Follower) -> None:
    link = links.personal_link(follower, "//evil.example/")
    assert Client().get(urlsplit(link).path).headers["Location"] == "/m/"


def test_card_and_password_bind_and_the_reader_is_known_on_every_page(
    follower: Follower, reader: Patron
) -> None:
    browser = Client()
    opened(browser, links.personal_link(follower, "/m/bind/"))
    answer = browser.post("/m/bind/", {"card_number": "C0001", "secret": PASSWORD})
    assert answer.headers["Location"] == "/m/me/"
    assert Binding.objects.get().patron == reader
    assert "王建国" in browser.get("/m/me/").content.decode()
    browser.post("/m/bind/off/")
    assert "王建国" not in browser.get("/m/me/").content.decode()


def test_a_wrong_password_is_refused_without_saying_which_and_guessing_is_stopped(
    follower: Follower, reader: Patron
) -> None:
    browser = Client()
    opened(browser, links.personal_link(follower, "/m/bind/"))
    pages = [
        browser.post("/m/bind/", {"card_number": "C0001", "secret": f"wrong{number}"}).content.decode()
        for number in range(6)
    ]
    assert "卡号或密码不对" in pages[0] and "分钟后再试" in pages[-1]
    unknown = browser.post("/m/bind/", {"card_number": "NONE", "secret": "x"}).content.decode()
    assert "卡号或密码不对" in unknown
    assert (
        "分钟后再试"
        in browser.post("/m/bind/", {"card_number": "C0001", "secret": PASSWORD}).content.decode()
    )
    assert not Binding.objects.exists()


def test_web_authorisation_is_refused_on_an_account_that_has_none(follower: Follower) -> None:
    answer = Client().get(f"/m/wx/{follower.account.path}/")
    assert answer.status_code == 403 and "没有网页授权权限" in answer.content.decode()


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_the_binding_pages_are_fit_to_be_looked_at(
    live_server: LiveServer, browser_page: Page, follower: Follower, reader: Patron
) -> None:
    def visit(address: str, name: str) -> None:
        for width in (390, 1280):
            browser_page.set_viewport_size({"width": width, "height": 800})
            browser_page.goto(live_server.url + address)
            look(browser_page, f"wechat-h5-{name}", width=width)
            assert not overflows(browser_page)

    visit("/m/bind/", "unknown")
    browser_page.goto(live_server.url + urlsplit(links.personal_link(follower, "/m/bind/")).path)
    visit("/m/bind/", "bind")
    browser_page.fill("[name=card_number]", "C0001")
    browser_page.fill("[name=secret]", "wrong")
    browser_page.click("button[type=submit]")
    expect(browser_page.get_by_text("卡号或密码不对").first).to_be_visible()
    look(browser_page, "wechat-h5-wrong", width=390)
    browser_page.fill("[name=card_number]", "C0001")
    browser_page.fill("[name=secret]", PASSWORD)
    browser_page.click("button[type=submit]")
    expect(browser_page.get_by_text("王建国").first).to_be_visible()
    visit("/m/me/", "me")
    visit("/m/bind/", "bound")
    visit("/m/bind/off/", "unbind")
