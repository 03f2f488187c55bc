"""PDF with Chinese fonts, the same bytes when made again, and a refusal where there is no font."""

import io
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pypdf
import pytest

from xinglin.commons import typesetting
from xinglin.commons.typesetting import FontMissing, TemplateBroken, chinese_font_file, chinese_fonts, typeset

TEMPLATE = """#let data = json(bytes(sys.inputs.data))
#set text(font: data.fonts.serif, lang: "zh")
= #data.title
"""
NOON = datetime(2026, 11, 29, 4, tzinfo=UTC)


@pytest.fixture
def template(tmp_path: Path) -> Path:
    try:
        chinese_fonts()
    except FontMissing as missing:
        pytest.skip(str(missing))
    file = tmp_path / "one.typ"
    file.write_text(TEMPLATE, encoding="utf-8")
    return file


def test_a_document_can_be_read_and_embeds_its_fonts(template: Path) -> None:
    made = typeset(template, {"title": "心电图学"}, moment=NOON)
    page: Any = pypdf.PdfReader(io.BytesIO(made)).pages[0]
    assert "心电图学" in page.extract_text()
    fonts = page["/Resources"]["/Font"]
    inner = [font["/DescendantFonts"][0]["/FontDescriptor"] for font in fonts.values()]
    assert inner and all("/FontFile3" in each or "/FontFile2" in each for each in inner)


def test_the_same_data_and_moment_give_the_same_bytes(template: Path) -> None:
    assert typeset(template, {"title": "一"}, moment=NOON) == typeset(template, {"title": "一"}, moment=NOON)
    assert typeset(template, {"title": "一"}, moment=NOON) != typeset(template, {"title": "二"}, moment=NOON)


def test_a_font_is_a_file_of_this_machine(template: Path) -> None:
    file, face = chinese_font_file()
    assert file.is_file() and face >= 0


def test_a_template_reads_nothing_above_its_folder(template: Path) -> None:
    template.write_text('#read("../secret")', encoding="utf-8")
    with pytest.raises(TemplateBroken):
        typeset(template, {}, moment=NOON)


def test_without_a_chinese_font_nothing_is_made(template: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(typesetting, "SERIF", ("No Such Font",))
    monkeypatch.setattr(typesetting, "SANS", ("No Such Font",))
    chinese_fonts.cache_clear()
    with pytest.raises(FontMissing, match="fonts-noto-cjk"):
        typeset(template, {"title": "一"}, moment=NOON)
    chinese_fonts.cache_clear()
