"""A librarian makes a lecture, a reader registers on the phone, scans at the door and says how it was."""

from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from xinglin.commons import clock
from xinglin.console.testing import look, overflows, sign_in_browser
from xinglin.consortium.tests.cast import SmallConsortium
from xinglin.learning import services
from xinglin.learning.models import Lecture, MaterialKind, Registration
from xinglin.learning.tests.factories import a_file, people, signs_up
from xinglin.patrons.tests.cast import Readers
from xinglin.wechat.links import personal_link
from xinglin.wechat.services.bindings import bind_by_code, issue_code
from xinglin.wechat.testing import a_follower, an_account


def fits(page: Page, name: str) -> None:
    """Keep a picture at both widths; nothing is to be pushed sideways at either."""
    for width in (390, 1280):
        look(page, name, width=width)
        assert not overflows(page), (name, width)


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_from_the_draft_to_the_feedback(
    browser_page: Page, live_server: LiveServer, a_small_consortium: SmallConsortium, readers: Readers
) -> None:
    cast, page = a_small_consortium, browser_page
    file = a_file(begins_at=clock.now() + timedelta(minutes=25))
    sign_in_browser(page, live_server.url, cast.manager.user)
    page.set_viewport_size({"width": 1280, "height": 900})
    page.goto(f"{live_server.url}/console/learning/lectures/")
    page.get_by_role("link", name="办一场讲座").first.click()
    page.get_by_label("题目").fill("系统评价的检索策略怎样写")
    page.get_by_label("主讲人").fill("许文清 副研究馆员")
    page.get_by_label("开始时间").fill(f"{clock.local(file.begins_at):%Y-%m-%dT%H:%M}")
    page.get_by_label("结束时间").fill(f"{clock.local(file.ends_at):%Y-%m-%dT%H:%M}")
    page.get_by_label("地点").fill("总馆五楼培训教室")
    page.get_by_label("名额").fill("3")
    page.get_by_label("内容简介").fill("拆分问题、选主题词。\n请自带电脑。")
    fits(page, "learning-form")
    page.get_by_role("button", name="存为草稿").click()
    page.get_by_role("link", name="发布").click()
    page.locator("dialog").get_by_role("button", name="发布").click()
    expect(page.get_by_text("已发布，读者可以报名了。")).to_be_visible()
    lecture = Lecture.objects.get()
    signs_up(lecture, *people(cast.a, 2))

    follower = a_follower(an_account(cast.main))
    bind_by_code(follower=follower, digits=issue_code(patron=readers.of_a, by=None))
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(live_server.url + urlsplit(personal_link(follower, "/m/lectures/")).path)
    fits(page, "learning-lectures")
    page.get_by_test_id("lecture").click()
    expect(page.get_by_text("3 个，还有 1 个")).to_be_visible()
    page.get_by_role("button", name="报名").click()
    expect(page.get_by_text("已报名。", exact=True)).to_be_visible()
    fits(page, "learning-lecture-registered")
    signs_up(lecture, *people(cast.a, 2))
    page.goto(f"{live_server.url}/m/lectures/attend/{lecture.code}/")
    fits(page, "learning-attend")
    page.get_by_role("button", name="签到").click()
    page.get_by_role("link", name="打开参加证明").click()
    expect(page.get_by_text("特此证明")).to_be_visible()
    fits(page, "learning-certificate")

    clock.move(timedelta(minutes=40))
    services.add_material(
        lecture=lecture, title="课件", link="https://files.example/1.pdf", kind=MaterialKind.MATERIAL, by=None
    )
    page.goto(f"{live_server.url}/m/lectures/{lecture.pk}/")
    page.get_by_label("4 有用").check()
    page.get_by_label("意见和建议（选填）").fill("练习时间有点短。")
    page.get_by_role("button", name="提交评价").click()
    expect(page.get_by_text("谢谢您的评价。")).to_be_visible()
    fits(page, "learning-lecture-rated")
    assert Registration.objects.get(patron=readers.of_a).score == 4

    page.set_viewport_size({"width": 1280, "height": 900})
    page.goto(f"{live_server.url}/console/learning/lecture/{lecture.pk}/")
    expect(page.get_by_test_id("figures").get_by_text("4.0")).to_be_visible()
    fits(page, "learning-lecture")
    page.get_by_role("link", name="打印签到码").click()
    expect(page.get_by_test_id("sheet").get_by_text("微信扫码签到")).to_be_visible()
    fits(page, "learning-sheet")
    page.goto(f"{live_server.url}/console/learning/registrations/?lecture={lecture.pk}")
    fits(page, "learning-registrations")
    page.goto(f"{live_server.url}/console/learning/lectures/")
    fits(page, "learning-list")
