"""Spreadsheets and lists of ISBNs, from the file to the shelf and back."""

import csv
import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from xinglin.catalog import services, tasks
from xinglin.catalog.editing import tables
from xinglin.catalog.editing.headings import Meaning, guessed
from xinglin.catalog.editing.models import TableDraft
from xinglin.catalog.editing.sheet_isbns import isbn_in_cell
from xinglin.catalog.errors import NothingToImport
from xinglin.catalog.lifecycle import BatchState, Outcome
from xinglin.catalog.models import Holding, ImportBatch, Item, Record
from xinglin.catalog.tests.factories import a_record, cnmarc
from xinglin.commons.sheets import UnreadableTable, xlsx_bytes
from xinglin.consortium.tests.cast import SmallConsortium, signed_in

pytestmark = pytest.mark.django_db

HEADINGS = [
    "书名",
    "责任者",
    "出版社",
    "出版年",
    "ISBN",
    "分类号",
    "定价（元）",
    "索书号",
    "条码号",
    "馆藏地",
    "备注",
]
BOOK = [
    "心电图诊断学", "王吉耀，廖二元主编", "人民卫生出版社", "2020.5", "978-7-117-26678-9", "R540.4", "48.00",
    "R540.4/1", "B1", "二楼", "x",
]  # fmt: skip


def sheet(*rows: list[str]) -> bytes:
    text = io.StringIO()
    csv.writer(text).writerows([HEADINGS, *rows])
    return text.getvalue().encode()


def a_batch(
    cast: SmallConsortium, data: bytes, name: str = "新书.csv", *, without_damaged: bool = False
) -> ImportBatch:
    draft = tables.keep_draft(file=io.BytesIO(data), name=name, library=cast.main, by=cast.manager)
    mapping = guessed(tables.table_of(data, name).headings)
    batch = tables.import_table(
        draft=draft, mapping=mapping, without_damaged_isbns=without_damaged, by=cast.manager
    )
    tasks.preview_import(batch_id=batch.pk)
    services.start(batch=batch, by=cast.manager)
    tasks.run_import(batch_id=batch.pk)
    batch.refresh_from_db()
    return batch


@pytest.mark.parametrize(
    ("heading", "meaning"),
    [
        ("书名", Meaning.TITLE), ("题 名", Meaning.TITLE), ("作者", Meaning.AUTHOR), ("责任者", Meaning.AUTHOR),
        ("出版社", Meaning.PUBLISHER), ("出版年", Meaning.YEAR), ("出版日期", Meaning.YEAR), ("ISBN", Meaning.ISBN),
        ("isbn号", Meaning.ISBN), ("分类号", Meaning.CLASS), ("价格", Meaning.PRICE), ("定价（元）", Meaning.PRICE),
        ("索书号", Meaning.CALL_NUMBER), ("条码", Meaning.BARCODE), ("条形码", Meaning.BARCODE),
        ("馆藏地", Meaning.LOCATION),
        ("*ＩＳＢＮ", Meaning.ISBN),
    ],
)  # fmt: skip
def test_a_heading_is_understood(heading: str, meaning: Meaning) -> None:
    assert guessed([heading]) == {heading: meaning}


def test_two_columns_never_mean_the_same() -> None:
    assert guessed(["书名", "题名", "备注"]) == {"书名": Meaning.TITLE}


@pytest.mark.parametrize(
    ("cell", "number", "is_damaged", "told"),
    [
        ("978-7-117-26678-9", "9787117266789", False, ""),
        ("9787117266789.0", "9787117266789", False, ""),
        ("'9787117266789", "9787117266789", False, ""),
        ("9.787117266789E+12", "9787117266789", False, "已还原"),
        ("9.78712E+12", None, True, "无法还原"),
        ("306406152", "9780306406157", False, "开头的 0"),
        ("9787117266788", None, False, ""),
        ("", None, False, ""),
    ],
)
def test_what_excel_does_to_an_isbn_is_mended_or_reported(
    cell: str, number: str | None, is_damaged: bool, told: str
) -> None:
    read = isbn_in_cell(cell)
    assert (read.number, read.is_damaged) == (number, is_damaged)
    assert told in read.remark and bool(told) == bool(read.remark)


def test_a_row_becomes_a_record_with_its_copy_and_can_be_taken_back(
    a_small_consortium: SmallConsortium,
) -> None:
    cast = a_small_consortium
    batch = a_batch(cast, sheet(BOOK))
    record, item = Record.objects.get(), Item.objects.get()
    assert (record.title, record.authors, record.publisher, record.year, record.isbns, record.classes) == (
        "心电图诊断学", ["王吉耀", "廖二元"], "人民卫生出版社", 2020, ["9787117266789"], ["R540.4"],
    )  # fmt: skip
    assert (item.barcode, item.price_fen, item.holding.call_number, item.holding.location) == (
        "B1", 4800, "R540.4/1", "二楼",
    )  # fmt: skip
    assert not TableDraft.objects.exists()
    services.undo(batch=batch, by=cast.manager)
    tasks.undo_import(batch_id=batch.pk)
    assert not Record.objects.filter(state="active").exists() and not Item.objects.exists()


