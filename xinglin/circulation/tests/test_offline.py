"""A spell without network: nothing is lost, nothing is done twice, and what stands against it is shown."""

import json
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler
from django.test import Client
from django.test.testcases import LiveServerThread
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from xinglin.circulation import services
from xinglin.circulation.lifecycle import LoanState, ScanState
from xinglin.circulation.models import Loan, OfflineScan, ScanKind
from xinglin.circulation.services.offline import Scan
from xinglin.circulation.tests.factories import a_copy, a_hold, a_loan, a_title
from xinglin.circulation.tests.racing import at_once
from xinglin.circulation.tests.test_desk import DESK, sign_in
from xinglin.commons import clock
from xinglin.commons.errors import NotAllowed
from xinglin.commons.testing import look, overflows
from xinglin.consortium.tests.cast import SmallConsortium, signed_in
from xinglin.patrons.tests.cast import Readers

REPLAY = "/console/circulation/offline/replay/"


def a_scan(barcode: str, card: str = "", hours_ago: int = 1) -> Scan:
    kind = ScanKind.LEND if card else ScanKind.RETURN
    return Scan(uuid4(), kind, barcode, clock.now() - timedelta(hours=hours_ago), card)


@pytest.mark.django_db
def test_a_scan_is_done_once_at_its_own_time_and_hears_the_same_answer_again(
    a_small_consortium: SmallConsortium, readers: Readers
) -> None:
    copy = a_copy(a_title(), a_small_consortium.a)
    scan = a_scan(copy.barcode, "A0001", hours_ago=30)
    first, again = (services.take_scan(scan=scan, by=a_small_consortium.librarian_a) for _time in range(2))
    assert first == again
    loan = Loan.objects.get()
    assert (loan.lent_at, first.state) == (scan.scanned_at, ScanState.DONE)
    back = services.take_scan(scan=a_scan(copy.barcode), by=a_small_consortium.librarian_a)
    assert (back.state, back.loan) == (ScanState.DONE, loan)


@pytest.mark.django_db
def test_what_stands_against_a_scan_is_kept_and_done_with_a_reason_or_settled(
    a_small_consortium: SmallConsortium, readers: Readers
) -> None:
    librarian = a_small_consortium.librarian_a
    out = a_loan(readers.of_main, a_small_consortium.a)
    late = a_loan(readers.of_a, a_small_consortium.a, days_ago=40)
    copy = a_copy(a_title(), a_small_consortium.a)
    unknown, taken, refused = (
        services.take_scan(scan=scan, by=librarian)
        for scan in (a_scan("NOSUCH"), a_scan(out.item.barcode, "A0001"), a_scan(copy.barcode, "A0001"))
    )
    assert "没有条码" in unknown.words
    assert "另一位读者名下" in taken.words
    assert "逾期" in refused.words
    assert {unknown.state, taken.state, refused.state} == {ScanState.CONFLICT}
    assert Loan.objects.count() == 2
    with pytest.raises(NotAllowed):
        services.force_scan(scan=refused, reason="书已拿走", by=a_small_consortium.outsider)
    forced = services.force_scan(scan=refused, reason="断网时书已拿走", by=librarian)
    assert forced.loan is not None
    assert (forced.state, forced.loan.item, forced.loan.patron) == (ScanState.DONE, copy, late.patron)
    settled = services.settle_scan(scan=unknown, reason="条码读错，已重新扫", by=librarian)
    assert settled.state == ScanState.SETTLED
    OfflineScan.objects.update(received_at=clock.now() - timedelta(days=31))
    assert services.forget_old_scans() == 2
    assert OfflineScan.objects.get() == taken, "a conflict is never forgotten"


@pytest.mark.django_db
def test_a_copy_put_on_the_shelf_in_good_faith_is_asked_for_again_when_somebody_waits(
    a_small_consortium: SmallConsortium, readers: Readers
) -> None:
    loan = a_loan(readers.of_main, a_small_consortium.a)
    a_hold(readers.of_a, loan.item.holding.record, a_small_consortium.a)
    done = services.take_scan(scan=a_scan(loan.item.barcode), by=a_small_consortium.librarian_a)
    assert "放预约架" in done.words


@pytest.mark.django_db
def test_of_two_copies_with_one_barcode_the_one_that_was_lent_comes_back(
    a_small_consortium: SmallConsortium, readers: Readers
) -> None:
    loan = a_loan(readers.of_a, a_small_consortium.b)
    twin = a_copy(a_title(), a_small_consortium.a)
    type(twin).objects.filter(pk__in=(twin.pk, loan.item_id)).update(barcode="000001")
    done = services.take_scan(scan=a_scan("000001"), by=a_small_consortium.librarian_a)
    assert done.loan == loan
    assert "装箱" in done.words


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_two_windows_that_send_the_same_scan_have_one_effect(
    a_small_consortium: SmallConsortium, readers: Readers
) -> None:
    copy = a_copy(a_title(), a_small_consortium.a)
    scan = a_scan(copy.barcode, "A0001")
    librarian = a_small_consortium.librarian_a
    results = at_once(*[lambda: services.take_scan(scan=scan, by=librarian)] * 4)
    assert {result.state for result in results} == {ScanState.DONE}  # type: ignore[attr-defined]
    assert Loan.objects.count() == 1
    assert OfflineScan.objects.count() == 1


