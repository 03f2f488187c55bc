"""Hostile and odd PDF files: marked, drawn, or refused with the reason."""

import io
from pathlib import Path

import pytest
from pypdf import PdfReader, PdfWriter
from pypdf.generic import DictionaryObject, NameObject, TextStringObject

from xinglin.delivery.errors import PdfUnfit
from xinglin.delivery.papers import running
from xinglin.delivery.papers.worker import MOST_PAGES
from xinglin.delivery.tests.factories import a_paper


def reader(data: bytes) -> PdfReader:
    return PdfReader(io.BytesIO(data))


@pytest.mark.parametrize(
    ("size", "rotate"), [((595, 842), 0), ((842, 595), 0), ((595, 842), 90), ((595, 842), 270)]
)
def test_every_page_bears_the_mark_with_chinese_that_can_be_read_out(
    size: tuple[float, float], rotate: int, tmp_path: Path, db: None
) -> None:
    paper = running.marked(
        a_paper(2, size=size, rotate=rotate), line="李建国 · WX2026000001", foot="仅供个人学习"
    )
    pages = reader(paper.data).pages
    assert paper.pages == len(pages) == 2
    for page in pages:
        said = "".join(page.extract_text().split())
        assert "李建国" in said
        assert "WX2026000001" in said
        assert "仅供个人学习" in said
    file = tmp_path / "made.pdf"
    file.write_bytes(paper.data)
    drawn = running.drawn(str(file), 2, width=300)
    assert drawn[:2] == b"\xff\xd8"


def test_what_acts_by_itself_does_not_come_through(db: None) -> None:
    writer = PdfWriter()
    page = writer.add_blank_page(200, 200)
    page[NameObject("/AA")] = DictionaryObject(
        {
            NameObject("/O"): DictionaryObject(
                {
                    NameObject("/S"): NameObject("/JavaScript"),
                    NameObject("/JS"): TextStringObject("app.alert(1)"),
                }
            )
        }
    )
    writer.add_attachment("evil.exe", b"MZ")
    made = io.BytesIO()
    writer.write(made)
    paper = running.marked(made.getvalue(), line="x", foot="y")
    assert b"JavaScript" not in paper.data
    assert b"evil" not in paper.data
    assert "/AA" not in reader(paper.data).pages[0]


@pytest.mark.parametrize(
    ("data", "word"),
    [
        (b"<html>please sign in</html>", "不是 PDF"),
        (b"%PDF-1.7\nnothing follows", "已损坏"),
        (
            b"%PDF-1.7\n"
            + b"1 0 obj<</Type/Catalog/Pages 1 0 R/Kids[1 0 R]/Count 9>>endobj trailer<</Root 1 0 R>>",
            "",
        ),
        (b"", "不是 PDF"),
    ],
)
def test_what_is_no_sound_pdf_is_refused(data: bytes, word: str, db: None) -> None:
    with pytest.raises(PdfUnfit, match=word):
        running.marked(data, line="x", foot="y")


def test_a_whole_book_and_a_locked_file_are_refused(db: None) -> None:
    with pytest.raises(PdfUnfit, match=f"超过 {MOST_PAGES} 页"):
        running.marked(a_paper(MOST_PAGES + 1, size=(100, 100)), line="x", foot="y")
    writer = PdfWriter(clone_from=io.BytesIO(a_paper(1)))
    writer.encrypt("secret", algorithm="RC4-128")
    made = io.BytesIO()
    writer.write(made)
    with pytest.raises(PdfUnfit, match="密码"):
        running.marked(made.getvalue(), line="x", foot="y")


def test_a_file_that_is_too_large_is_not_even_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(running, "LARGEST", 1000)
    with pytest.raises(PdfUnfit, match="超过"):
        running.marked(b"%PDF-" + b"x" * 1000, line="x", foot="y")
