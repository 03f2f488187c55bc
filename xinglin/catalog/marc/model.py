"""A MARC record as its cataloguer sees it: a leader and fields in order, every character kept.

The shapes are named tuples because a file of a hundred thousand records makes four million of them;
a frozen dataclass costs five times as much to build and says nothing more.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import NamedTuple, TypeAlias

Subfield: TypeAlias = tuple[str, str]


class Flavour(StrEnum):
    """Which standard gives the tags their meaning."""

    MARC21 = "marc21"
    UNIMARC = "unimarc"
    CNMARC = "cnmarc"

    @property
    def is_unimarc_family(self) -> bool:
        """CNMARC is UNIMARC with Chinese additions: 091, 690, 905 and pinyin."""
        return self is not Flavour.MARC21


class ControlField(NamedTuple):
    """A field without indicators or subfields: 001 to 009, and what some systems add (FMT)."""

    tag: str
    value: str


class DataField(NamedTuple):
    """A field of indicators and subfields.

    ``ind2`` may hold more than one character, or none: some records carry three bytes there and
    must come back as they were. A first subfield whose code is empty is text that stood before
    any subfield mark.
    """

    tag: str
    ind1: str
    ind2: str
    subfields: tuple[Subfield, ...]

    def get(self, code: str) -> str | None:
        """Return the first value with this code, or None."""
        for held, value in self.subfields:
            if held == code:
                return value
        return None

    def all(self, codes: str) -> list[str]:
        """Return the values whose code is one of ``codes``, in the record's order."""
        return [value for code, value in self.subfields if code and code in codes]


Field: TypeAlias = ControlField | DataField


@dataclass(frozen=True)
class Record:
    """One record. Change it by making another: ``record.with_fields(...)``."""

    leader: str
    fields: tuple[Field, ...]

    @cached_property
    def by_tag(self) -> dict[str, list[Field]]:
        """Return the fields under their tags; a projection asks for sixty of them."""
        index: dict[str, list[Field]] = {}
        for field in self.fields:
            index.setdefault(field.tag, []).append(field)
        return index

    def control(self, tag: str) -> str | None:
        """Return the value of the first control field with this tag, or None."""
        for field in self.by_tag.get(tag, ()):
            if isinstance(field, ControlField):
                return field.value
        return None

    def data(self, *tags: str) -> Iterator[DataField]:
        """Yield the data fields with one of these tags, in the record's order."""
        index = self.by_tag
        if len(tags) == 1:
            candidates: Iterable[Field] = index.get(tags[0], ())
        elif index.keys().isdisjoint(tags):  # most of what is asked for is in no record: say so at once
            return
        else:
            wanted = set(tags)
            candidates = [field for field in self.fields if field.tag in wanted]
        for field in candidates:
            if isinstance(field, DataField):
                yield field

    def get(self, tag: str, code: str) -> str | None:
        """Return the first value of one subfield, or None."""
        for field in self.by_tag.get(tag, ()):
            value = field.get(code) if isinstance(field, DataField) else None
            if value is not None:
                return value
        return None

    def values(self, tag: str, codes: str) -> list[str]:
        """Return all values of these subfields of all fields with this tag."""
        there = self.by_tag.get(tag)
        if there is None:  # most of what is asked for is in no record
            return []
        return [
            value
            for field in there
            if isinstance(field, DataField)
            for code, value in field.subfields
            if code and code in codes
        ]

    def with_fields(self, fields: tuple[Field, ...]) -> "Record":
        """Return the same leader over other fields."""
        return Record(self.leader, fields)
