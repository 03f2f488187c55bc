"""What is this file, and by which standard does this record speak? Decided by what is there, not by names."""

import re
from collections.abc import Collection, Sequence
from enum import StrEnum
from typing import Final

from xinglin.catalog.marc.model import DataField, Flavour, Record


def tag_set(*lines: str) -> frozenset[str]:
    """Return the tags in these lines."""
    return frozenset(" ".join(lines).split())


class Form(StrEnum):
    """How records are written down in a file."""

    ISO2709 = "iso2709"
    MARCXML = "marcxml"
    TEXT = "text"


_LEADER: Final = re.compile(rb"[0-9 ]{5}[\x00-\x7f]{7}[0-9 ]{5}", re.DOTALL)
_DIRECTORY: Final = re.compile(rb"(?:[0-9A-Za-z]{3}[0-9]{9})+\x1e")
_TEXT_LINE: Final = re.compile(
    "^(?:(?:=?\\d{3}|[A-Z]{3})[\\s#0-9_\\\\]{0,4}\\s*[\\t ▼ǂ|‡@$]|LDR|FMT|\\d{5}[a-z]{2})", re.MULTILINE
)

# Tags that mean something in one family only. 245 is everybody's title in MARC 21 and nobody's in
# UNIMARC; 200 the reverse. The others break ties in fragments and authority records.
_MARC21_TAGS: Final = tag_set(
    "008 020 022 040 041 043 050 082 084 100 110 111 130 245 246 250 260 264 300 490 500 504 505",
    "520 650 651 653 655 700 710 711 776 830 852 880",
)
_UNIMARC_TAGS: Final = tag_set(
    "010 011 091 092 100 101 102 105 106 110 200 205 207 210 214 215 225 300 314 320 327 330 333",
    "410 461 462 463 517 606 607 610 676 686 690 692 700 701 702 711 712 801 905 995",
)
_ONLY_MARC21: Final = _MARC21_TAGS - _UNIMARC_TAGS
_LOCAL_IN_MARC21: Final = frozenset({"091", "092", "690", "692", "801", "905", "995"})
_ONLY_UNIMARC: Final = _UNIMARC_TAGS - _MARC21_TAGS - _LOCAL_IN_MARC21
_CHINESE_TAGS: Final = frozenset({"091", "092", "690", "692", "905"})
_HAN: Final = re.compile("[\u4e00-\u9fff]")
_UNIMARC_DATES: Final = re.compile(r"\d{8}[a-u |#][\d u|#-]{4}")


def form_of(head: bytes) -> Form | None:
    """Return how a file that begins with ``head`` is written, or None when it is not MARC in any form."""
    if _looks_like_xml(head):
        return Form.MARCXML
    start = head.lstrip(b"\xef\xbb\xbf\r\n\t \x00\x1a")
    if _DIRECTORY.search(head) or (_LEADER.match(start) and b"\n" not in start[:60]):
        return Form.ISO2709
    encoding = "utf-16" if head.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8"
    text = head.decode(encoding, "replace")
    return Form.TEXT if _TEXT_LINE.search(text) else None


def _looks_like_xml(head: bytes) -> bool:
    text = head.replace(b"\x00", b"").lstrip(b"\xef\xbb\xbf\xfe\xff \r\n\t")
    return text.startswith(b"<") and re.match(rb"<[?!A-Za-z_]", text) is not None


def flavour_of_tags(tags: Collection[str]) -> Flavour | None:
    """Return MARC 21 or UNIMARC from the directory alone, or None when the tags do not tell."""
    if ("245" in tags) != ("200" in tags):
        return Flavour.MARC21 if "245" in tags else Flavour.UNIMARC
    ours = len(_ONLY_UNIMARC.intersection(tags))
    theirs = len(_ONLY_MARC21.intersection(tags))
    if ours == theirs:
        return None
    return Flavour.UNIMARC if ours > theirs else Flavour.MARC21


def flavour_of(record: Record) -> Flavour:
    """Return the standard a record follows.

    A fixed field decides before the tags: UNIMARC's 100 $a opens with eight digits and a date type,
    MARC 21 has 008. CNMARC is UNIMARC made in China: it says so in 102 or 801, or is written in
    Chinese, or uses 091, 690 or 905.
    """
    tags = {field.tag for field in record.fields}
    family = flavour_of_tags(tags)
    dates = record.get("100", "a")
    if dates and _UNIMARC_DATES.match(dates) and "245" not in tags:
        family = Flavour.UNIMARC
    if family is None:
        family = (
            Flavour.MARC21 if "008" in tags or (record.leader[20:23] == "450" and "200" not in tags) else None
        )
    if family is None and "200" not in tags:
        return Flavour.MARC21
    if family is Flavour.MARC21:
        return Flavour.MARC21
    return Flavour.CNMARC if _is_chinese(record, tags) else Flavour.UNIMARC


def _is_chinese(record: Record, tags: set[str]) -> bool:
    countries = {value.strip().upper()[:2] for value in record.values("801", "a")}
    if countries:
        return "CN" in countries
    if "CN" in {value.strip().upper() for value in record.values("102", "a")}:
        return True
    title: Sequence[DataField] = list(record.data("200"))
    if any(_HAN.search(value) for field in title for _code, value in field.subfields):
        return True
    return bool(_CHINESE_TAGS & tags) and "995" not in tags
