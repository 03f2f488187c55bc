"""What is asked of the index: terms in groups, filters, a sort, a page and facets.

Chat, H5, console, API and SRU all build one of these; nothing else reaches the index.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class Field(StrEnum):
    """Where a term is looked for."""

    ANY = "any"
    TITLE = "title"
    AUTHOR = "author"
    SUBJECT = "subject"
    PUBLISHER = "publisher"
    SERIES = "series"
    NUMBER = "number"
    CLASS = "class"


class Mode(StrEnum):
    """How a term is looked for."""

    WORDS = "words"
    PHRASE = "phrase"
    #: The last Latin word may go on; Chinese characters are a phrase.
    PREFIX = "prefix"
    #: The field begins with it (前方一致); the last Latin word may go on.
    BEGINNING = "beginning"


@dataclass(frozen=True, slots=True)
class Term:
    """Some text in one field (or any)."""

    text: str
    field: Field = Field.ANY
    mode: Mode = Mode.WORDS


@dataclass(frozen=True, slots=True)
class And:
    """All of these."""

    parts: "tuple[Node, ...]"


@dataclass(frozen=True, slots=True)
class Or:
    """At least one of these."""

    parts: "tuple[Node, ...]"


@dataclass(frozen=True, slots=True)
class Not:
    """Everything but this."""

    part: "Node"


Node = Term | And | Or | Not


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """What narrows the result without ranking it: values of one filter are alternatives.

    ``classes`` mean each class with everything below it. ``authors`` and ``subjects`` are whole
    facet values. ``on_shelf`` asks for an item on the shelf now, at ``libraries`` where some are given.
    """

    year_from: int | None = None
    year_to: int | None = None
    languages: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    libraries: tuple[str, ...] = ()
    on_shelf: bool = False
    classes: tuple[str, ...] = ()
    authors: tuple[str, ...] = ()
    subjects: tuple[str, ...] = ()
    added_since: datetime | None = None


class Sort(StrEnum):
    """In which order the records come."""

    RELEVANCE = "relevance"
    YEAR_DESCENDING = "year_descending"
    YEAR_ASCENDING = "year_ascending"
    TITLE = "title"
    NEWEST = "newest"
    POPULARITY = "popularity"


class Facet(StrEnum):
    """What the result can be counted by."""

    LIBRARY = "library"
    ON_SHELF = "on_shelf"
    YEAR = "year"
    DECADE = "decade"
    LANGUAGE = "language"
    KIND = "kind"
    #: The classes right below the one class filtered by, or the main classes.
    CLASS = "class"
    SUBJECT = "subject"
    AUTHOR = "author"


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """One question. ``root`` None is every record.

    Pages count from 1; ``offset`` begins after so many records, wherever a page would begin.
    """

    root: Node | None = None
    filters: Filters = field(default_factory=Filters)
    sort: Sort = Sort.RELEVANCE
    page: int = 1
    offset: int | None = None
    size: int = 20
    facets: tuple[Facet, ...] = ()
    facet_size: int = 20
    #: Look for pinyin, homophones and misspellings when nothing is found as typed.
    forgiving: bool = True


def wanted_terms(node: Node | None) -> Iterator[Term]:
    """Yield the terms a record should contain, leaving out what is excluded."""
    match node:
        case Term():
            yield node
        case And(parts) | Or(parts):
            for part in parts:
                yield from wanted_terms(part)
        case Not() | None:
            return


def depth(node: Node | None) -> int:
    """Return how many groups deep a query goes, without recursion: it guards what recurses."""
    deepest = 0
    waiting: list[tuple[Node, int]] = [] if node is None else [(node, 0)]
    while waiting:
        part, level = waiting.pop()
        deepest = max(deepest, level)
        match part:
            case And(parts) | Or(parts):
                waiting.extend((inner, level + 1) for inner in parts)
            case Not(inner):
                waiting.append((inner, level + 1))
            case Term():
                pass
    return deepest
