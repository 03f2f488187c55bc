"""Records out of the catalogue as MARC, streamed; what cannot be written is reported record by record.

A record in the form and character set asked for goes out with the very bytes that are kept. The others
are read and written anew. What a character set lacks, what outgrows ISO 2709 and what nobody can read
is put into a report that travels with the records.
"""

import csv
import io
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xinglin.catalog.description import taken_from
from xinglin.catalog.editing.described import cnmarc_of
from xinglin.catalog.marc import DataField, Field, Flavour, record_as_xml, write_iso2709
from xinglin.catalog.marc import Record as MarcRecord
from xinglin.catalog.marc.charset import GB18030, MARC8, UTF8
from xinglin.catalog.marc.reading import Unreadable
from xinglin.catalog.marc.writing import MARC21_NAMESPACE, MARCXCHANGE_NAMESPACE
from xinglin.catalog.models import Format, Record
from xinglin.catalog.stored import read_stored
from xinglin.commons.errors import Refusal

GBK: Final = "gbk"
CHUNK: Final = 500
# In UNIMARC 100 $a/26-29: ISO 646 with GB 2312. GBK has no code of its own there.
_SAYS_GB: Final = "0110"


class Wanted(models.TextChoices):
    """In which form records are wanted."""

    UTF8 = "utf-8", gettext_lazy("ISO 2709 · UTF-8")
    GBK = "gbk", gettext_lazy("ISO 2709 · GBK")
    MARC8 = "marc-8", gettext_lazy("ISO 2709 · MARC-8")
    MARCXML = "marcxml", gettext_lazy("MARCXML")

    @property
    def ending(self) -> str:
        """The ending of a file's name."""
        return "xml" if self is Wanted.MARCXML else "mrc"


@dataclass(frozen=True)
class Unwritten:
    """A record that is not in the file, and why."""

    record_id: int
    title: str
    reason: str


@dataclass
class Export:
    """One export: iterate ``pieces`` to the end, then ``unwritten`` is complete."""

    records: Iterable[Record]
    wanted: Wanted
    unwritten: list[Unwritten] = field(default_factory=list)
    written: int = 0

    def pieces(self) -> Iterator[bytes]:
        """Yield the file, a record at a time."""
        is_xml = self.wanted is Wanted.MARCXML
        if is_xml:
            yield f'<?xml version="1.0" encoding="UTF-8"?>\n<collection xmlns="{MARC21_NAMESPACE}">\n'.encode()
        for record in self.records:
            try:
                piece = bytes_of(record, self.wanted)
            except Refusal as refusal:
                self.unwritten.append(Unwritten(record.pk, record.full_title, str(refusal)))
            except Unreadable as error:
                self.unwritten.append(Unwritten(record.pk, record.full_title, error.remark.sentence))
            else:
                self.written += 1
                yield piece
        if is_xml:
            yield b"</collection>\n"

    def report(self) -> bytes:
        """Return the table of what was not written, as a spreadsheet opens it."""
        lines = io.StringIO(newline="")
        writer = csv.writer(lines)
        writer.writerow([_("书目号"), _("题名"), _("没有写出的原因")])
        writer.writerows((each.record_id, _as_text(each.title), each.reason) for each in self.unwritten)
        return ("\ufeff" + lines.getvalue()).encode()


def bytes_of(record: Record, wanted: Wanted) -> bytes:
    """Return one record as wanted. Raises ``UnwritableRecord`` and ``marc.reading.Unreadable``."""
    kept = bytes(record.marc)
    if _is_as_wanted(record, kept, wanted):
        return kept
    marc, flavour = _read(record, kept)
    if wanted is Wanted.MARCXML:
        namespace = MARCXCHANGE_NAMESPACE if flavour.is_unimarc_family else MARC21_NAMESPACE
        return record_as_xml(marc, flavour=flavour, namespace=namespace).encode()
    if wanted is Wanted.GBK and flavour.is_unimarc_family:
        marc = marc.with_fields(tuple(map(_declaring_gb, marc.fields)))
    to = {Wanted.UTF8: UTF8, Wanted.GBK: GBK, Wanted.MARC8: MARC8}[wanted]
    return write_iso2709(marc, to=to, flavour=flavour)


def _is_as_wanted(record: Record, kept: bytes, wanted: Wanted) -> bool:
    # A record whose length or end was wrong when it came would spoil the file for whoever reads it next.
    is_sound = kept[:5] == b"%05d" % len(kept) and kept.endswith(b"\x1d")
    if record.format != Format.ISO2709 or not is_sound or wanted is Wanted.MARCXML:
        return False
    if wanted is Wanted.GBK:
        return record.charset == GB18030 and _is_gbk(kept)
    return record.charset == wanted.value


def _is_gbk(kept: bytes) -> bool:
    """Whether bytes read as GB 18030 keep within GBK, which is all that older systems know."""
    try:
        kept.decode(GBK)
    except UnicodeDecodeError:
        return False
    return True


def _read(record: Record, kept: bytes) -> tuple[MarcRecord, Flavour]:
    if not kept:
        return cnmarc_of(taken_from(record)), Flavour.CNMARC
    read = read_stored(kept, record.charset)
    return read.record, Flavour(record.flavour) if record.flavour else read.flavour


def _declaring_gb(each: Field) -> Field:
    if each.tag != "100" or not isinstance(each, DataField):
        return each
    return each._replace(
        subfields=tuple(
            (code, f"{value[:26]}{_SAYS_GB}{value[30:]}" if code == "a" and len(value) >= 30 else value)
            for code, value in each.subfields
        )
    )


def zipped(export: Export, *, name: str) -> Iterator[bytes]:
    """Yield a ZIP of the records and the report of what is not among them, while it is made."""
    sink = _Sink()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as archive:
        with archive.open(f"{name}.{export.wanted.ending}", "w", force_zip64=True) as file:
            for piece in export.pieces():
                file.write(piece)
                yield sink.taken()
        archive.writestr(f"{_('未写出的书目')}.csv", export.report())
        yield sink.taken()
    yield sink.taken()


class _Sink(io.RawIOBase):
    """What the archive writes to; handed on as it comes, never held."""

    def __init__(self) -> None:
        super().__init__()
        self._held = bytearray()

    def writable(self) -> bool:
        return True

    def write(self, data: object, /) -> int:
        piece = bytes(memoryview(data))  # type: ignore[arg-type]
        self._held += piece
        return len(piece)

    def taken(self) -> bytes:
        """Return what has come since the last time."""
        piece = bytes(self._held)
        self._held.clear()
        return piece


def _as_text(title: str) -> str:
    """Return a title that a spreadsheet will not run as a formula."""
    return f"'{title}" if title[:1] in ("=", "+", "-", "@", "\t", "\r") else title
