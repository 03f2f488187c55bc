"""One door for every file: its bytes say how it is written, its name is never asked."""

from collections.abc import Iterator
from io import BytesIO
from typing import BinaryIO, Final

from xinglin.catalog.marc.detect import Form, form_of
from xinglin.catalog.marc.iso2709 import read_iso2709
from xinglin.catalog.marc.marcxml import read_marcxml
from xinglin.catalog.marc.reading import Reading, RecordRead, RefusedRecord, Remark, Unreadable
from xinglin.catalog.marc.textpaste import read_text

_HEAD: Final = 64 * 1024
TEXT_CAP: Final = 32 * 1024 * 1024


def read_file(stream: BinaryIO) -> Iterator[Reading]:
    """Yield every record of a file: ISO 2709, MARCXML or field text.

    The stream need not be seekable. Never raises for what is in the file: a file that is no MARC at
    all gives one refusal. An empty file gives nothing.
    """
    head = stream.read(_HEAD)
    if not head.strip(b"\xef\xbb\xbf\r\n\t \x00\x1a"):
        return
    whole = _Rejoined(head, stream)
    form = form_of(head)
    if form is Form.ISO2709:
        yield from read_iso2709(whole)
    elif form is Form.MARCXML:
        yield from _not_nothing(read_marcxml(whole), head)
    elif form is Form.TEXT:
        data = whole.read(TEXT_CAP + 1)
        if len(data) > TEXT_CAP:
            remark = Remark("beyond_cap", {"size": len(data), "cap": TEXT_CAP})
            yield RefusedRecord(1, 0, remark, head, len(data))
        else:
            yield from _not_nothing(read_text(decoded(data)), head)
    else:
        yield RefusedRecord(1, 0, Remark("not_marc_file"), head, len(head))


def read_record(raw: bytes) -> RecordRead:
    """Return the one record these bytes hold, as they were kept from an earlier reading.

    Raises ``Unreadable`` when they hold none, or one that cannot be read.
    """
    for reading in read_file(BytesIO(raw)):
        if isinstance(reading, RecordRead):
            return reading
        raise Unreadable(reading.remark.code, **reading.remark.facts)
    raise Unreadable("not_marc_file")


def decoded(data: bytes) -> str:
    """Return a text file's text: UTF-16 by its mark, strict UTF-8, else GB 18030 as Chinese editors save."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", "replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("gb18030", "replace")


def _not_nothing(readings: Iterator[Reading], head: bytes) -> Iterator[Reading]:
    """Pass readings on; a file that looked like MARC and holds none is one refusal, not silence."""
    empty = True
    for reading in readings:
        empty = False
        yield reading
    if empty:
        yield RefusedRecord(1, 0, Remark("not_marc_file"), head, len(head))


class _Rejoined(BytesIO):
    """A stream whose beginning was already read."""

    def __init__(self, head: bytes, rest: BinaryIO) -> None:
        super().__init__(head)
        self._rest = rest

    def read(self, size: int | None = -1, /) -> bytes:
        """Return as many bytes as asked for, fewer only at the end of the file."""
        wanted = -1 if size is None else size
        parts = [super().read(wanted)]
        missing = wanted - len(parts[0])
        while wanted < 0 or missing > 0:
            part = self._rest.read(missing if wanted >= 0 else -1)
            if not part:
                break
            parts.append(part)
            missing -= len(part)
        return b"".join(parts)
