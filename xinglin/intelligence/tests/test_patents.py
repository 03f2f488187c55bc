"""Patents: tables of three vendors read, reckoned up, counted, and made into a report."""

from datetime import UTC, datetime
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pypdf import PdfReader

from xinglin.commons import clock
from xinglin.commons.sheets import Row, read_table, xlsx_bytes
from xinglin.commons.testing import asked_in
from xinglin.consortium.tests.cast import SmallConsortium, signed_in
from xinglin.intelligence.models import PatentSet, Topic
from xinglin.intelligence.patents import services
from xinglin.intelligence.patents.counting import count
from xinglin.intelligence.patents.errors import PatentsUnfit
from xinglin.intelligence.patents.lifecycle import PatentSetState
from xinglin.intelligence.patents.reading import WORDS, Patent, are_headings, read, recognised
from xinglin.intelligence.products import services as products
from xinglin.intelligence.products.models import Product

VENDORS = (
    ("公开（公告）号", "标题 (中文)", "申请人", "发明人", "IPC", "申请日", "公开国别", "简单同族编号"),
    ("公开(公告)号", "标题", "[标]当前申请(专利权)人", "发明人", "IPC分类号", "申请日", "受理局", "简单同族编号"),
    ("Publication Number", "Title - DWPI", "Assignee/Applicant", "Inventor", "IPC - Current", "Application Date",
     "Publication Country", "INPADOC Family ID"),
)  # fmt: skip
ROWS = (
    (
        "CN112345678A",
        "一种退热贴",
        "杏川大学; 杏川医院",
        "王一;李二",
        "A61K9/70; A61P29/00",
        "2020-12-01",
        "CN",
        "F1",
    ),
    ("US 2021/0123456 A1", "Cooling patch", "杏川大学", "Wang, Yi", "A61K 9/70", "2021/3/5", "", "F1"),
    (
        "CN 113000001 B",
        "流感检测试剂盒",
        "杏川大学|省疾控中心",
        "李二",
        "G01N33/569",
        "20210701",
        "中国",
        "F2",
    ),
    ("", "没有号的", "某某", "", "", "", "", ""),
    ("CN112345678A", "又一次", "某某", "", "", "", "", ""),
    ("一二三", "号看不懂", "某某", "", "", "", "", ""),
    ("CN113000009A", "", "某某", "", "", "", "", ""),
    ("CN113000010A", "日子看不懂", "某某", "", "", "去年", "", ""),
)


def _rows(headings: tuple[str, ...]) -> list[Row]:
    return [Row(n, dict(zip(headings, row, strict=True))) for n, row in enumerate(ROWS, start=2)]


@pytest.mark.parametrize("headings", VENDORS)
def test_the_columns_of_each_vendor_are_recognised_and_every_row_is_accounted_for(
    headings: tuple[str, ...],
) -> None:
    reading = read(_rows(headings), recognised(headings))
    assert reading.declared == len(reading.taken) + len(reading.refused) == 8
    assert [line for line, _why, _what in reading.refused] == [5, 6, 7, 8, 9]
    first, second, third = reading.taken
    assert first.applicants == ("杏川大学", "杏川医院") and first.classes == ("A61K9", "A61P29")
    assert (second.number, second.filed, second.country) == ("US20210123456A1", "2021-03-05", "US")
    assert (third.filed, third.country, third.applicants[1]) == ("2021-07-01", "CN", "省疾控中心")
    assert Patent.from_plain(first.as_plain()) == first


def test_tables_of_each_vendor_with_lines_above_are_recognised() -> None:
    """The headings are those that programs reading real exports name; see ``reading.FIELDS``."""
    patsnap = (
        "公开(公告)号",
        "标题(译)(简体中文)",
        "[标]原始申请(专利权)人",
        "发明人",
        "IPC主分类号",
        "公开(公告)日",
        "INPADOC同族编号",
    )
    derwent = ("Publication Number", "Title - DWPI", "Assignee - DWPI", "Inventor - DWPI", "IPC - Current - DWPI",
               "Publication Country Code", "Abstract - DWPI")  # fmt: skip
    cnipa = (
        "公开（公告）号",
        "发明名称",
        "申请（专利权）人",
        "发明（设计）人",
        "主分类号",
        "公开（公告）日",
        "国别省市代码",
    )
    for headings in (patsnap, derwent, cnipa):
        assert len(recognised(headings)) == len(headings), headings
        above = "导出时间 2026-03-20\n检索式,退热贴\n"
        data = f"{above}{','.join(headings)}\nCN1234567A,甲,乙\n".encode()
        (row,) = read_table(BytesIO(data), name="a.csv", are_headings=are_headings)
        assert (row.number, row[headings[0]], row[headings[2]]) == (4, "CN1234567A", "乙")
    names = read([Row(2, {"公开号": "CN1234567A", "标题": "甲", "发明人": "TANNER, CHRISTOPHER|王一"})],
                 {"number": "公开号", "title": "标题", "inventors": "发明人"})  # fmt: skip
    assert names.taken[0].inventors == ("TANNER, CHRISTOPHER", "王一")


