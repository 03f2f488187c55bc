"""A document as it is asked for: its description, what compares it, and what it needs of a librarian."""

import re
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext_lazy as _

from xinglin.catalog.search.numbers import standard_numbers
from xinglin.commons.text import comparable, plain
from xinglin.delivery.errors import PatientNamed
from xinglin.delivery.models.people import Skill
from xinglin.delivery.models.requests import DocumentKind, Urgency

_CHINESE = re.compile("[\u4e00-\u9fff]")
_NO_WORD = re.compile(r"[\W_]+")
# 居民身份证: 17 digits and a check mark (GB 11643-1999); the birthday inside keeps other long numbers out.
_IDENTITY = re.compile(r"(?<!\d)[1-9]\d{5}(\d{4})(\d{2})(\d{2})\d{3}[\dXx](?!\d)")
_MOST = {"title": 1000, "authors": 1000, "container": 400, "volume": 40, "issue": 40, "page_range": 60}


@dataclass(frozen=True, kw_only=True)
class Work:
    """One document. ``asked_as`` is what the reader wrote, kept word for word."""

    kind: DocumentKind = DocumentKind.ARTICLE
    title: str = ""
    authors: str = ""
    container: str = ""
    year: int | None = None
    volume: str = ""
    issue: str = ""
    page_range: str = ""
    doi: str = ""
    pmid: str = ""
    isbn: str = ""
    issn: str = ""
    asked_as: str = ""
    is_retracted: bool = False
    open_url: str = ""

    @property
    def says_something(self) -> bool:
        """Whether a librarian could begin to look for it."""
        return bool(self.title or self.doi or self.pmid or self.isbn or len(self.asked_as.strip()) >= 4)

    @property
    def key(self) -> str:
        """What compares documents; "" for what only a person can compare."""
        part = squeezed(self.page_range) if self.kind == DocumentKind.CHAPTER else ""
        if self.doi and not part:
            return f"doi:{self.doi.lower()}"[:300]
        if self.pmid:
            return f"pmid:{self.pmid}"
        if self.isbn:
            return f"isbn:{self.isbn}:{squeezed(self.title)[:120]}:{part}"[:300]
        title = squeezed(self.title or self.asked_as)
        return f"words:{title[:240]}:{self.year or ''}" if title else ""

    @property
    def is_chinese(self) -> bool:
        return bool(_CHINESE.search(self.title or self.asked_as or self.container))

    def tidied(self) -> "Work":
        """Return it as it may be stored: nothing invisible, nothing longer than its column, one ISBN form."""
        values = {name: plain(str(getattr(self, name))).strip()[:most] for name, most in _MOST.items()}
        forms = sorted(standard_numbers(self.isbn), key=len) if self.isbn else [""]
        return Work(
            kind=self.kind,
            year=self.year if self.year and 1400 <= self.year <= date.max.year and self.year < 2200 else None,
            doi=plain(self.doi).strip()[:300],
            pmid=self.pmid.strip()[:10],
            isbn=(forms or [""])[-1][:13],
            issn=self.issn.strip()[:9].upper(),
            asked_as=plain(self.asked_as).strip()[:4000],
            is_retracted=self.is_retracted,
            open_url=self.open_url[:1000],
            **values,
        )


def squeezed(text: str) -> str:
    """Return a text for comparison without blanks and marks: 「心力衰竭 指南」 is 「心力衰竭指南」."""
    return _NO_WORD.sub("", comparable(text))


def skill_for(work: Work, urgency: Urgency) -> Skill:
    """Return what a librarian must be good at."""
    if urgency == Urgency.CLINICAL:
        return Skill.CLINICAL
    if work.kind in (DocumentKind.CHAPTER, DocumentKind.THESIS):
        return Skill.BOOKS
    return Skill.CHINESE if work.is_chinese else Skill.FOREIGN


def refuse_patients(*texts: str) -> None:
    """Refuse what holds an identity number: a document is asked for without naming a patient.

    Raises ``PatientNamed``.
    """
    for text in texts:
        for found in _IDENTITY.finditer(text):
            if 1900 <= int(found[1]) <= 2100 and 1 <= int(found[2]) <= 12 and 1 <= int(found[3]) <= 31:
                raise PatientNamed(
                    _("内容里有像身份证号的数字，没有保存。索取文献不需要病人信息，请删去后再提交。")
                )
