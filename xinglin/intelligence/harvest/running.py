"""A run from its first request to its last, step by step; each step is committed before the next begins."""

import logging
from datetime import date, timedelta
from typing import Protocol

from django.db import transaction
from django.utils.translation import gettext as _

from xinglin.commons import clock
from xinglin.commons.bulletin import announce
from xinglin.intelligence.events import RunFinished
from xinglin.intelligence.harvest import (
    asking_europe_pmc,
    asking_feeds,
    asking_indexes,
    asking_pubmed,
    asking_repositories,
)
from xinglin.intelligence.lifecycle import ItemState, RunState, SourceState
from xinglin.intelligence.models import Run, RunKind, Source, SourceKind
from xinglin.literature.errors import SourceTrouble

log = logging.getLogger(__name__)


class Asking(Protocol):
    """How one kind of source is asked: first for its numbers, then batch by batch."""

    def list_numbers(self, run: Run) -> None: ...

    def fetch_some(self, run: Run) -> bool: ...


OVERLAP = timedelta(days=3)
"""New records are asked for from so long before the last whole run: sources date them back."""
RECONCILED = timedelta(days=60)
MOST_TROUBLES = 40
"""Troubles in one call after which the run is left for the next time; what it has is kept."""

LATE = timedelta(days=60)
"""OpenAlex is asked by the day of publication, and learns of papers weeks later."""

_ASKING: dict[SourceKind, Asking] = {
    SourceKind.PUBMED: asking_pubmed,
    SourceKind.EUROPE_PMC: asking_europe_pmc.ASKING,
    SourceKind.CROSSREF: asking_indexes.CROSSREF,
    SourceKind.OPENALEX: asking_indexes.OPENALEX,
    SourceKind.OAI: asking_repositories.ASKING,
}


def harvest(source: Source, kind: RunKind = RunKind.NEW) -> Run | None:
    """Ask a source, going on with a run that was broken off. Call it outside of transactions.

    Returns the run, or None for a source that is not asked by the machine.
    """
    source.refresh_from_db()
    if source.state != SourceState.ACTIVE or source.kind == SourceKind.BY_HAND:
        return None
    run = _open(source, kind)
    if source.brings_stories:
        return asking_feeds.poll(source, run)
    asking, troubles = _ASKING[SourceKind(source.kind)], 0
    while run.is_open:
        try:
            if run.state == RunState.LISTING:
                asking.list_numbers(run)
            elif not asking.fetch_some(run):
                _finish(run)
        except SourceTrouble as error:
            troubles += 1
            _note_trouble(run, error)
            if not error.is_passing or troubles >= MOST_TROUBLES:
                return run
    return run


def _open(source: Source, kind: RunKind) -> Run:
    """Return the run that was broken off, or a new one whose window overlaps the last."""
    today = clock.today()
    with transaction.atomic():
        source = Source.objects.select_for_update().get(pk=source.pk)
        run = source.runs.filter(kind=kind, state__in=[RunState.LISTING, RunState.FETCHING]).first()
        if run is not None and run.query_version == source.query_version:
            return run
        if run is not None:
            run.state, run.finished_at = RunState.PARTIAL, clock.now()
            run.note = _("检索式已改，这次运行不再继续。")
            run.save()
        return Run.objects.create(
            source=source, kind=kind, query=source.query, query_version=source.query_version,
            window_from=_from(source, kind, today), window_to=today,
        )  # fmt: skip


def _from(source: Source, kind: RunKind, today: date) -> date:
    if kind == RunKind.RECONCILE:
        return max(source.since, today - RECONCILED)
    until = source.asked_until if kind == RunKind.NEW else source.revised_until
    overlap = LATE if source.kind == SourceKind.OPENALEX else OVERLAP
    return max(source.since, until - overlap) if until else source.since


def _note_trouble(run: Run, error: SourceTrouble) -> None:
    now = clock.now()
    run.troubles += 1
    run.save(update_fields=["troubles", "requests"])
    Source.objects.filter(pk=run.source_id, failing_since=None).update(failing_since=now)
    Source.objects.filter(pk=run.source_id).update(failure=str(error)[:300])
    log.info("a source gave trouble", extra={"run": run.pk, "why": error.code})


@transaction.atomic
def _finish(run: Run) -> None:
    """Close a run. The watermark moves only when everything listed has been accounted for."""
    left = run.items.filter(state__in=[ItemState.TO_GET, ItemState.UNREADABLE])
    run.state = RunState.PARTIAL if left.exists() else RunState.DONE
    run.finished_at = clock.now()
    if run.state == RunState.PARTIAL:
        named = "、".join(left.values_list("number", flat=True)[:20])
        run.note = _("%(count)d 条没有取到：%(named)s") % {"count": left.count(), "named": named}
    run.save()
    source = Source.objects.select_for_update().get(pk=run.source_id)
    if run.state == RunState.DONE:
        source.last_ok_at, source.failing_since, source.failure = clock.now(), None, ""
        if run.kind == RunKind.NEW:
            source.asked_until = max(source.asked_until or run.window_to, run.window_to)
        elif run.kind == RunKind.REVISED:
            source.revised_until = max(source.revised_until or run.window_to, run.window_to)
        source.save()
    announce(RunFinished(run_id=run.pk))
