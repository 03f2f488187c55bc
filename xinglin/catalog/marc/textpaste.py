"""Records as people paste them: OPAC screens, vendor worksheets, Aleph and MarcEdit dumps.

``200 1 ▼a…``, ``2001 |a…``, ``=245  10$a…``, ``FMT<tab>BK``. The subfield mark differs, so it is
found out: the one that most often opens the data of a line. A new leader, a repeated 001 or a blank
line after fields begins the next record.
"""

import re
from collections.abc import Iterator
from typing import Final

from xinglin.catalog.marc.detect import flavour_of
from xinglin.catalog.marc.model import ControlField, DataField, Field, Record
from xinglin.catalog.marc.reading import Reading, RecordRead, RefusedRecord, Remark

_MARKS: Final = "▼ǂ‡|@$\x1f^┃｜＄▽◆"
_FIELD: Final = re.compile(r"^=?\s{0,3}([0-9]{3}|[A-Z]{3})(.*)$", re.DOTALL)
_LEADER: Final = re.compile(
    r"^(?:=?LDR|LEADER|头标区?|000)?[\s:：]*([0-9 #_-]{5}[a-z][a-z0-9 #_-][\x20-\x7e]{10,17})\s*$"
)
_ALEPH_LINE: Final = re.compile(r"^(\d{9}) ([0-9A-Z]{3})(.)(.) [A-Z] (.*)$", re.DOTALL)
_BLANK_LEADER: Final = " " * 10 + "22" + " " * 8 + "450 "
# Lines of Aleph's housekeeping: kept as fields, they are the system's, not the standard's.
_SYSTEM_TAGS: Final = frozenset({"FMT", "SYS"})


def read_text(text: str) -> Iterator[Reading]:
    """Yield the records in pasted text. A line that is no field is noted on its record, not lost."""
    offset = 0
    for number, block in enumerate(_blocks(text), start=1):
        raw = block.encode("utf-8", "surrogatepass")
        yield _read_block(block, number, offset, raw)
        offset += len(block)


def _blocks(text: str) -> Iterator[str]:
    """Yield the text of one record after the other; Aleph's dumps number every line by its record."""
    lines: list[str] = []
    seen: set[str] = set()
    system_number = ""
    for line in text.splitlines(keepends=True):
        tag = _opening(_as_worksheet(line))
        aleph = _ALEPH_LINE.match(line)
        is_second = tag in seen and tag in ("LDR", "FMT", "001")
        starts = is_second or (tag in ("LDR", "FMT") and bool(seen - {"LDR", "FMT"}))
        is_next = aleph is not None and bool(system_number) and aleph[1] != system_number
        system_number = aleph[1] if aleph else system_number
        after_blank = tag is not None and bool(lines) and not lines[-1].strip() and bool(seen)
        if lines and (starts or after_blank or is_next):
            yield "".join(lines)
            lines, seen = [], set()
        lines.append(line)
        if tag:
            seen.add(tag)
    if seen or "".join(lines).strip():
        yield "".join(lines)


def _as_worksheet(line: str) -> str:
    """Return a line of Aleph's sequential dump or MarcEdit's ``.mrk`` as a cataloguer's worksheet has it.

    Both write blanks visibly in coded data: Aleph ``^``, MarcEdit ``\\``.
    """
    bare = line.rstrip("\r\n")
    aleph = _ALEPH_LINE.match(bare)
    if aleph:
        tag, ind1, ind2, data = aleph.groups()[1:]
        if "$$" in data:
            return f"{tag}{ind1}{ind2}" + data.replace("$$", "\x1f")
        return f"{tag} " + data.replace("^", " ")
    if bare.startswith("="):
        return bare if "$" in bare else bare.replace("\\", " ")
    return bare


def _opening(line: str) -> str | None:
    """Return the tag a line opens with, "LDR" for a leader line, or None."""
    if _LEADER.match(line):
        return "LDR"
    match = _FIELD.match(line)
    return match[1] if match else None


def _read_block(block: str, number: int, offset: int, raw: bytes) -> Reading:
    mark = _mark_of(block)
    leader = _BLANK_LEADER
    fields: list[Field] = []
    remarks: list[Remark] = []
    for position, line in enumerate(map(_as_worksheet, block.splitlines()), start=1):
        if not line.strip():
            continue
        is_leader = _LEADER.match(line)
        match = _FIELD.match(line)
        if is_leader:
            leader = re.sub("[#_]", " ", is_leader[1]).ljust(24)[:24]
        elif match and (field := _field(match[1], match[2], mark)) is not None:
            fields.append(field)
        elif fields and mark in line and isinstance(fields[-1], DataField):
            fields[-1] = _continued(fields[-1], line, mark)
        else:
            remarks.append(Remark("text_line_skipped", {"line": position, "text": line.strip()[:60]}))
    if not any(isinstance(field, DataField) and field.subfields for field in fields):
        return RefusedRecord(number, offset, Remark("text_no_fields"), raw, len(raw))
    record = Record(leader, tuple(fields))
    return RecordRead(number, offset, raw, record, "text", flavour_of(record), tuple(remarks))


def _mark_of(block: str) -> str:
    """Return the subfield mark of a paste: the candidate that opens the data of most lines."""
    counts: dict[str, int] = {}
    for line in map(_as_worksheet, block.splitlines()):
        match = _FIELD.match(line)
        opening = (
            re.match(rf"[\s0-9#_\\]{{0,6}}([{re.escape(_MARKS)}])\s?[0-9A-Za-z]", match[2]) if match else None
        )
        if opening:
            counts[opening[1]] = counts.get(opening[1], 0) + 1
    return max(counts, key=lambda mark: counts[mark]) if counts else "▼"


def _field(tag: str, rest: str, mark: str) -> Field | None:
    data = rest.rstrip("\r\n")
    if tag < "010" or tag in _SYSTEM_TAGS or mark not in data:
        if tag[0].isdigit() and tag >= "010":
            return None
        return ControlField(tag, data.lstrip(" \t"))
    head, *parts = data.split(mark)
    ind1, ind2 = _indicators(head)
    separated = all(part[1:2] == " " for part in parts if len(part) > 1)
    subfields = tuple((part[:1], _value(part[1:], separated)) for part in parts if part)
    return DataField(tag, ind1, ind2, subfields)


def _value(text: str, separated: bool) -> str:
    """Return a value without the blank some screens put after every code, and without a line's tail."""
    return (text[1:] if separated else text).rstrip().replace("{dollar}", "$")


def _indicators(head: str) -> tuple[str, str]:
    """Return the two indicators before the first mark; ``#``, ``_`` and ``\\`` stand for blanks.

    They are glued to the tag (``2001 ``), or set off from it by one blank or, by MarcEdit, by two.
    """
    plain = re.sub(r"[#_\\]", " ", head.replace("\t", ""))
    if len(plain) > 3:
        plain = plain[-2:]
    elif plain.startswith(" ") and len(plain) == 3:
        plain = plain[1:]
    plain = plain.ljust(2)
    return plain[:1], plain[1:2]


def _continued(field: DataField, line: str, mark: str) -> DataField:
    """Add the subfields of a line that goes on where the last one broke off."""
    head, *parts = line.strip().split(mark)
    subfields = list(field.subfields)
    if head.strip() and subfields:
        subfields[-1] = (subfields[-1][0], subfields[-1][1] + head.strip())
    subfields.extend((part[:1], part[1:].strip()) for part in parts if part)
    return field._replace(subfields=tuple(subfields))
