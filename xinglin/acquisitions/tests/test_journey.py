"""A doctor suggests on the phone, a librarian approves, orders and receives, the doctor is told."""

from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from xinglin.acquisitions import queries
from xinglin.acquisitions.models import Accession, Claim, PurchaseOrder, Suggestion
from xinglin.acquisitions.tests.factories import ISBN, TITLE, a_fund, a_vendor
from xinglin.acquisitions.tests.test_chat_and_pages import bound
from xinglin.circulation.models import Hold
from xinglin.commons import clock
from xinglin.commons.testing import run_errands
from xinglin.console.testing import look, overflows, sign_in_browser
from xinglin.consortium.tests.cast import SmallConsortium
from xinglin.notices.models import Notice
from xinglin.patrons.tests.cast import Readers
from xinglin.wechat.links import personal_link


def _button(page: Page, name: str) -> None:
    """Press an action and, in the dialog or page it opens, its button."""
    page.get_by_role("link", name=name, exact=True).first.click()


def _sure(page: Page, name: str) -> None:
    page.locator("dialog, main").get_by_role("button", name=name).last.click()


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_from_the_wish_to_the_shelf(
    browser_page: Page, live_server: LiveServer, a_small_consortium: SmallConsortium, readers: Readers
) -> None:
    cast, page = a_small_consortium, browser_page
    follower = bound(cast, readers)
    a_vendor()
    fund = a_fund(cast.a, budget_fen=100_000)
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(live_server.url + urlsplit(personal_link(follower, "/m/suggest/")).path)
    page.get_by_label("ISBN（选填）").fill("978-7-117-35888-1")
    page.get_by_role("button", name="提交荐购").click()
    expect(page.get_by_text("校验位不对")).to_be_visible()
    look(page, "acquisitions-suggest", width=390)
    assert not overflows(page)
    page.get_by_label("ISBN（选填）").fill(ISBN)
    page.get_by_label("书名（选填）").fill(TITLE)
    page.get_by_label("为什么需要（选填）").fill("床旁超声培训")
    page.get_by_role("button", name="提交荐购").click()
    expect(page.get_by_test_id("state")).to_have_text("待处理")
    look(page, "acquisitions-suggestion-mine", width=390)
    suggestion = Suggestion.objects.get()

    sign_in_browser(page, live_server.url, cast.librarian_a.user)
    page.set_viewport_size({"width": 1280, "height": 900})
    page.goto(f"{live_server.url}/console/acquisitions/suggestions/")
    expect(page.get_by_text(TITLE).first).to_be_visible()
    look(page, "acquisitions-suggestions", width=1280)
    page.goto(f"{live_server.url}/console/acquisitions/suggestion/edit/{suggestion.pk}/")
    page.get_by_label("单价（元）").fill("68")
    page.get_by_role("button", name="保存").click()
    _button(page, "同意购买")
    page.get_by_label("答复").fill("列入本季度采购")
    _sure(page, "同意购买")
    expect(page.get_by_text("同意购买，荐购人都会收到通知")).to_be_visible()
    look(page, "acquisitions-suggestion", width=1280)

    page.goto(f"{live_server.url}/console/acquisitions/order/new/")
    page.get_by_role("button", name="保存").click()
    expect(page.get_by_text("已保存")).to_be_visible()
    order = PurchaseOrder.objects.get()
    page.goto(f"{live_server.url}/console/acquisitions/suggestion/{suggestion.pk}/")
    _button(page, "加入订单")
    look(page, "acquisitions-put-on-order", width=1280)
    _sure(page, "加入订单")
    expect(page.get_by_text(f"已加入订单 {order.number}")).to_be_visible()
    page.goto(f"{live_server.url}/console/acquisitions/order/{order.pk}/")
    _button(page, "下单")
    _sure(page, "下单")
    expect(page.get_by_text("已下单").first).to_be_visible()
    _button(page, "验收")
    look(page, "acquisitions-receive", width=1280)
    _sure(page, "验收")
    expect(page.get_by_text("登录号 A0000001")).to_be_visible()
    _button(page, "登记发票")
    page.get_by_label("发票号码").fill("04412345")
    look(page, "acquisitions-invoice", width=1280)
    _sure(page, "登记发票")
    expect(page.get_by_text("04412345").first).to_be_visible()
    look(page, "acquisitions-order", width=1280)
    page.goto(f"{live_server.url}/console/acquisitions/funds/")
    expect(page.get_by_text("932.00")).to_be_visible()
    look(page, "acquisitions-funds", width=1280)
    assert Accession.objects.get().line.fund == fund

    run_errands()
    assert Hold.objects.get().patron == readers.of_a
    assert Notice.objects.filter(patron=readers.of_a, kind="acquisitions.suggestion_arrived").count() == 1
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(live_server.url + urlsplit(personal_link(follower, "/m/suggestions/")).path)
    expect(page.get_by_text("已到馆")).to_be_visible()
    look(page, "acquisitions-suggestions-mine", width=390)
    assert not overflows(page)


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_a_serial_from_the_subscription_to_the_claim(
    browser_page: Page, live_server: LiveServer, a_small_consortium: SmallConsortium
) -> None:
    cast, page, today = a_small_consortium, browser_page, clock.today()
    a_vendor()
    fund = a_fund(cast.a, budget_fen=100_000)
    sign_in_browser(page, live_server.url, cast.librarian_a.user)
    page.goto(f"{live_server.url}/console/acquisitions/subscriptions/")
    expect(page.get_by_text("还没有订阅")).to_be_visible()
    page.get_by_role("link", name="登记订阅").first.click()
    page.get_by_label("刊名").fill("中华心血管病杂志")
    page.get_by_label("ISSN").fill("0253-3758")
    page.get_by_label("第一期预计到馆").fill((today - timedelta(days=70)).isoformat())
    page.get_by_label("订到").fill((today + timedelta(days=295)).isoformat())
    look(page, "acquisitions-subscribe", width=1280)
    page.get_by_role("button", name="保存").click()
    expect(page.get_by_role("heading", name="各期")).to_be_visible()
    _button(page, "登记订费")
    page.get_by_label("这一订期的订费（元）").fill("360")
    _sure(page, "登记订费")
    expect(page.get_by_text("已从“中文图书”占用")).to_be_visible()
    look(page, "acquisitions-subscription", width=1280)
    look(page, "acquisitions-subscription", width=390)
    assert not overflows(page)
    page.set_viewport_size({"width": 1280, "height": 900})
    page.goto(f"{live_server.url}/console/acquisitions/issues/?late=on")
    expect(page.get_by_text("迟到").first).to_be_visible()
    look(page, "acquisitions-issues", width=1280)
    look(page, "acquisitions-issues", width=390)
    assert not overflows(page)
    page.set_viewport_size({"width": 1280, "height": 900})
    page.get_by_role("row").nth(1).get_by_role("button", name="到了").click()
    expect(page.get_by_text("已登记到馆").first).to_be_visible()
    page.goto(f"{live_server.url}/console/acquisitions/issues/?late=on")
    page.get_by_role("row").nth(1).get_by_role("button", name="催缺").click()
    expect(page.get_by_text("已写好第 1 次催缺信").first).to_be_visible()
    page.goto(f"{live_server.url}/console/acquisitions/claims/")
    look(page, "acquisitions-claims", width=1280)
    page.get_by_role("link", name="中华心血管病杂志").click()
    expect(page.get_by_text("至今未收到")).to_be_visible()
    look(page, "acquisitions-claim", width=1280)
    look(page, "acquisitions-claim", width=390)
    assert not overflows(page)
    page.set_viewport_size({"width": 1280, "height": 900})
    page.goto(f"{live_server.url}/console/acquisitions/terms/?unpaid=on")
    page.get_by_role("row").nth(1).get_by_role("link", name="支付").click()
    page.get_by_label("发票号码").fill("00123456")
    _sure(page, "支付")
    expect(page.get_by_text("已登记支付")).to_be_visible()
    assert queries.standing_of(fund).spent_fen == 36_000
    assert Claim.objects.get().why_not
