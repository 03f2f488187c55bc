"""Reading a reference file of any kind: what is it, in which characters, and what became of every record."""

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from django.utils.translation import gettext_lazy as _

from xinglin.commons.errors import Refusal
from xinglin.commons.text import shortened
from xinglin.literature.articles import Article
from xinglin.literature.files import sheet
from xinglin.literature.files.bibtex import BIBTEX
from xinglin.literature.files.cssci import CSSCI
from xinglin.literature.files.endnote_xml import ENDNOTE_XML, VIP_XML
from xinglin.literature.files.estudy import ESTUDY
from xinglin.literature.files.medline import MEDLINE
from xinglin.literature.files.noteexpress import NOTEEXPRESS
from xinglin.literature.files.ovid import OVID
from xinglin.literature.files.pieces import Format, Unreadable
from xinglin.literature.files.pubmed_xml import PUBMED_XML
from xinglin.literature.files.refer import REFER
from xinglin.literature.files.refworks import REFWORKS
from xinglin.literature.files.ris import RIS
from xinglin.literature.files.wos import WOS

LARGEST_FILE = 50 * 1024 * 1024
MOST_RECORDS = 100_000
FORMATS = (
    PUBMED_XML, VIP_XML, ENDNOTE_XML, NOTEEXPRESS, ESTUDY, CSSCI, REFER, RIS, MEDLINE, WOS, REFWORKS, OVID, BIBTEX,
)  # fmt: skip
SHEET = "sheet"
SHEET_LABEL = "CSV/XLSX"


class UnreadableFile(Refusal):
    """A file in which no reference can be found; nothing was taken from it."""

    code = "unreadable_reference_file"


@dataclass(frozen=True)
class Taken:
    """A record that was read: where it stood, and what it says."""

    line: int
    article: Article


@dataclass(frozen=True)
class Refused:
    """A record that was not read: where it stood, why, and how it begins."""

    line: int
    reason: str
    excerpt: str = ""


@dataclass
class FileReading:
    """What a file held. ``declared`` was counted apart, so that ``adds_up`` proves that nothing was lost."""

    format: str
    label: str
    encoding: str
    declared: int
    taken: list[Taken] = field(default_factory=list)
    refused: list[Refused] = field(default_factory=list)

    @property
    def articles(self) -> list[Article]:
        return [each.article for each in self.taken]

    @property
    def adds_up(self) -> bool:
        return self.declared == len(self.taken) + len(self.refused)


def read(data: bytes, *, name: str = "") -> FileReading:
    """Read a reference file of any form we know. Raises ``UnreadableFile``, ``UnreadableTable``."""
    if len(data) > LARGEST_FILE:
        raise UnreadableFile(
            _("文件超过 %(limit)d MB；请分成几个文件再导入。"), limit=LARGEST_FILE // 1024 // 1024
        )
    if not data.strip():
        raise UnreadableFile(_("文件是空的。"))
    if data[:4] == b"PK\x03\x04" or data.startswith(b"\xd0\xcf\x11\xe0") or _is_html(data):
        return _read_sheet(data, name, "")
    text, encoding = decoded(data)
    found = detect(text)
    if found is None:
        return _read_sheet(data, name, encoding)
    reading = FileReading(found.code, found.label, encoding, found.declared(text))
    if reading.declared > MOST_RECORDS:
        raise UnreadableFile(
            _("文件里有 %(found)d 条记录，一次最多 %(most)d 条；请分成几个文件再导入。"),
            found=reading.declared,
            most=MOST_RECORDS,
        )
    _read_pieces(found, text, reading)
    return reading


def _read_pieces(form: Format, text: str, reading: FileReading) -> None:
    for piece in form.split(text):
        try:
            reading.taken.append(Taken(piece.line, form.article(piece)))
        except Unreadable as error:
            excerpt = shortened(" ".join(piece.text.split()), characters=120)
            reading.refused.append(Refused(piece.line, error.why, excerpt))
    missing = reading.declared - len(reading.taken) - len(reading.refused)
    reading.refused.extend(
        Refused(0, str(_("文件里声明了这条记录，但没有找到它的内容"))) for _each in range(missing)
    )


