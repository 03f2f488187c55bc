"""MARCXML and MarcXchange read one record element at a time, wherever they stand: a collection, a bare
record, an SRU or OAI-PMH answer.

The file is never given to an XML parser whole. A small scanner finds each innermost ``record``
element, whatever its prefix or namespace, and only that slice is parsed. So one record that is not
well formed does not cost its neighbours, no file is too long, and there is no document type in which
an entity could be declared: a DOCTYPE anywhere stops the file.
"""

import codecs
import re
from collections.abc import Iterator
from typing import BinaryIO, Final, cast
from xml.sax.saxutils import unescape

from lxml import etree

from xinglin.catalog.marc.detect import flavour_of
from xinglin.catalog.marc.model import ControlField, DataField, Field, Record
from xinglin.catalog.marc.reading import Reading, RecordRead, RefusedRecord, Remark, Unreadable
from xinglin.catalog.marc.splitting import RECORD_CAP

DEPTH_CAP: Final = 256  # libxml2's
_CHUNK: Final = 256 * 1024
_LONGEST_OPENING: Final = 80
_ATTRIBUTES: Final = r"""(?:[^>"']|"[^"]*"|'[^']*')*"""
_NEXT: Final = re.compile(r"<(?:!--|!\[CDATA\[|\?|!DOCTYPE|!ENTITY|/?(?:[\w.\-]+:)?record(?=[\s/>]))")
_TAG_END: Final = re.compile(_ATTRIBUTES + ">")
_PREFIX: Final = re.compile(r"[<\s]/?([A-Za-z_][\w.\-]*):[A-Za-z_]")
_IS_MARC: Final = re.compile(r"<(?:[\w.\-]+:)?(?:leader|controlfield|datafield)[\s/>]")
_PACKED: Final = re.compile(r"&lt;((?:[\w.\-]+:)?record)(?=[\s/&])")
_XML_ENCODING: Final = re.compile(rb"^\s*<\?xml[^>]*?encoding\s*=\s*[\"']([A-Za-z0-9._\-]+)[\"']")
_ENDS: Final = {"<!--": "-->", "<![CDATA[": "]]>", "<?": "?>"}
_STANDARD_LENGTHS: Final = {"008": 40}


def read_marcxml(stream: BinaryIO) -> Iterator[Reading]:
    """Yield every record element of an XML file, read or refused, in the file's order."""
    return _Scanner(stream).readings()


