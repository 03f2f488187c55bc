"""The reader's shelf in the pocket: chat, pages, reminders."""

from datetime import timedelta

import pytest
from django.test import Client
from playwright.sync_api import Page
from pytest_django.live_server_helper import LiveServer

from xinglin.circulation import services
from xinglin.circulation.lifecycle import LoanState
from xinglin.circulation.models import Loan, LoanNotice
from xinglin.circulation.terms import Penalty, Terms
from xinglin.circulation.tests.factories import a_copy, a_hold, a_loan, a_title
from xinglin.commons import clock
from xinglin.commons.testing import look, overflows, run_errands
from xinglin.consortium.tests.cast import SmallConsortium
from xinglin.patrons import services as patrons
from xinglin.patrons.models import ConsentKind
from xinglin.patrons.tests.cast import Readers
from xinglin.wechat.links import personal_link
from xinglin.wechat.models import Follower, OutgoingMessage
from xinglin.wechat.services.bindings import bind_by_code, issue_code
from xinglin.wechat.testing import a_follower, an_account, happen, say, text_of

BOTH_KINDS = pytest.mark.parametrize("kind", ["F1", "S0"])


def bound(consortium: SmallConsortium, readers: Readers, kind: str = "F1") -> Follower:
    follower = a_follower(an_account(consortium.main, kind=kind))
    bind_by_code(follower=follower, digits=issue_code(patron=readers.of_a, by=None))
    return follower


def browser_of(follower: Follower) -> Client:
    client = Client()
    client.get("/" + personal_link(follower, "/m/loans/").split("/", 3)[3], follow=True)
    return client


@BOTH_KINDS
@pytest.mark.django_db
def test_the_reader_asks_for_loans_and_renews_by_number(
    a_small_consortium: SmallConsortium, readers: Readers, kind: str
) -> None:
    record = a_title(title="实用心电图学")
    first = a_loan(readers.of_a, a_small_consortium.a, item=a_copy(record, a_small_consortium.a), days_ago=5)
    second = a_loan(readers.of_a, a_small_consortium.b)
    follower = bound(a_small_consortium, readers, kind)
    listed = text_of(say(follower, "我的借阅"))
    assert "1. 《实用心电图学》" in listed
    assert "还有 25 天" in listed
    assert text_of(happen(follower, "CLICK", "MY_LOANS")).splitlines()[0] == listed.splitlines()[0]
    a_hold(readers.of_main, record, a_small_consortium.main)
    answers = text_of(say(follower, "续借全部")).splitlines()
    assert "《实用心电图学》不能续借" in answers[0]
    assert "1 位读者在等" in answers[0]
    assert "已续借" in answers[1]
    assert "最多 1 次" in text_of(say(follower, "续借 2"))
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.renewals, second.renewals) == (0, 1)


@pytest.mark.django_db
def test_renewing_one_loan_needs_no_number_and_a_stranger_is_asked_to_bind(
    a_small_consortium: SmallConsortium, readers: Readers
) -> None:
    stranger = a_follower(an_account(a_small_consortium.main, kind="S0"))
    assert "绑定" in text_of(say(stranger, "续借"))
    follower = bound(a_small_consortium, readers)
    assert "没有借书" in text_of(say(follower, "续借"))
    loan = a_loan(readers.of_a, a_small_consortium.a)
    assert "已续借" in text_of(say(follower, "续借"))
    loan.refresh_from_db()
    assert loan.renewals == 1


@pytest.mark.django_db
def test_the_reader_renews_on_the_page_and_nobody_elses_loan(
    a_small_consortium: SmallConsortium, readers: Readers
) -> None:
    loan, others = (
        a_loan(readers.of_a, a_small_consortium.a),
        a_loan(readers.of_main, a_small_consortium.main),
    )
    client = browser_of(bound(a_small_consortium, readers))
    page = client.get("/m/loans/").content.decode()
    assert loan.item.holding.record.title in page
    assert others.item.holding.record.title not in page
    said = client.post("/m/loans/renew/", {"loan": "all"}, follow=True).content.decode()
    assert "已续借到" in said
    assert "最多 1 次" in said
    assert client.post("/m/loans/renew/", {"loan": others.pk}).status_code == 404
    others.refresh_from_db()
    assert others.renewals == 0


@pytest.mark.django_db
def test_the_card_is_shown_as_a_code_and_not_when_it_was_lost(
    a_small_consortium: SmallConsortium, readers: Readers
) -> None:
    client = browser_of(bound(a_small_consortium, readers))
    page = client.get("/m/card/").content.decode()
    assert "A0001" in page
    assert "data:image/svg+xml" in page
    patrons.report_card_lost(patron=readers.of_a, by=None)
    assert "A0001" not in client.get("/m/card/").content.decode()


