"""The reader's list on a phone and the librarian's at the desk, in a real browser."""

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from xinglin.console.testing import look, overflows, sign_in_browser
from xinglin.consortium.tests.cast import SmallConsortium
from xinglin.notices import services
from xinglin.notices.tests.conftest import KIND, Wires, known_as
from xinglin.patrons.tests.cast import Readers

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_reader_reads_and_chooses_and_the_desk_calls_who_was_not_reached(
    live_server: LiveServer,
    browser_page: Page,
    a_small_consortium: SmallConsortium,
    readers: Readers,
    wires: Wires,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for number, title in enumerate(("《诊断学》可以取了", "2 册书快到期", "讲座明天 14:00 开始"), 1):
        notice = services.owe(
            patron=readers.of_a, kind=KIND, key=str(number), title=title,
            text="您预约的《诊断学》已到附一院馆，请在 12 月 4 日前凭读者证取书。", link="/m/holds/",
        )  # fmt: skip
        if number == 2:
            wires.first.why_not = wires.second.why_not = wires.mail.why_not = (
                "读者没有绑定微信，或已取消关注。"
            )
        services.deliver(notice_id=notice.pk)
    known_as(readers.of_a, monkeypatch)
    page = browser_page
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{live_server.url}/m/me/notices/")
    expect(page.get_by_text("《诊断学》可以取了")).to_be_visible()
    look(page, "notices-phone", width=390)
    assert not overflows(page)
    page.get_by_text("《诊断学》可以取了").click()
    expect(page.get_by_role("link", name="去办理")).to_be_visible()
    look(page, "notice-phone", width=390)
    page.goto(f"{live_server.url}/m/me/notices/choices/")
    page.get_by_label("微信：预约取书与座位").uncheck()
    look(page, "notice-choices-phone", width=390)
    assert not overflows(page)
    page.get_by_role("button", name="保存").click()
    expect(page.get_by_text("已保存。")).to_be_visible()
    expect(page.get_by_label("微信：预约取书与座位")).not_to_be_checked()
    page.set_viewport_size({"width": 1280, "height": 800})
    sign_in_browser(page, live_server.url, a_small_consortium.librarian_a.user)
    page.goto(f"{live_server.url}/console/notices/notices/?for_a_person=on")
    look(page, "notices-desk")
    page.get_by_role("link", name="讲座明天 14:00 开始").click()
    look(page, "notice-desk")
    page.get_by_role("link", name="已由馆员告知").first.click()
    page.get_by_label("怎样告知的").fill("电话告知本人")
    page.locator("dialog").get_by_role("button", name="已由馆员告知").click()
    expect(page.get_by_text("已记下。")).to_be_visible()
    page.goto(f"{live_server.url}/console/notices/quiet/")
    look(page, "notices-quiet")
