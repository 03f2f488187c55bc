"""What the readers of all formats share: a piece of a file, its tags, and why it could not be read."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from xinglin.literature.articles import Article, Kind


class Unreadable(Exception):
    """One record that cannot be read; the sentence says why, for the person who brought the file."""

    def __init__(self, sentence: "str | Promise", **facts: object) -> None:
        super().__init__(sentence)
        self.why = str(sentence) % facts if facts else str(sentence)


@dataclass(frozen=True)
class Piece:
    """One record as it stands in a file: the number of its first line, and its lines."""

    line: int
    lines: Sequence[str]

    @property
    def text(self) -> str:
        return "\n".join(self.lines)


@dataclass(frozen=True)
class Format:
    """One way of writing references. ``declared`` counts records without reading them, as a proof."""

    code: str
    label: str
    declared: Callable[[str], int]
    split: Callable[[str], Iterator[Piece]]
    article: Callable[[Piece], Article]


@dataclass
class Tags:
    """The values of a record under their tags, in order; a tag may stand several times."""

    values: dict[str, list[str]] = field(default_factory=dict)

    def add(self, tag: str, value: str) -> None:
        self.values.setdefault(tag, []).append(value)

    def go_on(self, tag: str, more: str) -> None:
        """Add a continuation line to the last value of a tag."""
        self.values[tag][-1] = f"{self.values[tag][-1]} {more.strip()}".strip()

    def all(self, *tags: str) -> list[str]:
        """Return every value of the tags, empty ones left out."""
        return [value for tag in tags for value in self.values.get(tag, []) if value.strip()]

    def first(self, *tags: str) -> str:
        """Return the first value of the first of the tags that has one."""
        return next((value.strip() for value in self.all(*tags)), "")

    def rest(self, known: Mapping[str, Any] | frozenset[str]) -> tuple[tuple[str, str], ...]:
        """Return what stands under tags that were not asked for."""
        return tuple(
            (tag, value)
            for tag, values in self.values.items()
            if tag not in known
            for value in values
            if value.strip()
        )


def split_at(text: str, begins: Callable[[str], object]) -> Iterator[Piece]:
    """Yield the pieces of a text that begin at lines of one kind; what stands before the first is left out."""
    start, held = 0, list[str]()
    for number, line in enumerate(text.split("\n"), start=1):
        if begins(line):
            if start:
                yield Piece(start, held)
            start, held = number, [line]
        elif start:
            held.append(line)
    if start:
        yield Piece(start, held)


def needs_a_title(article: Article) -> Article:
    """Return an article that has a title. Raises ``Unreadable``: without one nobody can screen it."""
    if not (article.title or article.other_title):
        raise Unreadable(_("没有题名"))
    return article


KINDS: dict[str, Kind] = {
    "journal article": Kind.JOURNAL,
    "electronic article": Kind.JOURNAL,
    "magazine article": Kind.JOURNAL,
    "journal": Kind.JOURNAL,
    "journalarticle": Kind.JOURNAL,
    "期刊": Kind.JOURNAL,
    "特色期刊": Kind.JOURNAL,
    "外文期刊": Kind.JOURNAL,
    "1": Kind.JOURNAL,
    "dissertation/thesis": Kind.THESIS,
    "thesis": Kind.THESIS,
    "dissertation": Kind.THESIS,
    "硕士": Kind.THESIS,
    "博士": Kind.THESIS,
    "newspaper article": Kind.NEWSPAPER,
    "newspaper": Kind.NEWSPAPER,
    "报纸": Kind.NEWSPAPER,
    "conference proceedings": Kind.CONFERENCE,
    "conference proceeding": Kind.CONFERENCE,
    "conference paper": Kind.CONFERENCE,
    "会议": Kind.CONFERENCE,
    "中国会议": Kind.CONFERENCE,
    "国际会议": Kind.CONFERENCE,
    "book": Kind.BOOK,
    "book, whole": Kind.BOOK,
    "edited book": Kind.BOOK,
    "electronic book": Kind.BOOK,
    "book section": Kind.CHAPTER,
    "book, section": Kind.CHAPTER,
    "book chapter": Kind.CHAPTER,
    "patent": Kind.PATENT,
    "专利": Kind.PATENT,
    "中国专利": Kind.PATENT,
    "standard": Kind.STANDARD,
    "legal rule or regulation": Kind.STANDARD,
    "标准": Kind.STANDARD,
    "国家标准": Kind.STANDARD,
    "行业标准": Kind.STANDARD,
    "report": Kind.REPORT,
    "web page": Kind.WEB,
    "dataset": Kind.DATASET,
    "generic": Kind.OTHER,
}


def kind_of(word: str) -> Kind:
    """Return the kind that a word of any of the formats names."""
    return KINDS.get(word.strip().casefold(), Kind.OTHER if word.strip() else Kind.JOURNAL)