def test_two_rows_of_one_book_are_two_copies_of_one_record(a_small_consortium: SmallConsortium) -> None:
    a_batch(a_small_consortium, sheet(BOOK, [*BOOK[:8], "B2", *BOOK[9:]]))
    assert Record.objects.count() == 1 and Holding.objects.count() == 1
    assert set(Item.objects.values_list("barcode", flat=True)) == {"B1", "B2"}


def test_rows_that_are_no_records_stand_in_the_report_with_their_number(
    a_small_consortium: SmallConsortium,
) -> None:
    damaged = [*BOOK[:4], "9.78712E+12", *BOOK[5:]]
    unknown = ["", "", "", "", "9787117000001", "", "", "", "B3", "", ""]
    batch = a_batch(a_small_consortium, sheet(BOOK, damaged, unknown))
    assert batch.state == BatchState.DONE and batch.records == 3
    refused = batch.rows.filter(outcome=Outcome.REFUSED).order_by("number")
    assert [(row.code, "第 3 行" in row.reason, "第 4 行" in row.reason) for row in refused] == [
        ("isbn_damaged", True, False), ("row_without_record", False, True),
    ]  # fmt: skip
    assert "9.78712E+12" in bytes(refused[0].raw).decode()


def test_damaged_isbns_can_be_left_out_on_demand(a_small_consortium: SmallConsortium) -> None:
    damaged = [*BOOK[:4], "9.78712E+12", *BOOK[5:]]
    a_batch(a_small_consortium, sheet(damaged), without_damaged=True)
    assert Record.objects.get().isbns == []


def test_an_isbn_alone_puts_a_copy_under_the_record_that_has_it(a_small_consortium: SmallConsortium) -> None:
    cast = a_small_consortium
    services.upload(
        file=io.BytesIO(cnmarc("n1", "心电图诊断学", isbn="9787117266789", barcode="OLD")),
        name="x.iso", library=cast.a, by=cast.manager,
    )  # fmt: skip
    old = ImportBatch.objects.get()
    tasks.preview_import(batch_id=old.pk)
    services.start(batch=old, by=cast.manager)
    tasks.run_import(batch_id=old.pk)
    record = Record.objects.get()
    before = bytes(record.marc)
    a_batch(cast, "ISBN,条码\n9787117266789,NEW\n".encode(), "清单.csv")
    record.refresh_from_db()
    assert Record.objects.count() == 1 and bytes(record.marc) == before
    copies = dict(Item.objects.values_list("barcode", "holding__record"))
    assert copies == {"OLD": record.pk, "NEW": record.pk}


def test_an_isbn_that_two_records_share_is_not_guessed(a_small_consortium: SmallConsortium) -> None:
    cast = a_small_consortium
    for volume in ("上册", "下册"):
        a_record("内科学", volume=volume, isbns=("9787117266789",))
    table = tables.table_of(b"9787117266789\n", "list.txt")
    converted = tables.convert(table, guessed(table.headings), library=cast.main)
    assert not converted.records and "2 条书目" in converted.bad[0].reason and converted.bad[0].number == 1


def test_a_workbook_without_headings_is_read_from_its_first_row() -> None:
    data = xlsx_bytes(headings=["9787117266789"], rows=[["9780306406157"]])
    table = tables.table_of(data, "x.xlsx")
    assert [isbn_in_cell(row[table.headings[0]]).number for row in table.rows] == [
        "9787117266789",
        "9780306406157",
    ]
    assert guessed(table.headings) == {table.headings[0]: Meaning.ISBN}


@pytest.mark.parametrize("data", [b"", b"\x00\x01\x02", b"PK\x03\x04broken", "书名,书名\n一,二\n".encode()])
def test_a_file_that_is_no_table_is_refused_in_words(
    a_small_consortium: SmallConsortium, data: bytes
) -> None:
    cast = a_small_consortium
    with pytest.raises((UnreadableTable, NothingToImport)):
        tables.keep_draft(file=io.BytesIO(data), name="x.csv", library=cast.main, by=cast.manager)
    assert not TableDraft.objects.exists()


def test_a_librarian_corrects_a_column_and_hands_the_table_over(a_small_consortium: SmallConsortium) -> None:
    cast = a_small_consortium
    client = signed_in(cast.manager)
    data = "名字,谁写的\n心电图诊断学,王吉耀\n".encode("gb18030")
    answer = client.post(
        "/console/catalog/table/new/", {"file": SimpleUploadedFile("a.csv", data), "library": cast.main.pk}
    )
    draft = TableDraft.objects.get()
    address = f"/console/catalog/table/{draft.pk}/"
    assert answer.headers["Location"] == address
    assert "不能" in client.get(address).content.decode()
    answer = client.post(address, {"column0": "title", "column1": "author"})
    batch = ImportBatch.objects.get()
    assert answer.headers["Location"] == f"/console/catalog/import/{batch.pk}/"
    assert batch.records == 1


def test_another_library_sees_no_table_of_ours(a_small_consortium: SmallConsortium) -> None:
    cast = a_small_consortium
    draft = tables.keep_draft(file=io.BytesIO(sheet(BOOK)), name="x.csv", library=cast.main, by=cast.manager)
    client = signed_in(cast.outsider)
    assert client.get(f"/console/catalog/table/{draft.pk}/").status_code in (403, 404)
    assert client.post(f"/console/catalog/table/{draft.pk}/", {"column0": "title"}).status_code in (403, 404)
    assert not ImportBatch.objects.exists()
