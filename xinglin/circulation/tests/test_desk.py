"""The desk, by scanner: what the console's screens do and show."""

import pytest
from django.conf import settings
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from xinglin.circulation import services
from xinglin.circulation.lifecycle import FeeState, HoldState, LoanState
from xinglin.circulation.models import CirculationRule, Fee, Hold, Loan, Transit
from xinglin.circulation.terms import Penalty, Terms
from xinglin.circulation.tests.factories import a_copy, a_hold, a_loan, a_title
from xinglin.commons.testing import look, overflows
from xinglin.consortium.models import Library, Staff
from xinglin.consortium.tests.cast import SmallConsortium, signed_in
from xinglin.patrons.tests.cast import Readers

DESK, RETURNS = "/console/circulation/desk/", "/console/circulation/returns/"


@pytest.mark.django_db
def test_a_card_and_a_copy_are_scanned_and_lent(
    a_small_consortium: SmallConsortium, readers: Readers
) -> None:
    copy = a_copy(a_title(title="实用心电图学"), a_small_consortium.a)
    desk = signed_in(a_small_consortium.librarian_a)
    assert "扫读者证" in desk.get(DESK).content.decode()
    at_work = desk.post(DESK, {"code": "A0001"})["Location"]
    reader = at_work.split("reader=")[1]
    assert "李建国" in desk.get(at_work).content.decode()
    lent = desk.post(at_work, {"reader": reader, "code": copy.barcode}).content.decode()
    assert "已借出" in lent
    assert "实用心电图学" in lent
    loan = Loan.objects.get()
    assert (loan.patron, loan.library, loan.lent_by) == (
        readers.of_a,
        a_small_consortium.a,
        a_small_consortium.librarian_a,
    )
    again = desk.post(at_work, {"reader": reader, "code": copy.barcode}).content.decode()
    assert "要延长请续借" in again
    assert "已续借" in desk.post(at_work, {"reader": reader, "renew": loan.pk}).content.decode()
    assert "最多 1 次" in desk.post(at_work, {"reader": reader, "deed": "renew_all"}).content.decode()
    assert "没有条码" in desk.post(at_work, {"reader": reader, "code": "XX"}).content.decode()
    assert desk.post(at_work, {"reader": reader, "code": ""})["Location"] == DESK
    receipt = desk.get(f"/console/circulation/receipt/?reader={reader}").content.decode()
    assert "实用心电图学" in receipt
    assert desk.get("/console/circulation/receipt/?reader=forged").status_code == 404


@pytest.mark.django_db
def test_a_guest_is_served_and_not_shown_by_name(
    a_small_consortium: SmallConsortium, readers: Readers
) -> None:
    desk = signed_in(a_small_consortium.outsider)
    page = desk.get(desk.post(DESK, {"code": "A0001"})["Location"]).content.decode()
    assert "外馆读者" in page
    assert "李建国" not in page


@pytest.mark.django_db
def test_a_refusal_offers_a_reason_and_a_reason_lends(
    a_small_consortium: SmallConsortium, readers: Readers
) -> None:
    services.add_rule(terms=Terms(loans_most=1), by=None)
    a_loan(readers.of_a, a_small_consortium.a)
    copy = a_copy(a_title(), a_small_consortium.a)
    desk = signed_in(a_small_consortium.librarian_a)
    at_work = desk.post(DESK, {"code": "A0001"})["Location"]
    scan = {"reader": at_work.split("reader=")[1], "code": copy.barcode}
    refused = desk.post(at_work, scan).content.decode()
    assert "最多 1 册" in refused
    assert "仍然借出" in refused
    assert "已借出" in desk.post(at_work, {**scan, "item": copy.pk, "override": "会诊用"}).content.decode()


@pytest.mark.django_db
def test_a_barcode_of_two_libraries_is_asked_about(
    a_small_consortium: SmallConsortium, readers: Readers
) -> None:
    copies = [a_copy(a_title(), library) for library in (a_small_consortium.a, a_small_consortium.b)]
    type(copies[0]).objects.update(barcode="0000001")
    desk = signed_in(a_small_consortium.librarian_a)
    asked = desk.post(RETURNS, {"code": "0000001"}).content.decode()
    assert "请选是哪个馆的书" in asked
    assert "外区馆" in asked
    sent = desk.post(RETURNS, {"item": copies[1].pk}).content.decode()
    assert "装箱送往外区馆" in sent
    assert "外区馆" in desk.get("/console/circulation/boxes/").content.decode()
    new = "/console/circulation/hold/new/"
    told = {"card": "A0001", "barcode": "0000001", "pickup_library": a_small_consortium.a.pk}
    assert "请先选定馆" in desk.post(new, told).content.decode()
    desk.post(new, {**told, "owner": a_small_consortium.b.pk})
    assert Hold.objects.get().record == copies[1].holding.record


