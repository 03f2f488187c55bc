"""What reading a file gives: a record with its bytes, or a refusal with its bytes and the reason.

Records read + records refused = records in the file. Nothing is thrown away: a refused record keeps
its bytes so that a librarian can download it, have it repaired and send it again.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from xinglin.catalog.marc.model import Flavour, Record
from xinglin.catalog.marc.reasons import REASONS


@dataclass(frozen=True, slots=True)
class Remark:
    """Something a librarian should know about a record: a stable code and the numbers in it."""

    code: str
    facts: Mapping[str, object] = field(default_factory=dict)

    @property
    def sentence(self) -> str:
        """Return the whole Chinese sentence."""
        return str(REASONS[self.code]) % self.facts


class Unreadable(Exception):
    """One record cannot be read; the reader turns it into a refusal and goes on with the next."""

    def __init__(self, code: str, **facts: object) -> None:
        super().__init__(code, facts)
        self.remark = Remark(code, facts)


@dataclass(frozen=True, slots=True)
class RawRecord:
    """The exact bytes of one record, cut from a file but not yet understood.

    ``leading`` is what stood between it and the record before, when that was more than line ends.
    """

    number: int
    offset: int
    raw: bytes
    remarks: tuple[Remark, ...] = ()
    leading: bytes = b""

    def refused(self, remark: Remark) -> "RefusedRecord":
        """Return the refusal of this record, with what stood before it."""
        raw = self.leading + self.raw
        return RefusedRecord(self.number, self.offset - len(self.leading), remark, raw, len(raw))


@dataclass(frozen=True, slots=True)
class RefusedRecord:
    """A record that could not be read.

    ``size`` is its length in the file; ``raw`` is shorter only when the record is beyond the cap.
    For XML and pasted text, offsets and sizes count characters.
    """

    number: int
    offset: int
    remark: Remark
    raw: bytes
    size: int

    @property
    def code(self) -> str:
        """Return the stable code of the reason."""
        return self.remark.code

    @property
    def reason(self) -> str:
        """Return the reason as a whole Chinese sentence."""
        return self.remark.sentence


@dataclass(frozen=True, slots=True)
class RecordRead:
    """A record that was read: its bytes as they stood in the file and what they say."""

    number: int
    offset: int
    raw: bytes
    record: Record
    charset: str
    flavour: Flavour
    remarks: tuple[Remark, ...] = ()


Reading: TypeAlias = RecordRead | RefusedRecord