def _read_sheet(data: bytes, name: str, encoding: str) -> FileReading:
    try:
        rows = list(sheet.rows_of(data, name or str(_("文件"))))
    except Unreadable as error:
        raise UnreadableFile(_("%(name)s：%(why)s。"), name=name or _("文件"), why=error.why) from None
    if not rows or not sheet.is_known(list(rows[0].cells)):
        raise UnreadableFile(
            _(
                "没有认出文件的格式。可以导入：RIS、NBIB、PubMed XML、BibTeX、EndNote、RefWorks、Web of Science、"
                "知网、万方、维普、NoteExpress 的导出文件，或第一行有“题名”（Title）一列的 CSV、XLSX 表格。"
            )
        )
    reading = FileReading(SHEET, SHEET_LABEL, encoding, len(rows))
    for row in rows:
        try:
            reading.taken.append(Taken(row.number, sheet.article(row.cells)))
        except Unreadable as error:
            excerpt = shortened(" ".join(" ".join(row.cells.values()).split()), characters=120)
            reading.refused.append(Refused(row.number, error.why, excerpt))
    return reading


def _is_html(data: bytes) -> bool:
    return bool(re.match(rb"\s*(?:<!doctype html|<html|<table)", data[:200], re.IGNORECASE))


def decoded(data: bytes) -> tuple[str, str]:
    """Return a file as text with ``\\n`` line ends, and its encoding; what cannot be decoded is marked, not dropped."""
    text, encoding = _decoded(data)
    return re.sub(r"\r+\n|\r|\u2028|\x85", "\n", text.replace("\x00", "")).lstrip("\ufeff"), encoding


def _decoded(data: bytes) -> tuple[str, str]:
    if data.startswith(codecs.BOM_UTF8):
        return data.decode("utf-8-sig", "replace"), "UTF-8"
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return data.decode("utf-16", "replace"), "UTF-16"
    declared = re.match(rb"\s*<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([A-Za-z0-9._\-]{1,40})", data[:400])
    wished = [declared[1].decode("ascii")] if declared else []
    for encoding in [*wished, "utf-8", "gb18030"]:
        try:
            return data.decode(encoding), encoding.upper()
        except (UnicodeDecodeError, LookupError):
            continue
    # A few wrong bytes in a file that is UTF-8 otherwise: a publisher's © in Latin-1, say.
    wrong = data.decode("utf-8", "replace")
    if wrong.count("\ufffd") * 200 < len(wrong):
        return wrong, "UTF-8"
    return data.decode("gb18030", "replace"), "GB18030"


def detect(text: str) -> Format | None:
    """Return the format of a text by how its records begin; None when it may be a table."""
    head = text.lstrip()[:4000]
    if re.match(r"<[?!A-Za-z]", head):
        return _detect_xml(text)
    found: list[tuple[int, Format]] = []
    for form, mark in _MARKS:
        if place := mark.search(text[:20_000]):
            found.append((place.start(), form))
    return min(found, key=lambda each: each[0])[1] if found else None


def _detect_xml(text: str) -> Format | None:
    for form in (PUBMED_XML, VIP_XML, ENDNOTE_XML):
        if form is VIP_XML and "<Periodical>" not in text:
            continue
        if form.declared(text):
            return form
    return None


def _marks() -> Iterator[tuple[Format, re.Pattern[str]]]:
    for form, pattern in (
        (NOTEEXPRESS, r"^\s*\{Reference Type\}\s*[:：]"),
        (ESTUDY, r"^\s*(?:DataType\s*[:：]|SrcDatabase-[\u4e00-\u9fff]+\s*[:：])"),
        (CSSCI, r"^【来源篇名】"),
        (REFWORKS, r"^RT[ \t]+[A-Z]"),
        (REFER, r"^%[0T][ \t]"),
        (RIS, r"^\s*TY\s{0,2}-(?:\s|$)"),
        (MEDLINE, r"^(?:PMID-|OWN\s{0,2}- [A-Z])"),
        (WOS, r"^(?:FN [A-Z]|PT [JBSPC]\b)"),
        (OVID, r"^<[ \t]*\d+[ \t]*\.?[ \t]*>[ \t]*$"),
        (BIBTEX, r"^[ \t]*@[ \t]*[A-Za-z]+\s*[{(]"),
    ):
        yield form, re.compile(pattern, re.MULTILINE)


_MARKS = tuple(_marks())
