"""The port to sources of articles: what a publication is, wherever it may be known.

    find(identifiers)      one publication by DOI, PMID or PMCID, from the first source that knows it
    search(query)          publications by words, Chinese or English
    resolve(text)          what people pasted, each with the publication that it most probably is
    enrich(article)        retraction marks and free full texts that other sources know of it

Every function may wait for its turn with a source: call it outside of transactions, not in a chat's answer.
"""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from rapidfuzz import fuzz

from xinglin.commons.text import comparable
from xinglin.literature.articles import Article
from xinglin.literature.citations import Citation, parse
from xinglin.literature.cleaning import HAN
from xinglin.literature.errors import SourceTrouble
from xinglin.literature.identifiers import Identifiers
from xinglin.literature.sources import crossref, europe_pmc, openalex, pubmed
from xinglin.literature.words import for_pubmed

T = TypeVar("T")
log = logging.getLogger(__name__)
SURE_TITLE = 93.0
TRIES = 3


@dataclass(frozen=True)
class Resolved:
    """A pasted reference and the publication it is, or None; ``troubles`` are sources that did not answer."""

    citation: Citation
    article: Article | None
    troubles: tuple[str, ...] = ()


def find(identifiers: Identifiers) -> Article | None:
    """Return one publication, asked of the sources in turn. Raises the last trouble when none could answer."""
    trouble: SourceTrouble | None = None
    answered = False
    for look in _doors(identifiers):
        try:
            found = _patiently(look)
            answered = True
        except SourceTrouble as error:
            trouble = error
            log.warning("a source did not answer: %s", error)
            continue
        if found is not None:
            return found
    if trouble is not None and not answered:
        raise trouble
    return None


def _doors(identifiers: Identifiers) -> list[Callable[[], Article | None]]:
    doors: list[Callable[[], Article | None]] = []
    if identifiers.pmid:
        doors.append(lambda: _from_pubmed(identifiers.pmid))
    query = _europe_query(identifiers)
    if query:
        doors.append(lambda: _first_of_europe(query))
    if identifiers.doi:
        doors.append(lambda: crossref.work(identifiers.doi))
    if identifiers.doi or identifiers.pmid:
        doors.append(lambda: openalex.work(identifiers))
    return doors


def _from_pubmed(number: str) -> Article | None:
    found = pubmed.fetch([number]).records.get(number)
    return found[0] if found else None


def _europe_query(identifiers: Identifiers) -> str:
    if identifiers.pmid:
        return f"EXT_ID:{identifiers.pmid} AND SRC:MED"
    if identifiers.pmcid:
        return f"PMCID:{identifiers.pmcid}"
    return f'DOI:"{identifiers.doi}"' if identifiers.doi else ""


def _first_of_europe(query: str) -> Article | None:
    found = europe_pmc.page(query, size=1).articles
    return found[0][0] if found else None


def search(query: str, *, limit: int = 20) -> list[Article]:
    """Return publications by words, newest first; Chinese words are asked as headings.

    Raises ``WordsUnknown``, ``SourceTrouble``.
    """
    asked = for_pubmed(query)
    numbers = _patiently(lambda: pubmed.search(asked, limit=limit)).numbers
    if not numbers:
        return []
    fetched = _patiently(lambda: pubmed.fetch(numbers))
    return [fetched.records[number][0] for number in numbers if number in fetched.records]


def resolve(text: str, *, ask_sources: bool = True) -> list[Resolved]:
    """Return what people pasted, each with the publication that it is as far as the sources know."""
    return [_resolved(each) if ask_sources else Resolved(each, None) for each in parse(text)]


def _resolved(citation: Citation) -> Resolved:
    try:
        if citation.identifiers:
            found = find(citation.identifiers)
            if found is not None and _is_the_same(citation.article, found):
                return Resolved(citation, found)
        if citation.article.title and not HAN.search(citation.article.title):
            candidates, _count, _cursor = _patiently(lambda: crossref.search(citation.text[:500], limit=3))
            same = next((each for each in candidates if _is_the_same(citation.article, each)), None)
            return Resolved(citation, same)
    except SourceTrouble as error:
        return Resolved(citation, None, (str(error),))
    return Resolved(citation, None)


def _is_the_same(asked: Article, found: Article) -> bool:
    """Whether a found publication is the one that was written down: a wrong DOI must not pass for the paper."""
    if not asked.title:
        return True
    likeness = max(
        fuzz.token_sort_ratio(comparable(asked.title), comparable(title))
        for title in (found.title, found.other_title or found.title)
    )
    years_fit = not asked.year or not found.year or abs(asked.year - found.year) <= 1
    return likeness >= SURE_TITLE and years_fit


def enrich(article: Article) -> Article:
    """Return an article with what other sources know: marks after publication, free full text, numbers."""
    others = []
    doors = _doors(Identifiers(article.doi, article.pmid, article.pmcid))
    # PubMed's own door says nothing that a record with a PubMed number does not say already.
    for look in doors[bool(article.pmid) :]:
        try:
            found = _patiently(look)
        except SourceTrouble as error:
            log.warning("a source did not answer: %s", error)
            continue
        if found is not None:
            others.append(found)
    return merged(article, others)


def merged(article: Article, others: Sequence[Article]) -> Article:
    """Return an article completed from other readings of it; what it says itself stays."""
    marks = tuple(dict.fromkeys([*article.marks, *(mark for other in others for mark in other.marks)]))
    filled = {
        name: value
        for name in ("doi", "pmid", "pmcid", "open_access_url", "abstract")
        if not getattr(article, name) and (value := next((v for o in others if (v := getattr(o, name))), ""))
    }
    return article.but(marks=marks, **filled)


def _patiently(look: Callable[[], T]) -> T:
    """Ask up to three times while the trouble is a passing one; the pace between tries is the host's own."""
    for left in range(TRIES - 1, -1, -1):
        try:
            return look()
        except SourceTrouble as error:
            if not left or not error.is_passing:
                raise
    raise AssertionError("unreachable")
