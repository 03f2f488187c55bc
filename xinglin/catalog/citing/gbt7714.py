"""References by GB/T 7714-2015, in the order of citing (顺序编码制).

主要责任者. 题名: 其他题名信息[文献类型标识/载体标识]. 版本项. 出版地: 出版者, 出版年. 获取路径.
Three authors are named, then 等 or et al (8.1.2); a European surname comes first, in capitals, forenames
as initials (8.1.1); the first edition is not said (8.4).
"""

import re
from collections.abc import Iterator

from xinglin.catalog.marc.keys import edition_key
from xinglin.catalog.models import Kind, Record

_NAMED = 3
# Table B.1: what a document is marked with.
_MARKS = {
    Kind.BOOK: "M", Kind.SERIAL: "J", Kind.ARTICLE: "J", Kind.THESIS: "D", Kind.STANDARD: "S", Kind.PATENT: "P",
    Kind.CONFERENCE: "C", Kind.MAP: "CM", Kind.ELECTRONIC: "EB",
}  # fmt: skip
_HAN = re.compile("[\u3400-\u9fff]")


def reference(record: Record) -> str:
    """Return one reference, without its number. What the record does not say is left out, not invented."""
    parts = [_authors(record.authors), _title(record), _edition(record.edition), _imprint(record)]
    line = ". ".join(part for part in parts if part) + "."
    link = next((each["url"] for each in record.links), "")
    return f"{line} {link}." if link and record.is_electronic else line


def _authors(names: list[str]) -> str:
    if not names:
        return ""
    shown = ", ".join(map(_name, names[:_NAMED]))
    if len(names) <= _NAMED:
        return shown
    return f"{shown}, {'等' if _HAN.search(names[0]) else 'et al'}"


def _name(name: str) -> str:
    """Return "Standring, Susan" as STANDRING S; a Chinese name as it is, a body without its full stops."""
    surname, comma, forenames = name.partition(",")
    if not comma or _HAN.search(name):
        return name.strip()
    initials = " ".join(word[0].upper() for word in re.findall(r"[^\W\d_]+", forenames))
    return f"{surname.strip().upper()} {initials}".strip()


def _title(record: Record) -> str:
    title = " ".join(part for part in (record.title, record.volume) if part)
    other = f": {record.subtitle}" if record.subtitle else ""
    mark = _MARKS.get(Kind(record.kind), "Z")
    if record.is_electronic:
        mark = "EB/OL" if mark == "EB" else f"{mark}/OL"
    return f"{title}{other}[{mark}]"


def _edition(edition: str) -> str:
    key = edition_key(edition)
    if not key:
        return ""
    if not key.isdigit():
        return edition.strip()
    return f"{key}版" if _HAN.search(edition) else f"{key}{_ordinal(int(key))} ed"


def _ordinal(number: int) -> str:
    if number % 100 in (11, 12, 13):
        return "th"
    return {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")


def _imprint(record: Record) -> str:
    published = ": ".join(_imprint_parts(record))
    return ", ".join(part for part in (published, str(record.year or "")) if part)


def _imprint_parts(record: Record) -> Iterator[str]:
    place = record.place.split("；")[0].strip()
    if place:
        yield place
    if record.publisher:
        yield record.publisher
