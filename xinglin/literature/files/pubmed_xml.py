"""PubMed's XML, every DTD from 2012 to now: articles and books, file imports and E-utilities answers alike."""

from collections.abc import Iterator

from lxml import etree

from xinglin.commons.numbers import whole
from xinglin.literature import xml
from xinglin.literature.articles import Article, Author, Kind, Mark
from xinglin.literature.cleaning import date_in, year_in
from xinglin.literature.files.pieces import Format, Piece, needs_a_title
from xinglin.literature.identifiers import clean_doi, issns_in

NAMES = ("PubmedArticle", "PubmedBookArticle")
_MARKS = {
    "RetractionIn": Mark.RETRACTED, "RetractionOf": Mark.RETRACTION, "ErratumIn": Mark.CORRECTED,
    "ErratumFor": Mark.CORRECTION, "ExpressionOfConcernIn": Mark.CONCERN, "CorrectedandRepublishedIn": Mark.CORRECTED,
    "PartialRetractionIn": Mark.RETRACTED,
}  # fmt: skip
_MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]


def split(text: str) -> Iterator[Piece]:
    return xml.slices(text, *NAMES)


def declared(text: str) -> int:
    return xml.count(text, *NAMES)


def article(piece: Piece) -> Article:
    """Return the article of one record. Raises ``Unreadable``."""
    return of_element(xml.root_of(piece.text))


def of_element(element: etree._Element) -> Article:
    """Return the article of a ``PubmedArticle`` or ``PubmedBookArticle``. Raises ``Unreadable``."""
    book = element.find("BookDocument")
    return needs_a_title(_book(element, book) if book is not None else _article(element))


def _article(element: etree._Element) -> Article:
    citation, data = element.find("MedlineCitation"), element.find("PubmedData")
    citation = citation if citation is not None else element
    written = citation.find("Article")
    written = written if written is not None else citation
    pmid = xml.at(citation, "PMID")
    related, marks = _related(citation)
    types = xml.every(written, "PublicationTypeList/PublicationType")
    if "Retracted Publication" in types:
        marks.append(Mark.RETRACTED)
    if "Retraction of Publication" in types or "Retraction Notice" in types:
        marks.append(Mark.RETRACTION)
    published = _day(written.find("Journal/JournalIssue/PubDate")) or _day(written.find("ArticleDate"))
    numbers = {
        each.get("IdType"): xml.words(each) for each in element.iterfind("PubmedData/ArticleIdList/ArticleId")
    }
    place = written.find("ELocationID[@EIdType='doi']")
    return Article(
        title=xml.at(written, "ArticleTitle"),
        other_title=xml.at(written, "VernacularTitle"),
        authors=_authors(written.find("AuthorList")),
        kind=Kind.PREPRINT if "Preprint" in types else Kind.JOURNAL,
        journal=xml.at(written, "Journal/Title") or xml.at(citation, "MedlineJournalInfo/MedlineTA"),
        journal_short=xml.at(written, "Journal/ISOAbbreviation")
        or xml.at(citation, "MedlineJournalInfo/MedlineTA"),
        issns=issns_in(
            " ".join(
                [*xml.every(written, "Journal/ISSN"), xml.at(citation, "MedlineJournalInfo/ISSNLinking")]
            )
        ),
        year=year_in(published),
        published=published,
        volume=xml.at(written, "Journal/JournalIssue/Volume"),
        issue=xml.at(written, "Journal/JournalIssue/Issue"),
        pages=xml.at(written, "Pagination/MedlinePgn") or xml.at(written, "ELocationID[@EIdType='pii']"),
        abstract=_abstract(written.find("Abstract")),
        keywords=xml.every(citation, "KeywordList/Keyword"),
        mesh=tuple(_heading(each) for each in citation.iterfind("MeshHeadingList/MeshHeading")),
        types=types,
        language=",".join(xml.every(written, "Language")),
        place=xml.at(citation, "MedlineJournalInfo/Country"),
        doi=clean_doi(numbers.get("doi") or xml.words(place)),
        pmid=pmid,
        pmcid=numbers.get("pmc", ""),
        marks=tuple(dict.fromkeys(marks)),
        related=related,
        source="pubmed",
        source_id=pmid,
        entered=_history(data, "entrez") or _history(data, "pubmed"),
        revised=_day(citation.find("DateRevised")),
        status=citation.get("Status") or "",
    )


