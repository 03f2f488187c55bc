"""From a cataloguer's lines to the catalogue, in the record's own format and character set.

Fields that nobody touched keep the bytes they came in: another encoder's choices (a composed or a
decomposed accent, a wrong declaration in 100) are not this editor's to change in passing.
"""

from dataclasses import dataclass, replace

from django.utils.translation import gettext_lazy as _

from xinglin.catalog import services
from xinglin.catalog.description import Native, taken_from
from xinglin.catalog.editing.blanks import filled
from xinglin.catalog.editing.checking import Finding, check
from xinglin.catalog.editing.described import cnmarc_of
from xinglin.catalog.editing.lines import Parsed, parse
from xinglin.catalog.editing.presence import note_closed
from xinglin.catalog.marc import Field, Flavour, facts_of, read_record, record_as_xml, write_iso2709
from xinglin.catalog.marc import Record as MarcRecord
from xinglin.catalog.marc.charset import GB18030, MARC8, UTF8
from xinglin.catalog.marc.iso2709 import locate_fields
from xinglin.catalog.marc.reading import RecordRead, Unreadable
from xinglin.catalog.marc.splitting import LONGEST_ISO2709
from xinglin.catalog.marc.writing import (
    LONGEST_FIELD,
    MARC21_NAMESPACE,
    MARCXCHANGE_NAMESPACE,
)
from xinglin.catalog.models import Flavour as StoredFlavour
from xinglin.catalog.models import Format, Record
from xinglin.catalog.projection import description_of
from xinglin.commons.errors import Refusal
from xinglin.consortium.models import Staff

WRITABLE_CHARSETS = (UTF8, GB18030, MARC8)


class RecordHasErrors(Refusal):
    """The record has errors that would make it unusable; nothing was saved."""

    code = "record_has_errors"


class UnreadableRecord(Refusal):
    """The bytes of the record in the catalogue cannot be read as MARC, so they cannot be edited as fields."""

    code = "record_unreadable"


@dataclass(frozen=True)
class Opened:
    """A record as the editor begins with it."""

    marc: MarcRecord
    flavour: Flavour
    charset: str


def opened(record: Record) -> Opened:
    """Return a record of the catalogue for editing; one without MARC is written as CNMARC first.

    Raises ``UnreadableRecord``.
    """
    if not record.marc:
        return Opened(cnmarc_of(taken_from(record)), Flavour.CNMARC, UTF8)
    read = _read(record)
    return Opened(read.record, _flavour_of(record, read), charset_for(record))


def charset_for(record: Record) -> str:
    """Return the character set in which an amended record will be written: its own, where we can write it."""
    own = record.format == Format.ISO2709 and record.charset in WRITABLE_CHARSETS
    return record.charset if own else UTF8


def save_new(*, text: str, flavour: Flavour, by: Staff | None) -> Record:
    """Add a record from lines; what a blank offered and nobody filled is left out.

    Raises ``RecordHasErrors``, ``UnwritableRecord`` and what ``add_record`` does.
    """
    marc = filled(_without_errors(text, flavour).record)
    raw = write_iso2709(marc, flavour=flavour)
    native = Native(raw=raw, format=Format.ISO2709, charset=UTF8, flavour=StoredFlavour(flavour.value))
    return services.add_record(description=description_of(facts_of(marc, flavour)), native=native, by=by)


def save_amended(*, record: Record, version: int, text: str, by: Staff | None) -> Record:
    """Write lines over a record of the catalogue.

    ``version`` is the one the lines were made from. A control number that the import profile supplied
    stays where the record itself names none.

    Raises ``RecordHasErrors``, ``UnwritableRecord`` and what ``amend_record`` does.
    """
    before = opened(record)
    parsed = _without_errors(text, before.flavour)
    description = description_of(facts_of(parsed.record, before.flavour))
    if not description.agency:
        description = replace(description, agency=record.agency, control_number=record.control_number)
    native = rewritten(record, parsed.record, before.flavour)
    saved = services.amend_record(
        record=record, version=version, description=description, native=native, by=by
    )
    if by is not None:
        note_closed(record=record, by=by)
    return saved


def findings_of(text: str, flavour: Flavour) -> tuple[Parsed, list[Finding]]:
    """Return what lines say and what is wrong with it."""
    parsed = parse(text)
    return parsed, check(parsed, flavour)


def rewritten(record: Record, amended: MarcRecord, flavour: Flavour) -> Native:
    """Return the bytes of an amended record in its own format and character set. Raises ``UnwritableRecord``."""
    stored = StoredFlavour(flavour.value)
    if record.format == Format.MARCXML:
        namespace = MARCXCHANGE_NAMESPACE if flavour.is_unimarc_family else MARC21_NAMESPACE
        xml = record_as_xml(amended, flavour=flavour, namespace=namespace)
        return Native(raw=xml.encode(), format=Format.MARCXML, charset=UTF8, flavour=stored)
    charset = charset_for(record)
    raw = write_iso2709(amended, to=charset, flavour=flavour)
    if record.format == Format.ISO2709 and record.charset == charset:
        raw = _with_kept_bytes(raw, bytes(record.marc), amended)
    return Native(raw=raw, format=Format.ISO2709, charset=charset, flavour=stored)


def _with_kept_bytes(written: bytes, before: bytes, amended: MarcRecord) -> bytes:
    """Return a record written anew in which every field that stood in it before has its old bytes.

    What comes out is read again; should it not say the same, or no longer fit, what was written stands.
    """
    old, new = read_record(before).record, locate_fields(written)
    kept: dict[Field, list[bytes]] = {}
    for field, piece in zip(old.fields, locate_fields(before).pieces, strict=True):
        kept.setdefault(field, []).append(piece)
    pieces = [
        kept[field].pop(0) if kept.get(field) else piece
        for field, piece in zip(amended.fields, new.pieces, strict=True)
    ]
    leader = before if old.leader == amended.leader else written
    spliced = _assembled(written, leader, new.tags, pieces)
    try:
        return spliced if read_record(spliced).record.fields == amended.fields else written
    except Unreadable:
        return written


def _assembled(written: bytes, like: bytes, tags: list[str], pieces: list[bytes]) -> bytes:
    """Return a record of these pieces with a leader like another's; what does not fit gives ``written``."""
    directory, start = bytearray(), 0
    for tag, piece in zip(tags, pieces, strict=True):
        size = len(piece) + 1
        if size > LONGEST_FIELD:
            return written
        directory += f"{tag}{size:04d}{start:05d}".encode()
        start += size
    base = 24 + len(directory) + 1
    whole = base + start + 1
    if whole > LONGEST_ISO2709:
        return written
    leader = b"%05d%s%05d%s" % (whole, like[5:12], base, like[17:24])
    return leader + directory + b"\x1e" + b"".join(piece + b"\x1e" for piece in pieces) + b"\x1d"


def _read(record: Record) -> RecordRead:
    try:
        return read_record(bytes(record.marc))
    except Unreadable as error:
        raise UnreadableRecord(
            _("这条书目的 MARC 数据无法解析（%(why)s），不能按字段编辑；请从来源重新导入。"),
            why=error.remark.sentence,
        ) from None


def _flavour_of(record: Record, read: RecordRead) -> Flavour:
    return Flavour(record.flavour) if record.flavour else read.flavour


def _without_errors(text: str, flavour: Flavour) -> Parsed:
    parsed, findings = findings_of(text, flavour)
    errors = [finding.sentence for finding in findings if finding.is_error]
    if errors:
        raise RecordHasErrors(
            _("有 %(count)d 处错误，没有保存：%(first)s"), count=len(errors), first=errors[0]
        )
    return parsed
