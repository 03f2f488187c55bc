"""A survey of awareness in a real browser: drawn up, asked before and after the push, answered on a phone, compared."""

import re

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from xinglin.audience.lifecycle import SurveyState
from xinglin.audience.models import Channel, Survey, Wave
from xinglin.audience.services import surveys
from xinglin.audience.tests.factories import (
    QUESTIONS,
    a_campaign,
    a_member,
    a_questionnaire,
    a_segment,
    a_survey,
    an_audience,
    answers,
    pushed,
    tag_of,
)
from xinglin.console.testing import look, overflows, sign_in_browser
from xinglin.consortium.tests.cast import SmallConsortium
from xinglin.newsroom.answers import queries as answered
from xinglin.wechat.links import personal_link
from xinglin.wechat.models import Follower
from xinglin.wechat.testing import a_follower

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def confirmed(page: Page, deed: str) -> None:
    """Press a button of the page, and once more in the window that asks."""
    page.get_by_role("link", name=deed).or_(page.get_by_role("button", name=deed)).first.click()
    page.locator("dialog").get_by_role("button", name=deed).click()


def pictured(page: Page, name: str) -> None:
    """Keep a picture in both widths, and show that neither must be pushed sideways."""
    for width in (1280, 390):
        look(page, name, width=width)
        assert not overflows(page)
    page.set_viewport_size({"width": 1280, "height": 900})


def opened_on_the_phone(page: Page, server: LiveServer, survey: Survey, follower: Follower) -> None:
    """Open a survey's page from WeChat, as whom the personal link says."""
    page.set_viewport_size({"width": 390, "height": 800})
    link = personal_link(follower, f"/m/survey/{survey.pk}/").split("/m/", 1)[1]
    page.goto(f"{server.url}/m/{link}")


def chosen(page: Page, *options: str) -> None:
    """Choose one option of each question and hand the sheet in."""
    for (question, _options, _right), option in zip(QUESTIONS, options, strict=True):
        page.get_by_role("group", name=question).get_by_label(option, exact=True).check()
    page.get_by_role("button", name="提交").click()


def test_a_librarian_asks_before_and_after_a_push_and_reads_what_changed(
    live_server: LiveServer, browser_page: Page, a_small_consortium: SmallConsortium
) -> None:
    account, page = an_audience(a_small_consortium.main), browser_page
    nurse = tag_of("identity", "护士")
    people = [a_member(account, nurse) for _each in range(36)]
    campaign = a_campaign(a_segment(account), channel=Channel.IN_APP)
    a_questionnaire(account)
    sign_in_browser(page, live_server.url, a_small_consortium.manager.user)
    page.set_viewport_size({"width": 1280, "height": 900})
    page.goto(f"{live_server.url}/console/audience/surveys/")
    expect(page.get_by_text("还没有调查")).to_be_visible()
    page.get_by_role("link", name="新建调查").first.click()
    page.get_by_label("推送").select_option(label=str(campaign))
    page.get_by_label("问卷").select_option(label="高血压知多少")
    page.get_by_label("知晓标准").fill("40")
    page.get_by_role("button", name="保存").click()
    expect(page.locator("#id_known_from")).to_be_visible()  # fewer than half right is not knowing
    page.get_by_label("知晓标准").fill("80")
    pictured(page, "survey-form")
    page.get_by_role("button", name="保存").click()
    confirmed(page, "开始前测")
    expect(page.get_by_text("前测开始了")).to_be_visible()
    survey = Survey.objects.get()
    expect(page.get_by_label("调查的地址")).to_have_value(re.compile(rf"/m/survey/{survey.pk}/$"))
    pictured(page, "survey-asking")
    for number, person in enumerate(people):
        answers(survey, person, knows=number < 8)
    page.reload()
    expect(page.get_by_text("前测知晓率 · 36 人")).to_be_visible()
    pushed(survey)
    page.reload()
    page.get_by_role("link", name="开始后测").or_(page.get_by_role("button", name="开始后测")).first.click()
    dialog = page.locator("dialog").get_by_role("button", name="开始后测")
    if dialog.is_visible():
        dialog.click()
    expect(page.get_by_text("后测开始了")).to_be_visible()
    survey.refresh_from_db()
    for number, person in enumerate(people):
        answers(survey, person, knows=number < 30)
    page.reload()
    expect(page.get_by_text("显著提高").first).to_be_visible()
    confirmed(page, "结束调查")
    expect(page.get_by_text("调查已结束。")).to_be_visible()
    pictured(page, "survey-results")
    with page.expect_download() as sheet:
        page.get_by_role("link", name="导出调查结果").click()
    assert sheet.value.suggested_filename.endswith(".xlsx")
    page.goto(f"{live_server.url}/console/audience/surveys/")
    expect(page.get_by_role("link", name=str(campaign))).to_be_visible()
    pictured(page, "survey-list")
    assert Survey.objects.get().state == SurveyState.CLOSED


def test_a_reader_answers_on_the_phone_and_is_told_only_after_the_second_time(
    live_server: LiveServer, browser_page: Page, a_small_consortium: SmallConsortium
) -> None:
    account, page = an_audience(a_small_consortium.main), browser_page
    survey, follower = a_survey(account), a_follower(account)
    surveys.open_baseline(survey=survey, by=None)
    opened_on_the_phone(page, live_server, survey, follower)
    look(page, "survey-phone", width=390)
    assert not overflows(page)
    chosen(page, "120/80", "10 克")
    expect(page.get_by_role("heading", name="谢谢您，都答完了")).to_be_visible()
    expect(page.get_by_text("防治指南")).to_have_count(0)
    look(page, "survey-phone-thanks", width=390)
    page.reload()
    expect(page.get_by_role("button", name="提交")).to_have_count(0)
    survey.refresh_from_db()
    pushed(survey)
    surveys.open_follow_up(survey=survey, by=None)
    page.goto(f"{live_server.url}/m/")
    page.get_by_role("link", name="高血压知多少 每人一次").click()
    chosen(page, "140/90", "10 克")
    expect(page.get_by_text("您答对了")).to_be_visible()
    expect(page.get_by_text("正确的是 A")).to_be_visible()
    look(page, "survey-phone-answers", width=390)
    assert not overflows(page)
    article = survey.questionnaire.article
    told = [
        list(
            answered.answers_of_wave(article, survey.named(wave))
            .order_by("key")
            .values_list("right", flat=True)
        )
        for wave in Wave
    ]
    assert told == [[False, False], [True, False]]
