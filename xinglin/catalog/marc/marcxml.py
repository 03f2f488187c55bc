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
from typing import BinaryIO, Final

from xinglin.catalog.marc.detect import flavour_of
from xinglin.catalog.marc.reading import Reading, RecordRead, RefusedRecord, Remark, Unreadable
from xinglin.catalog.marc.splitting import RECORD_CAP
from xinglin.catalog.marc.xml_record import parse_record, safe_parser

_CHUNK: Final = 256 * 1024
_LONGEST_OPENING: Final = 80
_ATTRIBUTES: Final = r"""(?:[^>"']|"[^"]*"|'[^']*')*"""
_NEXT: Final = re.compile(r"<(?:!--|!\[CDATA\[|\?|!DOCTYPE|!ENTITY|/?(?:[\w.\-]+:)?record(?=[\s/>]))")
_TAG_END: Final = re.compile(_ATTRIBUTES + ">")
_XML_ENCODING: Final = re.compile(rb"^\s*<\?xml[^>]*?encoding\s*=\s*[\"']([A-Za-z0-9._\-]+)[\"']")
_TEXT_ENCODINGS: Final = re.compile(
    r"utf-(?:8|16|32).*|ascii|iso8859-\d+|cp125\d|gb.*|big5.*|euc_.*|shift_jis.*|koi8-.*"
)
_ENDS: Final = {"<!--": "-->", "<![CDATA[": "]]>", "<?": "?>"}


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
        self.undecodable = b""
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
            if self.undecodable:
                remark = Remark("xml_bytes_unreadable", {"encoding": self.encoding})
                yield self._refuse(self.at, self._bytes(self.text[self.at :]) + self.undecodable, remark)
                return
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
            codec = codecs.lookup(self.encoding)
            decoder = codecs.getincrementaldecoder(self.encoding)
        except LookupError:
            raise Unreadable("xml_encoding_unknown", encoding=self.encoding) from None
        if not _TEXT_ENCODINGS.fullmatch(codec.name):
            raise Unreadable("xml_encoding_unknown", encoding=self.encoding)
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
            self.undecodable = chunk

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
