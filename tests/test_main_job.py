"""The main job, by hand: a doctor in WeChat finds a book and reserves it; a librarian sees and answers.

Walked on both kinds of account: a certified service account in safe mode, and a personal subscription
account in plain mode, which can only answer.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import FrameLocator, Locator, Page, expect

from tests.site import Site, follow_the_change_log, running_site
from xinglin.circulation.lifecycle import HoldState
from xinglin.circulation.models import Hold
from xinglin.circulation.tests.factories import a_title
from xinglin.commons.testing import look, run_errands
from xinglin.consortium.models import Library
from xinglin.consortium.tests.cast import SmallConsortium
from xinglin.consortium.tests.factories import PASSWORD
from xinglin.patrons import services as patrons
from xinglin.patrons.tests.cast import Readers
from xinglin.wechat.models import Account, CallbackMode, IncomingMessage
from xinglin.wechat.services.accounts import AccountFile, connect

READER_PASSWORD = "duzhe-mima-2026"
AES_KEY = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
MODES = {"F1": CallbackMode.SAFE, "S0": CallbackMode.PLAIN}

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def site(tmp_path: Path, a_small_consortium: SmallConsortium, readers: Readers) -> Iterator[Site]:
    with running_site(tmp_path / "index") as site:
        site.sandbox.add_person("wang", "王医生", "心内科")
        yield site


def connected(site: Site, library: Library, kind: str) -> Account:
    """Connect an account on both sides, and let the doctor follow it."""
    appid = f"wx{kind.lower()}0000000000000"
    made = site.sandbox.add_account(appid, kind=kind, name="附一院图书馆")
    file = AccountFile(
        name="附一院图书馆",
        kind=kind,
        appid=appid,
        gh_id=str(made["gh_id"]),
        secret=str(made["secret"]),
        token="tokenfortests",
        aes_key=AES_KEY,
        mode=MODES[kind],
    )
    account = connect(library=library, file=file, by=None)
    told = site.sandbox.connect(
        appid, account.callback_url, token="tokenfortests", encoding_aes_key=AES_KEY, mode=MODES[kind]
    )
    assert told["passed"], told
    site.sandbox.follow(appid, "wang")
    return account


@dataclass(frozen=True)
class Phone:
    """The doctor's phone in the browser."""

    page: Page

    def say(self, text: str) -> Locator:
        """Write something; return the bubbles, the answer being the last."""
        field, toggle = self.page.get_by_test_id("message-input"), self.page.get_by_test_id("menu-toggle")
        expect(field.or_(toggle).first).to_be_visible()  # the bar below a chat is drawn after its bubbles
        if not field.is_visible():
            toggle.click()
        before = self.bubbles.count()
        field.fill(text)
        self.page.get_by_test_id("send-button").click()
        expect(self.bubbles.nth(before + 1)).to_be_visible(timeout=15_000)
        return self.bubbles.last

    @property
    def bubbles(self) -> Locator:
        return self.page.get_by_test_id("bubbles").locator("[data-testid=bubble], [data-testid=article-card]")

    @property
    def inside(self) -> FrameLocator:
        """The H5 page that is open in the phone."""
        return self.page.frame_locator("[data-testid=browser-frame]")

    def close_page(self) -> None:
        self.page.get_by_test_id("browser-close").click()


def open_chat(page: Page, site: Site, account: Account) -> Phone:
    page.set_viewport_size({"width": 1280, "height": 860})
    page.goto(site.phone)
    page.get_by_test_id(f"chat-item-{account.appid}").click()
    expect(page.get_by_test_id("bubbles")).to_be_visible()
    return Phone(page)


