"""In a real browser: a platform's form with who says so, put right by the office; own texts beside reposts."""

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from xinglin.console.testing import look, overflows, sign_in_browser
from xinglin.consortium.tests.cast import SmallConsortium
from xinglin.newsroom.models import Outlet
from xinglin.newsroom.publishing import delivery, outlets
from xinglin.newsroom.publishing.lifecycle import OutletKind, Way
from xinglin.newsroom.tests.channels import planned
from xinglin.newsroom.tests.factories import a_notice

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def pictured(page: Page, name: str) -> None:
    for width in (1280, 390):
        look(page, name, width=width)
        assert not overflows(page)
    page.set_viewport_size({"width": 1280, "height": 900})


def test_the_office_reads_what_a_platform_takes_and_puts_its_number_right(
    live_server: LiveServer, browser_page: Page, a_small_consortium: SmallConsortium
) -> None:
    library, page = a_small_consortium.a, browser_page
    outlet = outlets.add_outlet(
        library=library, kind=OutletKind.CHANNELS, file=outlets.OutletFile(name="附一院"), by=None
    )
    posting = planned(
        a_notice(library, title="秋冬季流感防护", text="发热三天不退去医院。"), outlet, Way.BY_HAND,
        title="流感来了，去不去医院？！",
    )  # fmt: skip
    delivery.deliver(posting_id=posting.pk)
    sign_in_browser(page, live_server.url, a_small_consortium.librarian_a.user)
    page.set_viewport_size({"width": 1280, "height": 900})
    page.goto(f"{live_server.url}/console/newsroom/posting/{posting.pk}/")
    expect(page.locator("#copy-title")).to_have_text("流感来了 去不去医院？")
    expect(page.get_by_role("row", name="图片 最多 18 张")).to_contain_text("未核实")
    pictured(page, "platform-posting")
    page.goto(f"{live_server.url}/console/newsroom/outlet/edit/{outlet.pk}/")
    page.get_by_label("图片最多（张）").fill("9")
    page.get_by_role("button", name="保存").click()
    expect(page.get_by_text("要写哪一天在平台上核对的")).to_be_visible()
    page.get_by_label("核对平台要求的日期").fill("2026-11-20")
    pictured(page, "platform-outlet")
    page.get_by_role("button", name="保存").click()
    page.goto(f"{live_server.url}/console/newsroom/posting/{posting.pk}/")
    expect(page.get_by_role("row", name="图片 最多 9 张")).to_contain_text("本馆 2026-11-20 核对")
    assert Outlet.objects.get().most_pictures == 9
    page.goto(f"{live_server.url}/console/newsroom/origins/")
    expect(
        page.get_by_role("cell", name="100%").or_(page.get_by_role("cell", name="0%")).first
    ).to_be_visible()
    pictured(page, "origins")
