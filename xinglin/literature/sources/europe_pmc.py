"""Europe PMC's search: pages by cursor, articles, preprints and full-text links. Source: its RESTful web service."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from xinglin.literature.articles import Article, Author, Kind, Mark
from xinglin.literature.cleaning import clean
from xinglin.literature.errors import AnswerBroken, SourceSaysNo
from xinglin.literature.identifiers import clean_doi, issns_in
from xinglin.literature.sources import hosts
from xinglin.literature.sources.answers import Tree, tree_of
from xinglin.literature.sources.web import ask

FIRST = "*"
_MARKS = {
    "Retraction in": Mark.RETRACTED, "Retraction of": Mark.RETRACTION, "Erratum in": Mark.CORRECTED,
    "Erratum for": Mark.CORRECTION, "Expression of concern in": Mark.CONCERN,
}  # fmt: skip


@dataclass(frozen=True)
class Page:
    """One page: how many there are in all, the articles with their raw form, and where the next page begins."""

    count: int
    articles: tuple[tuple[Article, dict[str, object]], ...]
    next_cursor: str


def page(query: str, *, cursor: str = FIRST, size: int = 100) -> Page:
    """Return one page of a search. Raises ``SourceTrouble``."""
    asked = {
        "query": query,
        "resultType": "core",
        "format": "json",
        "pageSize": str(size),
        "cursorMark": cursor,
    }
    body = ask(hosts.europe_pmc(), "/search", asked).body
    tree = tree_of(body, "Europe PMC")
    if tree["errMsg"]:
        raise SourceSaysNo(_("Europe PMC 说：%(why)s。"), why=tree["errMsg"].text[:200])
    count, listed = tree["hitCount"].number, tree["resultList"]["result"]
    if count is None or not isinstance(listed.value, list):
        raise AnswerBroken(_("Europe PMC 的答复里没有命中数或结果。"))
    found = tuple((_article(each), dict(each.value)) for each in listed.items if isinstance(each.value, dict))
    if len(found) != len(listed.items):
        raise AnswerBroken(_("Europe PMC 的答复里有读不懂的结果。"))
    return Page(count, found, tree["nextCursorMark"].text)


def pages(query: str, *, size: int = 100, cursor: str = FIRST) -> Iterator[Page]:
    """Yield the pages of a search until there is no further cursor. Raises ``SourceTrouble``."""
    seen = {cursor}
    while True:
        found = page(query, cursor=cursor, size=size)
        yield found
        cursor = found.next_cursor
        if not cursor or not found.articles or cursor in seen:
            return
        seen.add(cursor)


def _article(found: Tree) -> Article:
    journal, info = found["journalInfo"]["journal"], found["journalInfo"]
    source, number = found["source"].text, found["id"].text
    related, marks = [], []
    for each in found["commentCorrectionList"]["commentCorrection"].items:
        relation = each["type"].text
        related.append((relation, f"{each['source'].text}:{each['id'].text}"))
        if relation in _MARKS:
            marks.append(_MARKS[relation])
    types = found["pubTypeList"]["pubType"].texts
    if any(each.casefold() == "retracted publication" for each in types):
        marks.append(Mark.RETRACTED)
    return Article(
        title=clean(found["title"].text),
        authors=_authors(found),
        kind=Kind.PREPRINT if source == "PPR" else Kind.PATENT if source == "PAT" else Kind.JOURNAL,
        journal=journal["title"].text,
        journal_short=journal["isoabbreviation"].text or journal["medlineAbbreviation"].text,
        issns=issns_in(f"{journal['issn'].text} {journal['essn'].text}"),
        year=found["pubYear"].number,
        published=found["firstPublicationDate"].text,
        volume=info["volume"].text,
        issue=info["issue"].text,
        pages=found["pageInfo"].text,
        abstract=clean(found["abstractText"].text),
        keywords=found["keywordList"]["keyword"].texts,
        mesh=tuple(each["descriptorName"].text for each in found["meshHeadingList"]["meshHeading"].items),
        types=types,
        language=found["language"].text,
        doi=clean_doi(found["doi"].text),
        pmid=found["pmid"].text,
        pmcid=found["pmcid"].text,
        open_access_url=_open_access(found),
        marks=tuple(dict.fromkeys(marks)),
        related=tuple(related),
        source="europepmc",
        source_id=f"{source}:{number}",
        entered=found["firstIndexDate"].text,
        revised=found["dateOfRevision"].text,
        status=found["publicationStatus"].text,
    )


def _authors(found: Tree) -> tuple[Author, ...]:
    authors = []
    for each in found["authorList"]["author"].items:
        group, name = each["collectiveName"].text, each["fullName"].text
        if group or name:
            places = each["authorAffiliationDetailsList"]["authorAffiliation"].items
            authors.append(
                Author(
                    name=group or name,
                    family=each["lastName"].text,
                    given=each["firstName"].text or each["initials"].text,
                    is_group=bool(group),
                    affiliations=tuple(
                        place["affiliation"].text for place in places if place["affiliation"].text
                    ),
                    orcid=each["authorId"]["value"].text if each["authorId"]["type"].text == "ORCID" else "",
                )
            )
    if authors:
        return tuple(authors)
    return tuple(
        Author(name=each.strip())
        for each in found["authorString"].text.rstrip(".").split(",")
        if each.strip()
    )


def _open_access(found: Tree) -> str:
    """Return a link to the free full text: a PDF where there is one."""
    links = [
        (each["documentStyle"].text != "pdf", each["url"].text)
        for each in found["fullTextUrlList"]["fullTextUrl"].items
        if each["availabilityCode"].text in ("OA", "F") and each["url"].text.startswith("http")
    ]
    return min(links)[1] if links else ""