@pytest.mark.django_db
def test_the_returns_desk_says_where_each_copy_goes(
    a_small_consortium: SmallConsortium, readers: Readers
) -> None:
    services.add_rule(terms=Terms(penalty=Penalty.FINE, fine_fen=10), by=None)
    record = a_title(title="急诊医学")
    late = a_loan(readers.of_a, a_small_consortium.a, days_ago=35)
    wanted = a_loan(readers.of_main, a_small_consortium.a, item=a_copy(record, a_small_consortium.a))
    a_hold(readers.of_a, record, a_small_consortium.a)
    desk = signed_in(a_small_consortium.librarian_a)
    said = desk.post(RETURNS, {"code": late.item.barcode}).content.decode()
    assert "放回书架" in said
    assert "滞纳金 ¥0.50" in said
    assert "放预约架：李建国" in desk.post(RETURNS, {"code": wanted.item.barcode}).content.decode()
    fee = Fee.objects.get()
    assert "未缴" in desk.get("/console/circulation/fees/").content.decode()
    desk.post(f"/console/circulation/fees/{fee.pk}/do/pay/", {"yuan": "0.50"})
    fee.refresh_from_db()
    assert fee.state == FeeState.PAID


@pytest.mark.django_db
def test_a_copy_of_the_pick_list_is_scanned_or_said_to_be_missing(
    a_small_consortium: SmallConsortium, readers: Readers
) -> None:
    record = a_title()
    copies = [a_copy(record, a_small_consortium.a) for _ in range(2)]
    hold = a_hold(readers.of_a, record, a_small_consortium.a)
    desk = signed_in(a_small_consortium.librarian_a)
    url = "/console/circulation/picks/"
    # Equal copies are asked for in turn: which of the two comes first depends on the number of the hold.
    listed = desk.get(url).content.decode()
    first, second = sorted(copies, key=lambda copy: copy.barcode not in listed)
    assert (first.barcode in listed, second.barcode in listed) == (True, False)
    missing = desk.post(url, {"item": first.pk, "deed": "missing"}).content.decode()
    assert "已登记找不到" in missing
    assert second.barcode in missing
    assert "放预约架" in desk.post(url, {"code": second.barcode}).content.decode()
    hold.refresh_from_db()
    assert hold.state == HoldState.READY


@pytest.mark.django_db
def test_a_rule_is_made_amended_and_tried_out(a_small_consortium: SmallConsortium, readers: Readers) -> None:
    manager = signed_in(a_small_consortium.manager)
    terms = {name: str(value) for name, value in vars(Terms(loan_length=14)).items() if value is not None}
    form = {**terms, "library": a_small_consortium.main.pk, "refund_found": "on"}
    form.pop("charge_closed_days")
    manager.post("/console/circulation/rule/new/", form)
    rule = CirculationRule.objects.get()
    assert rule.loan_length == 14
    manager.post(f"/console/circulation/rule/edit/{rule.pk}/", {**form, "loan_length": "21"})
    newer = CirculationRule.objects.get(retired_at=None)
    assert (newer.version, newer.loan_length) == (2, 21)
    assert "21 天" in manager.get("/console/circulation/rules/").content.decode()
    asked: dict[str, str | int] = {
        "library": a_small_consortium.main.pk,
        "home_library": a_small_consortium.a.pk,
        "category": readers.of_a.category_id,
        "item_type": "book",
        "lent_at": "2026-09-01T10:00",
        "returned_at": "2026-09-25T10:00",
    }
    outcome = manager.get("/console/circulation/whatif/", asked).content.decode()
    assert "应还 2026-09-22" in outcome
    assert "第 2 版" in outcome
    assert "停借到 2026-09-28" in outcome


@pytest.mark.django_db
def test_the_outsider_finds_nothing_of_another_library_on_any_screen(
    a_small_consortium: SmallConsortium, readers: Readers
) -> None:
    loan = a_loan(
        readers.of_a, a_small_consortium.a, item=a_copy(a_title(title="密本"), a_small_consortium.a)
    )
    services.lose(loan=a_loan(readers.of_a, a_small_consortium.a), by=None)
    outside = signed_in(a_small_consortium.outsider)
    for screen in ("loans", "fees", "suspensions", "transits", "picks", "holds"):
        page = outside.get(f"/console/circulation/{screen}/").content.decode()
        assert "密本" not in page
        assert "李建国" not in page
    assert outside.get(f"/console/circulation/loan/{loan.pk}/").status_code == 404
    assert outside.post(f"/console/circulation/loan/{loan.pk}/do/lose/", {"reason": "试"}).status_code == 404
    loan.refresh_from_db()
    assert loan.state == LoanState.OUT


