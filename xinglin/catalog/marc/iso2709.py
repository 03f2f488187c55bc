"""ISO 2709 read as it is found in the wild: streaming, exact bytes kept, one record's damage its own.

Three steps: cut the file into records (`split`), find the fields (`locate_fields`), read the
characters (`charset`). A record's end is its terminator; its declared length is the cross-check that
tells a wrong length from a stray terminator.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO, Final

from xinglin.catalog.marc import charset
from xinglin.catalog.marc.detect import flavour_of, flavour_of_tags
from xinglin.catalog.marc.model import ControlField, DataField, Field, Flavour, Record
from xinglin.catalog.marc.reading import (
    RawRecord,
    Reading,
    RecordRead,
    RefusedRecord,
    Remark,
    Unreadable,
)
from xinglin.catalog.marc.splitting import FIELD_END, RECORD_END, split

SUBFIELD: Final = "\x1f"
LEADER_LENGTH: Final = 24
_ODD_CODE: Final = re.compile("\x1f[^\x00-\x7f]")


def read_iso2709(stream: BinaryIO) -> Iterator[Reading]:
    """Yield every record of a binary file, read or refused, in the file's order."""
    for cut in split(stream):
        if isinstance(cut, RefusedRecord):
            yield cut
            continue
        try:
            yield understand(cut)
        except Unreadable as error:
            yield cut.refused(error.remark)


def understand(cut: RawRecord) -> RecordRead:
    """Read one record cut from a file. Raises ``Unreadable``."""
    located = locate_fields(cut.raw)
    remarks = [*cut.remarks, *located.remarks]
    family = flavour_of_tags(located.tags)
    declared_utf8 = cut.raw[9:10] == b"a" and family is not Flavour.UNIMARC
    if cut.raw.isascii() and b"\x1b" not in cut.raw:
        name, texts = charset.UTF8, [piece.decode("ascii") for piece in located.pieces]
    elif (undone := _undo_conversion(cut.raw, located, family)) is not None:
        name, texts = undone
        remarks.append(Remark("converted_before"))
    else:
        name, texts = charset.decode_fields(
            cut.raw[located.base :], located.pieces, family=family, declared_utf8=declared_utf8
        )
        if declared_utf8 and name != charset.UTF8:
            remarks.append(Remark("charset_declared_wrong", {"found": name.upper()}))
    leader = cut.raw[:LEADER_LENGTH].decode("latin-1")
    record = Record(leader, tuple(map(_field, located.tags, texts)))
    return RecordRead(cut.number, cut.offset, cut.raw, record, name, flavour_of(record), tuple(remarks))


def _undo_conversion(
    raw: bytes, located: "LocatedFields", family: Flavour | None
) -> tuple[str, list[str]] | None:
    """Return what a record said before someone took its MARC-8 for Latin-1 and made UTF-8 of it.

    The directory is the witness: its lengths do not fit these bytes, and fit exactly those they were
    made from. Only believed when every diacritic then finds its letter.
    """
    if not any(remark.code == "directory_repaired" for remark in located.remarks):
        return None
    try:
        original = raw.decode("utf-8").encode("latin-1")
        before = locate_fields(original)
        if any(remark.code == "directory_repaired" for remark in before.remarks):
            return None
        name, texts = charset.decode_western(before.pieces, family, 0, misplaced_allowed=0)
    except (UnicodeError, Unreadable):
        return None
    return None if any(_ODD_CODE.search(text) for text in texts) else (name, texts)


def _field(tag: str, text: str) -> Field:
    head, *parts = text.split(SUBFIELD)
    if not parts and (tag < "010" or not tag.isdigit()):
        return ControlField(tag, text)
    subfields = tuple([(part[:1], part[1:]) for part in parts])
    if len(head) > 2 and not parts:
        return DataField(tag, head[:1], head[1:2], (("", head[2:]),))
    return DataField(tag, head[:1], head[1:], subfields)


