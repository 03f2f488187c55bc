"""The deeds of harvesting."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import TypedDict, Unpack

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from xinglin.catalog import tasks
from xinglin.catalog.copying import fetching
from xinglin.catalog.harvesting import running
from xinglin.catalog.harvesting.errors import (
    HarvestMoveNotOffered,
    HarvestSourceChanged,
    HarvestSourceExists,
    HarvestUnderWay,
    HarvestWindow,
)
from xinglin.catalog.harvesting.lifecycle import HARVEST_MOVES, OPEN, HarvestState
from xinglin.catalog.harvesting.models import Every, HarvestRun, HarvestSource
from xinglin.catalog.models import OnMatch
from xinglin.catalog.services.imports import PERMISSION
from xinglin.commons import clock, history
from xinglin.consortium import access
from xinglin.consortium.models import Library, Staff

MOST_TROUBLES = 5
"""Failed requests in a row after which a run waits for the night or for a librarian."""
_FIRST_WAIT = timedelta(minutes=2)
_LONGEST_WAIT = timedelta(hours=6)
_BETWEEN = {Every.DAY: 1, Every.WEEK: 7}


class SourceFacts(TypedDict, total=False):
    """What may be said of a source besides its name and whose it is."""

    address: str
    metadata_prefix: str
    set_spec: str
    every: Every | str
    on_match: OnMatch | str
    with_items: bool
    starts_by_itself: bool
    active: bool


@transaction.atomic
def add_source(
    *, name: str, library: Library, by: Staff | None, **facts: Unpack[SourceFacts]
) -> HarvestSource:
    """Add a repository to harvest. Raises ``AddressRefused``, ``HarvestSourceExists``, ``NotAllowed``."""
    access.require(by, PERMISSION, library.pk)
    source = HarvestSource(name=name, library=library, by=by, **facts)
    _save(source)
    history.record(source, "add", by=by.user if by else None)
    return source


@transaction.atomic
def amend_source(
    *,
    source: HarvestSource,
    version: int,
    name: str,
    library: Library,
    by: Staff | None,
    **facts: Unpack[SourceFacts],
) -> HarvestSource:
    """Change a source; another address, set or format is harvested from the beginning.

    Raises ``AddressRefused``, ``HarvestSourceExists``, ``HarvestSourceChanged``, ``NotAllowed``.
    """
    current = HarvestSource.objects.select_for_update(of=("self",)).get(pk=source.pk)
    access.require(by, PERMISSION, current.library_id)
    access.require(by, PERMISSION, library.pk)
    if current.version != version:
        raise HarvestSourceChanged(
            _("您打开后，来源“%(name)s”已被别人修改；请重新打开后再改。"), name=current.name
        )
    said: Mapping[str, object] = {"name": name, "library": library, **facts}
    changes = {
        field: [str(getattr(current, field)), str(value)]
        for field, value in said.items()
        if getattr(current, field) != value
    }
    for field, value in said.items():
        setattr(current, field, value)
    if changes.keys() & {"address", "metadata_prefix", "set_spec"}:
        current.harvested_until = ""
    current.version += 1
    current.by = by or current.by
    _save(current)
    history.record(current, "amend", by=by.user if by else None, changes=changes)
    return current


def _save(source: HarvestSource) -> None:
    fetching.require_web_address(source.address)
    try:
        with transaction.atomic():
            source.save()
    except IntegrityError:
        raise HarvestSourceExists(_("已有名为“%(name)s”的来源；请换一个名称。"), name=source.name) from None


@transaction.atomic
def harvest(
    *, source: HarvestSource, since: date | None = None, until: date | None = None, by: Staff | None
) -> HarvestRun:
    """Begin a run: what changed since the last one, or in the days that are named.

    Raises ``HarvestUnderWay``, ``HarvestWindow``, ``NotAllowed``.
    """
    access.require(by, PERMISSION, source.library_id)
    if (since and until and since > until) or (since and since > clock.today()):
        raise HarvestWindow(_("起止日期不对：开始不能晚于结束，也不能在今天之后；请改正日期。"))
    current = HarvestSource.objects.select_for_update(of=("self",)).get(pk=source.pk)
    under_way = current.runs.filter(state__in=OPEN).first()
    if under_way is not None:
        raise HarvestUnderWay(
            _("“%(name)s”还有一次收割没有结束（%(state)s）；请等它完成，或先继续、结束那一次。"),
            name=current.name,
            state=HarvestState(under_way.state).label,
        )
    run = HarvestRun.objects.create(
        source=current,
        by=by,
        since=running.window_start(current, since),
        until=f"{until:%Y-%m-%d}" if until else "",
        moves_the_mark=since is None and until is None,
        started_at=clock.now(),
    )
    history.record(current, "harvest", by=by.user if by else None)
    tasks.harvest.defer(run_id=run.pk)
    return run


@transaction.atomic
def resume(*, run: HarvestRun, by: Staff | None) -> HarvestRun:
    """Go on with a run where it broke off. Raises ``HarvestMoveNotOffered``, ``NotAllowed``."""
    current = _moved(run, "resume", by)
    current.troubles, current.failure = 0, ""
    current.save(update_fields=["state", "troubles", "failure"])
    tasks.harvest.defer(run_id=current.pk)
    return current


@transaction.atomic
def close(*, run: HarvestRun, by: Staff | None) -> HarvestRun:
    """End a run that broke off: what came goes to the import, the next run asks for the whole window again.

    Raises ``HarvestMoveNotOffered``, ``NotAllowed``.
    """
    current = _moved(run, "close", by)
    current.finished_at = clock.now()
    running.hand_on(current)
    current.save(update_fields=["state", "finished_at"])
    return current


def _moved(run: HarvestRun, deed: str, by: Staff | None) -> HarvestRun:
    current = (
        HarvestRun.objects.select_for_update(of=("self",)).select_related("source", "batch").get(pk=run.pk)
    )
    access.require(by, PERMISSION, current.source.library_id)
    move = HARVEST_MOVES.get((HarvestState(current.state), deed))
    if move is None:
        raise HarvestMoveNotOffered(
            _("这次收割现在是“%(state)s”，不能这样做；请刷新后再看。"),
            state=HarvestState(current.state).label,
        )
    current.state = move[0]
    history.record(current.source, f"harvest_{deed}", by=by.user if by else None)
    return current


@transaction.atomic
def note_trouble(*, run_id: int, why: str, wait: int = 0) -> timedelta | None:
    """Note that a source did not answer; return after how long to ask again, None when that is enough.

    ``wait`` is what the source asked for, in seconds (Retry-After).
    """
    run = HarvestRun.objects.select_for_update(of=("self",)).get(pk=run_id)
    if run.state != HarvestState.RUNNING:
        return None
    run.troubles += 1
    run.failure = why
    if run.troubles >= MOST_TROUBLES:
        running.break_off(run, why)
    run.save(update_fields=["state", "troubles", "failure"])
    if run.state != HarvestState.RUNNING:
        return None
    ours: timedelta = _FIRST_WAIT * 2 ** (run.troubles - 1)
    return min(_LONGEST_WAIT, max(timedelta(seconds=wait), ours))


@transaction.atomic
def break_off(*, run_id: int, why: str) -> None:
    """Leave a run for a librarian: the source refused, or answered what is no answer."""
    run = HarvestRun.objects.select_for_update(of=("self",)).get(pk=run_id)
    if run.state == HarvestState.RUNNING:
        running.break_off(run, why)
        run.save(update_fields=["state", "failure"])


def harvest_what_is_due() -> int:
    """Begin or go on with the runs that the timetable asks for; return how many."""
    begun = 0
    for source in HarvestSource.objects.filter(active=True, every__in=_BETWEEN).order_by("pk"):
        last = source.runs.first()
        if last is not None and last.state == HarvestState.RUNNING:
            continue
        if last is not None and last.state == HarvestState.BROKEN:
            resume(run=last, by=None)
        elif last is None or _is_due(source, last):
            harvest(source=source, by=None)
        else:
            continue
        begun += 1
    return begun


def _is_due(source: HarvestSource, last: HarvestRun) -> bool:
    passed = clock.local(clock.now()).date() - clock.local(last.started_at).date()
    return passed.days >= _BETWEEN[Every(source.every)]
