"""A reader's week in the chat: card, loan, renewing, reserving, a seat, WeChat's consent, a reminder, a return."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.site import Site, follow_the_change_log, running_site
from tests.test_main_job import connected, open_chat
from xinglin.circulation import services
from xinglin.circulation.lifecycle import LoanState, SeatState
from xinglin.circulation.models import Hold, Loan, SeatBooking
from xinglin.circulation.notice_kinds import DUE_SOON
from xinglin.circulation.tests.factories import a_copy, a_loan, a_title
from xinglin.commons import clock
from xinglin.commons.testing import look, run_errands
from xinglin.consortium.tests.cast import SmallConsortium
from xinglin.notices.models import Notice
from xinglin.patrons.tests.cast import Readers
from xinglin.wechat.calling import client_for
from xinglin.wechat.models import SubscriptionConsent, TemplateWay
from xinglin.wechat.services import notice_templates
from xinglin.wechat.services.bindings import issue_code

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def site(tmp_path: Path, a_small_consortium: SmallConsortium, readers: Readers) -> Iterator[Site]:
    with running_site(tmp_path / "index") as site:
        site.sandbox.add_person("wang", "王医生", "心内科")
        yield site


def test_a_readers_week_in_the_chat(
    site: Site, browser_page: Page, a_small_consortium: SmallConsortium, readers: Readers
) -> None:
    a = a_small_consortium.a
    a_title(a, title="实用心电图学")
    lent = a_copy(a_title(title="急诊医学"), a)
    loan = a_loan(readers.of_a, a, item=lent, days_ago=27)
    room = services.open_room(library=a, name="自习室", seats=["1", "2"], by=None)
    follow_the_change_log()
    account = connected(site, a, "F1")
    notice_templates.set_template(
        account=account, kind=DUE_SOON, way=TemplateWay.SUBSCRIPTION, mapping="thing1 = title\ntime2 = due",
        template_id=client_for(account).subscription.add_template("3001", [1, 2], "到期"), by=None,
    )  # fmt: skip
    phone = open_chat(browser_page, site, account)
    phone.say(f"绑定 {issue_code(patron=readers.of_a, by=None)}")

    # Monday: the card, and what is borrowed; the page behind the card shows the code.
    card = phone.say("读者证")
    expect(card).to_contain_text("A0001")
    card.locator("a").first.click()
    expect(phone.inside.get_by_test_id("card")).to_contain_text("A0001", timeout=15_000)
    look(browser_page, "week-card")
    phone.close_page()
    expect(phone.say("我的借阅")).to_contain_text("急诊医学")

    # Tuesday: another book is looked for and reserved, and the place in the queue is told.
    expect(phone.say("搜 实用心电图学")).to_contain_text("实用心电图学")
    expect(phone.say("预约 1")).to_contain_text("第 1 位")
    expect(phone.say("我的预约")).to_contain_text("排在第 1 位（附一院馆）")

    # Wednesday: a seat, by the page and by its code, and given back in the chat.
    phone.say("座位").locator("a").first.click()
    phone.inside.get_by_test_id("room").click(timeout=15_000)
    look(browser_page, "week-seats")
    phone.inside.get_by_role("button", name="预约座位").click()
    expect(phone.inside.get_by_test_id("sitting")).to_contain_text("自习室 1", timeout=15_000)
    phone.close_page()
    services.take_seat(code=room.seats.get(number="1").code, patron=readers.of_a)
    expect(phone.say("离座")).to_contain_text("已释放")
    assert SeatBooking.objects.get().state == SeatState.LEFT

    # Wednesday evening: what WeChat may tell is allowed once, on our own page, in WeChat's pop-up.
    phone.say("提醒设置").locator("a").last.click()
    expect(phone.inside.get_by_test_id("counts")).to_contain_text("还能收 0 次", timeout=15_000)
    phone.inside.get_by_role("button", name="允许微信提醒").click()
    look(browser_page, "week-subscribe")
    browser_page.get_by_test_id("subscribe-accept").click()
    expect(phone.inside.get_by_test_id("counts")).to_contain_text("还能收 1 次", timeout=15_000)
    look(browser_page, "week-subscribed")
    phone.close_page()

    # Thursday: reminded of what is due, renewed with one word; a second time is refused in a sentence.
    assert services.owe_notices() == 1
    run_errands()
    assert Notice.objects.get(kind=DUE_SOON).channel == "wechat.subscription"
    assert SubscriptionConsent.objects.get().remaining == 0
    expect(phone.bubbles.filter(has_text="到期时间")).to_have_count(1, timeout=15_000)
    expect(phone.say("续借")).to_contain_text("已续借")
    expect(phone.say("续借")).to_contain_text("最多 1 次")

    # Friday: the reserved copy waits; it is put off no longer and fetched. The old one comes back.
    hold = Hold.objects.get()
    services.set_aside(hold=hold, item=hold.record.holdings.get().items.get(), by=None)
    run_errands()
    expect(
        phone.bubbles.filter(has_text="可以取了").or_(phone.bubbles.filter(has_text="已到附一院馆"))
    ).to_have_count(1, timeout=15_000)
    hold.refresh_from_db()
    services.hand_over(hold=hold, by=None)
    services.check_in(item=lent, library=a, by=None)
    expect(phone.say("我的借阅")).to_contain_text("实用心电图学")
    look(browser_page, "week-chat")
    loan.refresh_from_db()
    assert loan.state == LoanState.RETURNED
    assert Loan.objects.get(state=LoanState.OUT).due_at > clock.now() + timedelta(days=25)