@pytest.mark.django_db
def test_a_table_with_other_columns_waits_and_a_librarian_maps_them_on_screen(
    topic: Topic, a_small_consortium: SmallConsortium
) -> None:
    headings = ("文献编码", "专利题目", "权利人", "备注")
    rows = [
        ("CN112345678A", "一种退热贴", "杏川大学", ""),
        ("看不懂", "坏的", "某某", ""),
        ("CN112345679A", "又一种", "", ""),
    ]
    client = signed_in(a_small_consortium.manager)
    file = SimpleUploadedFile("别家.xlsx", xlsx_bytes(headings=headings, rows=rows))
    client.post(
        reverse("console:intelligence.patent_set.new"), {"file": file, "title": "别家", "topic": topic.pk}
    )
    made = PatentSet.objects.get()
    assert (made.state, made.declared, made.taken, made.refused_count) == (PatentSetState.UNMAPPED, 3, 0, 0)
    page = reverse("console:intelligence.patent_set", args=[made.pk])
    assert "没有认出来" in client.get(page).content.decode()
    form = client.get(f"{page}do/map/").content.decode()
    assert form.count('<option value="权利人"') == len(WORDS)
    assert "又一种" not in client.post(f"{page}do/map/", {"number": "", "title": "专利题目"}).content.decode()
    outsider = signed_in(a_small_consortium.outsider)
    assert outsider.post(f"{page}do/map/", {"number": "文献编码", "title": "专利题目"}).status_code in (
        403,
        404,
    )
    made.refresh_from_db()
    assert made.state == PatentSetState.UNMAPPED
    client.post(f"{page}do/map/", {"number": "文献编码", "title": "专利题目", "applicants": "权利人"})
    made.refresh_from_db()
    assert (made.state, made.declared, made.taken, made.refused_count) == (PatentSetState.READ, 3, 2, 1)
    assert [each.applicants for each in made.patents] == [("杏川大学",), ()] and made.table == []
    assert made.refused[0][0] == 3, "the line of the file"
    with pytest.raises(PatentsUnfit, match="已经读入"):
        services.map_columns(patents=made, mapping={"number": "文献编码", "title": "专利题目"}, by=None)


@pytest.mark.django_db
def test_the_list_reads_no_rows_of_any_table(topic: Topic, a_small_consortium: SmallConsortium) -> None:
    client, listing = signed_in(a_small_consortium.manager), reverse("console:intelligence.patents")
    counted = []
    for place in range(3):
        data = f"公开号,标题\nCN112345678A,第{place}批\n一,二\n".encode()
        services.import_patents(topic=topic, title=f"第{place}批", data=data, name="a.csv", by=None)
        with CaptureQueriesContext(connection) as asked:
            page = client.get(listing).content.decode()
        assert page.count("批</a>") == place + 1
        counted.append(len(asked_in(asked)))
        assert not any('"rows"' in each["sql"] or '"refused"' in each["sql"] for each in asked)
    assert counted[1] == counted[2], "as many questions for three tables as for two"


def test_patents_are_counted_by_document_family_year_applicant_class_and_office() -> None:
    counts = count(read(_rows(VENDORS[0]), recognised(VENDORS[0])).taken)
    assert (counts["papers"], counts["families"]) == (3, 2)
    assert counts["filed"] == [["2020", 1], ["2021", 2]]
    assert counts["applicants"] == [["杏川大学", 3], ["杏川医院", 1], ["省疾控中心", 1]]
    assert counts["ipc"][0] == ["A61K", 2]  # type: ignore[index]
    assert counts["countries"] == [["中国", 2], ["美国", 1]]


@pytest.mark.django_db
def test_a_librarian_uploads_a_table_and_makes_a_report_that_stays_the_same(
    topic: Topic, a_small_consortium: SmallConsortium, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clock, "now", lambda: datetime(2026, 3, 20, 2, 0, tzinfo=UTC))
    client = signed_in(a_small_consortium.manager)
    file = SimpleUploadedFile("专利.xlsx", xlsx_bytes(headings=VENDORS[1], rows=ROWS))
    client.post(
        reverse("console:intelligence.patent_set.new"), {"file": file, "title": "退热", "topic": topic.pk}
    )
    made = PatentSet.objects.get()
    assert (made.declared, made.taken, made.refused_count) == (8, 3, 5)
    page = reverse("console:intelligence.patent_set", args=[made.pk])
    shown = client.get(page).content.decode()
    assert "公开号和第 2 行相同" in shown and "省疾控中心" in shown and "3 件公开文本，2 个同族" in shown
    assert signed_in(a_small_consortium.outsider).get(page).status_code in (403, 404)
    client.post(f"{page}do/report/", {"title": "退热专利分析", "preface": ""})
    product = Product.objects.get()
    pdf, _kind = products.file_of(product, "pdf")
    text = "".join(each.extract_text() for each in PdfReader(BytesIO(pdf)).pages)
    assert "退热专利分析" in text and "共 3 件" in text and "18 个月" in text and "CN112345678A" in text
    assert products.file_of(product, "pdf")[0] == pdf
    for form in ("docx", "xlsx", "ris", "bib", "txt"):
        assert products.file_of(product, form)[0], form
    assert client.get(reverse("console:intelligence.product", args=[product.pk])).status_code == 200


@pytest.mark.django_db
def test_a_table_without_rows_or_patents_is_refused(topic: Topic) -> None:
    with pytest.raises(PatentsUnfit, match="没有数据行"):
        services.import_patents(topic=topic, title="空", data="公开号,标题\n".encode(), name="a.csv", by=None)
    none = services.import_patents(
        topic=topic, title="空", data="公开号,标题\n一,二\n".encode(), name="a.csv", by=None
    )
    with pytest.raises(PatentsUnfit, match="没有读入"):
        services.make_report(patents=none, title="空", by=None)
