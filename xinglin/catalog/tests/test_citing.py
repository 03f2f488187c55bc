"""Records taken away: references by GB/T 7714, RIS and BibTeX that others read, a table."""

import io
from collections.abc import Callable

import openpyxl
import pytest
import rispy
from bibtexparser.entrypoint import parse_string
from django.test import Client

from xinglin.catalog.citing import Form, reference, written
from xinglin.catalog.models import Kind, Record
from xinglin.catalog.tests.factories import a_record
from xinglin.consortium.tests.cast import SmallConsortium

pytestmark = pytest.mark.django_db


def record(**facts: object) -> Record:
    return Record(**{"title": "内科学", "kind": Kind.BOOK, **facts})


def test_a_chinese_book_by_the_standard() -> None:
    book = record(
        authors=["葛均波", "徐永健", "王辰", "钟南山"],
        edition="第9版", place="北京", publisher="人民卫生出版社", year=2018,
    )  # fmt: skip
    assert reference(book) == "葛均波, 徐永健, 王辰, 等. 内科学[M]. 9版. 北京: 人民卫生出版社, 2018."


def test_a_european_name_an_electronic_thesis_and_a_first_edition() -> None:
    book = record(
        title="Gray's Anatomy", authors=["Standring, Susan"], edition="2nd ed.", publisher="Elsevier"
    )
    assert reference(book) == "STANDRING S. Gray's Anatomy[M]. 2nd ed. Elsevier."
    thesis = record(
        kind=Kind.THESIS,
        is_electronic=True,
        edition="第1版",
        links=[{"url": "https://example.org/1", "label": ""}],
    )
    assert reference(thesis) == "内科学[D/OL]. https://example.org/1."


def test_reference_managers_read_what_is_written() -> None:
    book = record(
        pk=7,
        subtitle="100% {新}\n编",
        authors=["葛均波", "徐永健"],
        isbns=["9787117266666"],
        year=2018,
        subjects=["内科"],
    )
    (entry,) = rispy.loads(written([book], Form.RIS).decode())
    assert entry["type_of_reference"] == "BOOK" and entry["authors"] == ["葛均波", "徐永健"]
    assert entry["title"] == "内科学：100% {新} 编" and entry["issn"] == "9787117266666"
    library = parse_string(written([book], Form.BIBTEX).decode())
    assert not library.failed_blocks
    assert library.entries[0].key == "xinglin7" and library.entries[0]["year"] == "2018"
    assert library.entries[0]["title"] == r"内科学：100\% \{新\} 编"


def test_a_result_is_taken_away_from_the_phone(index: Callable[[], int], client: Client) -> None:
    a_record("心电图图谱", authors=("王吉耀",), year=2020)
    a_record("护理学基础")
    index()
    page = client.get("/m/search/cite/", {"q": "心电图"}).content.decode()
    assert "王吉耀. 心电图图谱[M]. 2020." in page and "护理学" not in page
    sheet = client.get("/m/search/cite/", {"q": "心电图", "form": "xlsx"})
    rows = list(openpyxl.load_workbook(io.BytesIO(sheet.content)).worksheets[0].values)
    assert len(rows) == 2 and rows[1][0] == "心电图图谱"
    assert "引用与导出" in client.get("/m/search/", {"q": "心电图"}).content.decode()


def test_the_console_gives_references_of_the_chosen(
    a_small_consortium: SmallConsortium, client: Client
) -> None:
    kept = a_record("心电图图谱", authors=("王吉耀",))
    client.force_login(a_small_consortium.manager.user)
    answer = client.get("/console/catalog/export/citations/", {"record": str(kept.pk), "form": "ris"})
    text = b"".join(answer.streaming_content).decode()  # type: ignore[attr-defined]  # a stream by our view
    assert rispy.loads(text)[0]["title"] == "心电图图谱"
