"""An afternoon away from the desk, in a browser: counting, boxes, the cart, the ward, seats, taking over."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from xinglin.catalog.lifecycle import Condition
from xinglin.circulation import services
from xinglin.circulation.lifecycle import BringingState, RunState, SeatState
from xinglin.circulation.models import Box, Bringing, CartRun, Hold, Loan, ReadingRoom, SeatBooking, StockTake
from xinglin.circulation.tests.factories import a_copy, a_hold, a_title
from xinglin.commons import clock
from xinglin.console.testing import look, overflows, sign_in_browser
from xinglin.consortium.tests.cast import SmallConsortium
from xinglin.patrons.tests.cast import Readers

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
DESK, PHONE = {"width": 1280, "height": 800}, {"width": 390, "height": 844}


def seen(page: Page, name: str) -> None:
    """Keep both pictures; a phone must not be pushed sideways."""
    look(page, f"afternoon-{name}")
    look(page, f"afternoon-{name}", width=390)
    assert not overflows(page), name
    page.set_viewport_size(DESK)  # type: ignore[arg-type]


def deed(page: Page, button: str, confirmed: str = "") -> None:
    """Press an action of a list or a page, and its confirmation where it asks."""
    page.get_by_role("link", name=button, exact=True).or_(
        page.get_by_role("button", name=button, exact=True)
    ).first.click()
    if confirmed:
        page.locator("#dialog-body").get_by_role("button", name=confirmed, exact=True).click()


def test_shelves_are_counted_and_a_box_is_sealed(
    live_server: LiveServer, browser_page: Page, a_small_consortium: SmallConsortium, readers: Readers
) -> None:
    page, cast, at = browser_page, a_small_consortium, f"{live_server.url}/console/circulation"
    right, missing = (a_copy(a_title(title=title), cast.a) for title in ("实用心电图学", "诊断学"))
    astray = a_copy(a_title(title="急诊医学"), cast.main)
    sign_in_browser(page, live_server.url, cast.librarian_a.user)
    page.add_init_script("window.print = () => {}")

    # Along the shelf, phone in hand.
    page.goto(f"{at}/counts/")
    page.get_by_role("link", name="开始清点").first.click()
    seen(page, "count-new")
    page.get_by_role("button", name="开始", exact=True).click()
    page.get_by_role("link", name="继续扫描").click()
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    for barcode in (right.barcode, astray.barcode, "NOSUCH"):
        page.locator("#code").fill(barcode)
        page.locator("#code").press("Enter")
        expect(page.get_by_test_id("line").filter(has_text=barcode)).to_be_visible()
    expect(page.locator("#standing")).to_contain_text("还有 1 册没扫到")
    seen(page, "count-scan")
    page.get_by_role("link", name="看缺少的").click()
    expect(page.get_by_text(missing.barcode)).to_be_visible()
    seen(page, "count")
    deed(page, "结束清点", "结束清点")
    expect(page.get_by_text("已结束，缺 1 册")).to_be_visible()
    missing.refresh_from_db()
    assert (missing.condition, StockTake.objects.get().missing) == (Condition.MISSING, 1)

    # What is not ours goes into the box for its library.
    page.goto(f"{at}/returns/")
    page.locator("#code").fill(astray.barcode)
    page.locator("#code").press("Enter")
    expect(page.get_by_test_id("line").first).to_contain_text("装箱送往")
    page.goto(f"{at}/box/seal/")
    page.get_by_label("送往").select_option(str(cast.main.pk))
    page.get_by_role("button", name="封箱并打印箱单").click()
    box = Box.objects.get()
    expect(page.locator("body")).to_contain_text(box.number)
    seen(page, "box-slip")
    page.goto(f"{at}/sealed_boxes/")
    seen(page, "boxes")
    page.get_by_role("link", name=box.number).click()
    expect(page.get_by_text("急诊医学")).to_be_visible()
    seen(page, "box")


def test_the_cart_goes_round_and_a_book_is_brought_to_the_ward(
    live_server: LiveServer, browser_page: Page, a_small_consortium: SmallConsortium, readers: Readers
) -> None:
    page, cast, at = browser_page, a_small_consortium, f"{live_server.url}/console/circulation"
    first, second = (a_copy(a_title(title=title), cast.a) for title in ("护理学基础", "临床药理学"))
    waiting = a_copy(a_title(title="内科学"), cast.a)
    hold = a_hold(readers.of_a, waiting.holding.record, cast.a)
    services.set_aside(hold=hold, item=waiting, by=None)
    services.ask_to_bring(
        hold=hold, where="ward", address="内科楼 6 层护士站", phone="13700000001", wish="下午"
    )
    sign_in_browser(page, live_server.url, cast.librarian_a.user)

    page.goto(f"{at}/route/new/")
    page.get_by_label("名称").fill("周三病区车")
    page.get_by_label("出车时间").fill("14:00")
    page.get_by_label("站点").fill("14:30 住院部一楼大厅\n15:00 内科楼 6 层")
    seen(page, "route-new")
    page.get_by_role("button", name="保存").click()
    seen(page, "route")
    page.get_by_role("link", name="打开书车台").click()
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    for copy in (first, second):
        page.locator("#code").fill(copy.barcode)
        page.locator("#code").press("Enter")
        expect(page.get_by_test_id("line").first).to_contain_text("已装车")
    page.get_by_role("button", name="出车").click()
    page.get_by_label("读者证号").fill("A0001")
    page.get_by_label("扫书的条码").fill(first.barcode)
    page.get_by_role("button", name="借出").click()
    expect(page.get_by_test_id("line").first).to_contain_text("已借出")
    seen(page, "cart")
    page.get_by_role("button", name="收车").click()
    expect(page.get_by_text("还没有装车")).to_be_visible()
    run = CartRun.objects.get()
    assert (run.state, run.items.filter(loan__isnull=False).count()) == (RunState.BACK, 1)

    page.goto(f"{at}/bringings/?state=asked")
    seen(page, "bringings")
    deed(page, "出发")
    page.goto(f"{at}/bringings/?state=on_the_way")
    deed(page, "已送达", "已送达")
    expect(page.get_by_text("内科学")).to_have_count(0)
    assert Bringing.objects.get().state == BringingState.DELIVERED
    assert Loan.objects.filter(patron=readers.of_a).count() == 2


def test_a_reading_room_is_opened_and_the_old_systems_loans_are_taken_over(
    live_server: LiveServer,
    browser_page: Page,
    a_small_consortium: SmallConsortium,
    readers: Readers,
    tmp_path: Path,
) -> None:
    page, cast, at = browser_page, a_small_consortium, f"{live_server.url}/console/circulation"
    sign_in_browser(page, live_server.url, cast.librarian_a.user)
    page.add_init_script("window.print = () => {}")
    page.goto(f"{at}/room/new/")
    page.get_by_label("名称").fill("三楼自习室")
    page.get_by_role("textbox", name="位置").fill("三楼东侧")
    page.get_by_label("座位数").fill("12")
    seen(page, "room-new")
    page.get_by_role("button", name="保存").click()
    room = ReadingRoom.objects.get()
    services.take_seat(code=room.seats.get(number="7").code, patron=readers.of_a)
    page.reload()
    seen(page, "room")
    page.goto(f"{at}/room/codes/{room.pk}/")
    seen(page, "seat-codes")
    page.goto(f"{at}/sittings/")
    seen(page, "sittings")
    deed(page, "释放座位", "释放座位")
    expect(page.get_by_text("座位已释放")).to_be_visible()
    assert SeatBooking.objects.get().state == SeatState.LEFT

    copy, due = a_copy(a_title(title="外科学"), cast.a), clock.today()
    table = tmp_path / "old.csv"
    table.write_text(
        "读者证,条码,借出日期,应还日期,续借次数\n"
        f"A0001,{copy.barcode},2026-10-01,{due},1\nA0001,NOSUCH,2026-10-01,{due},0\n",
        "gb18030",
    )
    page.goto(f"{at}/take_over/")
    for button, heading in (("试运行", "什么都没有写入"), ("接收", "已接收")):
        page.locator("input[type=file]").set_input_files(table)
        page.get_by_role("button", name=button, exact=True).click()
        expect(page.get_by_test_id("outcome")).to_contain_text(heading)
        expect(page.get_by_test_id("outcome")).to_contain_text("可接收 1，已有 0，不能接收 1")
        seen(page, f"take-over-{'tried' if button == '试运行' else 'taken'}")
    assert Loan.objects.get().item == copy and not Hold.objects.exists()
