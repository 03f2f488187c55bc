"""The main path in a real browser: a segment is put together by eye, a push is previewed, a phone answers."""

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from xinglin.audience.lifecycle import CampaignState
from xinglin.audience.models import Behaviour, Campaign, Channel, Delivery, Did, Segment
from xinglin.audience.rules.tree import HasTag
from xinglin.audience.services import segments, sending, tracking
from xinglin.audience.services.campaigns import start
from xinglin.audience.telling import token_of
from xinglin.audience.tests.factories import (
    a_campaign,
    a_member,
    a_segment,
    an_article,
    an_audience,
    tag_of,
    under_way,
)
from xinglin.console.testing import look, overflows, sign_in_browser
from xinglin.consortium.tests.cast import SmallConsortium
from xinglin.wechat.links import personal_link
from xinglin.wechat.testing import a_follower

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_librarian_builds_a_segment_and_pushes_to_it(
    live_server: LiveServer, browser_page: Page, a_small_consortium: SmallConsortium
) -> None:
    account = an_audience(a_small_consortium.main)
    nurse, topic = tag_of("identity", "护士"), tag_of("preference", "健康科普")
    a_member(account, nurse, topic)
    a_member(account, nurse)
    a_member(account, topic)
    an_article(account, "高血压患者怎样运动")
    page = browser_page
    sign_in_browser(page, live_server.url, a_small_consortium.manager.user)
    page.set_viewport_size({"width": 1280, "height": 900})
    page.goto(f"{live_server.url}/console/audience/segment/new/")
    page.get_by_label("名称").fill("关心健康科普的护士")
    page.get_by_role("button", name="＋ 条件").click()
    page.get_by_label("标签", exact=True).select_option(label="护士")
    expect(page.locator("[data-size]")).to_have_text("2")
    page.get_by_role("button", name="＋ 分组").click()
    page.get_by_label("标签", exact=True).nth(1).select_option(label="健康科普")
    expect(page.locator("[data-size]")).to_have_text("1")
    page.get_by_role("button", name="＋ 条件").first.click()
    page.get_by_label("条件种类").nth(2).select_option(label="读者与借阅等条件")
    look(page, "audience-editor", width=1280)
    look(page, "audience-editor", width=390)
    assert not overflows(page)
    page.set_viewport_size({"width": 1280, "height": 900})
    page.get_by_role("button", name="删除", exact=True).last.click()
    expect(page.locator("#told [data-words]")).to_contain_text("护士")
    page.get_by_role("button", name="保存").click()
    expect(page.get_by_role("heading", name="现在有多少人")).to_be_visible()
    segment = Segment.objects.get()
    segments.note_size(segment=segment)
    page.reload()
    look(page, "audience-segment", width=1280)
    page.get_by_role("link", name="向这个分群推送").click()
    page.locator("#id_name").fill("三月高血压日")
    page.get_by_label("文章").select_option(label="高血压患者怎样运动")
    page.get_by_label("方式").select_option(label="站内信")
    look(page, "audience-campaign-form", width=1280)
    page.get_by_role("button", name="保存").click()
    expect(page.locator(".figures > div", has_text="人会收到").locator("b")).to_have_text("1")
    look(page, "audience-preview", width=1280)
    page.get_by_role("link", name="发送").or_(page.get_by_role("button", name="发送")).first.click()
    page.locator("dialog").get_by_role("button", name="发送").click()
    expect(page.get_by_text("已排期，一分钟内开始发送。")).to_be_visible()
    campaign = Campaign.objects.get()
    assert start(campaign_id=campaign.pk)
    sending.send(campaign_id=campaign.pk)
    page.reload()
    expect(page.get_by_role("heading", name="效果")).to_be_visible()
    assert Campaign.objects.get().state == CampaignState.SENT
    page.goto(f"{live_server.url}/console/audience/month/")
    expect(page.get_by_role("link", name="三月高血压日")).to_be_visible()
    look(page, "audience-month", width=1280)
    look(page, "audience-month", width=390)
    assert not overflows(page)


def test_the_report_of_a_compared_push_reads_well(
    live_server: LiveServer, browser_page: Page, a_small_consortium: SmallConsortium
) -> None:
    account = an_audience(a_small_consortium.main)
    nurse = tag_of("identity", "护士")
    people = [a_member(account, nurse) for _each in range(80)]
    campaign = under_way(
        a_campaign(a_segment(account, HasTag(nurse.pk)), channel=Channel.IN_APP, title_b="控压三步走")
    )
    sending.send(campaign_id=campaign.pk)
    variants = dict(Delivery.objects.values_list("follower_id", "variant"))
    for person in people:
        if variants[person.pk] == 1 or person.pk % 7 == 0:
            tracking.note(campaign=campaign, follower=person, kind=Did.OPENED)
    assert Behaviour.objects.exists()
    page = browser_page
    sign_in_browser(page, live_server.url, a_small_consortium.manager.user)
    page.goto(f"{live_server.url}/console/audience/campaign/{campaign.pk}/")
    expect(page.get_by_text("「控压三步走」的打开率显著更高")).to_be_visible()
    look(page, "audience-report", width=1280)
    look(page, "audience-report", width=390)
    assert not overflows(page)


def test_a_reader_reads_rates_and_says_what_they_like(
    live_server: LiveServer, browser_page: Page, a_small_consortium: SmallConsortium, settings: object
) -> None:
    account = an_audience(a_small_consortium.main)
    follower = a_follower(account)
    campaign = under_way(a_campaign(a_segment(account), channel=Channel.IN_APP))
    sending.send(campaign_id=campaign.pk)
    page = browser_page
    page.set_viewport_size({"width": 390, "height": 800})
    page.goto(f"{live_server.url}/m/p/{token_of(campaign.pk, follower.pk)}/")
    with page.expect_response(lambda answer: "/did/finished/" in answer.url):
        page.locator("#after").scroll_into_view_if_needed()
    with page.expect_response(lambda answer: "/did/good/" in answer.url):
        page.get_by_role("button", name="有用").click()
    expect(page.get_by_text("谢谢您的反馈。")).to_be_visible()
    look(page, "audience-push", width=390)
    row = Delivery.objects.get()
    assert row.opened_at and row.finished_at and row.rating == 1
    link = personal_link(follower, "/m/about-me/").split("/m/", 1)[1]
    page.goto(f"{live_server.url}/m/{link}")
    page.get_by_label("护士", exact=True).check()
    look(page, "audience-me", width=390)
    look(page, "audience-me", width=1280)
    page.set_viewport_size({"width": 390, "height": 800})
    assert not overflows(page)
    page.get_by_role("button", name="保存").first.click()
    expect(page.get_by_text("已保存。")).to_be_visible()
    expect(page.get_by_label("护士", exact=True)).to_be_checked()
