"""Crossref: one work by its DOI, or a search. Source: the Crossref REST API documentation."""

from django.conf import settings

from xinglin.literature.articles import Article, Author, Kind, Mark
from xinglin.literature.cleaning import clean
from xinglin.literature.identifiers import clean_doi, issns_in
from xinglin.literature.sources import hosts
from xinglin.literature.sources.answers import Tree, parts_of_date, tree_of
from xinglin.literature.sources.web import ask

_KINDS = {
    "journal-article": Kind.JOURNAL, "posted-content": Kind.PREPRINT, "book": Kind.BOOK, "monograph": Kind.BOOK,
    "edited-book": Kind.BOOK, "reference-book": Kind.BOOK, "book-chapter": Kind.CHAPTER,
    "proceedings-article": Kind.CONFERENCE, "proceedings": Kind.CONFERENCE, "dissertation": Kind.THESIS,
    "report": Kind.REPORT, "standard": Kind.STANDARD, "dataset": Kind.DATASET,
}  # fmt: skip


def work(doi: str) -> Article | None:
    """Return the work of a DOI, or None when Crossref does not know it. Raises ``SourceTrouble``."""
    answer = ask(hosts.crossref(), f"/works/{clean_doi(doi)}", _who())
    return None if answer.status == 404 else article(tree_of(answer.body, "Crossref")["message"])


def search(
    words: str, *, limit: int = 20, filters: str = "", cursor: str = ""
) -> tuple[list[Article], int, str]:
    """Return works that match, how many there are in all, and the next cursor. Raises ``SourceTrouble``."""
    asked = {"query.bibliographic": words, "rows": str(limit), **_who()}
    asked |= {"filter": filters} if filters else {}
    asked |= {"cursor": cursor} if cursor else {}
    message = tree_of(ask(hosts.crossref(), "/works", asked).body, "Crossref")["message"]
    found = [article(each) for each in message["items"].items]
    return found, message["total-results"].number or 0, message["next-cursor"].text


def article(work: Tree) -> Article:
    """Return the article of one work."""
    printed = next(
        (found for name in ("published-print", "published", "issued", "published-online", "created")
         if (found := parts_of_date(work[name]))), ""
    )  # fmt: skip
    marks, related = [], []
    for each in work["updated-by"].items:
        related.append((each["type"].text, each["DOI"].text.lower()))
        marks += [Mark.RETRACTED] if each["type"].text in ("retraction", "withdrawal", "removal") else []
        marks += [Mark.CORRECTED] if each["type"].text in ("correction", "erratum", "corrigendum") else []
        marks += [Mark.CONCERN] if each["type"].text == "expression_of_concern" else []
    for each in work["update-to"].items:
        related.append((f"{each['type'].text} of", each["DOI"].text.lower()))
        marks += (
            [Mark.RETRACTION]
            if each["type"].text in ("retraction", "withdrawal", "removal")
            else [Mark.CORRECTION]
        )
    title = clean(" ".join(filter(None, (work["title"].first.text, work["subtitle"].first.text))))
    return Article(
        title=title,
        other_title=clean(work["original-title"].first.text),
        authors=tuple(_author(each) for each in work["author"].items),
        kind=_KINDS.get(work["type"].text, Kind.OTHER),
        journal=clean(work["container-title"].first.text),
        journal_short=clean(work["short-container-title"].first.text),
        issns=issns_in(" ".join(work["ISSN"].texts)),
        isbns=work["ISBN"].texts,
        year=int(printed[:4]) if printed else None,
        published=printed,
        volume=work["volume"].text,
        issue=work["issue"].text,
        pages=work["page"].text or work["article-number"].text,
        abstract=clean(work["abstract"].text),
        keywords=work["subject"].texts,
        language=work["language"].text,
        publisher=work["publisher"].text,
        doi=work["DOI"].text.lower(),
        url=work["URL"].text,
        open_access_url=_open_access(work),
        marks=tuple(dict.fromkeys(marks)),
        related=tuple(related),
        source="crossref",
        source_id=work["DOI"].text.lower(),
        entered=work["created"]["date-time"].text[:10],
        revised=work["indexed"]["date-time"].text[:10],
    )


def _author(each: Tree) -> Author:
    family, given, name = each["family"].text, each["given"].text, each["name"].text
    return Author(
        name=name or ", ".join(filter(None, (family, given))),
        family=family,
        given=given,
        is_group=bool(name),
        affiliations=tuple(place["name"].text for place in each["affiliation"].items if place["name"].text),
        orcid=each["ORCID"].text.rpartition("/")[2],
    )


def _open_access(work: Tree) -> str:
    """Return the full text's link where its licence is a Creative Commons one."""
    free = any("creativecommons.org" in each["URL"].text for each in work["license"].items)
    links = [each["URL"].text for each in work["link"].items if each["URL"].text.startswith("http")]
    return (links[0] if links else work["URL"].text) if free else ""


def _who() -> dict[str, str]:
    return {"mailto": settings.CONTACT_EMAIL} if settings.CONTACT_EMAIL else {}
