"""What a product says, as plain data: frozen when it is made, and the only thing that its files are made from."""

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from xinglin.intelligence.learning.studies import STUDY_WORDS, Study, studies_of
from xinglin.intelligence.products import counting
from xinglin.intelligence.products.models import Grouping, ProductKind
from xinglin.literature.articles import KIND_WORDS, MARK_WORDS, Article, Kind
from xinglin.literature.citations import reference
from xinglin.literature.identifiers import doi_address

LONGEST_ABSTRACT = 1_500
GROUPED = (ProductKind.DIGEST, ProductKind.REPORT)


@dataclass(frozen=True)
class Entry:
    """One paper of a product: as it read, where it comes from, when and by whom it was let through, how it is filed.

    Without ``studies`` it is of the types that its own words claim.
    """

    article: Article
    source: str
    released_at: datetime | None
    screeners: tuple[str, ...]
    headings: tuple[str, ...] = ()
    studies: tuple[Study, ...] | None = None

    @property
    def studies_told(self) -> tuple[Study, ...]:
        return studies_of(self.article) if self.studies is None else self.studies


@dataclass(frozen=True)
class Heading:
    """What stands above the papers."""

    title: str
    library: str
    topic: str
    period_from: date
    period_to: date
    preface: str = ""
    sources: tuple[str, ...] = ()


@dataclass(frozen=True)
class Look:
    """How papers are shown: by which grouping, and whether with their abstracts where the kind has them."""

    grouping: str = Grouping.KIND
    abstracts: bool = True


def compose(
    kind: ProductKind,
    heading: Heading,
    entries: Sequence[Entry],
    *,
    moment: datetime,
    look: Look = Look(),
) -> dict[str, object]:
    """Return the content of a product. Papers stand in the order given; groups name them by their place."""
    articles = [each.article for each in entries]
    told: dict[str, object] = {
        "kind": str(kind),
        "kind_word": str(kind.label),
        "title": heading.title,
        "library": heading.library,
        "topic": heading.topic,
        "period": [heading.period_from.isoformat(), heading.period_to.isoformat()],
        "moment": moment.isoformat(),
        "made_on": timezone.localtime(moment).strftime("%Y-%m-%d"),
        "preface": heading.preface.strip(),
        "sources": list(heading.sources),
        "entries": [_entry(number, each) for number, each in enumerate(entries, start=1)],
        "groups": [],
        "counts": {},
    }
    if not look.abstracts:
        told["short"] = True
    if look.grouping != Grouping.NONE and (look.grouping != Grouping.KIND or kind in GROUPED):
        told["groups"] = _groups(entries, look.grouping)
    if kind in (ProductKind.REPORT, ProductKind.ANALYSIS):
        told["counts"] = _counts(articles)
    return told


def spelled(content: dict[str, object]) -> bytes:
    """Return content in one spelling."""
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def sha256_of(content: dict[str, object]) -> str:
    return hashlib.sha256(spelled(content)).hexdigest()


def articles_of(content: dict[str, object]) -> list[Article]:
    """Return the papers of frozen content."""
    entries = content.get("entries", [])
    return [Article.from_plain(each["article"]) for each in entries] if isinstance(entries, list) else []


def _entry(number: int, entry: Entry) -> dict[str, object]:
    article = entry.article
    abstract = article.abstract.strip()
    return {
        "number": number,
        "title": article.title or article.other_title,
        "authors": _people(article),
        "citation": reference(article),
        "abstract": abstract
        if len(abstract) <= LONGEST_ABSTRACT
        else abstract[:LONGEST_ABSTRACT].rstrip() + "……",
        "keywords": list(article.keywords[:8]),
        "doi": article.doi,
        "doi_url": doi_address(article.doi),
        "pmid": article.pmid,
        "studies": [str(STUDY_WORDS[each]) for each in entry.studies_told],
        "headings": list(entry.headings),
        "marks": [str(MARK_WORDS[each]) for each in article.marks],
        "source": entry.source,
        "released_on": timezone.localtime(entry.released_at).strftime("%Y-%m-%d")
        if entry.released_at
        else "",
        "screeners": list(entry.screeners),
        "article": article.as_plain(),
    }


def _people(article: Article) -> str:
    names = [each.name for each in article.authors]
    return ", ".join(names[:6]) + (_(" 等") if len(names) > 6 else "")


def _groups(entries: Sequence[Entry], grouping: str) -> list[dict[str, object]]:
    """Group papers by the first heading that people have filed them under, or by the first of their study types.

    By custom by headings where any paper has one. Those with neither come last.
    """
    by_heading = grouping == Grouping.HEADING or (
        grouping == Grouping.KIND and any(each.headings for each in entries)
    )
    if by_heading:
        first = [next(iter(each.headings), "") for each in entries]
        names = list(dict.fromkeys(name for name in first if name))
    else:
        first = [str(STUDY_WORDS[each.studies_told[0]]) if each.studies_told else "" for each in entries]
        names = [str(STUDY_WORDS[study]) for study in Study]
    groups = [(name, [n for n, each in enumerate(first, 1) if each == name]) for name in names]
    groups.append((_("其他"), [n for n, each in enumerate(first, 1) if not each]))
    return [{"name": name, "numbers": numbers} for name, numbers in groups if numbers]


def _counts(articles: Sequence[Article]) -> dict[str, object]:
    counts = counting.count(articles)
    kind: Callable[[str], str] = lambda name: str(KIND_WORDS[Kind(name)])  # noqa: E731
    return {
        "papers": counts.papers,
        "years": [list(each) for each in counts.years],
        "journals": [list(each) for each in counts.journals],
        "institutions": [list(each) for each in counts.institutions],
        "authors": [list(each) for each in counts.authors],
        "pairs": [list(each) for each in counts.pairs],
        "keywords": [list(each) for each in counts.keywords],
        "kinds": [[kind(name), n] for name, n in counts.kinds],
        "provinces": [list(each) for each in counts.provinces],
        "lands": [list(each) for each in counts.lands],
        "without_place": counts.without_place,
        "without_year": counts.without_year,
        "without_institution": counts.without_institution,
        "without_keyword": counts.without_keyword,
    }
