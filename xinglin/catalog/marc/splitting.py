"""Cutting a stream of bytes into ISO 2709 records without ever holding more than one of them."""

import re
from collections.abc import Iterator
from typing import BinaryIO, Final

from xinglin.catalog.marc.reading import RawRecord, RefusedRecord, Remark

RECORD_END: Final = b"\x1d"
FIELD_END: Final = b"\x1e"
RECORD_CAP: Final = 8 * 1024 * 1024
LONGEST_ISO2709: Final = 99_999
LEADER_SIZE: Final = 24
_CHUNK: Final = 256 * 1024
_KEPT_OF_TOO_LONG: Final = 64 * 1024
_FILLER: Final = re.compile(rb"[\r\n\x00\x1a]*")
_LEADER: Final = re.compile(rb"[0-9]{5}[\x20-\x7e]{5}[0-9 ]{7}[\x20-\x7e]{7}(?=[0-9A-Z]{3}[0-9]{9}|\x1e)")
_LEADER_AHEAD: Final = re.compile(rb"(?=([0-9]{5})[\x20-\x7e]{5}[0-9 ]{7})")
_LEADER_HERE: Final = re.compile(rb"[0-9 ]{5}[^\x1e\x1f]{7}[0-9 ]{5}")


def split(stream: BinaryIO) -> Iterator[RawRecord | RefusedRecord]:
    """Yield the records of a binary file in order, numbered from 1, with their offsets.

    What lies between records is skipped when it is line ends, NUL or Ctrl-Z, and otherwise noted on
    the record that follows; what has no leader at all is refused. Nothing is lost: every other byte
    of the file is in some record's ``raw``.
    """
    return _Splitter(stream).records()


