"""OpenAlex: one work by DOI or PMID, or a search with filters. Source: the OpenAlex documentation."""

from django.conf import settings

from xinglin.literature.articles import Article, Author, Kind, Mark
from xinglin.literature.cleaning import clean
from xinglin.literature.identifiers import Identifiers, clean_doi, issns_in
from xinglin.literature.sources import hosts
from xinglin.literature.sources.answers import Tree, tree_of
from xinglin.literature.sources.web import ask

LONGEST_ABSTRACT = 20_000  # words; an inverted index may claim any position
_KINDS = {
    "article": Kind.JOURNAL, "review": Kind.JOURNAL, "letter": Kind.JOURNAL, "editorial": Kind.JOURNAL,
    "erratum": Kind.JOURNAL, "preprint": Kind.PREPRINT, "book": Kind.BOOK, "book-chapter": Kind.CHAPTER,
    "dissertation": Kind.THESIS, "dataset": Kind.DATASET, "report": Kind.REPORT, "standard": Kind.STANDARD,
}  # fmt: skip


def work(identifiers: Identifiers) -> Article | None:
    """Return a work, or None when OpenAlex does not know it. Raises ``SourceTrouble``."""
    name = f"doi:{identifiers.doi}" if identifiers.doi else f"pmid:{identifiers.pmid}"
    answer = ask(hosts.openalex(), f"/works/{name}", _who())
    return None if answer.status == 404 else article(tree_of(answer.body, "OpenAlex"))


def search(
    words: str, *, filters: str = "", limit: int = 25, cursor: str = "*"
) -> tuple[list[Article], int, str]:
    """Return works that match, how many there are in all, and the next cursor. Raises ``SourceTrouble``."""
    asked = {"search": words, "per-page": str(limit), "cursor": cursor, **_who()}
    asked |= {"filter": filters} if filters else {}
    tree = tree_of(ask(hosts.openalex(), "/works", asked).body, "OpenAlex")
    found = [article(each) for each in tree["results"].items]
    return found, tree["meta"]["count"].number or 0, tree["meta"]["next_cursor"].text


def article(work: Tree) -> Article:
    """Return the article of one work."""
    place, printed = work["primary_location"]["source"], work["biblio"]
    pages = "-".join(dict.fromkeys(filter(None, (printed["first_page"].text, printed["last_page"].text))))
    access = work["open_access"]
    return Article(
        title=clean(work["display_name"].text or work["title"].text),
        authors=tuple(_author(each) for each in work["authorships"].items),
        kind=_KINDS.get(work["type"].text, Kind.OTHER),
        journal=place["display_name"].text,
        issns=issns_in(" ".join(place["issn"].texts)),
        year=work["publication_year"].number,
        published=work["publication_date"].text,
        volume=printed["volume"].text,
        issue=printed["issue"].text,
        pages=pages,
        abstract=_abstract(work["abstract_inverted_index"]),
        keywords=tuple(
            each["display_name"].text for each in work["keywords"].items if each["display_name"].text
        ),
        language=work["language"].text,
        publisher=place["host_organization_name"].text,
        doi=clean_doi(work["doi"].text),
        pmid=work["ids"]["pmid"].text.rstrip("/").rpartition("/")[2],
        pmcid=work["ids"]["pmcid"].text.rstrip("/").rpartition("/")[2],
        url=work["primary_location"]["landing_page_url"].text,
        open_access_url=access["oa_url"].text if access["is_oa"].value is True else "",
        marks=(Mark.RETRACTED,) if work["is_retracted"].value is True else (),
        source="openalex",
        source_id=work["id"].text.rpartition("/")[2],
        entered=work["created_date"].text,
        revised=work["updated_date"].text[:10],
    )


def _author(each: Tree) -> Author:
    return Author(
        name=each["author"]["display_name"].text or each["raw_author_name"].text,
        affiliations=tuple(place["display_name"].text for place in each["institutions"].items),
        orcid=each["author"]["orcid"].text.rpartition("/")[2],
    )


def _abstract(index: Tree) -> str:
    if not isinstance(index.value, dict):
        return ""
    places: dict[int, str] = {}
    for word, positions in index.value.items():
        for each in Tree(positions).items:
            if each.number is not None and 0 <= each.number < LONGEST_ABSTRACT:
                places[each.number] = word
    return " ".join(places[position] for position in sorted(places))


def _who() -> dict[str, str]:
    return {"mailto": settings.CONTACT_EMAIL} if settings.CONTACT_EMAIL else {}
