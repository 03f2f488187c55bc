"""荐购 by scan: WeChat's own scanner inside WeChat, a hand-held one or the camera at the desk."""

import json
import re
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.test import Client, override_settings
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from wechat_sandbox.control import SandboxClient
from wechat_sandbox.testing import running_sandbox
from xinglin.acquisitions.models import Suggestion
from xinglin.acquisitions.tests.factories import ISBN
from xinglin.console.testing import look, overflows, sign_in_browser
from xinglin.consortium.tests.cast import SmallConsortium
from xinglin.patrons import services as patrons
from xinglin.patrons.tests.cast import Readers
from xinglin.wechat import links
from xinglin.wechat.services import bindings
from xinglin.wechat.testing import a_follower, an_account

PAGE = "/m/suggest/"
SECRET = "杏林-春暖-2026"


@pytest.fixture
def sandbox() -> Iterator[SandboxClient]:
    with running_sandbox() as running, override_settings(WECHAT_API_URL=running.base_url):
        running.add_person("wang", "王医生")
        yield running


def a_bound_browser(
    consortium: SmallConsortium, readers: Readers, sandbox: SandboxClient, kind: str
) -> Client:
    appid = f"wxscan{kind}"
    secret = str(sandbox.add_account(appid, kind=kind)["secret"])
    sandbox.follow(appid, "wang")
    account = an_account(consortium.main, kind=kind, appid=appid, secret=secret)
    follower = a_follower(account, sandbox.openid(appid, "wang"))
    bindings.bind_by_code(follower=follower, digits=bindings.issue_code(patron=readers.of_a, by=None))
    browser = Client()
    browser.get(urlsplit(links.personal_link(follower, PAGE)).path)
    return browser


@pytest.mark.django_db
def test_inside_wechat_the_page_is_signed_for_its_scanner(
    a_small_consortium: SmallConsortium, readers: Readers, sandbox: SandboxClient
) -> None:
    answer = a_bound_browser(a_small_consortium, readers, sandbox, "F1").get(PAGE)
    page = answer.content.decode()
    found = re.search(r'id="wechat-config" type="application/json">(.+?)</script>', page)
    assert found, page
    config = json.loads(found[1])
    assert config["jsApiList"] == ["scanQRCode"]
    told = {**config, "timestamp": str(config["timestamp"]), "url": settings.PUBLIC_URL + PAGE}
    assert sandbox.request("POST", "/jssdk", told) == {"errMsg": "config:ok"}
    assert f"{sandbox.base_url}/open/js/" in answer.headers["Content-Security-Policy"]


@pytest.mark.django_db
def test_outside_wechat_and_while_the_platform_is_silent_the_field_is_left_to_the_keys(
    a_small_consortium: SmallConsortium, readers: Readers, sandbox: SandboxClient
) -> None:
    browser = a_bound_browser(a_small_consortium, readers, sandbox, "F1")
    with override_settings(WECHAT_API_URL="http://127.0.0.1:9"):
        page = browser.get(PAGE).content.decode()
    assert "wechat-config" not in page and 'name="isbn"' in page
    elsewhere = Client()
    patrons.set_password(patron=readers.of_a, password=SECRET, by=None)
    card = {"how": "card", "card_number": "A0001", "secret": SECRET, "next": PAGE}
    assert elsewhere.post("/m/sign-in/", card).headers["Location"] == PAGE
    page = elsewhere.get(PAGE).content.decode()
    assert "wechat-config" not in page and 'name="isbn"' in page


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_a_hand_held_scanner_fills_the_field_and_the_form_waits_for_the_rest(
    a_small_consortium: SmallConsortium, readers: Readers, live_server: LiveServer, browser_page: Page
) -> None:
    sign_in_browser(browser_page, live_server.url, a_small_consortium.librarian_a.user)
    browser_page.goto(f"{live_server.url}/console/acquisitions/suggestion/new/")
    browser_page.get_by_label("ISBN").focus()
    browser_page.keyboard.type(ISBN)
    browser_page.keyboard.press("Enter")  # a scanner ends with it
    expect(browser_page.get_by_label("题名")).to_be_focused()
    assert not Suggestion.objects.exists()
    browser_page.get_by_label("读者证号").fill("A0001")
    for width in (390, 1280):
        look(browser_page, "acquisitions-desk-scan", width=width)
        assert not overflows(browser_page)
    browser_page.get_by_role("button", name="保存").click()
    expect(browser_page.get_by_text(ISBN).first).to_be_visible()
    assert Suggestion.objects.get().isbn == ISBN


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_what_wechats_scanner_read_is_put_into_the_field_and_sent_by_the_reader(
    a_small_consortium: SmallConsortium,
    readers: Readers,
    sandbox: SandboxClient,
    live_server: LiveServer,
    browser_page: Page,
) -> None:
    browser = a_bound_browser(a_small_consortium, readers, sandbox, "F1")
    # The scanner is WeChat's: what it gives back is said here, in its own form, in place of the phone around the page.
    browser_page.route(
        "**/open/js/jweixin-*.js",
        lambda route: route.fulfill(
            content_type="text/javascript",
            body="window.wx = { config() {}, error() {}, ready(f) { f(); },"
            f" scanQRCode(asked) {{ asked.success({{ resultStr: 'EAN_13,{ISBN}', errMsg: 'scanQRCode:ok' }}); }} }};",
        ),
    )
    cookies = [
        {"name": name, "value": kept.value, "url": live_server.url} for name, kept in browser.cookies.items()
    ]
    browser_page.context.add_cookies(cookies)  # type: ignore[arg-type]  # just the three that Playwright needs
    browser_page.goto(live_server.url + PAGE)
    browser_page.get_by_test_id("scan").click()
    expect(browser_page.get_by_label("ISBN")).to_have_value(ISBN)
    assert not Suggestion.objects.exists()
    for width in (390, 1280):
        look(browser_page, "acquisitions-scan", width=width)
        assert not overflows(browser_page)
    browser_page.get_by_role("button", name="提交荐购").click()
    expect(browser_page.get_by_text("已提交荐购").first).to_be_visible()
    assert Suggestion.objects.get().isbn == ISBN
