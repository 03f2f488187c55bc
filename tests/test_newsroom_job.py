"""The newsroom's whole way: a correspondent's phone, three reviewers, a time, the account, the readers, the office.

Walked on a certified service account, which publishes by itself, and on a personal subscription account,
whose draft a person publishes by hand.
"""

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Page, expect

from tests.site import Site, running_site
from tests.test_main_job import connected, open_chat
from xinglin.commons import clock
from xinglin.commons.testing import look, overflows, run_errands
from xinglin.console.testing import sign_in_browser
from xinglin.consortium import roles
from xinglin.consortium.models import Staff
from xinglin.consortium.tests.cast import SmallConsortium
from xinglin.consortium.tests.factories import PASSWORD
from xinglin.newsroom import tasks
from xinglin.newsroom.answers.queries import spread_of
from xinglin.newsroom.lifecycle import State
from xinglin.newsroom.models import Answer, Article, Comment, Posting, Review
from xinglin.newsroom.publishing import outlets
from xinglin.newsroom.publishing.lifecycle import OutletKind, PostingState, Way
from xinglin.newsroom.review.lifecycle import ReviewState
from xinglin.newsroom.tests.reviewers import a_physician, an_office
from xinglin.wechat.models import Account

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
TITLE = "秋冬季流感：什么时候该去医院"


@pytest.fixture
def site(tmp_path: Path, a_small_consortium: SmallConsortium) -> Iterator[Site]:
    with running_site(tmp_path / "index") as site:
        site.sandbox.add_person("wang", "王医生", "心内科")
        yield site
    clock.set_right()


def go_on_as(page: Page, site: Site, staff: Staff, then: str) -> None:
    """Be somebody who is signed in already, and go where they want to: the form itself is tried by the phones."""
    page.context.clear_cookies()
    sign_in_browser(page, site.address, staff.user)
    page.goto(f"{site.address}{then}")


def sign_in(page: Page, site: Site, staff: Staff, then: str) -> None:
    """Sign in by the form as somebody else, and go where they want to."""
    page.context.clear_cookies()
    page.goto(f"{site.address}{then}")
    page.get_by_label("用户名").fill(staff.user.username)
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="登录").click()
    expect(page).not_to_have_url(re.compile("sign-in"))


def hand_in_on_the_phone(page: Page, site: Site, writer: Staff) -> None:
    page.set_viewport_size({"width": 390, "height": 800})
    sign_in(page, site, writer, "/m/submit/")
    page.get_by_label("栏目").select_option(label="健康教育")
    page.get_by_label("标题").fill(TITLE)
    page.get_by_label("正文").fill("发热超过三天不退，请到发热门诊。\n老人和孕妇不要等，当天就去。")
    page.get_by_label("投票的问题").fill("您今年打流感疫苗了吗？")
    page.get_by_label("投票的选项").fill("打了\n还没有")
    page.get_by_label("作者资质").fill("呼吸科主治医师")
    page.get_by_label("原创或转载").select_option("original")
    page.get_by_label("参考来源").fill("流行性感冒诊疗方案")
    page.get_by_label("人工智能").select_option("none")
    look(page, "newsroom-job-submit", width=390)
    assert not overflows(page)
    page.get_by_role("button", name="交稿送审").click()
    expect(page.get_by_text("已交稿，进入审核。")).to_be_visible()


def approve(page: Page, site: Site, staff: Staff) -> None:
    go_on_as(page, site, staff, "/console/newsroom/my_reviews/")
    page.get_by_role("link", name=TITLE).click()
    page.get_by_role("button", name="通过").click()
    expect(page.get_by_text("已通过").first).to_be_visible()


def approve_on_the_phone(page: Page, site: Site, operator: Staff, leader: Staff) -> None:
    go_on_as(page, site, operator, f"/console/newsroom/review/{Review.objects.get().pk}/")
    page.get_by_label("现在可以审的人").select_option(str(leader.pk))
    page.get_by_role("button", name="生成链接").click()
    address = page.get_by_role("textbox", name="手机审核链接").input_value()
    page.set_viewport_size({"width": 390, "height": 800})
    sign_in(page, site, leader, address.removeprefix(site.address))
    page.get_by_role("button", name="通过").click()
    expect(page.get_by_text("全部审完，可以发布了。")).to_be_visible()
    page.set_viewport_size({"width": 1280, "height": 900})


def plan(page: Page, site: Site, publisher: Staff, kind: str) -> Posting:
    """Plan our pages and the account for the next hour."""
    article = Article.objects.get()
    go_on_as(page, site, publisher, f"/console/newsroom/article/plan/{article.pk}/")
    if kind == "F1":
        page.get_by_role("link", name="读取公众号的标签").click()
        expect(page.get_by_label("粉丝标签")).to_contain_text("星标组")
    at = f"{clock.local(clock.now() + timedelta(hours=1)):%Y-%m-%dT%H:%M}"
    page.get_by_label("渠道和方式").select_option(label="网页、订阅源（RSS）")
    page.get_by_label("发布时间").fill(at)
    page.get_by_role("button", name="安排发布").click()
    expect(page.get_by_text("已安排").first).to_be_visible()
    way = Way.PUBLISH if kind == "F1" else Way.DRAFT
    page.get_by_label("渠道和方式").select_option(label=f"微信公众号 · 附一院图书馆 · {way.label}")
    page.get_by_label("发布时间").fill(at)
    look(page, f"newsroom-job-plan-{kind}", width=1280)
    page.get_by_role("button", name="安排发布").click()
    expect(page.get_by_role("table").get_by_text("待发布")).to_have_count(2)
    look(page, f"newsroom-job-plan-{kind}", width=390)
    page.set_viewport_size({"width": 1280, "height": 900})
    return Posting.objects.get(outlet__isnull=False)


