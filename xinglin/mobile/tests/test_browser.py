"""The reader's pages in a real browser, on a phone and at a desk."""

import pytest
from django.contrib.auth.models import Group
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from xinglin.commons.testing import look, overflows

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("example_pages"),
]

# The contrast of every text with what stands behind it: 4.5 to 1, large text 3 to 1 (WCAG 2.2, 1.4.3).
POOR_CONTRAST = """() => {
  const parts = (colour) => colour.match(/[\\d.]+/g).map(Number);
  const over = (top, under) => {
    const alpha = top[3] ?? 1;
    return [0, 1, 2].map((at) => top[at] * alpha + under[at] * (1 - alpha));
  };
  const light = (colour) => {
    const [r, g, b] = colour.map((part) => {
      const value = part / 255;
      return value <= 0.03928 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const ground = (element) => {
    const layers = [];
    for (let each = element; each; each = each.parentElement) {
      layers.unshift(parts(getComputedStyle(each).backgroundColor));
    }
    return layers.reduce((under, top) => over(top, under), [255, 255, 255]);
  };
  const poor = [];
  for (const element of document.querySelectorAll("body *")) {
    const own = [...element.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim());
    if (!own || !element.getClientRects().length || element.closest(".hidden, .skip")) continue;
    const style = getComputedStyle(element), under = ground(element);
    const [a, b] = [light(over(parts(style.color), under)), light(under)].sort((x, y) => y - x);
    const large = parseFloat(style.fontSize) >= 24 || (parseFloat(style.fontSize) >= 18.66 && style.fontWeight >= 700);
    const ratio = (a + 0.05) / (b + 0.05);
    if (ratio < (large ? 3 : 4.5)) poor.push(`${element.textContent.trim().slice(0, 20)}: ${ratio.toFixed(2)}`);
  }
  return poor;
}"""

# What a thumb must hit is at least 44 px high, links within a running sentence aside.
SMALL_TARGETS = """() => [...document.querySelectorAll("a, button, select, textarea, input:not([type=hidden])")]
  .filter((each) => each.getClientRects().length && !each.closest(".skip, p"))
  .map((each) => [(each.closest("label") ?? each).getBoundingClientRect(), each])
  .filter(([box]) => box.height < 44 || box.width < 44)
  .map(([box, each]) => `${each.textContent.trim() || each.name}: ${box.width} x ${box.height}`)"""

PAGES = ("", "me/", "books/", "ask/", "library/", "loans/", "nowhere/")


@pytest.fixture
def phone(browser_page: Page, live_server: LiveServer) -> Page:
    """The reader's front on a phone, with 23 books."""
    Group.objects.bulk_create(Group(name=f"心电图图谱 第{number:02d}册") for number in range(23))
    browser_page.set_viewport_size({"width": 390, "height": 800})
    browser_page.goto(f"{live_server.url}/m/")
    return browser_page


def test_a_reader_walks_the_shell(phone: Page, live_server: LiveServer) -> None:
    look(phone, "mobile-home", width=390)
    look(phone, "mobile-home", width=1280)
    phone.set_viewport_size({"width": 390, "height": 800})
    phone.get_by_role("navigation", name="主导航").get_by_role("link", name="检索").click()
    expect(phone.get_by_role("heading", level=1)).to_have_text("检索")
    phone.get_by_role("link", name="切换图书馆").click()
    look(phone, "mobile-library", width=390)
    phone.get_by_role("link", name="第一附属医院东院分馆").click()
    expect(phone.get_by_role("heading", level=1)).to_have_text("第一附属医院东院分馆")
    phone.goto(f"{live_server.url}/m/loans/")
    look(phone, "mobile-please-bind", width=390)
    phone.context.add_cookies([{"name": "reader", "value": "lin", "url": live_server.url}])
    phone.goto(f"{live_server.url}/m/me/")
    look(phone, "mobile-me", width=390)
    phone.get_by_role("link", name="我的借阅").click()
    look(phone, "mobile-refusal", width=390)


def test_a_list_grows_in_place_and_the_keyboard_goes_on_at_the_first_new_row(
    phone: Page, live_server: LiveServer
) -> None:
    phone.goto(f"{live_server.url}/m/books/")
    look(phone, "mobile-list", width=390)
    phone.get_by_role("link", name="加载更多").click()
    expect(phone.locator("#items > li:not(.more)")).to_have_count(20)
    expect(phone.get_by_role("link", name="第10册")).to_be_focused()
    phone.get_by_role("link", name="加载更多").click()
    expect(phone.get_by_text("共 23 条，已经到底了")).to_be_visible()


def test_a_form_says_what_is_wrong_where_it_is_wrong(phone: Page, live_server: LiveServer) -> None:
    phone.goto(f"{live_server.url}/m/ask/")
    phone.get_by_role("button", name="提交").click()
    expect(phone.get_by_label("问题")).to_have_accessible_description("最多 500 字。 这个字段是必填项。")
    look(phone, "mobile-form", width=390)
    phone.get_by_label("问题").fill("高血压指南在哪里下载？")
    phone.get_by_label("同意馆员与我联系").check()
    phone.get_by_role("button", name="提交").click()
    expect(phone.get_by_role("status")).to_have_text("问题已收到。")


def test_large_type_makes_the_words_larger_and_nothing_runs_off_the_side(
    phone: Page, live_server: LiveServer
) -> None:
    before = phone.get_by_text("馆藏检索").bounding_box()
    phone.goto(f"{live_server.url}/m/me/")
    phone.get_by_role("button", name="大字模式").click()
    for path in PAGES:
        phone.goto(f"{live_server.url}/m/{path}")
        assert not overflows(phone), path
    phone.goto(f"{live_server.url}/m/")
    after = phone.get_by_text("馆藏检索").bounding_box()
    assert before is not None
    assert after is not None
    assert after["height"] >= before["height"] * 1.2
    look(phone, "mobile-large", width=390)


@pytest.mark.parametrize("path", PAGES)
def test_pages_can_be_read_touched_and_heard_by_everyone(
    phone: Page, live_server: LiveServer, path: str
) -> None:
    phone.goto(f"{live_server.url}/m/{path}")
    assert phone.evaluate(POOR_CONTRAST) == []
    assert phone.evaluate(SMALL_TARGETS) == []
    assert not overflows(phone)
    assert phone.locator("h1").count() == 1
    assert phone.locator("main").count() == 1
    assert phone.evaluate("document.documentElement.lang") == "zh-CN"
    phone.set_viewport_size({"width": 320, "height": 640})  # reflow, WCAG 1.4.10
    assert not overflows(phone)


@pytest.mark.parametrize("path", ["", "books/"])
def test_pages_work_without_scripts(browser_page: Page, live_server: LiveServer, path: str) -> None:
    Group.objects.bulk_create(Group(name=f"第{number:02d}册") for number in range(23))
    browser_page.route("**/*.js", lambda route: route.abort())
    browser_page.goto(f"{live_server.url}/m/{path}")
    if path:
        browser_page.get_by_role("link", name="加载更多").click()
        expect(browser_page.get_by_role("link", name="第10册")).to_be_visible()
        browser_page.get_by_role("link", name="上一页").click()
        expect(browser_page.get_by_role("link", name="第09册")).to_be_visible()
    else:
        browser_page.get_by_role("navigation", name="服务").get_by_role("link", name="馆藏检索").click()
        expect(browser_page.get_by_role("heading", level=1)).to_have_text("检索")