@dataclass(frozen=True, slots=True)
class LocatedFields:
    """Where a record's fields are: tags and bytes in directory order."""

    tags: list[str]
    pieces: list[bytes]
    base: int
    remarks: list[Remark]


def locate_fields(raw: bytes) -> LocatedFields:
    """Return the fields of one record by its directory, repaired only where that is unambiguous.

    Raises ``Unreadable``.
    """
    if len(raw) < LEADER_LENGTH + 2:
        raise Unreadable("too_short", size=len(raw))
    end = raw.find(FIELD_END, LEADER_LENGTH)
    if end < 0:
        raise Unreadable("directory_missing")
    directory = raw[LEADER_LENGTH:end]
    if len(directory) % 12 or not directory.isascii():
        raise Unreadable("directory_odd", size=len(directory))
    if not directory:
        raise Unreadable("no_fields")
    remarks: list[Remark] = []
    base = end + 1
    if raw[12:17] != b"%05d" % base:
        declared = raw[12:17].decode("latin-1")
        remarks.append(Remark("base_address_wrong", {"declared": declared, "found": base}))
    body = raw[base:-1] if raw.endswith(RECORD_END) else raw[base:]
    pieces = body.split(FIELD_END)
    if pieces[-1] == b"":
        pieces.pop()
    listed = directory.decode("ascii")
    tags = [listed[at : at + 3] for at in range(0, len(listed), 12)]
    if _tiles(listed, pieces):
        return LocatedFields(tags, pieces, base, remarks)
    pieces = _follow_directory(listed, body, remarks) or _in_order(tags, pieces, remarks)
    return LocatedFields(tags, pieces, base, remarks)


def _tiles(listed: str, pieces: list[bytes]) -> bool:
    """Say whether the directory lists exactly these pieces, in this order, without a gap."""
    if len(listed) != 12 * len(pieces):
        return False
    start = 0
    for at, piece in zip(range(3, len(listed), 12), pieces, strict=True):
        length = len(piece) + 1
        if listed[at : at + 9] != "%04d%05d" % (length, start):  # noqa: UP031 - twice as fast
            return False
        start += length
    return True


def _follow_directory(listed: str, body: bytes, remarks: list[Remark]) -> list[bytes] | None:
    """Return fields addressed one by one, or None unless every entry ends on a field terminator.

    Fields stored in another order than listed are legal; so is a terminator inside a field when all
    entries together still cover the body without overlap.
    """
    numbers = [listed[at : at + 9] for at in range(3, len(listed), 12)]
    if not all(number.isdigit() for number in numbers):
        return None
    spans = [(int(number[4:]), int(number[:4])) for number in numbers]
    pieces: list[bytes] = []
    for start, length in spans:
        if not length or body[start + length - 1 : start + length] != FIELD_END:
            return None
        pieces.append(body[start : start + length - 1])
    reached = 0
    for start, length in sorted(spans):
        if start < reached:
            return None
        reached = start + length
    unlisted = len(body) - sum(length for _start, length in spans)
    inside = any(FIELD_END in piece for piece in pieces)
    if inside and unlisted:
        return None
    if unlisted:
        remarks.append(Remark("bytes_outside_fields", {"size": unlisted}))
    if inside:
        remarks.append(Remark("field_terminator_inside"))
    return pieces


def _in_order(tags: list[str], pieces: list[bytes], remarks: list[Remark]) -> list[bytes]:
    """Return the pieces one for each tag: lengths are wrong, but the counts agree and so do the shapes.

    This is what lengths counted in characters, converted files and fields over 9999 bytes look like.
    """
    if len(tags) != len(pieces) or not all(map(_has_shape_of, tags, pieces)):
        raise Unreadable("directory_mismatch", listed=len(tags), found=len(pieces))
    remarks.append(Remark("directory_repaired"))
    return pieces


def _has_shape_of(tag: str, piece: bytes) -> bool:
    """Say whether a piece could be this field: control fields have no subfield mark, others have one."""
    if not tag.isdigit():
        return True
    marked = b"\x1f" in piece[:8]
    return marked is (tag >= "010") or not piece
