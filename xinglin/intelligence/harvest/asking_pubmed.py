"""PubMed: the numbers of a window first, then records by explicit numbers, what fails asked again and at last alone."""

import json
from datetime import date, timedelta

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from xinglin.commons import clock
from xinglin.intelligence.harvest.storing import Reading, find_for, store
from xinglin.intelligence.lifecycle import ItemState, RunState
from xinglin.intelligence.models import Record, Run, RunItem, RunKind
from xinglin.literature.errors import SourceTrouble
from xinglin.literature.sources import pubmed

NAME = "pubmed"
BATCH = pubmed.MOST_RECORDS
ALONE_AFTER = 3
"""Tries after which a number is asked alone: it may be gone, merged, or spoil its whole batch."""
MOST_TRIES = 6
LARGEST_WINDOW = 9_000
_DATES = {RunKind.NEW: "edat", RunKind.REVISED: "mdat", RunKind.RECONCILE: "edat"}


def list_numbers(run: Run) -> None:
    """Write down every number of the window. Raises ``SourceTrouble``.

    What was answered is kept with the run before it is worked on: whoever dies in between need not ask again.
    """
    if run.answer is None:
        numbers, translation, declared = _asked(run)
        told = {"numbers": sorted(numbers, key=int), "translation": translation, "declared": declared}
        run.answer = json.dumps(told).encode()
        run.save(update_fields=["answer", "requests"])
    told = json.loads(bytes(run.answer))
    _write_down(run, set(told["numbers"]), told["translation"], told["declared"])


def _asked(run: Run) -> tuple[set[str], str, int]:
    """Ask for the numbers of the window; one that holds too many is halved."""
    found, translation, declared = set[str](), "", 0
    windows = [(run.window_from, run.window_to)]
    while windows:
        since, until = windows.pop()
        run.requests += 1
        answer = pubmed.search(run.query, since=since, until=until, by=_DATES[RunKind(run.kind)])
        translation = translation or answer.translation
        if answer.count > LARGEST_WINDOW and since < until:
            middle = since + timedelta(days=(until - since).days // 2)
            windows += [(since, middle), (middle + timedelta(days=1), until)]
            continue
        declared += answer.count
        found |= set(answer.numbers)
    return found, translation, declared


@transaction.atomic
def _write_down(run: Run, numbers: set[str], translation: str, declared: int) -> None:
    known = _known(numbers) if run.kind != RunKind.REVISED else set()
    RunItem.objects.bulk_create(
        [
            RunItem(run=run, number=each, state=ItemState.KNOWN if each in known else ItemState.TO_GET)
            for each in sorted(numbers, key=int)
        ],
        ignore_conflicts=True,
    )
    run.state, run.translation, run.declared = RunState.FETCHING, translation, declared
    run.answer = None
    run.save()
    if run.kind != RunKind.REVISED:
        find_for(run.source.topic, list(Record.objects.filter(source=NAME, number__in=known)))
    if run.kind == RunKind.RECONCILE:
        _mark_unconfirmed(run.window_from, run.window_to, run, numbers)


def _known(numbers: set[str]) -> set[str]:
    return set(
        Record.objects.filter(source=NAME, number__in=numbers, from_file=False).values_list(
            "number", flat=True
        )
    )


def _mark_unconfirmed(since: date, until: date, run: Run, numbers: set[str]) -> None:
    """Mark what the source does not list any more. Nothing is deleted: sources forget and remember."""
    here = Record.objects.filter(
        source=NAME, entered_on__range=(since, until), publication__findings__topic=run.source.topic_id
    )
    here.filter(number__in=numbers).update(unconfirmed_at=None)
    here.exclude(number__in=numbers).filter(unconfirmed_at=None).update(unconfirmed_at=clock.now())


def fetch_some(run: Run) -> bool:
    """Fetch one batch and write it down; return whether there was one. Raises ``SourceTrouble``."""
    waiting = run.items.filter(state=ItemState.TO_GET)
    items = list(waiting.filter(tries__lt=ALONE_AFTER).order_by("tries", "pk")[:BATCH])
    if not items:
        items = list(waiting.filter(tries__lt=MOST_TRIES).order_by("pk")[:1])
    if not items:
        return False
    numbers = [each.number for each in items]
    if run.answer is not None:  # the same items: they are chosen in order, and none was settled since
        _take(run, items, pubmed.read(bytes(run.answer), numbers))
        return True
    run.requests += 1
    try:
        answer = pubmed.answer_for(numbers)
        fetched = pubmed.read(answer, numbers)
    except SourceTrouble:
        if len(items) == 1:
            run.items.filter(pk=items[0].pk).update(tries=F("tries") + 1)
        raise
    run.answer = answer
    run.save(update_fields=["answer", "requests"])
    _take(run, items, fetched)
    return True


@transaction.atomic
def _take(run: Run, items: list[RunItem], fetched: pubmed.Fetched) -> None:
    readings = [Reading(NAME, number, article, raw) for number, (article, raw) in fetched.records.items()]
    stored = store(readings)
    find_for(run.source.topic, stored.all)
    run.new_records += len(stored.new)
    run.changed_records += len(stored.changed)
    run.answer = None
    run.save()
    for item in items:
        _settle(item, fetched, alone=len(items) == 1)
    RunItem.objects.bulk_update(items, ["state", "tries", "note"])


def _settle(item: RunItem, fetched: pubmed.Fetched, *, alone: bool) -> None:
    if item.number in fetched.records:
        item.state = ItemState.GOT
    elif item.number in fetched.unreadable:
        item.state, item.note = ItemState.UNREADABLE, fetched.unreadable[item.number][:200]
    elif alone and fetched.strangers:
        other = next(iter(fetched.strangers))
        item.state, item.note = ItemState.REDIRECTED, _("已并入 %(other)s") % {"other": other}
        Record.objects.filter(source=NAME, number=item.number).update(gone_at=clock.now(), merged_into=other)
    else:
        item.tries += 1
        if item.tries >= MOST_TRIES:
            item.state = ItemState.GONE
            Record.objects.filter(source=NAME, number=item.number).update(gone_at=clock.now())
