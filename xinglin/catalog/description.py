"""A record as services take it: its native bytes, and what is said about the work."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from operator import attrgetter
from typing import Any

from xinglin.catalog.marc import title_key
from xinglin.catalog.models import Flavour, Format, Kind, Record
from xinglin.catalog.search.pinyin import syllables

# Supplied by us where a record has no title, bracketed as ISBD asks of what is not on the work.
UNTITLED = "［题名缺］"
_LONGEST_KEY = 240


@dataclass(frozen=True, slots=True, kw_only=True)
class Description:
    """What is said about a work. Lists are in the record's order, numbers in standard form.

    ``isbns`` are valid ISBN-13 without hyphens; an invalid one belongs into ``identifiers``.
    ``classes`` are 中图法 numbers; those of other schemes carry the scheme before a colon (nlm:WG 140).
    """

    title: str
    subtitle: str = ""
    volume: str = ""
    variant_titles: tuple[str, ...] = ()
    responsibility: str = ""
    authors: tuple[str, ...] = ()
    edition: str = ""
    place: str = ""
    publisher: str = ""
    year: int | None = None
    extent: str = ""
    series: tuple[str, ...] = ()
    isbns: tuple[str, ...] = ()
    issns: tuple[str, ...] = ()
    identifiers: tuple[str, ...] = ()
    classes: tuple[str, ...] = ()
    subjects: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    original_languages: tuple[str, ...] = ()
    kind: str = Kind.BOOK
    is_electronic: bool = False
    links: tuple[dict[str, str], ...] = ()
    abstract: str = ""
    contents: str = ""
    agency: str = ""
    control_number: str = ""


_COLUMNS = tuple(field.name for field in fields(Description))
#: The columns of a description that are lists in a row.
LISTS = tuple(field.name for field in fields(Description) if "tuple" in str(field.type))
_values_of = attrgetter(*_COLUMNS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Native:
    """The bytes of a record exactly as received, and how they were understood."""

    raw: bytes
    format: Format
    charset: str
    flavour: Flavour

    @property
    def fingerprint(self) -> str:
        return hashlib.sha256(self.raw).hexdigest()


def put_into(record: Record, description: Description, native: Native | None) -> None:
    """Write bytes and description into the columns of a row; saves nothing."""
    # At one stroke: plain columns all of them, and thirty assignments one by one are a tenth of an import's time.
    columns = record.__dict__
    columns.update(zip(_COLUMNS, _values_of(description), strict=True))
    for name in LISTS:
        columns[name] = list(columns[name])
    # Records that nobody has named must not be taken for one another.
    record.title_key = "" if description.title == UNTITLED else title_key(description.title)[:_LONGEST_KEY]
    record.title_pinyin = sort_key(description.title)
    if native is None:
        record.marc, record.format, record.charset, record.flavour = b"", Format.NONE, "", ""
        record.fingerprint = ""
        return
    record.marc, record.format = native.raw, native.format
    record.charset, record.flavour = native.charset, native.flavour
    record.fingerprint = native.fingerprint


def taken_from(record: Record) -> Description:
    """Return the description that a row carries."""
    values = {field.name: getattr(record, field.name) for field in fields(Description)}
    return restored(
        {name: list(value) if isinstance(value, tuple) else value for name, value in values.items()}
    )


def restored(saved: Mapping[str, Any]) -> Description:
    """Return a description that was kept as JSON."""
    values: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value for name, value in saved.items()
    }
    return Description(**values)


def sort_key(title: str) -> str:
    """Return the pinyin of a title, lower case: what lists are sorted by, compared byte by byte."""
    return " ".join(syllables(title[:60]))[:80]
