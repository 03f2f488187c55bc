"""From what a reader wrote to documents: numbers, pasted references in Chinese or English, a title, free words."""

from dataclasses import replace

from xinglin.catalog.search.numbers import number_in, standard_numbers
from xinglin.commons.text import plain
from xinglin.delivery.models import DocumentKind
from xinglin.delivery.works import Work
from xinglin.literature import port
from xinglin.literature.articles import Article, Kind
from xinglin.literature.citations import Citation, parse
from xinglin.literature.identifiers import Identifiers

MOST_AT_ONCE = 10
LONGEST = 8000
_KINDS = {
    Kind.JOURNAL: DocumentKind.ARTICLE,
    Kind.PREPRINT: DocumentKind.ARTICLE,
    Kind.BOOK: DocumentKind.CHAPTER,
    Kind.CHAPTER: DocumentKind.CHAPTER,
    Kind.CONFERENCE: DocumentKind.CONFERENCE,
    Kind.THESIS: DocumentKind.THESIS,
    Kind.STANDARD: DocumentKind.STANDARD,
    Kind.PATENT: DocumentKind.PATENT,
}


def works_in(text: str) -> list[Work]:
    """Return the documents that a text asks for; what is not understood stays as it was written. Asks nobody."""
    book = _book(text)
    return [book] if book else [_written(each) for each in parse(plain(text[:LONGEST]))[:MOST_AT_ONCE]]


def _book(text: str) -> Work | None:
    number = number_in(text)
    if number is None or len(number) not in (10, 13):
        return None
    isbn = max(standard_numbers(number), key=len)
    return Work(kind=DocumentKind.CHAPTER, isbn=isbn, asked_as=plain(text).strip())


def _written(citation: Citation) -> Work:
    numbers = citation.identifiers
    if not citation.is_understood:
        return Work(asked_as=citation.text)
    work = as_work(citation.article)
    return replace(
        work,
        doi=work.doi or numbers.doi,
        pmid=work.pmid or numbers.pmid,
        asked_as=citation.text,
    )


def as_work(article: Article) -> Work:
    """Return an article as a document to be asked for."""
    return Work(
        kind=_KINDS.get(article.kind, DocumentKind.OTHER),
        title=article.title or article.other_title,
        authors=", ".join(author.name for author in article.authors[:6]),
        container=article.journal or article.journal_short,
        year=article.year,
        volume=article.volume,
        issue=article.issue,
        page_range=article.pages,
        doi=article.doi,
        pmid=article.pmid,
        isbn=article.isbns[0] if article.isbns else "",
        issn=article.issns[0] if article.issns else "",
        is_retracted=article.is_retracted,
        open_url=article.open_access_url,
    )


def looked_up(*, doi: str, pmid: str, asked_as: str, title: str) -> Work | None:
    """Return a document as the sources know it, with its free full text and its marks; None when none knows it.

    Free words are only looked up where they are a reference: a guess must not pass for what was asked.
    Waits for the sources. Raises ``SourceTrouble``.
    """
    article = None
    if doi or pmid:
        article = port.find(Identifiers(doi=doi, pmid=pmid))
    elif asked_as and not title:
        found = port.resolve(asked_as)
        article = found[0].article if len(found) == 1 else None
    return as_work(port.enrich(article)) if article is not None else None
