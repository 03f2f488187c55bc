"""A run from its first request to its last: asked outside of any transaction, a page kept in one.

The token of the next page is written with the rows of the page that brought it. A process that is killed loses
an answer that it asked for and had not kept, and asks for it again; two on one run keep each page once.
"""

import logging
import re
from collections.abc import Mapping
from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from xinglin.catalog.copying import fetching
from xinglin.catalog.copying.errors import SourceRefused
from xinglin.catalog.copying.oai_client import Fetch, OaiAnswer, read_answer
from xinglin.catalog.harvesting.lifecycle import HARVEST_MOVES, HarvestState
from xinglin.catalog.harvesting.models import HarvestRun, HarvestSource
from xinglin.catalog.harvesting.staging import stage
from xinglin.catalog.lifecycle import BATCH_MOVES, BatchState
from xinglin.commons import clock

log = logging.getLogger(__name__)

MOST_PAGES = 100_000
MOST_RESTARTS = 3
_MOMENT = re.compile(r"\d{4}-\d\d-\d\d(?:T\d\d:\d\d:\d\dZ)?")
_LONGEST_TOKEN = 20_000


def harvest_page(run_id: int, fetch: Fetch = fetching.fetch) -> bool:
    """Ask for the next page of a run and keep it; False when there is no more to ask for.

    Raises ``AddressRefused``, ``SourceUnreachable``, ``AnswerUnreadable``, ``SourceRefused``: nothing was kept.
    """
    run = HarvestRun.objects.select_related("source").get(pk=run_id)
    if run.state != HarvestState.RUNNING:
        return False
    if not run.identified:
        _keep_identity(run, read_answer(fetch(run.source.address, {"verb": "Identify"})))
        run.refresh_from_db()
    answer = read_answer(fetch(run.source.address, _question(run)))
    return _keep(run, answer)


def _question(run: HarvestRun) -> Mapping[str, str]:
    if run.token:
        return {"verb": "ListRecords", "resumptionToken": run.token}
    named = {"from": run.since, "until": run.until, "set": run.source.set_spec}
    wanted = {name: value for name, value in named.items() if value}
    return {"verb": "ListRecords", "metadataPrefix": run.source.metadata_prefix, **wanted}


def _keep_identity(run: HarvestRun, answer: OaiAnswer) -> None:
    """Learn the repository's name and how fine its dates are; the window is written accordingly."""
    if answer.errors:
        raise SourceRefused(_("来源没有说明自己（Identify）：%(why)s。"), why=_errors(answer))
    days_only = len(answer.facts.get("granularity", "")) <= len("YYYY-MM-DD")
    for name in ("since", "until"):
        moment = getattr(run, name)
        if days_only:
            setattr(run, name, moment[:10])
        elif name == "until" and len(moment) == len("YYYY-MM-DD"):
            run.until = f"{moment}T23:59:59Z"
        elif len(moment) == len("YYYY-MM-DD"):
            run.since = f"{moment}T00:00:00Z"
    HarvestRun.objects.filter(pk=run.pk, identified=False).update(
        identified=True, since=run.since, until=run.until
    )
    HarvestSource.objects.filter(pk=run.source_id).update(
        repository=answer.facts.get("repositoryName", "")[:200]
    )


def _errors(answer: OaiAnswer) -> str:
    return "; ".join(f"{code} {sentence}".strip() for code, sentence in answer.errors[:3])[:300]


@transaction.atomic
def _keep(asked: HarvestRun, answer: OaiAnswer) -> bool:
    """Write a page with the token of the next; False when the run is at its end or stands still."""
    run = (
        HarvestRun.objects.select_for_update(of=("self",))
        .select_related("source__library", "source__by", "batch", "by")
        .get(pk=asked.pk)
    )
    as_asked = (run.state, run.token, run.pages, run.restarts)
    if as_asked != (HarvestState.RUNNING, asked.token, asked.pages, asked.restarts):
        return run.state == HarvestState.RUNNING  # somebody else kept this page meanwhile
    codes = {code for code, _sentence in answer.errors}
    if "badResumptionToken" in codes and run.token and run.restarts < MOST_RESTARTS:
        run.token, run.restarts = "", run.restarts + 1
        run.save(update_fields=["token", "restarts"])
        return True
    if answer.errors and codes != {"noRecordsMatch"}:
        raise SourceRefused(_("来源拒绝了收割请求：%(why)s。"), why=_errors(answer))
    return _go_on(run, answer)


def _go_on(run: HarvestRun, answer: OaiAnswer) -> bool:
    stage(run, answer.records)
    run.pages += 1
    run.troubles, run.failure = 0, ""
    run.announced = answer.total if answer.total is not None else run.announced
    if not run.answered_at and _MOMENT.fullmatch(answer.responded):
        run.answered_at = answer.responded
    before, run.token = run.token, answer.token
    why = _why_no_further(run, answer, before)
    if why:
        break_off(run, why)
    elif not answer.token:
        _finish(run)
    run.save()
    return run.state == HarvestState.RUNNING


def _why_no_further(run: HarvestRun, answer: OaiAnswer, before: str) -> str:
    if answer.trouble and not answer.token:
        return _("来源的一页不是完整的 XML（%(why)s），看不出后面还有没有；能读的记录已收下。") % {
            "why": answer.trouble[:200]
        }
    if answer.token and answer.token == before:
        return _("来源反复给出同一个续传标记，收割不下去；请联系对方。")
    if len(answer.token) > _LONGEST_TOKEN or run.pages >= MOST_PAGES:
        return _("来源给出的页数或续传标记超出限度（已收 %(pages)d 页）；请联系对方。") % {"pages": run.pages}
    return ""


def break_off(run: HarvestRun, why: str) -> None:
    """Leave a run where it is, with the reason; saves nothing."""
    run.state, _hand = HARVEST_MOVES[HarvestState(run.state), "fail"]
    run.failure = why
    log.warning("a harvest broke off", extra={"run": run.pk, "why": why})


def _finish(run: HarvestRun) -> None:
    run.state, _hand = HARVEST_MOVES[HarvestState(run.state), "finish"]
    run.finished_at = clock.now()
    hand_on(run)
    if run.moves_the_mark:
        mark = run.answered_at or f"{run.started_at:%Y-%m-%dT%H:%M:%SZ}"
        HarvestSource.objects.filter(pk=run.source_id).update(harvested_until=mark)


def hand_on(run: HarvestRun) -> None:
    """Give what came to the import, where it is previewed like any file."""
    from xinglin.catalog import tasks  # tasks run us: they cannot be named above

    if run.batch is None:
        return
    run.batch.state, _hand = BATCH_MOVES[BatchState(run.batch.state), "receive"]
    run.batch.save(update_fields=["state"])
    tasks.preview_import.defer(batch_id=run.batch.pk)


def window_start(source: HarvestSource, since: date | None) -> str:
    """Return from where a run asks: the named day, or where the last whole run stood."""
    return f"{since:%Y-%m-%d}" if since else source.harvested_until
