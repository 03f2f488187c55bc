"""The cataloguer's screens and the readers' pages in a real browser, looked at."""

import io
from collections.abc import Callable, Mapping

import pytest
from django.conf import settings
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from xinglin.catalog import services, tasks
from xinglin.catalog.harvesting import services as harvesting
from xinglin.catalog.harvesting.models import HarvestRun
from xinglin.catalog.harvesting.running import harvest_page
from xinglin.catalog.models import ItemType
from xinglin.catalog.tests.factories import a_record, an_item, cnmarc
from xinglin.commons.testing import look, overflows
from xinglin.consortium.tests.cast import SmallConsortium, signed_in

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]
Index = Callable[[], int]


def a_catalogue(cast: SmallConsortium) -> None:
    titles = (
        "心电图诊断学",
        "临床心电图图谱",
        "心电图学习指导",
        "内科学",
        "实用心脏病学",
        "急诊医学",
        "护理学基础",
    )
    for number, title in enumerate(titles):
        record = a_record(
            title,
            authors=("王吉耀", "廖二元"),
            responsibility="王吉耀, 廖二元主编",
            publisher="人民卫生出版社",
            place="北京",
            year=2015 + number,
            isbns=("9787117266789",) if number == 0 else (),
            classes=("R540.4", "R5")[number % 2 :],
            subjects=("心电图--诊断",),
            languages=("chi",),
            abstract="本书系统介绍心电图的原理、正常与异常图形，以及常见心律失常的识别要点。",
            extent="320 页",
        )
        an_item(record, cast.main, call_number=f"R540.4/{number}")
        an_item(record, cast.main, call_number=f"R540.4/{number}", item_type=ItemType.REFERENCE)
        if number % 2:
            an_item(record, cast.a)


@pytest.mark.parametrize("width", [390, 1280])
def test_readers_pages_look_right(
    browser_page: Page, live_server: LiveServer, a_small_consortium: SmallConsortium, index: Index, width: int
) -> None:
    a_catalogue(a_small_consortium)
    index()
    browser_page.set_viewport_size({"width": width, "height": 844})
    for name, path in (("search", "/m/search/?q=心电图"), ("new", "/m/new/"), ("classes", "/m/classes/")):
        browser_page.goto(live_server.url + path)
        look(browser_page, f"catalog-{name}", width=width)
        assert not overflows(browser_page)
    browser_page.goto(live_server.url + "/m/search/?q=心电图")
    browser_page.locator("details").nth(0).locator("summary").click()
    browser_page.locator("details").nth(1).locator("summary").click()
    look(browser_page, "catalog-search-open", width=width)
    browser_page.get_by_text("诊断学").first.click()
    expect(browser_page.get_by_text("在架 · 可借").first).to_be_visible()  # the click only sets out
    look(browser_page, "catalog-record", width=width)
    assert not overflows(browser_page)


def a_harvest(cast: SmallConsortium) -> HarvestRun:
    """A harvest that broke off after a page."""
    source = harvesting.add_source(
        name="省医学图书馆联合目录", library=cast.main, address="https://oai.example.org/oai", by=cast.manager
    )
    run = harvesting.harvest(source=source, by=cast.manager)
    head = "<header><identifier>oai:x:1</identifier><datestamp>2026-01-01</datestamp></header>"
    page = f"<record>{head}<metadata><dc><title>循证医学</title></dc></metadata></record>"
    page += "<resumptionToken>n</resumptionToken>"

    def fetch(_address: str, parameters: Mapping[str, str]) -> bytes:
        inside = "<Identify/>" if parameters["verb"] == "Identify" else f"<ListRecords>{page}</ListRecords>"
        return f'<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/">{inside}</OAI-PMH>'.encode()

    harvest_page(run.pk, fetch)
    harvesting.break_off(run_id=run.pk, why="来源在 20 秒内没有答复；请稍后再试。")
    return run


@pytest.mark.parametrize("width", [390, 1280])
def test_the_cataloguers_screens_look_right(
    browser_page: Page, live_server: LiveServer, a_small_consortium: SmallConsortium, index: Index, width: int
) -> None:
    cast = a_small_consortium
    a_catalogue(cast)
    data = b"".join(cnmarc(f"n{n}", f"急诊心电图 {n}", barcode=f"B{n}") for n in range(5))
    data += cnmarc("n9", "另一本书", isbn="9787117266789") + cnmarc("n10", "半条")[:-30]
    batch = services.upload(file=io.BytesIO(data), name="新书.iso", library=cast.main, by=cast.manager)
    tasks.preview_import(batch_id=batch.pk)
    harvest = a_harvest(cast)
    index()
    cookie = signed_in(cast.manager).cookies[settings.SESSION_COOKIE_NAME].value
    browser_page.context.add_cookies(
        [{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": live_server.url}]
    )
    browser_page.set_viewport_size({"width": width, "height": 900})

    def shown(name: str, path: str) -> None:
        browser_page.goto(live_server.url + path)
        look(browser_page, f"catalog-{name}", width=width)
        assert not overflows(browser_page), name

    shown("console-records", "/console/catalog/records/")
    shown("console-import-new", "/console/catalog/import/new/")
    shown("console-import-preview", f"/console/catalog/import/{batch.pk}/")
    browser_page.get_by_role("button", name="确认导入").click()
    tasks.run_import(batch_id=batch.pk)
    shown("console-import-done", f"/console/catalog/import/{batch.pk}/")
    shown("console-imports", "/console/catalog/imports/")
    shown("console-review", "/console/catalog/review/")
    browser_page.get_by_text("另一本书").first.click()
    browser_page.get_by_text("就是已有的这种书").wait_for()
    look(browser_page, "catalog-console-row", width=width)
    row = batch.rows.filter(outcome="added").first()
    assert row is not None
    shown("console-record", f"/console/catalog/record/{row.record_id}/")
    shown("console-items", "/console/catalog/items/")
    shown("console-index", "/console/catalog/index/")
    shown("console-harvests", "/console/catalog/harvests/")
    browser_page.get_by_text("省医学图书馆联合目录").first.click()
    browser_page.get_by_text("立即收割").first.click()
    expect(browser_page.get_by_text("空着从上一次收割之后接着来")).to_be_visible()
    browser_page.get_by_role("button", name="立即收割").last.click()
    expect(browser_page.get_by_text("还有一次收割没有结束").first).to_be_visible()
    shown("console-harvest", f"/console/catalog/harvest/{harvest.source_id}/")
    shown("console-harvest-edit", f"/console/catalog/harvest/edit/{harvest.source_id}/")
    shown("console-harvest-run", f"/console/catalog/harvest_run/{harvest.pk}/")