def _book(element: etree._Element, book: etree._Element) -> Article:
    published = _day(book.find("Book/PubDate")) or _day(book.find("ContributionDate"))
    title, whole = xml.at(book, "ArticleTitle"), xml.at(book, "Book/BookTitle")
    people = book.find("AuthorList")
    return Article(
        title=title or whole,
        authors=_authors(people if people is not None else book.find("Book/AuthorList")),
        kind=Kind.CHAPTER if title else Kind.BOOK,
        journal=whole if title else "",
        isbns=xml.every(book, "Book/Isbn"),
        year=year_in(published),
        published=published,
        abstract=_abstract(book.find("Abstract")),
        types=xml.every(book, "PublicationType"),
        language=xml.at(book, "Language"),
        publisher=xml.at(book, "Book/Publisher/PublisherName"),
        place=xml.at(book, "Book/Publisher/PublisherLocation"),
        doi=clean_doi(xml.at(book, "ArticleIdList/ArticleId[@IdType='doi']")),
        pmid=xml.at(book, "PMID"),
        source="pubmed",
        source_id=xml.at(book, "PMID"),
        entered=_history(element.find("PubmedBookData"), "entrez"),
    )


def _authors(people: etree._Element | None) -> tuple[Author, ...]:
    found = []
    for each in people.iterfind("Author") if people is not None else ():
        group, family = xml.at(each, "CollectiveName"), xml.at(each, "LastName")
        given = xml.at(each, "ForeName") or xml.at(each, "Initials")
        if group or family:
            found.append(
                Author(
                    name=group or (f"{family}, {given}" if given else family),
                    family=family,
                    given=given,
                    is_group=bool(group),
                    affiliations=xml.every(each, "AffiliationInfo/Affiliation")
                    or xml.every(each, "Affiliation"),
                    orcid=xml.at(each, "Identifier[@Source='ORCID']").rpartition("/")[2],
                )
            )
    return tuple(found)


def _abstract(abstract: etree._Element | None) -> str:
    parts = []
    for each in abstract.iterfind("AbstractText") if abstract is not None else ():
        label, said = each.get("Label") or "", xml.words(each)
        parts.append(f"{label}: {said}" if label and said else said)
    return " ".join(part for part in parts if part)


def _heading(heading: etree._Element) -> str:
    names = [xml.at(heading, "DescriptorName"), *xml.every(heading, "QualifierName")]
    return "/".join(names)


def _related(citation: etree._Element) -> tuple[tuple[tuple[str, str], ...], list[Mark]]:
    related, marks = [], []
    for each in citation.iterfind("CommentsCorrectionsList/CommentsCorrections"):
        relation, pmid = each.get("RefType") or "", xml.at(each, "PMID")
        related.append((relation, f"PMID:{pmid}" if pmid else xml.at(each, "RefSource")))
        if relation in _MARKS:
            marks.append(_MARKS[relation])
    return tuple(related), marks


def _history(data: etree._Element | None, status: str) -> str:
    found = data.find(f"History/PubMedPubDate[@PubStatus='{status}']") if data is not None else None
    return _day(found)


def _day(element: etree._Element | None) -> str:
    """Return a date of parts or of a MedlineDate ("2010 Nov-Dec") as far as it is told."""
    if element is None:
        return ""
    year, month, day = (xml.at(element, name) for name in ("Year", "Month", "Day"))
    if not year:
        return date_in(xml.at(element, "MedlineDate"))
    if not month:
        return year
    name, date = month[:3].title(), whole(day) or 0
    number = _MONTHS.index(name) + 1 if name in _MONTHS else whole(month) or 0
    if not 1 <= number <= 12:
        return year
    return f"{year}-{number:02d}" + (f"-{date:02d}" if 1 <= date <= 31 else "")


PUBMED_XML = Format("pubmed_xml", "PubMed XML", declared, split, article)
