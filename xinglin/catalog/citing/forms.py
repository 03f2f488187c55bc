"""Files of records for reference managers and spreadsheets.

RIS (as EndNote, NoteExpress and Zotero read it) is written by ``rispy``; BibTeX by ``bibtexparser``, with what
TeX would take for a command escaped; a table by the house's own.
"""

import re
from collections.abc import Sequence
from typing import Any

import rispy
from bibtexparser.entrypoint import write_string
from bibtexparser.library import Library
from bibtexparser.model import Entry, Field
from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xinglin.catalog.citing.gbt7714 import reference
from xinglin.catalog.models import Kind, Record
from xinglin.commons.sheets import xlsx_bytes

#: So many of a result are written out at once: what a person works through.
MOST = 500


class Form(models.TextChoices):
    """In which form a list of records is taken away."""

    GBT7714 = "gbt7714", gettext_lazy("GB/T 7714 参考文献")
    RIS = "ris", gettext_lazy("RIS（EndNote、NoteExpress、Zotero）")
    BIBTEX = "bib", gettext_lazy("BibTeX")
    XLSX = "xlsx", gettext_lazy("Excel 表格")

    @property
    def ending(self) -> str:
        return "txt" if self is Form.GBT7714 else self.value

    @property
    def media_type(self) -> str:
        return {
            Form.GBT7714: "text/plain; charset=utf-8",
            Form.RIS: "application/x-research-info-systems; charset=utf-8",
            Form.BIBTEX: "application/x-bibtex; charset=utf-8",
            Form.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        }[self]


def written(records: Sequence[Record], form: Form) -> bytes:
    """Return these records as a file."""
    match form:
        case Form.GBT7714:
            lines = (f"[{number}] {reference(record)}\n" for number, record in enumerate(records, 1))
            return "".join(lines).encode()
        case Form.RIS:
            return str(rispy.dumps([_ris(record) for record in records])).encode()
        case Form.BIBTEX:
            library = Library([_bibtex(record) for record in records])
            return write_string(library).encode()
        case Form.XLSX:
            return xlsx_bytes(headings=_headings(), rows=map(_row, records), title=_("书目"))


_RIS_TYPES = {
    Kind.BOOK: "BOOK", Kind.SERIAL: "JFULL", Kind.ARTICLE: "JOUR", Kind.THESIS: "THES", Kind.STANDARD: "STAND",
    Kind.PATENT: "PAT", Kind.CONFERENCE: "CONF", Kind.MAP: "MAP", Kind.SCORE: "MUSIC", Kind.AUDIO: "SOUND",
    Kind.VIDEO: "VIDEO", Kind.ELECTRONIC: "ELEC", Kind.MANUSCRIPT: "UNPB",
}  # fmt: skip


def _ris(record: Record) -> dict[str, Any]:
    known = {
        "type_of_reference": _RIS_TYPES.get(Kind(record.kind), "GEN"),
        "title": _line(record.full_title),
        "authors": [_line(name) for name in record.authors],
        "edition": _line(record.edition),
        "place_published": _line(record.place),
        "publisher": _line(record.publisher),
        "year": str(record.year or ""),
        "issn": " ".join([*record.isbns, *record.issns]),
        "keywords": [_line(word) for word in (*record.subjects, *record.keywords)],
        "call_number": " ".join(record.classes),
        "language": ",".join(record.languages),
        "abstract": _line(record.abstract),
        "urls": [each["url"] for each in record.links],
    }
    return {name: value for name, value in known.items() if value}


_BIBTEX_TYPES = {
    Kind.BOOK: "book", Kind.ARTICLE: "article", Kind.SERIAL: "periodical", Kind.THESIS: "phdthesis",
    Kind.CONFERENCE: "proceedings",
}  # fmt: skip
_TEX = {
    "\\": r"\textbackslash{}", "{": r"\{", "}": r"\}", "&": r"\&", "%": r"\%", "$": r"\$", "#": r"\#", "_": r"\_",
    "~": r"\textasciitilde{}", "^": r"\textasciicircum{}",
}  # fmt: skip


def _bibtex(record: Record) -> Entry:
    fields = {
        "title": _tex(record.full_title),
        "author": " and ".join(_tex(name) for name in record.authors),
        "edition": _tex(record.edition),
        "address": _tex(record.place),
        "publisher": _tex(record.publisher),
        "year": str(record.year or ""),
        "isbn": ", ".join(record.isbns),
        "issn": ", ".join(record.issns),
        "keywords": _tex(", ".join([*record.subjects, *record.keywords])),
        "language": ", ".join(record.languages),
        "url": next((each["url"] for each in record.links), ""),
    }
    said = [Field(name, value) for name, value in fields.items() if value]
    return Entry(_BIBTEX_TYPES.get(Kind(record.kind), "misc"), f"xinglin{record.pk}", said)


def _tex(text: str) -> str:
    return "".join(_TEX.get(mark, mark) for mark in _line(text))


def _line(text: str) -> str:
    """Return text on one line: a line break begins another field in both formats."""
    return re.sub(r"\s+", " ", text).strip()


def _headings() -> list[str]:
    return [
        _("题名"), _("责任者"), _("版本"), _("出版地"), _("出版者"), _("出版年"), "ISBN", "ISSN", _("分类号"),
        _("主题"), _("类型"), _("参考文献"),
    ]  # fmt: skip


def _row(record: Record) -> list[object]:
    return [
        record.full_title,
        "；".join(record.authors),
        record.edition,
        record.place,
        record.publisher,
        record.year or "",
        " ".join(record.isbns),
        " ".join(record.issns),
        " ".join(record.classes),
        "；".join([*record.subjects, *record.keywords]),
        str(Kind(record.kind).label),
        reference(record),
    ]