def an_hour_later(site: Site) -> None:
    clock.move(timedelta(minutes=61))
    tasks.send_due(timestamp=0)
    run_errands()
    site.sandbox.advance_clock(120)
    site.sandbox.settle()
    run_errands()


def publish_by_hand(page: Page, site: Site, account: Account, posting: Posting) -> None:
    """Press 发表 in the account's own back-end, and report where it is."""
    drafts = f"{site.sandbox.base_url}/sandbox/accounts/{account.appid}"
    httpx.post(f"{drafts}/drafts/{posting.media_id}/publish", trust_env=False).raise_for_status()
    told = httpx.get(f"{drafts}/articles", trust_env=False).json()
    address = site.sandbox.base_url + told["published"][0]["articles"][0]["url"]
    page.goto(f"{site.address}/console/newsroom/posting/{posting.pk}/")
    expect(page.get_by_text("人工发布助手")).to_be_visible()
    look(page, "newsroom-job-by-hand", width=1280)
    page.get_by_role("link", name="登记已发布").click()
    page.get_by_label("发布后的链接").fill(address)
    page.get_by_role("button", name="登记已发布").click()
    expect(page.get_by_text("已登记").first).to_be_visible()


@pytest.mark.parametrize("kind", ["F1", "S0"])
def test_a_piece_goes_from_a_correspondents_phone_to_readers_and_back_to_the_office(
    kind: str, site: Site, browser_page: Page, a_small_consortium: SmallConsortium
) -> None:
    page, library = browser_page, a_small_consortium.a
    account = connected(site, library, kind)
    outlet = outlets.add_outlet(
        library=library,
        kind=OutletKind.WECHAT,
        file=outlets.OutletFile(name="附一院图书馆", account=account),
        by=None,
    )
    office = an_office(library)
    head = a_physician(library, roles.REVIEWER, name="医师主任")

    hand_in_on_the_phone(page, site, office.writer)
    page.set_viewport_size({"width": 1280, "height": 900})
    approve(page, site, office.operator)
    approve(page, site, head)
    approve_on_the_phone(page, site, office.operator, office.leader)
    assert Review.objects.get().state == ReviewState.PASSED

    posting = plan(page, site, office.publisher, kind)
    article = Article.objects.get()
    assert article.state == State.DRAFT
    an_hour_later(site)
    article.refresh_from_db()
    posting.refresh_from_db()
    assert (article.state, posting.error) == (State.PUBLISHED, "")
    if kind == "S0":
        publish_by_hand(page, site, account, posting)
        posting.refresh_from_db()
    assert (posting.state, posting.outlet) == (PostingState.OUT, outlet)
    assert "发热门诊" in httpx.get(posting.url, trust_env=False).text

    # A follower votes in the chat, reads on our page, comments, and passes it on; a friend opens the link.
    phone = open_chat(page, site, account)
    expect(phone.say("投票")).to_contain_text("您今年打流感疫苗了吗")
    answer = phone.say("1")
    expect(answer).to_contain_text("打了：1 人")
    answer.locator("a").first.click()
    expect(phone.inside.get_by_text("当天就去")).to_be_visible(timeout=15_000)
    expect(phone.inside.get_by_text("1 人回答")).to_be_visible()
    phone.inside.get_by_label("写留言").fill("孩子发烧也要三天吗？")
    phone.inside.get_by_role("button", name="留言").click()
    expect(phone.inside.get_by_text("馆员看过后显示")).to_be_visible(timeout=15_000)
    phone.inside.get_by_role("button", name="有用").first.click()
    expect(phone.inside.get_by_text("1 人觉得有用")).to_be_visible(timeout=15_000)
    phone.inside.get_by_role("button", name="生成转发链接").click()
    passed_on = phone.inside.get_by_label("转发链接").first.input_value(timeout=15_000)
    look(page, f"newsroom-job-phone-{kind}")
    friend = httpx.get(passed_on, trust_env=False)
    assert friend.status_code == 200 and "回复「投票」" in friend.text
    slug = posting.url.rsplit("/", 1)[1]
    if kind == "F1":
        there = f"{site.sandbox.base_url}/sandbox/articles/{slug}/comment"
        httpx.post(there, json={"person": "wang", "content": "写得清楚"}, trust_env=False).raise_for_status()

    # The office sees all of it, and answers.
    go_on_as(page, site, office.publisher, f"/console/newsroom/answers/{article.pk}/")
    page.get_by_role("button", name="取微信留言").click()
    if kind == "F1":
        expect(page.get_by_text("写得清楚")).to_be_visible()
    expect(page.get_by_text("孩子发烧也要三天吗")).to_be_visible()
    expect(page.get_by_text("1 / 1")).to_be_visible()
    look(page, f"newsroom-job-office-{kind}", width=1280)
    spread = spread_of(article)
    assert (spread.links, spread.opens, spread.depth) == (1, 1, 1)
    assert Answer.objects.get().via == "chat"
    mine = Comment.objects.get(posting=None)
    page.goto(f"{site.address}/console/newsroom/comments/do/show/")
    page.goto(f"{site.address}/console/newsroom/comments/")
    row = page.get_by_role("row").filter(has_text="孩子发烧")
    row.get_by_role("button", name="显示").click()
    expect(page.get_by_text("读者现在能看到")).to_be_visible()
    mine.refresh_from_db()
    assert mine.state == "shown"
