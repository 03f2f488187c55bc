"""Sources that are read page by page: each page is committed with the cursor of the next.

A search that ends before it has given what it declared begins anew; what is known does no harm. After a few such
times the run is left with a gap that says so, and the watermark stays.
"""

from collections.abc import Callable
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xinglin.commons import clock
from xinglin.intelligence.harvest.storing import Reading, find_for, store
from xinglin.intelligence.lifecycle import ItemState, RunState
from xinglin.intelligence.models import Record, Run, RunItem
from xinglin.literature.errors import AnswerBroken

END = "end"
MOST_RESTARTS = 3
MISSING = "—"
"""The number under which a run keeps that its source has given less than it declared."""


@dataclass(frozen=True)
class Page:
    """One page as a source gave it. ``declared`` is None where a source does not count; ``gone`` are numbers."""

    readings: tuple[Reading, ...]
    declared: int | None
    next_cursor: str
    gone: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class ByCursor:
    """How one such source is asked: its first cursor, what is asked for in its own words, and one page."""

    first: str
    translation: Callable[[Run], str]
    page: Callable[[Run, str], Page]

    def list_numbers(self, run: Run) -> None:
        """Nothing is listed before: a page brings numbers and records together."""
        run.state, run.cursor = RunState.FETCHING, self.first
        run.translation = self.translation(run)
        run.save()

    def fetch_some(self, run: Run) -> bool:
        """Fetch one page and write it down; return whether there was one. Raises ``SourceTrouble``."""
        if run.cursor == END:
            # A run with a gap that a person opens once more is read from its beginning.
            if not run.items.filter(number=MISSING, state=ItemState.TO_GET).delete()[0]:
                return False
            run.cursor, run.restarts = self.first, 0
        run.requests += 1
        page = self.page(run, run.cursor)
        if page.readings and page.next_cursor and page.next_cursor == run.cursor:
            raise AnswerBroken(gettext_lazy("来源给的下一页就是这一页。"))
        self._take(run, page)
        return True

    @transaction.atomic
    def _take(self, run: Run, page: Page) -> None:
        stored = store(page.readings)
        find_for(run.source.topic, stored.all)
        numbers = [each.number for each in page.readings]
        _note(run, numbers, ItemState.GOT)
        _note(run, [number for _source, number in page.gone], ItemState.GONE)
        for source, number in page.gone:
            Record.objects.filter(source=source, number=number, gone_at=None).update(gone_at=clock.now())
        run.new_records += len(stored.new)
        run.changed_records += len(stored.changed)
        got = run.items.exclude(number=MISSING).count()
        run.declared = got if page.declared is None else page.declared
        ended = not page.next_cursor or (not page.readings and not page.gone) or got >= run.declared > 0
        if page.declared is None:
            ended = not page.next_cursor
        run.cursor = END if ended else page.next_cursor
        if ended and got < run.declared:
            self._begin_anew(run, got)
        run.save()

    def _begin_anew(self, run: Run, got: int) -> None:
        run.troubles += 1
        if run.restarts < MOST_RESTARTS:
            run.restarts += 1
            run.cursor = self.first
            return
        note = _("来源报 %(declared)d 条，只给出 %(got)d 条") % {"declared": run.declared, "got": got}
        RunItem.objects.get_or_create(
            run=run, number=MISSING, defaults={"state": ItemState.UNREADABLE, "note": note}
        )


def _note(run: Run, numbers: list[str], state: ItemState) -> None:
    RunItem.objects.bulk_create(
        [RunItem(run=run, number=each[:120], state=state) for each in dict.fromkeys(numbers)],
        ignore_conflicts=True,
    )
