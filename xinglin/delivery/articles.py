"""Articles for readers: PubMed for what there is, Europe PMC for what may be read at once, our own harvest beside."""

import logging
from dataclasses import asdict, dataclass
from typing import Any

from xinglin.delivery import intake
from xinglin.delivery.models import DocumentKind
from xinglin.delivery.works import Work
from xinglin.literature import own, port
from xinglin.literature.articles import MARK_WORDS, Article
from xinglin.literature.cleaning import HAN
from xinglin.literature.errors import SourceTrouble, WordsUnknown
from xinglin.literature.sources import europe_pmc

log = logging.getLogger(__name__)
MOST = 6
MOST_OURS = 3


@dataclass(frozen=True)
class FoundArticle:
    """One article of a result: what it is, what was said of it after it appeared, whether we released it ourselves."""

    work: Work
    marks: tuple[str, ...]
    is_ours: bool = False

    @property
    def where(self) -> str:
        """Journal and year."""
        return " ".join(part for part in (self.work.container, str(self.work.year or "")) if part)

    def as_plain(self) -> dict[str, Any]:
        """Return it as a conversation can keep it."""
        return {"work": plain_work(self.work), "marks": list(self.marks), "ours": self.is_ours}

    @classmethod
    def from_plain(cls, plain: dict[str, Any]) -> "FoundArticle":
        return cls(work_from_plain(plain["work"]), tuple(plain["marks"]), bool(plain.get("ours")))


def plain_work(work: Work) -> dict[str, Any]:
    """Return a document as a conversation can keep it."""
    return {**asdict(work), "kind": work.kind.value}


def work_from_plain(plain: dict[str, Any]) -> Work:
    """Return what ``plain_work`` wrote."""
    return Work(**{**plain, "kind": DocumentKind(plain["kind"])})


def search(query: str, *, most: int = MOST) -> list[FoundArticle]:
    """Return articles for a reader's words, Chinese or English, retracted ones marked; then what we released ourselves.

    Waits for the sources: not in a chat's answer, not in a transaction. Where PubMed is silent Europe PMC is
    asked instead; where Europe PMC is, only the free full texts are missing. Raises ``WordsUnknown``, and
    ``SourceTrouble`` when neither answers, unless we have something ourselves.
    """
    ours = own.search(query, limit=MOST_OURS)
    try:
        theirs = _outside(query, most)
    except (SourceTrouble, WordsUnknown) as trouble:
        if not ours:
            raise
        log.warning("only our own articles were searched: %s", trouble)
        theirs = []
    known = {number for each in theirs for number in (each.pmid, each.doi.lower()) if number}
    new = [each for each in ours if not known & {each.pmid, each.doi.lower()}]
    return [_found(each) for each in theirs] + [_found(each, is_ours=True) for each in new]


def _found(article: Article, *, is_ours: bool = False) -> FoundArticle:
    marks = tuple(str(MARK_WORDS[mark]) for mark in article.marks)
    return FoundArticle(intake.as_work(article), marks, is_ours)


def _outside(query: str, most: int) -> list[Article]:
    try:
        articles = port.search(query, limit=most)
        others = _at_europe_pmc(articles)
    except SourceTrouble as trouble:
        if HAN.search(query):
            raise
        log.warning("PubMed did not answer: %s", trouble)
        articles = [article for article, _raw in europe_pmc.page(query, size=most).articles]
        others = {}
    return [port.merged(each, others.get(each.pmid, ())) for each in articles]


def _at_europe_pmc(articles: list[Article]) -> dict[str, list[Article]]:
    numbers = [each.pmid for each in articles if each.pmid]
    if not numbers:
        return {}
    asked = " OR ".join(f"EXT_ID:{number}" for number in numbers)
    try:
        page = europe_pmc.page(f"({asked}) AND SRC:MED", size=len(numbers))
    except SourceTrouble as trouble:
        log.warning("Europe PMC did not answer: %s", trouble)
        return {}
    found: dict[str, list[Article]] = {}
    for article, _raw in page.articles:
        found.setdefault(article.pmid, []).append(article)
    return found
