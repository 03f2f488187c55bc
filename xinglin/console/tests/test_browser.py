"""The console in a real browser, at a desk and on a phone."""

import pytest
from django.contrib.auth.models import Group, User
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from xinglin.console.testing import look, overflows, sign_in_browser, staff_user
from xinglin.console.tests.examples import rename

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("example_screens"),
]


@pytest.fixture
def desk(browser_page: Page, live_server: LiveServer) -> Page:
    """The console, opened by a member of staff who has twelve groups."""
    user = staff_user("zhao", "auth.view_group")
    for number in range(11):
        user.groups.add(Group.objects.create(name=f"第{number:02d}小组"))
    user.groups.add(Group.objects.create(name="常设馆务小组待办"))
    sign_in_browser(browser_page, live_server.url, user)
    browser_page.goto(f"{live_server.url}/console/")
    return browser_page


def test_a_librarian_finds_a_screen_by_pinyin_initials(desk: Page) -> None:
    look(desk, "console-home")
    look(desk, "console-home", width=390)
    desk.set_viewport_size({"width": 1280, "height": 800})
    desk.keyboard.press("/")
    desk.keyboard.type("xz")
    expect(desk.get_by_role("option")).to_have_count(1)
    look(desk, "console-menu-search")
    desk.keyboard.press("Enter")
    expect(desk.get_by_role("heading", level=1)).to_have_text("小组")


def test_a_list_is_narrowed_and_turned_in_place_with_the_address_kept(
    desk: Page, live_server: LiveServer
) -> None:
    desk.goto(f"{live_server.url}/console/examples/groups/")
    look(desk, "console-list")
    desk.get_by_role("link", name="名称").click()
    expect(desk.get_by_role("columnheader", name="名称")).to_have_attribute("aria-sort", "descending")
    desk.get_by_role("link", name="下一页").click()
    expect(desk).to_have_url(f"{live_server.url}/console/examples/groups/?sort=-name&page=2")
    desk.get_by_label("查找", exact=True).fill("第0")
    desk.keyboard.press("Enter")
    expect(desk).to_have_url(f"{live_server.url}/console/examples/groups/?q=%E7%AC%AC0&sort=-name")
    expect(desk.get_by_role("status").filter(has_text="共")).to_contain_text("共 10 条")
    # The key changes the field and sends the form: two events, yet one step back.
    desk.go_back()
    expect(desk).to_have_url(f"{live_server.url}/console/examples/groups/?sort=-name&page=2")
    expect(desk.get_by_role("status").filter(has_text="共")).not_to_contain_text("共 10 条")
    expect(desk.get_by_text("第05小组")).to_be_visible()
    desk.goto(f"{live_server.url}/console/examples/groups/?q=无此组")
    look(desk, "console-list-nothing")


def test_a_refused_action_stays_in_its_dialog_with_what_was_typed(
    desk: Page, live_server: LiveServer
) -> None:
    desk.goto(f"{live_server.url}/console/examples/groups/?q=常设")
    desk.get_by_role("link", name="改名").click()
    dialog = desk.get_by_role("dialog")
    expect(dialog).to_be_visible()
    dialog.get_by_label("新名称").fill("第01小组")
    dialog.get_by_role("button", name="改名").click()
    expect(dialog.get_by_role("alert")).to_contain_text("已经有 1 个小组叫「第01小组」")
    expect(dialog.get_by_label("新名称")).to_have_value("第01小组")
    look(desk, "console-dialog-refused")
    look(desk, "console-dialog-refused", width=390)
    dialog.get_by_label("新名称").fill("馆务小组")
    dialog.get_by_role("button", name="改名").click()
    expect(desk.get_by_text("已改名。")).to_be_visible()
    expect(desk).to_have_url(f"{live_server.url}/console/examples/groups/?q=%E5%B8%B8%E8%AE%BE")


def test_ticked_rows_are_done_together_and_what_was_refused_is_told(
    desk: Page, live_server: LiveServer
) -> None:
    desk.goto(f"{live_server.url}/console/examples/groups/?size=20")
    together = desk.get_by_role("button", name="批量停用")
    expect(together).to_be_disabled()
    desk.get_by_label("勾选本页全部").check()
    together.click()
    look(desk, "console-many")
    desk.get_by_role("button", name="停用").click()
    expect(desk.get_by_text("「停用」已办理 11 条。")).to_be_visible()
    expect(desk.get_by_text("1 条未办理")).to_be_visible()
    look(desk, "console-many-done")


def test_a_row_page_and_its_form_can_be_shown_to_a_director(desk: Page, live_server: LiveServer) -> None:
    group = Group.objects.get(name="第03小组")
    for name in ("急诊护理小组", "第03小组"):
        rename(group=group, name=name, by=User.objects.get(username="zhao"))
    for width in (1280, 390):
        desk.goto(f"{live_server.url}/console/examples/group/{group.pk}/")
        look(desk, "console-detail", width=width)
        assert not overflows(desk)
        desk.goto(f"{live_server.url}/console/examples/group/edit/{group.pk}/")
        look(desk, "console-form", width=width)
        desk.goto(f"{live_server.url}/console/password/")
        look(desk, "console-password", width=width)
        desk.goto(f"{live_server.url}/console/nowhere/")
        look(desk, "console-refusal", width=width)


def test_on_a_phone_the_menu_folds_and_rows_become_cards(desk: Page, live_server: LiveServer) -> None:
    desk.goto(f"{live_server.url}/console/examples/groups/")
    look(desk, "console-list", width=390)
    assert not overflows(desk)
    menu = desk.get_by_role("navigation", name="功能菜单")
    expect(menu).to_be_hidden()
    desk.get_by_role("button", name="打开菜单").click()
    expect(menu).to_be_visible()
    look(desk, "console-menu", width=390)
    desk.keyboard.press("Escape")
    expect(menu).to_be_hidden()


def test_a_form_that_was_sent_from_a_session_that_ended_leads_to_sign_in(
    desk: Page, live_server: LiveServer
) -> None:
    desk.goto(f"{live_server.url}/console/examples/groups/")
    desk.context.clear_cookies()
    desk.get_by_role("link", name="下一页").click()
    expect(desk.get_by_role("button", name="登录")).to_be_visible()
    look(desk, "console-sign-in")
    look(desk, "console-sign-in", width=390)


@pytest.mark.parametrize("path", ["", "examples/groups/?staffed=1", "examples/group/new/", "sign-in/"])
def test_everything_can_be_reached_by_the_keyboard_and_has_a_name(
    desk: Page, live_server: LiveServer, path: str
) -> None:
    if path == "sign-in/":
        desk.context.clear_cookies()
    desk.goto(f"{live_server.url}/console/{path}")
    nameless = desk.evaluate(
        """[...document.querySelectorAll("a, button, input:not([type=hidden]), select, textarea, summary")]
             .filter((each) => !(each.textContent.trim() || each.getAttribute("aria-label") || each.labels?.length))
             .map((each) => each.outerHTML)"""
    )
    assert nameless == []
    assert desk.evaluate("document.documentElement.lang") == "zh-CN"
    assert desk.locator("h1").count() == 1
    assert desk.locator("main").count() == 1
