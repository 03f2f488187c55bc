"""The cataloguer's screens and the readers' pages in a real browser, looked at."""

import io
from collections.abc import Callable

import pytest
from django.conf import settings
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from xinglin.catalog import services, tasks
from xinglin.catalog.models import ImportBatch, ItemType
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
    row = ImportBatch.objects.get().rows.filter(outcome="added").first()
    assert row is not None
    shown("console-record", f"/console/catalog/record/{row.record_id}/")
    shown("console-items", "/console/catalog/items/")
    shown("console-index", "/console/catalog/index/")
