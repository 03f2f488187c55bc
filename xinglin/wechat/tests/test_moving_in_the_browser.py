"""A move of followers as the librarian makes it: tried, looked at, carried out, by clicks."""

import pytest
from django.conf import settings
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from wechat_sandbox.control import SandboxClient
from xinglin.commons.testing import browser as browser
from xinglin.commons.testing import browser_page as browser_page
from xinglin.commons.testing import look, overflows, run_errands
from xinglin.consortium.tests.cast import SmallConsortium, signed_in
from xinglin.wechat.testing import a_follower, an_account


def seen(page: Page, name: str) -> None:
    """Keep a picture of the page at both widths."""
    for width in (390, 1280):
        page.set_viewport_size({"width": width, "height": 800})
        look(page, f"wechat-move-{name}", width=width)
        assert not overflows(page), f"{name} at {width}"


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_a_librarian_tries_a_move_looks_at_the_numbers_and_carries_it_out(
    live_server: LiveServer, browser_page: Page, sandbox: SandboxClient, a_small_consortium: SmallConsortium
) -> None:
    accounts = []
    for appid, kind, name in (("wxoldaccount", "S1", "图书馆订阅号"), ("wxnewaccount", "F1", "图书馆服务号")):
        made = sandbox.add_account(appid, kind=kind)
        accounts.append(
            an_account(a_small_consortium.main, kind=kind, appid=appid, secret=str(made["secret"]), name=name)
        )
    old, new = accounts
    for person in ("wang", "li"):
        sandbox.add_person(person)
        sandbox.follow(old.appid, person)
        a_follower(old, sandbox.openid(old.appid, person))
    a_follower(old, "nobody-knows-them")
    cookie = signed_in(a_small_consortium.manager).cookies[settings.SESSION_COOKIE_NAME]
    page = browser_page
    page.context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": live_server.url}])

    page.goto(live_server.url + "/console/wechat/moves/")
    expect(page.get_by_role("heading", name="关注者迁移")).to_be_visible()
    seen(page, "none")
    page.get_by_role("link", name="新的迁移").first.click()
    expect(page.get_by_role("heading", name="新的迁移：先试算")).to_be_visible()
    page.select_option("[name=source]", label=str(old))
    page.select_option("[name=target]", label=str(new))
    seen(page, "new")
    page.get_by_role("button", name="开始试算").click()
    expect(page.get_by_text("已开始试算")).to_be_visible()
    run_errands()
    page.reload()
    expect(page.get_by_text("试算完成，待确认").first).to_be_visible()
    expect(page.get_by_text("微信没有给出新 OpenID").first).to_be_visible()
    seen(page, "tried")
    page.get_by_role("link", name="执行迁移").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_text("不能撤销")).to_be_visible()
    look(page, "wechat-move-sure", width=1280)
    dialog.get_by_role("button", name="执行迁移").click()
    expect(page.get_by_text("已开始迁移")).to_be_visible()
    run_errands()
    page.reload()
    expect(page.get_by_text("已完成").first).to_be_visible()
    seen(page, "done")
    page.goto(live_server.url + "/console/wechat/moves/")
    expect(page.get_by_role("cell", name="图书馆订阅号")).to_be_visible()
    seen(page, "list")
