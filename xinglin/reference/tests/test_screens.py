"""A doctor commissions a novelty search on the phone, two librarians work on it, anybody verifies the report."""

from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.test import Client
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from xinglin.commons import clock
from xinglin.console.testing import assert_constant_queries, look, overflows, sign_in_browser
from xinglin.consortium.tests.cast import SmallConsortium, signed_in
from xinglin.patrons.tests.cast import Readers
from xinglin.reference import services
from xinglin.reference.models import Order, Report
from xinglin.reference.tests.factories import NOVELTY, a_pair, an_order, an_order_in_review
from xinglin.wechat.links import personal_link
from xinglin.wechat.models import Follower
from xinglin.wechat.services.bindings import bind_by_code, issue_code
from xinglin.wechat.testing import a_follower, an_account, say, text_of


def bound(consortium: SmallConsortium, readers: Readers, kind: str = "F1") -> Follower:
    follower = a_follower(an_account(consortium.main, kind=kind))
    bind_by_code(follower=follower, digits=issue_code(patron=readers.of_a, by=None))
    return follower


@pytest.mark.parametrize("kind", ["F1", "S0"])
@pytest.mark.django_db
def test_the_chat_tells_where_an_order_stands(
    a_small_consortium: SmallConsortium, readers: Readers, kind: str
) -> None:
    follower = bound(a_small_consortium, readers, kind)
    assert "没有在办" in text_of(say(follower, "查新"))
    order = an_order(readers.of_a, a_small_consortium.main)
    services.quote(order=order, fee_fen=100, promised_on=clock.today(), by=None)
    answer = text_of(say(follower, "我的查新"))
    assert order.number in answer and "确认" in answer


@pytest.mark.django_db
def test_the_list_asks_no_more_for_more_orders(a_small_consortium: SmallConsortium, readers: Readers) -> None:
    main = a_small_consortium.main
    an_order(readers.of_a, main)
    assert_constant_queries(
        signed_in(a_small_consortium.manager),
        "/console/reference/orders/",
        lambda: [an_order(readers.of_a, main) for _each in range(6)],
    )
    answer = signed_in(a_small_consortium.manager).get("/console/reference/orders/?export=xlsx")
    assert answer.status_code == 200


@pytest.mark.django_db
def test_an_unknown_code_is_told_and_no_error(a_small_consortium: SmallConsortium) -> None:
    answer = Client().get("/m/verify/ABCD2345EFGH/")
    assert answer.status_code == 404 and "没有验证码为" in answer.content.decode()
    assert Client().get("/m/verify/?code=😀").status_code == 302


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_from_the_phone_to_a_verified_report(
    browser_page: Page, live_server: LiveServer, a_small_consortium: SmallConsortium, readers: Readers
) -> None:
    cast, page = a_small_consortium, browser_page
    pair = a_pair(cast.main)
    follower = bound(cast, readers)
    link = personal_link(follower, "/m/orders/")
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(live_server.url + urlsplit(link).path)
    look(page, "reference-orders-empty", width=390)
    page.get_by_role("link", name="委托科技查新").click()
    for label, value in (
        ("项目名称", NOVELTY["title"]),
        ("科学技术要点（选填）", NOVELTY["content"]),
        ("查新点（选填）", "\n".join(NOVELTY["points"])),
        ("项目组成员（选填）", "李建国；王芳"),
    ):
        page.get_by_label(label).fill(str(value))
    look(page, "reference-order-form", width=390)
    assert not overflows(page)
    page.get_by_role("button", name="提交委托").click()
    expect(page.get_by_text("待受理").first).to_be_visible()
    order = Order.objects.get()

    sign_in_browser(page, live_server.url, cast.manager.user)
    page.set_viewport_size({"width": 1280, "height": 900})
    page.goto(f"{live_server.url}/console/reference/orders/{order.pk}/".replace("orders", "order"))
    page.get_by_role("link", name="报价").click()
    page.get_by_label("费用（元）").fill("800")
    page.get_by_label("约定完成日").fill(f"{clock.today():%Y-%m-%d}")
    page.locator("dialog, main").get_by_role("button", name="报价").last.click()
    expect(page.get_by_text("待委托人确认").first).to_be_visible()
    look(page, "reference-order", width=1280)

    services.agree(order=order, patron=readers.of_a)
    services.assign(order=order, searcher=pair.searcher, reviewer=pair.reviewer, by=None)
    sign_in_browser(page, live_server.url, pair.searcher.user)
    page.goto(f"{live_server.url}/console/reference/strategy/new/{order.pk}/")
    page.get_by_label("数据库").fill("PubMed")
    page.get_by_label("检索式").fill("electrocardiography AND deep learning")
    page.get_by_label("命中数").fill("112")
    page.get_by_role("button", name="保存").click()
    expect(page.get_by_text("electrocardiography AND deep learning")).to_be_visible()
    page.get_by_role("link", name="写检索结果与结论").click()
    page.get_by_label("检索结果").fill("未见相同报道。")
    page.get_by_label("结论").fill("具有新颖性。")
    page.get_by_role("button", name="保存").click()
    look(page, "reference-order-writing", width=1280)
    services.begin_report(order=order, by=pair.searcher)
    services.hand_in(order=order, by=pair.searcher)
    sign_in_browser(page, live_server.url, pair.reviewer.user)
    page.goto(f"{live_server.url}/console/reference/order/{order.pk}/")
    page.get_by_role("link", name="出具报告").click()
    page.locator("dialog, main").get_by_role("button", name="出具报告").last.click()
    expect(page.get_by_text("已出具").first).to_be_visible()
    look(page, "reference-order-issued", width=1280)

    report = Report.objects.get()
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(live_server.url + urlsplit(personal_link(follower, f"/m/orders/{order.pk}/")).path)
    expect(page.get_by_text(report.verification_code)).to_be_visible()
    look(page, "reference-order-mine", width=390)
    page.goto(f"{live_server.url}/m/verify/{report.verification_code}/")
    expect(page.get_by_text("现在有效")).to_be_visible()
    look(page, "reference-verified", width=390)
    assert not overflows(page)


@pytest.mark.django_db
def test_a_file_that_was_altered_is_told_apart(
    a_small_consortium: SmallConsortium, readers: Readers, tmp_path: Path
) -> None:
    pair = a_pair(a_small_consortium.main)
    report = services.issue(
        order=an_order_in_review(readers.of_a, a_small_consortium.main, pair), by=pair.reviewer
    )
    client = signed_in(pair.reviewer)
    pdf = b"".join(client.get(f"/console/reference/report/{report.pk}.pdf").streaming_content)  # type: ignore[attr-defined]
    for name, data, said in (("same.pdf", pdf, "逐字节相同"), ("other.pdf", pdf + b"\n", "不一致")):
        file = tmp_path / name
        file.write_bytes(data)
        with file.open("rb") as opened:
            answer = Client().post(f"/m/verify/{report.verification_code}/", {"file": opened})
        assert said in answer.content.decode()
    assert (
        signed_in(a_small_consortium.outsider).get(f"/console/reference/report/{report.pk}.pdf").status_code
        == 404
    )
