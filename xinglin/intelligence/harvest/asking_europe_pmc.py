"""Europe PMC: its own dates of indexing and of revision, pages by cursor."""

import json

from xinglin.intelligence.harvest.by_cursor import ByCursor, Page
from xinglin.intelligence.harvest.storing import Reading
from xinglin.intelligence.models import Run, RunKind
from xinglin.literature.sources import europe_pmc

NAME = "europepmc"
PAGE = 100


def _query(run: Run) -> str:
    field = "UPDATE_DATE" if run.kind == RunKind.REVISED else "FIRST_IDATE"
    return f"({run.query}) AND {field}:[{run.window_from} TO {run.window_to}]"


def _page(run: Run, cursor: str) -> Page:
    page = europe_pmc.page(_query(run), cursor=cursor, size=PAGE)
    readings = tuple(
        Reading(
            NAME, article.source_id, article, json.dumps(raw, ensure_ascii=False, sort_keys=True).encode()
        )
        for article, raw in page.articles
    )
    return Page(readings, page.count, page.next_cursor)


ASKING = ByCursor(europe_pmc.FIRST, _query, _page)
