"""One article, wherever it was read: the type that sources, files and citations all speak.

Values are kept as their source wrote them, only cleaned of markup and padding; what is needed for
comparison (traditional characters, widths, abbreviated pages) is folded where it is compared.
"""

import dataclasses
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Self

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Kind(StrEnum):
    """What sort of document it is."""

    JOURNAL = "journal"
    PREPRINT = "preprint"
    BOOK = "book"
    CHAPTER = "chapter"
    CONFERENCE = "conference"
    THESIS = "thesis"
    NEWSPAPER = "newspaper"
    PATENT = "patent"
    STANDARD = "standard"
    REPORT = "report"
    DATASET = "dataset"
    WEB = "web"
    OTHER = "other"


KIND_WORDS: dict[Kind, Promise] = {
    Kind.JOURNAL: _("期刊论文"),
    Kind.PREPRINT: _("预印本"),
    Kind.BOOK: _("图书"),
    Kind.CHAPTER: _("图书章节"),
    Kind.CONFERENCE: _("会议论文"),
    Kind.THESIS: _("学位论文"),
    Kind.NEWSPAPER: _("报纸"),
    Kind.PATENT: _("专利"),
    Kind.STANDARD: _("标准"),
    Kind.REPORT: _("报告"),
    Kind.DATASET: _("数据集"),
    Kind.WEB: _("网页"),
    Kind.OTHER: _("其他"),
}


class Mark(StrEnum):
    """What was said about a publication after it appeared."""

    RETRACTED = "retracted"
    RETRACTION = "retraction"
    CONCERN = "concern"
    CORRECTED = "corrected"
    CORRECTION = "correction"


MARK_WORDS: dict[Mark, Promise] = {
    Mark.RETRACTED: _("已撤稿"),
    Mark.RETRACTION: _("撤稿声明"),
    Mark.CONCERN: _("关注声明"),
    Mark.CORRECTED: _("有勘误"),
    Mark.CORRECTION: _("勘误"),
}


@dataclass(frozen=True, kw_only=True)
class Author:
    """One author as the source wrote the name; ``family`` and ``given`` where it told them apart."""

    name: str
    family: str = ""
    given: str = ""
    is_group: bool = False
    affiliations: tuple[str, ...] = ()
    orcid: str = ""


@dataclass(frozen=True, kw_only=True)
class Article:
    """One document. ``source`` and ``source_id`` say where this reading of it comes from."""

    title: str = ""
    other_title: str = ""
    """The same title in another language: a translated or a vernacular one."""
    authors: tuple[Author, ...] = ()
    kind: Kind = Kind.JOURNAL
    journal: str = ""
    journal_short: str = ""
    issns: tuple[str, ...] = ()
    isbns: tuple[str, ...] = ()
    year: int | None = None
    published: str = ""
    """The day of publication as far as known: 2020, 2020-03 or 2020-03-07."""
    volume: str = ""
    issue: str = ""
    pages: str = ""
    abstract: str = ""
    keywords: tuple[str, ...] = ()
    mesh: tuple[str, ...] = ()
    types: tuple[str, ...] = ()
    """Publication types in the source's words: Review, Randomized Controlled Trial …"""
    language: str = ""
    publisher: str = ""
    place: str = ""
    school: str = ""
    degree: str = ""
    supervisors: tuple[str, ...] = ()
    number: str = ""
    """The number of a patent, a standard or a report."""
    class_number: str = ""
    doi: str = ""
    pmid: str = ""
    pmcid: str = ""
    url: str = ""
    open_access_url: str = ""
    marks: tuple[Mark, ...] = ()
    related: tuple[tuple[str, str], ...] = ()
    """Other publications with their relation: ("RetractionIn", "PMID:123")."""
    source: str = ""
    source_id: str = ""
    entered: str = ""
    revised: str = ""
    status: str = ""
    extra: tuple[tuple[str, str], ...] = field(default=(), compare=False)
    """What the source said besides, tag by tag, so that nothing is lost."""

    @property
    def is_retracted(self) -> bool:
        return Mark.RETRACTED in self.marks

    @property
    def first_page(self) -> str:
        return self.pages.replace("+", "-").replace("–", "-").partition("-")[0].partition(",")[0].strip()

    def but(self, **changes: Any) -> Self:
        """Return the article with some values changed."""
        return dataclasses.replace(self, **changes)

    def as_plain(self) -> dict[str, Any]:
        """Return it as JSON can hold it; empty values are left out."""
        plain = {name: value for name, value in dataclasses.asdict(self).items() if value or value == 0}
        plain["kind"] = str(self.kind)
        return plain

    @classmethod
    def from_plain(cls, plain: dict[str, Any]) -> Self:
        """Return what ``as_plain`` wrote."""
        values = dict(plain)
        values["kind"] = Kind(values.get("kind", Kind.JOURNAL))
        values["authors"] = tuple(
            Author(**{**each, "affiliations": tuple(each.get("affiliations", ()))})
            for each in values.get("authors", ())
        )
        values["marks"] = tuple(Mark(each) for each in values.get("marks", ()))
        for name in ("related", "extra"):
            values[name] = tuple((str(a), str(b)) for a, b in values.get(name, ()))
        for name in ("issns", "isbns", "keywords", "mesh", "types", "supervisors"):
            values[name] = tuple(values.get(name, ()))
        return cls(**values)
