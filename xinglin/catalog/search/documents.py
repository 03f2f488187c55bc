"""A record as the index is given it."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class SearchDocument:
    """Everything the index knows of one record; it keeps no truth of its own.

    Names are given as they should be shown in facets. ``classes`` are 中图法 numbers as catalogued
    (R540.4), those of other schemes with the scheme before a colon (nlm:WG 140).
    ``on_shelf_libraries`` are the libraries with at least one item that can be taken home or read now.
    """

    record_id: int
    title: str
    subtitle: str = ""
    variant_titles: tuple[str, ...] = ()
    authors: tuple[str, ...] = ()
    subjects: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()
    publisher: str = ""
    series: tuple[str, ...] = ()
    year: int | None = None
    isbns: tuple[str, ...] = ()
    issns: tuple[str, ...] = ()
    identifiers: tuple[str, ...] = ()
    classes: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    kind: str = ""
    libraries: tuple[str, ...] = ()
    on_shelf_libraries: tuple[str, ...] = ()
    abstract: str = ""
    contents: str = ""
    added_at: datetime | None = None
    popularity: int = 0
