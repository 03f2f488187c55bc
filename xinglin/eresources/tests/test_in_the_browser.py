"""The navigation of resources on a phone, and the librarian's screens, in a real browser."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from xinglin.catalog.tests.factories import a_record
from xinglin.commons import clock
from xinglin.console.testing import look, overflows, sign_in_browser
from xinglin.consortium.tests.cast import SmallConsortium
from xinglin.eresources import services
from xinglin.eresources.models import Database
from xinglin.eresources.tests.factories import a_database, kbart

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def a_shelf(cast: SmallConsortium) -> Database:
    """Databases as a hospital library has them."""
    both = (cast.main, cast.a)
    cnki = a_database(
        cast.main,
        other_name="CNKI",
        provider="同方知网",
        libraries=both,
        types=["full_text", "theses"],
        subjects=["R", "循证医学"],
        languages=["chi"],
        description="中文期刊、学位论文和会议论文全文",
        guide="首页选“主题”检索，两个关键词用 * 连接。\n结果页左侧可按年份和期刊级别筛选。",
        url_outside="https://cnki.example/remote",
        access_in_house="联盟各馆网络内直接打开，不用登录。",
        access_outside="请用绑定的读者证扫码登录后，从本页链接进入。",
        video_url="https://video.example/1",
    )
    a_database(
        cast.main,
        "wanfang",
        name="万方数据知识服务平台",
        libraries=both,
        types=["full_text"],
        languages=["chi"],
    )
    a_database(
        cast.main, "vip", name="重庆维普期刊平台", libraries=both, types=["journals"], languages=["chi"]
    )
    a_database(
        cast.main,
        "pubmed",
        name="PubMed",
        kind="open",
        types=["abstract_index"],
        languages=["eng"],
        subjects=["R"],
    )
    a_database(
        cast.main,
        "uptodate",
        name="UpToDate 临床顾问",
        kind="trial",
        trial_until=clock.today() + timedelta(days=20),
        libraries=both,
        types=["point_of_care"],
        languages=["eng"],
    )
    services.count_visit(database=cnki, library=cast.a, in_house=False)
    return cnki


def test_a_reader_finds_a_database_and_reads_how_it_is_reached(
    live_server: LiveServer, browser_page: Page, a_small_consortium: SmallConsortium
) -> None:
    a_shelf(a_small_consortium)
    page = browser_page
    page.set_viewport_size({"width": 390, "height": 800})
    page.goto(f"{live_server.url}/m/databases/?library=A")
    look(page, "eresources-phone-list", width=390)
    assert not overflows(page)
    look(page, "eresources-phone-list", width=1280)
    page.set_viewport_size({"width": 390, "height": 800})
    page.get_by_role("link", name="类型").click()
    expect(page.get_by_role("heading", name="临床决策 1")).to_be_visible()
    look(page, "eresources-phone-types", width=390)
    page.get_by_label("查找数据库").fill("zgzw")
    page.get_by_role("button", name="查找").click()
    page.get_by_role("link", name="中国知网").click()
    expect(page.get_by_role("link", name="馆外打开")).to_be_visible()
    look(page, "eresources-phone-database", width=390)
    assert not overflows(page)


def test_a_librarian_adds_a_database_lets_libraries_use_it_and_lists_its_journals(
    live_server: LiveServer, browser_page: Page, a_small_consortium: SmallConsortium, index: Callable[[], int]
) -> None:
    index()
    a_shelf(a_small_consortium)
    page = browser_page
    sign_in_browser(page, live_server.url, a_small_consortium.manager.user)
    page.set_viewport_size({"width": 1280, "height": 900})
    page.goto(f"{live_server.url}/console/eresources/databases/")
    look(page, "eresources-list", width=1280)
    look(page, "eresources-list", width=390)
    assert not overflows(page)
    page.set_viewport_size({"width": 1280, "height": 900})
    page.get_by_role("link", name="新增数据库").click()
    look(page, "eresources-form", width=1280)
    page.locator("#id_code").fill("cochrane")
    page.locator("#id_name").fill("Cochrane 图书馆")
    page.locator("#id_url").fill("https://cochrane.example/")
    page.get_by_label("循证医学").check()
    page.get_by_role("button", name="保存").click()
    page.get_by_role("link", name="开通使用权").or_(page.get_by_role("button", name="开通使用权")).click()
    page.get_by_label("第一附属医院图书馆").check()
    page.locator("dialog").get_by_role("button", name="开通使用权").click()
    expect(page.get_by_text("已开通使用权。")).to_be_visible()
    look(page, "eresources-database", width=1280)
    look(page, "eresources-database", width=390)
    assert not overflows(page)
    page.goto(f"{live_server.url}/console/eresources/import/")
    look(page, "eresources-import", width=1280)
    page.goto(f"{live_server.url}/console/eresources/title_lists/")
    expect(page.get_by_text("还没有收录清单")).to_be_visible()
    page.get_by_role("link", name="导入 KBART").first.click()
    page.get_by_label("数据库").select_option(label="中国知网")
    page.get_by_label("清单名称").fill("医学期刊")
    file = kbart(("心血管病学报", "1936-1327", "", "2008", ""), ("没有刊号的刊", "", "", "2001", ""))
    page.get_by_label("文件").set_input_files(
        {"name": "cnki.tsv", "mimeType": "text/tab-separated-values", "buffer": file.read()}
    )
    look(page, "eresources-kbart", width=1280)
    page.get_by_role("button", name="导入").click()
    expect(page.get_by_text("文件 2 行：导入 1 种，未导入 1 行。")).to_be_visible()
    for width in (1280, 390):
        look(page, "eresources-title-list", width=width)
        assert not overflows(page)
    page.get_by_role("link", name="看清单里的刊和书").click()
    for width in (1280, 390):
        look(page, "eresources-titles", width=width)
        assert not overflows(page)
    page.goto(f"{live_server.url}/m/e-titles/?library=A")
    expect(page.get_by_text("心血管病学报")).to_be_visible()
    look(page, "eresources-phone-titles", width=390)
    assert not overflows(page)
    page.goto(f"{live_server.url}/m/search/?library=A&q=xinxueguan")
    expect(page.get_by_test_id("beside")).to_be_visible()
    look(page, "eresources-phone-beside", width=390)
    assert not overflows(page)
    journal = a_record("心血管病学报", kind="serial", issns=("1936-1327",))
    page.goto(f"{live_server.url}/m/record/{journal.pk}/?library=A")
    expect(page.get_by_role("link", name="读电子版")).to_be_visible()
    look(page, "eresources-phone-record", width=390)
    assert not overflows(page)