@pytest.mark.django_db
def test_history_is_kept_for_who_agreed_and_parted_from_the_others(
    a_small_consortium: SmallConsortium, readers: Readers
) -> None:
    patrons.give_consent(patron=readers.of_a, kind=ConsentKind.LOAN_HISTORY, text_version="1", through="H5")
    for reader in (readers.of_a, readers.of_main):
        loan = a_loan(reader, a_small_consortium.a)
        services.check_in(item=loan.item, library=a_small_consortium.a, by=None)
    assert services.forget_old_loans() == 0, "a month to ask about it"
    Loan.objects.update(closed_at=clock.now() - timedelta(days=31))
    assert services.forget_old_loans() == 1
    assert Loan.objects.get(patron=None).item is not None
    kept = Loan.objects.get(patron=readers.of_a)
    page = browser_of(bound(a_small_consortium, readers)).get("/m/loans/past/").content.decode()
    assert kept.item.holding.record.title in page
    patrons.withdraw_consent(patron=readers.of_a, kind=ConsentKind.LOAN_HISTORY)
    assert services.forget_old_loans() == 1


@pytest.mark.django_db(transaction=True)
@BOTH_KINDS
def test_what_is_due_soon_is_said_once_in_one_message_and_overdue_again(
    a_small_consortium: SmallConsortium, readers: Readers, kind: str
) -> None:
    services.add_rule(terms=Terms(penalty=Penalty.NONE, remind_days=3), by=None)
    loans = [a_loan(readers.of_a, a_small_consortium.a, days_ago=28) for _number in range(2)]
    a_loan(readers.of_a, a_small_consortium.a, days_ago=5)
    bound(a_small_consortium, readers, kind)
    assert services.owe_notices() == 2
    run_errands()
    assert services.owe_notices() == 0
    run_errands()
    (message,) = OutgoingMessage.objects.all()
    assert "2 册书快到期" in str(message.reply)
    services.renew(loan=loans[0])
    Loan.objects.filter(pk=loans[1].pk).update(due_at=clock.now() - timedelta(days=1, hours=1))
    assert services.owe_notices() == 1
    run_errands()
    last = OutgoingMessage.objects.order_by("-pk").first()
    assert OutgoingMessage.objects.count() == 2
    assert last is not None
    assert "1 册书已逾期" in str(last.reply)
    services.check_in(item=loans[1].item, library=a_small_consortium.a, by=None)
    assert services.owe_notices() == 0
    assert LoanNotice.objects.filter(told_at=None).count() == 0


@pytest.mark.django_db(transaction=True)
def test_a_word_that_came_too_late_is_not_said(a_small_consortium: SmallConsortium, readers: Readers) -> None:
    loan = a_loan(readers.of_a, a_small_consortium.a, days_ago=29)
    bound(a_small_consortium, readers)
    assert services.owe_notices() == 1
    services.check_in(item=loan.item, library=a_small_consortium.a, by=None)
    run_errands()
    assert not OutgoingMessage.objects.exists()


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_the_pages_fit_a_phone(
    live_server: LiveServer, browser_page: Page, a_small_consortium: SmallConsortium, readers: Readers
) -> None:
    services.add_rule(terms=Terms(penalty=Penalty.FINE), by=None)
    late = a_loan(
        readers.of_a,
        a_small_consortium.b,
        item=a_copy(a_title(title="临床药理学"), a_small_consortium.b),
        days_ago=36,
    )
    services.check_in(item=late.item, library=a_small_consortium.b, by=None)
    for title, days in (("实用心电图学（第 3 版）", 32), ("急诊医学", 28), ("内科学", 3)):
        copy = a_copy(a_title(title=title), a_small_consortium.a)
        a_loan(readers.of_a, a_small_consortium.a, item=copy, days_ago=days, override="试")
    link = personal_link(bound(a_small_consortium, readers), "/m/loans/")
    browser_page.set_viewport_size({"width": 390, "height": 844})
    browser_page.goto(f"{live_server.url}/{link.split('/', 3)[3]}")
    for path, name in (("loans", "loans"), ("card", "card"), ("loans/past", "past-loans")):
        browser_page.goto(f"{live_server.url}/m/{path}/")
        assert not overflows(browser_page)
        look(browser_page, f"circulation-m-{name}", width=390)
    assert Loan.objects.filter(state=LoanState.OUT).count() == 3