def sign_in(page: Page, address: str, staff: Staff) -> None:
    """Give the browser the session of a member of staff."""
    cookie = signed_in(staff).cookies[settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": address}])


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_a_quarter_of_an_hour_at_the_desk_without_a_mouse(
    live_server: LiveServer, browser_page: Page, a_small_consortium: SmallConsortium, readers: Readers
) -> None:
    main: Library = a_small_consortium.main
    titles = ("实用心电图学（第 3 版）", "急诊医学", "临床药理学")
    copies = [a_copy(a_title(title=title), main) for title in titles]
    lent_before = a_loan(readers.of_main, main, item=a_copy(a_title(title="内科学"), main))
    sign_in(browser_page, live_server.url, a_small_consortium.manager)
    browser_page.goto(f"{live_server.url}{DESK}")
    browser_page.keyboard.type("M0001\n")
    expect(browser_page.get_by_test_id("reader")).to_contain_text("王芳")
    for copy in copies:
        browser_page.keyboard.type(f"{copy.barcode}\n")
    expect(browser_page.get_by_test_id("line")).to_have_count(3)
    expect(browser_page.get_by_test_id("reader")).to_contain_text("临床药理学")
    browser_page.keyboard.type("NOSUCH\n")
    expect(browser_page.get_by_test_id("line").first).to_contain_text("没有条码")
    assert not overflows(browser_page)
    look(browser_page, "circulation-desk")
    look(browser_page, "circulation-desk", width=390)
    browser_page.set_viewport_size({"width": 1280, "height": 800})
    browser_page.keyboard.press("F8")
    expect(browser_page.get_by_test_id("line").first).to_contain_text("已续借")
    browser_page.keyboard.press("Escape")
    expect(browser_page.get_by_test_id("scan")).to_contain_text("扫读者证")
    browser_page.keyboard.press("F4")
    expect(browser_page.get_by_test_id("scan")).to_contain_text("扫书的条码")
    for copy in (*copies, lent_before.item):
        browser_page.keyboard.type(f"{copy.barcode}\n")
    expect(browser_page.get_by_test_id("line")).to_have_count(4)
    look(browser_page, "circulation-returns")
    assert not Loan.objects.filter(state=LoanState.OUT).exists()
    assert not Transit.objects.exists()


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_the_other_screens_are_looked_at(
    live_server: LiveServer, browser_page: Page, a_small_consortium: SmallConsortium, readers: Readers
) -> None:
    main, a = a_small_consortium.main, a_small_consortium.a
    services.add_rule(terms=Terms(penalty=Penalty.FINE), by=None)
    services.add_rule(
        library=main,
        category=readers.of_main.category,
        item_type="book",
        terms=Terms(loan_length=60),
        by=None,
    )
    for title, days in (("实用心电图学", 70), ("急诊医学", 20)):
        a_loan(readers.of_main, main, item=a_copy(a_title(title=title), main), days_ago=days, override="试")
    guest = a_loan(readers.of_a, a, item=a_copy(a_title(title="内科学"), main), days_ago=36)
    fee = services.lose(loan=guest, by=None, reason="读者报失")
    assert fee is not None
    services.pay(fee=fee, amount_fen=1_000, by=None, taken_in=main)
    services.check_in(item=a_copy(a_title(title="外科学"), a), library=main, by=None)
    services.let_float(owner=a, stays_in=main, by=None)
    services.check_in(item=a_copy(a_title(title="妇产科学"), a), library=main, by=None)
    record = a_title(main, title="临床药理学")
    a_hold(readers.of_a, record, a)
    sign_in(browser_page, live_server.url, a_small_consortium.manager)
    asked = (
        f"?library={main.pk}&home_library={main.pk}&category={readers.of_main.category_id}&item_type=book"
        "&lent_at=2026-09-01T10:00&returned_at=2026-11-25T10:00"
        f"&owner={a.pk}&returned_to={main.pk}"
    )
    loan = Loan.objects.filter(library=main).earliest("lent_at")
    screens = {
        "loans": "loans/",
        "loan": f"loan/{loan.pk}/",
        "transits": "transits/",
        "boxes": "boxes/",
        "fees": "fees/",
        "rules": "rules/",
        "rule-new": "rule/new/",
        "whatif": "whatif/" + asked,
        "picks": "picks/",
        "floating-rules": "floating_rules/",
        "floating-rule-new": "floating_rule/new/",
        "floating-copies": "floating_copies/",
        "payments": "payments/",
        "settlement": "settlement/",
    }
    browser_page.add_init_script("window.print = () => {}")
    for name, path in screens.items():
        browser_page.goto(f"{live_server.url}/console/circulation/{path}")
        look(browser_page, f"circulation-{name}")
        look(browser_page, f"circulation-{name}", width=390)
        assert not overflows(browser_page), name
