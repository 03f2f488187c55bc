"""The editor in a real browser, by keyboard, looked at; and through plain HTTP."""

from io import BytesIO

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Page
from pytest_django.live_server_helper import LiveServer

from xinglin.catalog.editing import saving
from xinglin.catalog.editing.lines import text_of
from xinglin.catalog.editing.tables import keep_draft
from xinglin.catalog.editing.tests.test_saving import kept
from xinglin.catalog.models import Record
from xinglin.catalog.tests.factories import a_record, cnmarc
from xinglin.commons.testing import look, overflows
from xinglin.consortium.models import Staff
from xinglin.consortium.tests.cast import SmallConsortium, signed_in

pytestmark = pytest.mark.django_db(transaction=True)
WIDTHS = pytest.mark.parametrize("width", [390, 1280])


def enter(page: Page, server: LiveServer, staff: Staff, width: int) -> None:
    cookie = signed_in(staff).cookies[settings.SESSION_COOKIE_NAME].value
    page.context.clear_cookies()
    page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": server.url}])
    page.set_viewport_size({"width": width, "height": 900})


def a_book() -> Record:
    return kept(cnmarc("n1", "心电图诊断学", isbn="9787117266789", barcode="B1", extra=(
        ("300", "附光盘一张"), ("330", "本书系统介绍心电图的原理、正常与异常图形，以及常见心律失常的识别要点。" * 4),
    )))  # fmt: skip


def row_with(page: Page, tag: str) -> int:
    tags: list[str] = page.locator(".row-tag").evaluate_all("boxes => boxes.map(box => box.value)")
    return tags.index(tag)


@pytest.mark.browser
def test_a_cataloguer_adds_and_moves_and_removes_fields_by_keyboard(
    browser_page: Page, live_server: LiveServer, a_small_consortium: SmallConsortium
) -> None:
    page, record = browser_page, a_book()
    enter(page, live_server, a_small_consortium.manager, 1280)
    page.goto(f"{live_server.url}/console/catalog/editor/{record.pk}/")
    page.locator(".row-text").nth(row_with(page, "215")).focus()
    keys = page.keyboard
    keys.press("Enter")
    keys.type("2252#")
    keys.press("F9")
    keys.type("a")
    keys.insert_text("临床医学丛书")
    keys.type("|v3")
    page.get_by_text("(临床医学丛书 ; 3)").wait_for()
    keys.press("Alt+ArrowUp")
    assert row_with(page, "225") < row_with(page, "215")
    page.locator(".row-text").nth(row_with(page, "300")).focus()
    keys.press("Control+Delete")
    page.locator(".row-text").nth(row_with(page, "606")).focus()
    keys.press("Control+d")
    keys.press("Control+Delete")
    keys.press("Control+Shift+Z")
    keys.press("Control+Delete")
    look(page, "editing-by-keyboard", width=1280)
    keys.press("Control+s")
    page.get_by_text("已保存。").wait_for()
    record.refresh_from_db()
    text = text_of(saving.opened(record).marc)
    assert "225 2# ‡a临床医学丛书‡v3" in text and "\n300 " not in text and text.count("\n606 ") == 1
    assert record.series == ["临床医学丛书 ; 3"]


@pytest.mark.browser
def test_a_wrong_isbn_is_told_on_its_row_and_stops_the_save(
    browser_page: Page, live_server: LiveServer, a_small_consortium: SmallConsortium
) -> None:
    page, record = browser_page, a_book()
    enter(page, live_server, a_small_consortium.manager, 1280)
    page.goto(f"{live_server.url}/console/catalog/editor/{record.pk}/")
    box = page.locator(".row-text").nth(row_with(page, "010"))
    box.fill("‡a9787117266780‡dCNY48.00")
    page.get_by_text("校验位不对").wait_for()
    assert "with-error" in (page.locator(".marc-row").nth(row_with(page, "010")).get_attribute("class") or "")
    page.locator(".row-text").first.focus()
    page.keyboard.press("F8")
    assert box.evaluate("box => document.activeElement === box")
    page.keyboard.press("Control+s")
    page.get_by_text("没有保存").wait_for()
    assert "9787117266780" in page.locator(".row-text").nth(row_with(page, "010")).input_value()
    record.refresh_from_db()
    assert record.version == 1


@pytest.mark.browser
@WIDTHS
def test_the_editor_looks_right(
    browser_page: Page, live_server: LiveServer, a_small_consortium: SmallConsortium, width: int
) -> None:
    page, record = browser_page, a_book()
    enter(page, live_server, a_small_consortium.manager, width)
    page.goto(f"{live_server.url}/console/catalog/editor/{record.pk}/")
    page.locator(".marc-row").first.wait_for()
    look(page, "editing-record", width=width)
    assert not overflows(page)
    page.locator(".row-text").nth(row_with(page, "100")).focus()
    page.keyboard.press("F4")
    page.get_by_label("09-12 出版年1").fill("2021")
    look(page, "editing-fixed", width=width)
    page.get_by_role("button", name="填入").click()
    assert "d2021    em" in page.locator(".row-text").nth(row_with(page, "100")).input_value()
    page.goto(f"{live_server.url}/console/catalog/editor/new/?blank=cnmarc_thesis")
    page.locator(".marc-row").first.wait_for()
    look(page, "editing-new", width=width)
    assert not overflows(page)