@pytest.mark.parametrize("kind", ["F1", "S0"])
def test_a_doctor_finds_and_reserves_a_book_and_the_desk_hands_it_over(
    kind: str, site: Site, browser_page: Page, a_small_consortium: SmallConsortium, readers: Readers
) -> None:
    for number in range(8):
        a_title(a_small_consortium.main, title=f"心电图学教程 第{number + 1}卷")
    a_title(a_small_consortium.a, title="实用心电图学")
    follow_the_change_log()
    patrons.set_password(patron=readers.of_a, password=READER_PASSWORD, by=None)
    account = connected(site, a_small_consortium.a, kind)
    phone = open_chat(browser_page, site, account)

    # Who is not bound is shown the way; the page in the phone binds the card.
    phone.say("绑定").locator("a").first.click()
    phone.inside.get_by_label("卡号").fill("A0001")
    phone.inside.get_by_label("密码").fill(READER_PASSWORD)
    phone.inside.get_by_role("button", name="绑定").click()
    expect(phone.inside.get_by_text("李建国").first).to_be_visible(timeout=15_000)
    look(browser_page, f"main-job-bound-{kind}")
    phone.close_page()

    # Search, the next page, one record with its holdings, and a hold.
    expect(phone.say("搜 心电图")).to_contain_text("找到 9 种")
    expect(phone.say("更多")).to_contain_text("第 2 页")
    answer = phone.say("搜 实用心电图学")
    expect(answer).to_contain_text("1. 实用心电图学")
    phone.say("1").click()
    expect(phone.inside.get_by_text("第一附属医院图书馆").first).to_be_visible(timeout=15_000)
    phone.inside.get_by_role("link", name="预约").click()
    phone.inside.get_by_role("button", name="确认预约").click()
    expect(phone.inside.get_by_text("排在第 1 位").first).to_be_visible(timeout=15_000)
    look(browser_page, f"main-job-reserved-{kind}")
    phone.close_page()
    hold = Hold.objects.get()
    assert (hold.patron, hold.pickup_library, hold.position) == (readers.of_a, a_small_consortium.a, 1)

    # A question that no rule answers waits for a librarian.
    phone.say("请问能帮我找一下射频消融的最新指南吗")
    desk = signed_in_desk(browser_page, site)
    pick_for_the_reader(desk, site, hold)
    run_errands()
    hold.refresh_from_db()
    assert hold.state == HoldState.READY
    answer_the_question(desk, site, kind)
    run_errands()

    # Where the account may, both have arrived by themselves; where not, they are kept for 「1」.
    phone = open_chat(browser_page, site, account)
    if kind == "F1":
        expect(phone.bubbles.filter(has_text="已到附一院馆")).to_have_count(1, timeout=15_000)
        expect(phone.bubbles.filter(has_text="2026 版指南")).to_have_count(1)
    else:
        said = phone.say("1").inner_text() + phone.say("1").inner_text()
        assert "已到附一院馆" in said
        assert "2026 版指南" in said


def signed_in_desk(page: Page, site: Site) -> Page:
    page.goto(f"{site.address}/console/")
    page.get_by_label("用户名").fill("librarian_a")
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="登录").click()
    expect(page).not_to_have_url(
        re.compile("sign-in")
    )  # leaving before the answer is there would not sign in
    return page


def pick_for_the_reader(desk: Page, site: Site, hold: Hold) -> None:
    """Fetch the book from the pick list and put it on the hold shelf."""
    desk.goto(f"{site.address}/console/circulation/picks/")
    row = desk.get_by_test_id("picks").get_by_role("row").filter(has_text="实用心电图学")
    barcode = re.search(r"B\d{7}", row.inner_text())
    assert barcode is not None
    look(desk, "main-job-picks")
    row.get_by_role("link", name="处理").click()
    desk.get_by_role("link", name="找到书了").or_(desk.get_by_role("button", name="找到书了")).first.click()
    desk.get_by_label("单册条码").fill(barcode.group())
    desk.get_by_role("button", name="找到书了").last.click()
    expect(desk.get_by_text("已放上预约架")).to_be_visible()


def answer_the_question(desk: Page, site: Site, kind: str) -> None:
    """Answer the reader's question from the inbox."""
    message = IncomingMessage.objects.get(text__contains="射频消融")
    desk.goto(f"{site.address}/console/wechat/messages/")
    expect(desk.get_by_text("射频消融").first).to_be_visible()
    look(desk, f"main-job-inbox-{kind}")
    desk.goto(f"{site.address}/console/wechat/message/{message.pk}/")
    desk.locator("form.answer textarea").fill("已为您找到 2026 版指南，稍后发到您的邮箱。")
    desk.locator("form.answer button[value=answer]").click()
    expect(desk.get_by_text("2026 版指南").first).to_be_visible()
