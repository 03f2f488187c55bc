"""Crossref and OpenAlex: pages by cursor, windows by the dates that each lets everybody ask for.

Crossref tells when a work was registered and when its metadata were last indexed. OpenAlex lets only paying users ask
by its own dates, so its window is that of publication and reaches far back: it learns of papers weeks later.
"""

from xinglin.intelligence.harvest.by_cursor import ByCursor, Page
from xinglin.intelligence.harvest.storing import Reading
from xinglin.intelligence.models import Run, RunKind
from xinglin.literature.sources import crossref, openalex

PAGE = 100
FIRST = "*"


def _crossref_filter(run: Run) -> str:
    since, until = (
        ("from-index-date", "until-index-date")
        if run.kind == RunKind.REVISED
        else ("from-created-date", "until-created-date")
    )
    return f"{since}:{run.window_from},{until}:{run.window_to}"


def _crossref_page(run: Run, cursor: str) -> Page:
    found, count, following = crossref.search(
        run.query, limit=PAGE, filters=_crossref_filter(run), cursor=cursor
    )
    readings = tuple(Reading("crossref", each.doi, each) for each in found if each.doi)
    return Page(readings, count, following if found else "")


def _openalex_filter(run: Run) -> str:
    return f"from_publication_date:{run.window_from},to_publication_date:{run.window_to}"


def _openalex_page(run: Run, cursor: str) -> Page:
    found, count, following = openalex.search(
        run.query, filters=_openalex_filter(run), limit=PAGE, cursor=cursor
    )
    readings = tuple(Reading("openalex", each.source_id, each) for each in found if each.source_id)
    return Page(readings, count, following if found else "")


CROSSREF = ByCursor(
    FIRST, lambda run: f"query.bibliographic={run.query} filter={_crossref_filter(run)}", _crossref_page
)
OPENALEX = ByCursor(FIRST, lambda run: f"search={run.query} filter={_openalex_filter(run)}", _openalex_page)
