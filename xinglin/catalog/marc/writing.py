"""Records back to ISO 2709 or MARCXML. A record nobody changed goes out with the bytes it came in."""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from typing import Final
from xml.sax.saxutils import escape, quoteattr

from django.utils.translation import gettext_lazy as _

from xinglin.catalog.marc import charset, marc8
from xinglin.catalog.marc.errors import UnwritableRecord
from xinglin.catalog.marc.model import ControlField, DataField, Field, Flavour, Record
from xinglin.catalog.marc.splitting import LONGEST_ISO2709

LONGEST_FIELD: Final = 9_999
MARC21_NAMESPACE: Final = "http://www.loc.gov/MARC21/slim"
MARCXCHANGE_NAMESPACE: Final = "info:lc/xmlns/marcxchange-v2"
_STRUCTURAL: Final = re.compile("[\x1d-\x1f]")
_NOT_XML: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def write_iso2709(record: Record, *, to: str = charset.UTF8, flavour: Flavour = Flavour.MARC21) -> bytes:
    """Return one record as ISO 2709 in ``to``: "utf-8", "gb18030" or "marc-8".

    The character set is declared where the flavour declares it: leader/09 in MARC 21; 100 $a/26-29
    in UNIMARC, which is set to Unicode for UTF-8 and left as it is otherwise. Lengths are bytes.
    Raises ``UnwritableRecord``: a character the set lacks, a field over 9999 or a record over 99999.
    """
    pieces = [_field_bytes(_declared(field, to, flavour), to) for field in record.fields]
    directory = bytearray()
    start = 0
    for field, piece in zip(record.fields, pieces, strict=True):
        if len(piece) > LONGEST_FIELD:
            raise UnwritableRecord(
                _("%(tag)s 字段长 %(size)d 字节，超过 ISO 2709 的上限 %(limit)d；请改用 MARCXML 导出。"),
                tag=field.tag, size=len(piece), limit=LONGEST_FIELD,
            )  # fmt: skip
        directory += b"%s%04d%05d" % (_tag_bytes(field.tag), len(piece), start)
        start += len(piece)
    base = 24 + len(directory) + 1
    size = base + start + 1
    if size > LONGEST_ISO2709:
        raise UnwritableRecord(
            _("记录长 %(size)d 字节，超过 ISO 2709 的上限 %(limit)d；请改用 MARCXML 导出。"),
            size=size, limit=LONGEST_ISO2709,
        )  # fmt: skip
    leader = _leader_bytes(record.leader, size, base, to, flavour)
    return b"".join([leader, directory, b"\x1e", *pieces, b"\x1d"])


def _tag_bytes(tag: str) -> bytes:
    if len(tag) != 3 or not tag.isascii():
        raise UnwritableRecord(_("字段号“%(tag)s”不是三个字符；请先改正。"), tag=tag)
    return tag.encode("ascii")


def _plain_leader(leader: str) -> str:
    """Return 24 printable characters; a control character in a leader means nothing to anyone."""
    return "".join(char if " " <= char <= "~" else " " for char in leader.ljust(24)[:24])


def _leader_bytes(leader: str, size: int, base: int, to: str, flavour: Flavour) -> bytes:
    """Return the leader with computed places filled in and what is no ASCII blanked."""
    given = _plain_leader(leader)
    coded = given[9]
    if flavour is Flavour.MARC21:
        coded = "a" if to == charset.UTF8 else " "
    return f"{size:05d}{given[5:9]}{coded}22{base:05d}{given[17:20]}4500".encode("ascii")


def _declared(field: Field, to: str, flavour: Flavour) -> Field:
    """Return UNIMARC's field 100 saying Unicode when Unicode is written."""
    if field.tag != "100" or not flavour.is_unimarc_family or to != charset.UTF8:
        return field
    if isinstance(field, ControlField):
        return field
    subfields = tuple(
        (code, f"{value[:26]}50  {value[30:]}" if code == "a" and len(value) >= 30 else value)
        for code, value in field.subfields
    )
    return field._replace(subfields=subfields)


def _field_bytes(field: Field, to: str) -> bytes:
    if isinstance(field, ControlField):
        return _text_bytes(field.value, field.tag, to) + b"\x1e"
    parts = [_text_bytes(field.ind1 + field.ind2, field.tag, to)]
    for position, (code, value) in enumerate(field.subfields):
        unmarked = position == 0 and code == "" and value != ""
        parts.append((b"" if unmarked else b"\x1f") + _text_bytes(code + value, field.tag, to))
    return b"".join(parts) + b"\x1e"


def _text_bytes(text: str, tag: str, to: str) -> bytes:
    if _STRUCTURAL.search(text):
        raise UnwritableRecord(_("%(tag)s 字段的内容里夹有 ISO 2709 的分隔符；请先删去。"), tag=tag)
    try:
        return marc8.encode(text) if to == charset.MARC8 else text.encode(to)
    except UnicodeEncodeError as error:
        char = error.object[error.start : error.start + 1]
        raise UnwritableRecord(
            _("%(tag)s 字段的“%(char)s”（%(name)s）在 %(charset)s 中没有编码；请改用 UTF-8 导出。"),
            tag=tag, char=char, name=unicodedata.name(char, "?") if char else "?", charset=to.upper(),
        ) from None  # fmt: skip


def write_marcxml(records: Iterable[Record], *, flavour: Flavour = Flavour.MARC21) -> Iterator[str]:
    """Yield a MARCXML collection piece by piece: MARC 21 slim, or MarcXchange for UNIMARC and CNMARC.

    Raises ``UnwritableRecord`` when a record holds a control character XML has no way to write.
    """
    namespace = MARCXCHANGE_NAMESPACE if flavour.is_unimarc_family else MARC21_NAMESPACE
    yield f'<?xml version="1.0" encoding="UTF-8"?>\n<collection xmlns="{namespace}">\n'
    for record in records:
        yield record_as_xml(record, flavour=flavour)
    yield "</collection>\n"


def record_as_xml(record: Record, *, flavour: Flavour = Flavour.MARC21, namespace: str = "") -> str:
    """Return one ``<record>`` element, with its own namespace when one is given. Raises as above."""
    family = ' format="UNIMARC" type="Bibliographic"' if flavour.is_unimarc_family else ""
    own = f" xmlns={quoteattr(namespace)}" if namespace else ""
    lines = [f"  <record{own}{family}>", f"    <leader>{escape(_plain_leader(record.leader))}</leader>"]
    for field in record.fields:
        tag = quoteattr(_xml(field.tag, field.tag))
        if isinstance(field, ControlField):
            lines.append(f"    <controlfield tag={tag}>{_xml(field.value, field.tag)}</controlfield>")
        else:
            lines.extend(_data_field_xml(field, tag))
    lines.append("  </record>\n")
    return "\n".join(lines)


def _data_field_xml(field: DataField, tag: str) -> Iterator[str]:
    ind1, ind2 = (quoteattr(_xml(value or " ", field.tag)) for value in (field.ind1, field.ind2))
    yield f"    <datafield tag={tag} ind1={ind1} ind2={ind2}>"
    for code, value in field.subfields:
        yield f"      <subfield code={quoteattr(_xml(code, field.tag))}>{_xml(value, field.tag)}</subfield>"
    yield "    </datafield>"


def _xml(text: str, tag: str) -> str:
    if _NOT_XML.search(text):
        raise UnwritableRecord(_("%(tag)s 字段含有 XML 不允许的控制字符；请先删去。"), tag=tag)
    return escape(text, {"\r": "&#13;"})
