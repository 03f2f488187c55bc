"""Repositories by OAI-PMH: one window of datestamps brings what is new, what changed and what was deleted."""

from xinglin.intelligence.harvest.by_cursor import ByCursor, Page
from xinglin.intelligence.harvest.storing import Reading
from xinglin.intelligence.models import Run
from xinglin.literature.sources import oai

FIRST = ""


def _page(run: Run, cursor: str) -> Page:
    page = oai.records(run.query, since=run.window_from, until=run.window_to, token=cursor)
    name = run.source.record_name
    readings = tuple(Reading(name, number, article) for number, article in page.articles)
    gone = tuple((name, number) for number in page.gone)
    return Page(readings, page.total, page.token, gone)


ASKING = ByCursor(FIRST, lambda run: f"ListRecords oai_dc {run.window_from} – {run.window_to}", _page)
