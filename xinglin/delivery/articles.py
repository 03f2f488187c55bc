"""Searching articles for readers: PubMed for what there is, Europe PMC for what may be read at once."""

import logging
from dataclasses import asdict, dataclass
from typing import Any

from xinglin.delivery import intake
from xinglin.delivery.models import DocumentKind
from xinglin.delivery.works import Work
from xinglin.literature import port
from xinglin.literature.articles import MARK_WORDS, Article
from xinglin.literature.cleaning import HAN
from xinglin.literature.errors import SourceTrouble
from xinglin.literature.sources import europe_pmc

log = logging.getLogger(__name__)
MOST = 6


@dataclass(frozen=True)
class FoundArticle:
    """One article of a result: what it is, and what was said of it after it appeared."""

    work: Work
    marks: tuple[str, ...]

    @property
    def where(self) -> str:
        """Journal and year."""
        return " ".join(part for part in (self.work.container, str(self.work.year or "")) if part)

    def as_plain(self) -> dict[str, Any]:
        """Return it as a conversation can keep it."""
        return {"work": plain_work(self.work), "marks": list(self.marks)}

    @classmethod
    def from_plain(cls, plain: dict[str, Any]) -> "FoundArticle":
        return cls(work_from_plain(plain["work"]), tuple(plain["marks"]))


def plain_work(work: Work) -> dict[str, Any]:
    """Return a document as a conversation can keep it."""
    return {**asdict(work), "kind": work.kind.value}


def work_from_plain(plain: dict[str, Any]) -> Work:
    """Return what ``plain_work`` wrote."""
    return Work(**{**plain, "kind": DocumentKind(plain["kind"])})


def search(query: str, *, most: int = MOST) -> list[FoundArticle]:
    """Return articles for a reader's words, Chinese or English, retracted ones marked.

    Waits for the sources: not in a chat's answer, not in a transaction. Where PubMed is silent Europe PMC is
    asked instead; where Europe PMC is, only the free full texts are missing. Raises ``WordsUnknown``, and
    ``SourceTrouble`` when neither answers.
    """
    try:
        articles = port.search(query, limit=most)
        others = _at_europe_pmc(articles)
    except SourceTrouble as trouble:
        if HAN.search(query):
            raise
        log.warning("PubMed did not answer: %s", trouble)
        articles = [article for article, _raw in europe_pmc.page(query, size=most).articles]
        others = {}
    whole = [port.merged(each, others.get(each.pmid, ())) for each in articles]
    return [
        FoundArticle(intake.as_work(each), tuple(str(MARK_WORDS[mark]) for mark in each.marks))
        for each in whole
    ]


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