class _Scanner:
    def __init__(self, stream: BinaryIO) -> None:
        self.stream = stream
        self.text = ""
        self.at = 0
        self.base = 0
        self.ended = False
        self.is_forbidden = False
        self.number = 0
        self.encoding = "utf-8"
        self.parser = safe_parser()
        self.decoder: codecs.IncrementalDecoder | None = None
        # Open record elements: where each begins, and whether another record was inside of it.
        self.open: list[tuple[int, bool]] = []

    def readings(self) -> Iterator[Reading]:
        try:
            self._open_stream()
        except Unreadable as error:
            yield self._refuse(0, b"", error.remark)
            return
        while True:
            yield from self._until_stuck()
            if self.is_forbidden or (self.ended and not self._is_inside_record()):
                return
            yield self._refuse_what_is_open()
            if self.ended:
                return

    def _until_stuck(self) -> Iterator[Reading]:
        """Yield readings until the file ends, or something in it is longer than the cap."""
        while (found := self._next()) is not None:
            kind, start = found
            if kind.startswith(("<!D", "<!E")):
                self.is_forbidden = True
                yield self._refuse(start, self._bytes(self.text[start : start + 2000]), Remark("xml_doctype"))
                return
            if not (self._step_over(_ENDS[kind]) if kind in _ENDS else self._step_over_tag()):
                return
            reading = None if kind in _ENDS else self._record_tag(kind, start)
            if reading is not None:
                yield reading
            self._forget()

    def _is_inside_record(self) -> bool:
        return bool(self.open) and not self.open[-1][1]

    def _refuse_what_is_open(self) -> RefusedRecord:
        """Refuse the record the file ends in, or one that outgrows the cap; go on behind it."""
        start = self.open.pop()[0] if self._is_inside_record() else self.at
        size = len(self.text) - start
        remark = (
            Remark("xml_truncated") if self.ended else Remark("beyond_cap", {"size": size, "cap": RECORD_CAP})
        )
        kept = self.text[start:] if self.ended else self.text[start : start + _CHUNK]
        refusal = self._refuse(start, self._bytes(kept), remark)
        self.open = [(begun, True) for begun, _is_envelope in self.open]
        self.at = len(self.text) if self.ended else max(start + 1, len(self.text) - _LONGEST_OPENING)
        self._forget()
        return refusal

    def _open_stream(self) -> None:
        """Learn the encoding from the byte-order mark or the XML declaration; UTF-8 otherwise."""
        head = self.stream.read(_CHUNK)
        if head.startswith((b"\xff\xfe", b"\xfe\xff")):
            self.encoding = "utf-16"
        else:
            declared = _XML_ENCODING.match(head.removeprefix(b"\xef\xbb\xbf")[:200])
            self.encoding = declared[1].decode("ascii").lower() if declared else "utf-8"
            if self.encoding in ("gb2312", "gbk"):
                self.encoding = "gb18030"
        try:
            decoder = codecs.getincrementaldecoder(self.encoding)
            if not codecs.lookup(self.encoding)._is_text_encoding:
                raise LookupError(self.encoding)
        except LookupError:
            raise Unreadable("xml_encoding_unknown", encoding=self.encoding) from None
        self.decoder = decoder(errors="surrogateescape")
        self._feed(head)

    def _feed(self, chunk: bytes) -> None:
        if self.decoder is None:
            return
        self.ended = not chunk
        try:
            self.text += self.decoder.decode(chunk, final=self.ended)
        except UnicodeDecodeError:
            self.ended = True

    def _more(self) -> bool:
        """Read on; False at the end of the file or when one record has outgrown the cap."""
        kept_from = self.open[0][0] if self.open else self.at
        if self.ended or len(self.text) - kept_from > RECORD_CAP + _CHUNK:
            return False
        self._feed(self.stream.read(_CHUNK))
        return True

    def _next(self) -> tuple[str, int] | None:
        """Return the next piece of markup that matters and where it begins."""
        while True:
            match = _NEXT.search(self.text, self.at)
            if match is not None and match.end() + 1 < len(self.text):
                self.at = match.start()
                return match[0], match.start()
            if not self.open and match is None:
                self.at = max(self.at, len(self.text) - _LONGEST_OPENING)
                self._forget()
            if not self._more():
                if match is None:
                    return None
                self.at = match.start()
                return match[0], match.start()

    def _step_over(self, ending: str) -> bool:
        while (end := self.text.find(ending, self.at)) < 0:
            if not self._more():
                return False
        self.at = end + len(ending)
        return True

    def _step_over_tag(self) -> bool:
        while (match := _TAG_END.match(self.text, self.at)) is None:
            if not self._more():
                return False
        self.at = match.end()
        return True

    def _record_tag(self, kind: str, start: int) -> Reading | None:
        """Take note of a record's beginning; at its end return what it was, unless it is an envelope."""
        if not kind.startswith("</"):
            if self.open:
                self.open[-1] = (self.open[-1][0], True)
            self.open.append((start, False))
            if not self.text.endswith("/>", 0, self.at):
                return None
        elif not self.open:
            return None
        begun, is_envelope = self.open.pop()
        return None if is_envelope else self._understand(begun)

    def _understand(self, start: int) -> Reading:
        text = self.text[start : self.at]
        raw = self._bytes(text)
        try:
            record, remarks = parse_record(text, self.encoding, self.parser)
        except Unreadable as error:
            return self._refuse(start, raw, error.remark)
        self.number += 1
        return RecordRead(
            self.number, self.base + start, raw, record, self.encoding, flavour_of(record), tuple(remarks)
        )

    def _refuse(self, start: int, raw: bytes, remark: Remark) -> RefusedRecord:
        self.number += 1
        return RefusedRecord(self.number, self.base + start, remark, raw, len(raw))

    def _bytes(self, text: str) -> bytes:
        return text.encode(self.encoding, "surrogateescape")

    def _forget(self) -> None:
        """Let go of what is behind; an envelope's beginning is not needed, only that it is open."""
        keep = self.open[-1][0] if self.open and not self.open[-1][1] else self.at
        if keep < _CHUNK:
            return
        self.text = self.text[keep:]
        self.at -= keep
        self.base += keep
        self.open = [(max(begun - keep, 0), is_envelope) for begun, is_envelope in self.open]


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
