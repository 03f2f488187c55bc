"""Europe PMC: pages by cursor, each committed with the cursor of the next; a search that ends early begins anew."""

import json

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from xinglin.intelligence.harvest.storing import Reading, find_for, store
from xinglin.intelligence.lifecycle import ItemState, RunState
from xinglin.intelligence.models import Run, RunItem, RunKind
from xinglin.literature.errors import AnswerBroken
from xinglin.literature.sources import europe_pmc

NAME = "europepmc"
PAGE = 100
_END = "end"


def list_numbers(run: Run) -> None:
    """Nothing is listed before: a page brings numbers and records together."""
    run.state, run.cursor = RunState.FETCHING, europe_pmc.FIRST
    run.translation = _query(run)
    run.save()


def _query(run: Run) -> str:
    field = "UPDATE_DATE" if run.kind == RunKind.REVISED else "FIRST_IDATE"
    return f"({run.query}) AND {field}:[{run.window_from} TO {run.window_to}]"


def fetch_some(run: Run) -> bool:
    """Fetch one page and write it down; return whether there was one. Raises ``SourceTrouble``."""
    if run.cursor == _END:
        return False
    run.requests += 1
    page = europe_pmc.page(_query(run), cursor=run.cursor, size=PAGE)
    if page.articles and page.next_cursor == run.cursor:
        raise AnswerBroken(_("Europe PMC 给的下一页就是这一页。"))
    _take(run, page)
    return True


@transaction.atomic
def _take(run: Run, page: europe_pmc.Page) -> None:
    readings = [
        Reading(
            NAME, article.source_id, article, json.dumps(raw, ensure_ascii=False, sort_keys=True).encode()
        )
        for article, raw in page.articles
    ]
    stored = store(readings)
    find_for(run.source.topic, stored.all)
    RunItem.objects.bulk_create(
        [RunItem(run=run, number=each.number, state=ItemState.GOT) for each in readings],
        ignore_conflicts=True,
    )
    run.declared = page.count
    run.new_records += len(stored.new)
    run.changed_records += len(stored.changed)
    got = run.items.count()
    ended = not page.articles or not page.next_cursor or got >= page.count
    if ended and got < page.count:
        # A cursor that ran dry before its count: the window is asked anew; what is known does no harm.
        run.cursor, run.troubles = europe_pmc.FIRST, run.troubles + 1
    else:
        run.cursor = _END if ended else page.next_cursor
    run.save()
