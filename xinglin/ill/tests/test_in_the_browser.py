"""A loan between two branches with its transit, from the phone to the desk; and how the screens look."""

import re
from dataclasses import replace

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from xinglin.catalog import services as catalog
from xinglin.catalog.description import Description
from xinglin.circulation.lifecycle import HoldState
from xinglin.circulation.models import Hold
from xinglin.circulation.tests.factories import a_copy
from xinglin.commons.testing import look, overflows, run_errands
from xinglin.console.testing import sign_in_browser
from xinglin.consortium.tests.cast import SmallConsortium
from xinglin.ill import services
from xinglin.ill.lifecycle import Wanted
from xinglin.ill.models import SupplyRequest, Wish
from xinglin.ill.tests.conftest import Line
from xinglin.ill.tests.test_supplies import a_request, header, send
from xinglin.ill.tests.test_wishes import a_wish
from xinglin.patrons.tests.cast import Readers
from xinglin.wechat.links import personal_link
from xinglin.wechat.models import Follower, OutgoingMessage
from xinglin.wechat.services.bindings import bind_by_code, issue_code
from xinglin.wechat.testing import a_follower, an_account, say, text_of

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def bound(consortium: SmallConsortium, readers: Readers) -> Follower:
    follower = a_follower(an_account(consortium.main, kind="F1"))
    bind_by_code(follower=follower, digits=issue_code(patron=readers.of_a, by=None))
    return follower


def test_a_loan_between_branches_with_its_transit(
    browser_page: Page, live_server: LiveServer, a_small_consortium: SmallConsortium, readers: Readers
) -> None:
    cast, page = a_small_consortium, browser_page
    record = catalog.add_record(
        description=Description(title="实用心电图学", isbns=("9787117123457",)), by=None
    )
    copy = a_copy(record, cast.main)
    follower = bound(cast, readers)
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{live_server.url}/{personal_link(follower, '/m/ill/').split('/', 3)[3]}")
    page.goto(f"{live_server.url}/m/ill/ask/")
    page.get_by_label("书名").fill("实用心电图学")
    page.get_by_label("ISBN").fill("978-7-117-12345-7")
    look(page, "ill-m-ask", width=390)
    assert not overflows(page)
    page.get_by_role("button", name="提交申请").click()
    expect(page.get_by_role("status")).to_contain_text("已替您预约")
    look(page, "ill-m-mine", width=390)
    hold, wish = Hold.objects.get(), Wish.objects.get()
    assert wish.state == Wanted.LOCAL

    browser = page.context.browser
    assert browser is not None
    for staff, deed, button in (
        (cast.manager, "set_aside", "找到书了"),
        (cast.librarian_a, "arrive", "已到取书馆"),
        (cast.librarian_a, "hand_over", "交给读者"),
    ):
        desk = browser.new_context(locale="zh-CN", viewport={"width": 1280, "height": 900})
        work = desk.new_page()
        sign_in_browser(work, live_server.url, staff.user)
        if deed == "arrive":
            work.goto(f"{live_server.url}/console/ill/wish/{wish.pk}/")
            expect(work.get_by_text("调往取书馆")).to_be_visible()
            look(work, "ill-wish")
        work.goto(f"{live_server.url}/console/circulation/hold/{hold.pk}/do/{deed}/")
        if deed == "set_aside":
            work.get_by_label("单册条码").fill(copy.barcode)
        work.get_by_role("main").get_by_role("button", name=re.compile(button)).click()
        expect(work.get_by_role("main")).to_contain_text(re.compile("已|请装入"))
        desk.close()
        run_errands()
    hold.refresh_from_db()
    wish.refresh_from_db()
    assert (hold.state, wish.state) == (HoldState.FILLED, Wanted.COMPLETED)
    assert any("实用心电图学" in str(message.reply) for message in OutgoingMessage.objects.all())
    assert "没有在办的互借" in text_of(say(follower, "我的互借"))


def test_how_the_screens_look(
    browser_page: Page, live_server: LiveServer, line: Line, readers: Readers
) -> None:
    cast, page = line.consortium, browser_page
    partner = line.partner("CN-410001", "WILLSUPPLY_LOANED", city="郑州", cost_fen=0)
    wish = a_wish(readers.of_a, title="冠状动脉介入治疗学", author="葛均波")
    line.carry()
    send(replace(a_request(), header=header("GZ-2026-17", sender=partner.symbol)))
    run_errands()
    supply = SupplyRequest.objects.get()
    sign_in_browser(page, live_server.url, cast.manager.user)
    paths = (
        "wishes/", f"wish/{wish.pk}/", "supplies/", f"supply/{supply.pk}/", "partners/", "messages/", "symbols/",
        f"message/{wish.messages.latest('pk').pk}/", "ask/", "add_partner/", f"wish_slip/{wish.pk}/",
    )  # fmt: skip
    for path in paths:
        answer = page.goto(f"{live_server.url}/console/ill/{path}")
        assert answer is not None
        if path == "add_partner/" and answer.status == 403:
            continue
        assert answer.status == 200, path
        # One page, looked at twice: its layout follows the width without being fetched again.
        for width in (1280, 390):
            look(page, f"ill-{path.split('/')[0]}", width=width, height=900)
            assert not overflows(page), path
    services.receive(wish=wish, by=cast.manager)
    page.goto(f"{live_server.url}/{personal_link(bound(cast, readers), '/m/ill/').split('/', 3)[3]}")
    page.goto(f"{live_server.url}/m/ill/{wish.pk}/")
    look(page, "ill-m-one", width=390)
    assert not overflows(page)