@pytest.mark.django_db
def test_the_house_sets_the_clock_of_the_desk_right_and_refuses_what_is_no_scan(
    a_small_consortium: SmallConsortium, readers: Readers
) -> None:
    copy = a_copy(a_title(), a_small_consortium.a)
    desk = signed_in(a_small_consortium.librarian_a)

    def send(client: Client, **changed: object) -> tuple[int, dict[str, object]]:
        scan = {"key": str(uuid4()), "kind": "lend", "card": "A0001", "barcode": copy.barcode, "at": 0}
        hour = 3600_000
        sent = {"now": hour, "library": "A", "scans": [scan], **changed}
        answer = client.post(REPLAY, json.dumps(sent), content_type="application/json")
        return answer.status_code, answer.json()

    status, said = send(desk, library="MAIN")
    assert status == 422
    assert "MAIN" in str(said["refusal"])
    for broken in ({"scans": [{"key": "x"}]}, {"now": "later"}, {"scans": 5}, {"now": 10**30}):
        assert send(desk, **broken)[0] == 422
    assert desk.post(REPLAY, b"\xff{", content_type="application/json").status_code == 422
    status, said = send(desk)
    assert status == 200
    lent = Loan.objects.get().lent_at
    assert abs(clock.now() - timedelta(hours=1) - lent) < timedelta(minutes=1)
    assert desk.get(REPLAY).json()["library"] == "A"
    outside = signed_in(a_small_consortium.outsider)
    page = outside.get("/console/circulation/offline_scans/").content.decode()
    assert copy.barcode not in page


def on_the_same_port_again(thread: LiveServerThread, connections_override: object = None) -> object:
    """Serve as Django's tests do, and on a port that was served from a moment ago too."""
    return ThreadedWSGIServer(
        (thread.host, thread.port), WSGIRequestHandler, ipv6=False, allow_reuse_address=True
    )


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_a_morning_at_the_desk_with_a_spell_without_network(
    browser_page: Page,
    a_small_consortium: SmallConsortium,
    readers: Readers,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The server is stopped for the spell: no emulation, nothing can be reached."""
    # A connection that is kept open would outlive the stopped server.
    monkeypatch.setattr(WSGIRequestHandler, "protocol_version", "HTTP/1.0")
    monkeypatch.setattr(LiveServerThread, "_create_server", on_the_same_port_again)
    main, page = a_small_consortium.main, browser_page
    copies = [a_copy(a_title(title=title), main) for title in ("心电图学", "急诊医学", "药理学", "内科学")]
    with_another = a_loan(readers.of_a, main)
    to_return = a_loan(readers.of_main, main)
    server = LiveServer("127.0.0.1")
    address = server.url
    try:
        sign_in(page, address, a_small_consortium.manager)
        page.goto(f"{address}{DESK}")
        page.keyboard.type("M0001\n")
        expect(page.get_by_test_id("reader")).to_contain_text("王芳")
        page.keyboard.type(f"{copies[0].barcode}\n")
        expect(page.get_by_test_id("line")).to_have_count(1)
        page.wait_for_function(
            "navigator.serviceWorker.ready && caches.match('/console/circulation/offline/')"
        )
    finally:
        server.stop()
    page.keyboard.type(f"{copies[1].barcode}\n")
    expect(page.locator("#offline")).to_contain_text("离线台")
    expect(page.get_by_test_id("queue")).to_contain_text(copies[1].barcode)
    expect(page.locator("#standing")).to_contain_text("没有网络")
    page.keyboard.type("M0001\n")
    page.keyboard.type(f"{copies[2].barcode}\n")
    page.keyboard.type(f"{with_another.item.barcode}\n")
    page.keyboard.press("F4")
    page.keyboard.type(f"{to_return.item.barcode}\n")
    expect(page.locator("#count")).to_have_text("4")
    page.reload()
    expect(page.locator("#count")).to_have_text("4")
    assert not overflows(page)
    look(page, "circulation-offline")
    look(page, "circulation-offline", width=390)
    assert Loan.objects.filter(state=LoanState.OUT).count() == 3
    server = LiveServer(f"127.0.0.1:{address.rsplit(':', 1)[1]}")
    try:
        page.keyboard.press("F8")
        expect(page.locator("#count")).to_have_text("0")
        expect(page.locator("#queue")).to_contain_text("有冲突：")
        look(page, "circulation-offline-sent")
        lent = Loan.objects.filter(patron=readers.of_main, state=LoanState.OUT)
        assert set(lent.values_list("item__barcode", flat=True)) == {copy.barcode for copy in copies[:3]}
        to_return.refresh_from_db()
        assert to_return.state == LoanState.RETURNED
        assert list(OfflineScan.objects.order_by("pk").values_list("state", flat=True)) == [
            "done", "done", "conflict", "done",
        ]  # fmt: skip
        page.get_by_role("link", name="处理冲突").click()
        expect(page.locator("main")).to_contain_text("另一位读者名下")
        look(page, "circulation-offline-conflicts")
    finally:
        server.stop()
    assert Path(look(page, "circulation-offline-conflicts", width=390)).exists()
