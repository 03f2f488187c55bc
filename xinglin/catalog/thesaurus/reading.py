"""Concepts and classes out of files: MeSH as XML, MARCXML or ASCII, and a library's own tables.

MeSH descriptors (desc20xx.xml): https://www.nlm.nih.gov/mesh/xml_data_elements.html; ASCII (d20xx.bin): MH, ENTRY,
PRINT ENTRY of https://www.nlm.nih.gov/mesh/dtype.html; MARC authorities: 150 and 450. Entities in XML are never
resolved, and a file is read as a stream.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import BinaryIO

from django.utils.translation import gettext as _
from lxml import etree

from xinglin.catalog.marc import RecordRead, read_file
from xinglin.catalog.search.text import squash
from xinglin.catalog.thesaurus.errors import VocabularyUnreadable
from xinglin.commons.sheets import read_table
from xinglin.commons.text import plain

_LONGEST = 200
_SEPARATORS = re.compile(r"[；;、|\n]+")
_DESCRIPTOR_XML = b"<DescriptorRecord"
_ASCII = b"*NEWRECORD"
_HEADINGS = {
    "heading": ("主题词", "中文主题词", "正式主题词", "叙词", "词", "heading"),
    "english": ("英文主题词", "英文", "mesh", "english"),
    "others": ("同义词", "入口词", "代用词", "异名", "synonyms"),
    "number": ("分类号", "类号", "class"),
    "caption": ("类名", "类目名称", "名称", "caption"),
}


@dataclass(frozen=True)
class Concept:
    """One concept: its headings first, then all its other words."""

    headings: tuple[str, ...]
    others: tuple[str, ...]
    english: str = ""

    @property
    def name(self) -> str:
        return squash(self.english or self.headings[0])[:160]


@dataclass(frozen=True)
class RefusedLine:
    """A line of a table that could not be taken, and why."""

    number: int
    reason: str


def mesh_concepts(file: BinaryIO) -> Iterator[Concept]:
    """Yield the concepts of a MeSH file in any of its three forms. Raises ``VocabularyUnreadable``."""
    head = file.read(4096)
    file.seek(0)
    if _ASCII in head:
        yield from _of_ascii(file)
    elif b"DescriptorRecordSet" in head or _DESCRIPTOR_XML in head:
        yield from _of_descriptors(file)
    else:
        yield from _of_authorities(file)


def _of_descriptors(file: BinaryIO) -> Iterator[Concept]:
    events = etree.iterparse(
        file, tag="DescriptorRecord", resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False
    )
    try:
        for _event, element in events:
            heading = _clean(element.findtext("DescriptorName/String") or "")
            terms = [_clean(each.text or "") for each in element.iterfind(".//TermList/Term/String")]
            if heading:
                yield Concept((heading,), _without(terms, heading), heading)
            element.clear()
            while element.getprevious() is not None:
                del element.getparent()[0]
    except etree.XMLSyntaxError as error:
        raise VocabularyUnreadable(
            _("MeSH 文件在第 %(line)d 行断开或损坏；请重新下载。"), line=error.lineno or 0
        ) from error


def _of_ascii(file: BinaryIO) -> Iterator[Concept]:
    heading, others = "", list[str]()
    for raw in file:
        name, _equals, value = raw.decode("utf-8", "replace").strip().partition(" = ")
        if name == "*NEWRECORD" and heading:
            yield Concept((heading,), _without(others, heading), heading)
            heading, others = "", []
        elif name == "MH":
            heading = _clean(value)
        elif name in ("ENTRY", "PRINT ENTRY"):
            others.append(_clean(value.partition("|")[0]))
    if heading:
        yield Concept((heading,), _without(others, heading), heading)


def _of_authorities(file: BinaryIO) -> Iterator[Concept]:
    for reading in read_file(file):
        if not isinstance(reading, RecordRead):
            continue
        record = reading.record
        heading = next(map(_clean, record.values("150", "a")), "")
        qualified = any(field.all("x") for field in record.data("150"))
        if heading and not qualified:
            yield Concept((heading,), _without(map(_clean, record.values("450", "a")), heading), heading)


def table_concepts(file: BinaryIO, *, name: str) -> Iterator[Concept | RefusedLine]:
    """Yield the concepts of a table with the columns 主题词, 英文主题词 and 同义词; a bad line says why."""
    for row in read_table(file, name=name):
        cells = _named(row.cells)
        heading, english = _clean(cells.get("heading", "")), _clean(cells.get("english", ""))
        others = [_clean(each) for each in _SEPARATORS.split(cells.get("others", ""))]
        headings = tuple(dict.fromkeys(each for each in (heading, english) if each))
        if not headings:
            yield RefusedLine(row.number, _("没有主题词。"))
        elif len(headings) == 1 and not any(others):
            yield RefusedLine(row.number, _("只有一个词，没有同义词或英文主题词，起不到作用。"))
        else:
            yield Concept(headings, _without(others, *headings), english)


def table_classes(file: BinaryIO, *, name: str) -> Iterator[tuple[str, str] | RefusedLine]:
    """Yield number and caption of each class of a table with the columns 分类号 and 类名."""
    for row in read_table(file, name=name):
        cells = _named(row.cells)
        number, caption = _clean(cells.get("number", "")), _clean(cells.get("caption", ""))
        if not number or not caption or len(number) > 60:
            yield RefusedLine(row.number, _("没有分类号或类名，或分类号过长。"))
        else:
            yield number, caption


def _named(cells: dict[str, str]) -> dict[str, str]:
    known = {label: name for name, labels in _HEADINGS.items() for label in labels}
    return {
        known[heading.strip().lower()]: value
        for heading, value in cells.items()
        if heading.strip().lower() in known
    }


def _clean(text: str) -> str:
    return " ".join(plain(text).split())[:_LONGEST]


def _without(words: Iterable[str], *headings: str) -> tuple[str, ...]:
    return tuple(word for word in dict.fromkeys(words) if word and word not in headings)