class _Splitter:
    def __init__(self, stream: BinaryIO) -> None:
        self.stream = stream
        self.buffer = b""
        self.at = 0
        self.base = 0
        self.number = 0
        self.ended = False

    def records(self) -> Iterator[RawRecord | RefusedRecord]:
        self._need(3)
        if self.buffer.startswith(b"\xef\xbb\xbf"):
            self.at = 3
        while True:
            self._skip_filler()
            if self.at >= len(self.buffer):
                return
            end = self._find_end()
            if end - self.at >= RECORD_CAP or (end < 0 and len(self.buffer) - self.at > RECORD_CAP):
                yield self._beyond_cap()
            elif end < 0 and not self.buffer[self.at :].strip():
                return
            elif end < 0:
                yield self._without_end()
            else:
                yield self._with_end(end)

    def _need(self, size: int) -> bool:
        """Hold at least ``size`` bytes from here on, if the file has them."""
        while len(self.buffer) - self.at < size and not self.ended:
            chunk = self.stream.read(_CHUNK)
            self.ended = not chunk
            self.base += self.at
            self.buffer = self.buffer[self.at :] + chunk
            self.at = 0
        return len(self.buffer) - self.at >= size

    def _skip_filler(self) -> None:
        while True:
            match = _FILLER.match(self.buffer, self.at)
            self.at = match.end() if match else self.at
            if self.at < len(self.buffer) or not self._need(1):
                return

    def _find_end(self) -> int:
        """Return where the next terminator is, or -1 when the file or the cap ends first."""
        searched = self.at
        while True:
            end = self.buffer.find(RECORD_END, searched)
            if end >= 0 or len(self.buffer) - self.at > RECORD_CAP:
                return end
            held = len(self.buffer) - self.at
            if not self._need(held + 1):
                return -1
            searched = self.at + held

    def _take(self, size: int) -> tuple[int, bytes]:
        """Step over ``size`` bytes; return where they began in the file, and them."""
        offset = self.base + self.at
        raw = self.buffer[self.at : self.at + size]
        self.at += size
        return offset, raw

    def _with_end(self, end: int) -> RawRecord | RefusedRecord:
        size = end + 1 - self.at
        declared = self.buffer[self.at : self.at + 5]
        self.number += 1
        if declared == b"%05d" % size:
            offset, raw = self._take(size)
            return RawRecord(self.number, offset, raw)
        return self._with_wrong_length(size, declared)

    def _with_wrong_length(self, size: int, declared: bytes) -> RawRecord | RefusedRecord:
        remarks: list[Remark] = []
        leading = b""
        if not self._is_leader_here():
            distance = self._distance_to_leader(size)
            if distance is None:
                offset, raw = self._take(size)
                return RefusedRecord(self.number, offset, Remark("not_a_record", {"size": size}), raw, size)
            remarks.append(Remark("leading_bytes", {"size": distance}))
            leading = self._take(distance)[1]
            size -= distance
            declared = self.buffer[self.at : self.at + 5]
        length = int(declared) if declared.isdigit() else 0
        if length == size:
            pass
        elif size > LONGEST_ISO2709 and length in (size % 100_000, LONGEST_ISO2709, 0):
            remarks.append(Remark("longer_than_iso2709", {"size": size}))
        elif self._swallows_next(length, size):
            size = length if self._is_leader_at(length) else length - 1
            remarks.append(Remark("terminator_missing"))
        elif self._has_stray_end(length, size):
            size = length
        else:
            shown = declared.decode("latin-1").strip() or "空白"
            remarks.append(Remark("length_wrong", {"declared": shown, "size": size}))
        offset, raw = self._take(size)
        return RawRecord(self.number, offset, raw, tuple(remarks), leading)

    def _is_leader_here(self) -> bool:
        """Say whether a leader begins here: by its shape, or because its base address is right."""
        if _LEADER_HERE.match(self.buffer, self.at):
            return True
        base = self.buffer[self.at + 12 : self.at + 17]
        return base.isdigit() and self.buffer[self.at + int(base) - 1 : self.at + int(base)] == FIELD_END

    def _distance_to_leader(self, size: int) -> int | None:
        """Return how far ahead a leader begins whose declared length ends at the terminator found."""
        for match in _LEADER_AHEAD.finditer(self.buffer, self.at, self.at + size):
            distance = match.start() - self.at
            if int(match[1]) == size - distance:
                return distance
        return None

    def _is_leader_at(self, distance: int) -> bool:
        return _LEADER.match(self.buffer, self.at + distance) is not None

    def _swallows_next(self, length: int, size: int) -> bool:
        """Say whether the terminator after ``length`` bytes is missing and the next record follows at once."""
        if not 26 < length < size:
            return False
        if self._is_leader_at(length):
            return FIELD_END in self.buffer[self.at + length - 2 : self.at + length]
        return self._is_leader_at(length - 1) and self.buffer[self.at + length - 2] == FIELD_END[0]

    def _has_stray_end(self, length: int, size: int) -> bool:
        """Say whether the terminator found is part of the data and the real one is where declared."""
        if length <= size or self._is_leader_at(size) or not self._need(length):
            return False
        after = self.buffer[self.at + length - 2 : self.at + length]
        if after != FIELD_END + RECORD_END:
            return False
        return not self._need(length + LEADER_SIZE) or self._is_leader_at(length)

    def _without_end(self) -> RawRecord | RefusedRecord:
        size = len(self.buffer) - self.at
        self.number += 1
        is_record = self._is_leader_here()
        declared = self.buffer[self.at : self.at + 5]
        offset, raw = self._take(size)
        if is_record and raw.rstrip(b"\r\n\x00\x1a").endswith(FIELD_END) and declared.isdigit():
            whole = raw.rstrip(b"\r\n\x00\x1a")
            if int(declared) in (len(whole), len(whole) + 1):
                return RawRecord(self.number, offset, whole, (Remark("terminator_missing"),))
        if is_record:
            shown = declared.decode("latin-1")
            remark = Remark("truncated", {"declared": shown, "size": size})
        else:
            remark = Remark("trailing_bytes", {"size": size})
        return RefusedRecord(self.number, offset, remark, raw, size)

    def _beyond_cap(self) -> RefusedRecord:
        """Refuse a record that never ends; keep its beginning and step over the rest."""
        self.number += 1
        offset = self.base + self.at
        kept = self.buffer[self.at : self.at + _KEPT_OF_TOO_LONG]
        size = 0
        while True:
            end = self.buffer.find(RECORD_END, self.at)
            stop = end + 1 if end >= 0 else len(self.buffer)
            size += stop - self.at
            self.at = stop
            if end >= 0 or not self._need(1):
                break
        remark = Remark("beyond_cap", {"size": size, "cap": RECORD_CAP})
        return RefusedRecord(self.number, offset, remark, kept, size)
