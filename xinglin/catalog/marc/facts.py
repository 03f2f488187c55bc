"""What a record says, for everyone who is no cataloguer: one projection of MARC 21, UNIMARC and CNMARC.

Search, display, matching, export and the harvester all read `BibFacts`; none of them knows a tag.
Values are trimmed and freed of ISBD punctuation at their ends; nothing is invented: what the record
does not say is empty.
"""

from dataclasses import dataclass
from enum import StrEnum

from xinglin.catalog.marc.model import Flavour, Record
from xinglin.catalog.marc.numbers import Isbn


class Kind(StrEnum):
    """What a reader would call the thing."""

    BOOK = "book"
    SERIAL = "serial"
    ARTICLE = "article"
    THESIS = "thesis"
    STANDARD = "standard"
    PATENT = "patent"
    CONFERENCE = "conference"
    MAP = "map"
    SCORE = "score"
    AUDIO = "audio"
    VIDEO = "video"
    IMAGE = "image"
    ELECTRONIC = "electronic"
    MANUSCRIPT = "manuscript"
    KIT = "kit"
    AUTHORITY = "authority"
    HOLDINGS = "holdings"
    OTHER = "other"


class NameKind(StrEnum):
    """A person, a body or a meeting."""

    PERSON = "person"
    BODY = "body"
    MEETING = "meeting"
    FAMILY = "family"


@dataclass(frozen=True, slots=True)
class Name:
    """A name with the part its bearer played; ``is_main`` when the record puts it first (1xx, 7x0)."""

    name: str
    role: str = ""
    kind: NameKind = NameKind.PERSON
    dates: str = ""
    pinyin: str = ""
    is_main: bool = False
    original_script: str = ""


@dataclass(frozen=True, slots=True)
class Subject:
    """A subject heading: main term first, then its subdivisions in order."""

    parts: tuple[str, ...]
    scheme: str = ""
    kind: str = "topic"
    places: tuple[str, ...] = ()
    times: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """Return the heading in one line."""
        return "--".join(self.parts)


@dataclass(frozen=True, slots=True)
class Link:
    """A place on the network (856)."""

    url: str
    label: str = ""


@dataclass(frozen=True, slots=True)
class LocalHolding:
    """A holdings field as it stands: tag and subfields. What they mean is the library's profile."""

    tag: str
    subfields: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class BibFacts:
    """What one bibliographic record says."""

    flavour: Flavour
    control_number: str
    agency: str
    kind: Kind
    record_type: str
    bibliographic_level: str
    is_electronic: bool
    title: str
    subtitle: str
    part_number: str
    part_name: str
    title_pinyin: str
    parallel_titles: tuple[str, ...]
    variant_titles: tuple[str, ...]
    responsibility: str
    names: tuple[Name, ...]
    publishers: tuple[str, ...]
    places: tuple[str, ...]
    year: int | None
    date: str
    edition: str
    extent: str
    price: str
    isbns: tuple[str, ...]
    invalid_isbns: tuple[Isbn, ...]
    isbn_entries: tuple[Isbn, ...]
    issns: tuple[str, ...]
    unified_book_number: str
    languages: tuple[str, ...]
    original_languages: tuple[str, ...]
    country: str
    series: tuple[str, ...]
    subjects: tuple[Subject, ...]
    keywords: tuple[str, ...]
    classes: tuple[tuple[str, str], ...]
    abstract: str
    contents: str
    notes: tuple[str, ...]
    links: tuple[Link, ...]
    local_holdings: tuple[LocalHolding, ...]

    @property
    def full_title(self) -> str:
        """Return title, part and subtitle as a reader would cite them."""
        parted = ". ".join(
            filter(None, (self.title, " ".join(filter(None, (self.part_number, self.part_name)))))
        )
        return " : ".join(filter(None, (parted, self.subtitle)))

    @property
    def is_translation(self) -> bool:
        """Say whether the record names a language the work was translated from."""
        return bool(self.original_languages)


def facts_of(record: Record, flavour: Flavour | None = None) -> BibFacts:
    """Return what a record says; the flavour is found out when it is not given."""
    from xinglin.catalog.marc import facts_marc21, facts_unimarc
    from xinglin.catalog.marc.detect import flavour_of

    flavour = flavour or flavour_of(record)
    if flavour is Flavour.MARC21:
        return facts_marc21.facts_of(record)
    return facts_unimarc.facts_of(record, flavour)