@pytest.mark.browser
@WIDTHS
def test_two_cataloguers_are_told_of_each_other_and_nothing_is_lost(
    browser_page: Page, live_server: LiveServer, a_small_consortium: SmallConsortium, width: int
) -> None:
    cast, page, record = a_small_consortium, browser_page, a_book()
    first = signed_in(cast.librarian_a)
    address = f"/console/catalog/editor/{record.pk}/"
    first.post(f"{address}presence/", {"version": "1"})
    enter(page, live_server, cast.manager, width)
    page.goto(live_server.url + address)
    page.get_by_text("正在编辑这条书目").wait_for()
    assert cast.librarian_a.name in page.locator("#presence").inner_text()
    look(page, "editing-presence", width=width)
    theirs = text_of(saving.opened(record).marc).replace("附光盘一张", "附光盘两张")
    saving.save_amended(record=record, version=1, text=theirs, by=cast.manager)
    page.locator(".row-text").nth(row_with(page, "300")).fill("‡a附光盘三张")
    page.keyboard.press("Control+s")
    page.get_by_text("您的内容还在下面的编辑区里").wait_for()
    look(page, "editing-overtaken", width=width)
    assert not overflows(page)
    assert page.locator(".row-text").nth(row_with(page, "300")).input_value() == "‡a附光盘三张"
    assert "附光盘两张" in page.locator(".theirs").first.inner_text()
    record.refresh_from_db()
    assert record.version == 2
    page.get_by_role("button", name="以我的为准").click()
    page.get_by_text("已保存。").wait_for()
    record.refresh_from_db()
    assert record.version == 3 and "附光盘三张" in text_of(saving.opened(record).marc)


@pytest.mark.browser
@WIDTHS
def test_lists_exports_and_tables_look_right(
    browser_page: Page, live_server: LiveServer, a_small_consortium: SmallConsortium, width: int
) -> None:
    cast, page = a_small_consortium, browser_page
    a_book()
    a_record("𠀀字典")
    data = "书名,作者,出版社,ISBN,条码,备注\n心电图,王吉耀,人卫,9.78712E+12,B1,x\n"
    data += "内科学,葛均波,人卫,306406152,B2,y\n外科学,陈孝平,人卫,9787117266789,B3,\n"
    draft = keep_draft(file=BytesIO(data.encode()), name="新书.csv", library=cast.main, by=cast.manager)
    enter(page, live_server, cast.manager, width)
    for name, path in (
        ("records", "records/"), ("record-page", f"record/{Record.objects.order_by('pk')[0].pk}/"),
        ("export", "export/?form=gbk"),
        ("table-new", "table/new/"), ("table", f"table/{draft.pk}/"), ("imports", "imports/"),
    ):  # fmt: skip
        page.goto(f"{live_server.url}/console/catalog/{path}")
        look(page, f"editing-{name}", width=width)
        assert not overflows(page), name
    page.goto(f"{live_server.url}/console/catalog/table/{draft.pk}/")
    page.get_by_label("ISBN 被表格软件改坏的行").check()
    page.get_by_text("3 行可以导入").wait_for()


def signed(cast: SmallConsortium) -> Client:
    return signed_in(cast.manager)


def test_without_scripts_a_record_is_edited_as_text(a_small_consortium: SmallConsortium) -> None:
    record, client = a_book(), signed(a_small_consortium)
    address = f"/console/catalog/editor/{record.pk}/"
    assert "‡a心电图诊断学" in client.get(address).content.decode()
    text = text_of(saving.opened(record).marc).replace("诊断学", "图谱")
    answer = client.post(address, {"record": text.replace("\n", "\r\n"), "version": "1"})
    assert answer.headers["Location"] == f"/console/catalog/record/{record.pk}/"
    record.refresh_from_db()
    assert record.title == "心电图图谱"


@pytest.mark.parametrize(
    "sent", ["", "\x00", "LDR", "200 1# ‡a" + "长" * 20_000, "‡" * 500, "\\ud800 \\U00110000"]
)
def test_whatever_is_sent_to_the_editor_is_answered(a_small_consortium: SmallConsortium, sent: str) -> None:
    record, client = a_book(), signed(a_small_consortium)
    for path, data in (
        (f"editor/{record.pk}/", {"record": sent, "version": "x"}),
        ("editor/new/", {"record": sent, "flavour": "?"}),
        ("editor/panel/", {"record": sent, "flavour": "marc21"}),
    ):
        assert client.post(f"/console/catalog/{path}", data).status_code < 500
    assert Record.objects.count() <= 2


def test_who_may_not_change_records_opens_no_editor(a_small_consortium: SmallConsortium) -> None:
    record, client = a_book(), signed_in(a_small_consortium.audit_administrator)
    for path in (f"editor/{record.pk}/", "editor/new/", f"editor/{record.pk}/presence/"):
        assert client.post(f"/console/catalog/{path}", {"record": "x", "version": "1"}).status_code == 403
    assert client.get("/console/catalog/editor/fixed/?tag=008&flavour=marc21").status_code == 403


def test_the_helper_knows_only_fixed_fields(a_small_consortium: SmallConsortium) -> None:
    client = signed(a_small_consortium)
    assert "编目语种" in client.get("/console/catalog/editor/fixed/?tag=100&flavour=cnmarc").content.decode()
    assert client.get("/console/catalog/editor/fixed/?tag=245&flavour=marc21").status_code == 404
