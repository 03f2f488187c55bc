"""One ``record`` element of MARCXML or MarcXchange, parsed on its own and without any DTD."""

import re
from collections.abc import Iterator
from typing import Final, cast
from xml.sax.saxutils import unescape

from lxml import etree

from xinglin.catalog.marc.model import ControlField, DataField, Field, Record
from xinglin.catalog.marc.reading import Remark, Unreadable
from xinglin.catalog.marc.splitting import RECORD_CAP

DEPTH_CAP: Final = 256  # libxml2's
_PREFIX: Final = re.compile(r"[<\s]/?([A-Za-z_][\w.\-]*):[A-Za-z_]")
_IS_MARC: Final = re.compile(r"<(?:[\w.\-]+:)?(?:leader|controlfield|datafield)[\s/>]")
_PACKED: Final = re.compile(r"&lt;((?:[\w.\-]+:)?record)(?=[\s/&])")
_STANDARD_LENGTHS: Final = {"008": 40}


def safe_parser() -> etree.XMLParser:
    """Return a parser that fetches nothing and expands nothing; libxml2's own caps on depth and size hold."""
    return etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)


def parse_record(text: str, encoding: str, parser: etree.XMLParser) -> tuple[Record, list[Remark]]:
    """Return the record one ``record`` element says, and remarks on it. Raises ``Unreadable``."""
    if not _IS_MARC.search(text):
        text = _packed_as_string(text)
    if len(text) > RECORD_CAP:
        raise Unreadable("beyond_cap", size=len(text), cap=RECORD_CAP)
    element = _parse_slice(text, encoding, parser)
    remarks: list[Remark] = []
    leader: str | None = None
    fields: list[Field] = []
    for child in element:
        match _local_name(child):
            case "leader":
                leader = leader or _text(child)
            case "controlfield":
                tag = _tag(child, len(fields) + 1)
                fields.append(_control_field(tag, _text(child), remarks))
            case "datafield":
                fields.append(_data_field(child, _tag(child, len(fields) + 1), remarks))
            case _:
                continue
    if not fields:
        raise Unreadable("no_fields")
    return Record(_leader(leader, remarks), tuple(fields)), remarks


def _packed_as_string(text: str) -> str:
    """Return the record an SRU server sent as escaped text (recordPacking "string").

    Raises ``Unreadable`` when there is none.
    """
    begins = _PACKED.search(text)
    ends = text.rfind(f"&lt;/{begins[1]}&gt;") if begins else -1
    if begins is None or ends < 0:
        raise Unreadable("xml_not_marc")
    packed = text[begins.start() : ends + len(f"&lt;/{begins[1]}&gt;")]
    unpacked = unescape(packed, {"&quot;": '"', "&apos;": "'", "&#34;": '"', "&#39;": "'"})
    if not _IS_MARC.search(unpacked):
        raise Unreadable("xml_not_marc")
    return unpacked


def _parse_slice(text: str, encoding: str, parser: etree.XMLParser) -> etree._Element:
    """Parse one element whose prefixes were declared further out; each is declared afresh."""
    prefixes = set(_PREFIX.findall(text)) - {"xml", "xmlns"}
    declared = "".join(f' xmlns:{prefix}="urn:x-prefix:{prefix}"' for prefix in sorted(prefixes)[:50])
    try:
        wrapped = f"<slice{declared}>{text}</slice>".encode()
    except UnicodeEncodeError:
        raise Unreadable("xml_bytes_unreadable", encoding=encoding) from None
    try:
        root = etree.fromstring(wrapped, parser)
    except etree.XMLSyntaxError as error:
        detail = str(error)[:120]
        if "depth" in detail:
            raise Unreadable("xml_too_deep", cap=DEPTH_CAP) from None
        raise Unreadable("xml_not_well_formed", line=error.lineno or 0, detail=detail) from None
    if len(root) != 1:
        raise Unreadable("xml_not_well_formed", line=1, detail="record")
    return root[0]


def _local_name(element: etree._Element) -> str:
    tag = cast(object, element.tag)  # comments and processing instructions have a function here
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def _text(element: etree._Element) -> str:
    if len(element) == 0:
        return element.text or ""
    return "".join(cast("Iterator[str]", element.itertext(with_tail=False)))


def _tag(element: etree._Element, position: int) -> str:
    tag = (element.get("tag") or "").strip()
    if len(tag) != 3 or not tag.isalnum() or not tag.isascii():
        raise Unreadable("xml_tag_missing", position=position)
    return tag


def _control_field(tag: str, value: str, remarks: list[Remark]) -> ControlField:
    expected = _STANDARD_LENGTHS.get(tag)
    if expected is not None and len(value) != expected:
        remarks.append(Remark("fixed_field_length", {"tag": tag, "size": len(value), "expected": expected}))
    return ControlField(tag, value)


def _data_field(element: etree._Element, tag: str, remarks: list[Remark]) -> DataField:
    indicators: list[str] = []
    for name in ("ind1", "ind2"):
        given = element.get(name)
        if not given:
            remarks.append(Remark("xml_indicator_missing", {"tag": tag}))
        indicators.append(given or " ")
    subfields: list[tuple[str, str]] = []
    for child in element:
        if _local_name(child) != "subfield":
            continue
        code = child.get("code") or ""
        if len(code) != 1:
            raise Unreadable("xml_code_missing", tag=tag)
        subfields.append((code, _text(child)))
    return DataField(tag, indicators[0], indicators[1], tuple(subfields))


def _leader(given: str | None, remarks: list[Remark]) -> str:
    if given is None:
        remarks.append(Remark("xml_leader_missing"))
        return " " * 10 + "22" + " " * 8 + "4500"
    leader = given.strip("\r\n\t")
    if len(leader) != 24:
        remarks.append(Remark("leader_length", {"size": len(leader)}))
    return leader.ljust(24)[:24]
