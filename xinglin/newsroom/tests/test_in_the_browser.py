"""An article on its way, in a real browser: written, looked at, published, read on a phone."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from xinglin.console.testing import look, overflows, sign_in_browser
from xinglin.consortium.tests.cast import SmallConsortium
from xinglin.newsroom import services
from xinglin.newsroom.models import Article
from xinglin.newsroom.services import Arrangement
from xinglin.newsroom.tests.factories import PNG, a_column, a_content, a_notice

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_librarian_writes_with_blocks_and_a_reader_reads_it_on_the_phone(
    live_server: LiveServer, browser_page: Page, a_small_consortium: SmallConsortium, tmp_path: Path
) -> None:
    page = browser_page
    sign_in_browser(page, live_server.url, a_small_consortium.librarian_a.user)
    page.set_viewport_size({"width": 1280, "height": 900})
    page.goto(f"{live_server.url}/console/newsroom/articles/")
    look(page, "newsroom-empty-list")
    page.get_by_role("link", name="写文章").first.click()
    page.get_by_label("标题", exact=True).fill("期末复习期间延长开放时间")
    page.get_by_label("摘要").fill("自习区每天开放到 23:00。")
    page.get_by_role("textbox", name="正文").fill("自下周一起，二楼、四楼自习区每天开放到23:00。")
    expect(page.locator("#preview")).to_contain_text("期末复习期间延长开放时间")

    page.locator(".block-add").last.get_by_role("button", name="小标题").click()
    page.get_by_label("小标题").last.fill("怎样预约座位")
    page.locator(".block-add").last.get_by_role("button", name="列表").click()
    page.get_by_label("一行一项").fill("打开公众号\n点“座位预约”\n选择楼层和时间")
    page.locator(".block-add").last.get_by_role("button", name="图片").click()
    picture = tmp_path / "图.png"
    picture.write_bytes(PNG)
    page.get_by_label("选择图片").set_input_files(picture)
    expect(page.locator(".block img.thumb")).to_be_visible()
    expect(page.locator("#preview")).to_contain_text("缺少替代文字")
    page.get_by_label("替代文字").fill("自习区的台灯")
    page.get_by_label("版权").first.select_option("own")
    expect(page.locator("#preview .readiness")).to_have_count(0)
    page.get_by_role("button", name="第 2 块上移").click()
    expect(page.locator(".block-title").first).to_contain_text("小标题")
    expect(page.locator("#preview .article-body")).to_contain_text("自下周一起")
    look(page, "newsroom-editor", width=1280)
    assert not overflows(page)
    look(page, "newsroom-editor", width=390)
    assert not overflows(page)

    page.set_viewport_size({"width": 1280, "height": 900})
    page.get_by_role("button", name="保存并发布").click()
    expect(page.get_by_text("已保存并发布。")).to_be_visible()
    look(page, "newsroom-article", width=1280)
    look(page, "newsroom-article", width=390)
    assert not overflows(page)

    article = Article.objects.get()
    page.goto(f"{live_server.url}/m/articles/{article.pk}/?library=A")
    expect(page.get_by_role("heading", name="期末复习期间延长开放时间")).to_be_visible()
    expect(page.get_by_role("img", name="自习区的台灯")).to_be_visible()
    look(page, "newsroom-phone-article", width=390)
    assert not overflows(page)


def test_bold_words_typed_in_the_browser_are_kept(
    live_server: LiveServer, browser_page: Page, a_small_consortium: SmallConsortium
) -> None:
    page = browser_page
    sign_in_browser(page, live_server.url, a_small_consortium.librarian_a.user)
    page.goto(f"{live_server.url}/console/newsroom/article/new/")
    page.get_by_label("标题", exact=True).fill("加粗")
    text = page.get_by_role("textbox", name="正文")
    text.click()
    page.keyboard.type("CO2 ")
    page.keyboard.press("Control+b")
    page.keyboard.type("重点")
    page.get_by_role("button", name="保存草稿").click()
    expect(page.get_by_text("已保存。")).to_be_visible()
    newest = Article.objects.get().newest
    assert newest is not None and newest.blocks == [
        {"kind": "text", "html": "<p>CO2 <strong>重点</strong></p>"}
    ]

    page.get_by_role("link", name="修改", exact=True).click()
    expect(page.locator(".ql-editor strong")).to_have_text("重点")


def test_the_readers_list_and_home_page_show_the_notices(
    live_server: LiveServer, browser_page: Page, a_small_consortium: SmallConsortium
) -> None:
    for number in range(1, 5):
        a_notice(a_small_consortium.a, title=f"第 {number} 条通知：本周六因配电检修闭馆一天，请提前还书")
    page = browser_page
    page.set_viewport_size({"width": 390, "height": 800})
    page.goto(f"{live_server.url}/m/?library=A")
    expect(page.get_by_text("第 4 条通知")).to_be_visible()
    look(page, "newsroom-phone-home", width=390)
    page.get_by_role("link", name="全部通知").click()
    expect(page.get_by_text("第 1 条通知")).to_be_visible()
    look(page, "newsroom-phone-list", width=390)
    look(page, "newsroom-phone-list", width=1280)
    assert not overflows(page)


def test_two_revisions_stand_side_by_side(
    live_server: LiveServer, browser_page: Page, a_small_consortium: SmallConsortium
) -> None:
    article = a_notice(a_small_consortium.a, text="自下周一起，自习区每天开放到22:00。\n周末不变。")
    services.revise(
        article=article,
        version=article.version,
        content=a_content("开馆时间再调整", "自下周一起，自习区每天开放到23:00。\n请最后离开时关灯。"),
        arrangement=Arrangement(a_column()),
        by=a_small_consortium.librarian_a,
    )
    page = browser_page
    sign_in_browser(page, live_server.url, a_small_consortium.librarian_a.user)
    page.goto(f"{live_server.url}/console/newsroom/articles/")
    look(page, "newsroom-list", width=1280)
    look(page, "newsroom-list", width=390)
    assert not overflows(page)
    page.goto(f"{live_server.url}/console/newsroom/compare/{article.pk}/")
    expect(page.locator("ins").first).to_contain_text("再")
    look(page, "newsroom-compare", width=1280)
    assert not overflows(page)
