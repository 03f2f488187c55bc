"""A copy meets a waiting reader: onto the hold shelf, or into the box to where it will be fetched."""

from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from xinglin.catalog.lifecycle import Condition
from xinglin.catalog.models import Item, Record
from xinglin.circulation import queries
from xinglin.circulation.calendar import last_day_kept
from xinglin.circulation.errors import HoldMoveNotPossible
from xinglin.circulation.events import HoldReady
from xinglin.circulation.lifecycle import HoldState, goes_to
from xinglin.circulation.models import Hold, PickOutcome, PickRequest, Transit, TransitReason
from xinglin.circulation.rules import Case
from xinglin.circulation.services.copies import send_off
from xinglin.commons import clock, history
from xinglin.commons.bulletin import announce
from xinglin.consortium.models import Library, Staff


def move(hold: Hold, deed: str) -> None:
    """Set the state that a deed leads to. Raises ``HoldMoveNotPossible`` where the table does not have it."""
    state = goes_to(hold.state, deed)
    if state is None:
        raise HoldMoveNotPossible(
            _("这个预约现在是“%(state)s”，不能这样操作；请刷新后再看。"), state=HoldState(hold.state).label
        )
    hold.state = state


def leave_queue(hold: Hold) -> None:
    """Take a waiting hold out of the queue, and let those behind it move up."""
    position, hold.position = hold.position, None
    if position is not None:
        Hold.objects.filter(record=hold.record_id, position__gt=position).update(position=F("position") - 1)


def open_place(record: Record, *, urgent: bool) -> int:
    """Return the position of a new hold of a class, having moved those behind it: the urgent come first.

    Within a class the one who came first is served first (Evergreen's FIFO order: class, then time).
    """
    queue = queries.queue_of(record)
    if not urgent:
        return queue.count() + 1
    position = queue.filter(urgent=True).count() + 1
    queue.filter(position__gte=position).update(position=F("position") + 1)
    return position


def end_request(hold: Hold, outcome: PickOutcome = PickOutcome.DROPPED) -> None:
    """End what a library was asked to fetch for a hold."""
    PickRequest.objects.filter(hold=hold, ended_at=None).update(ended_at=clock.now(), outcome=outcome)


def capture(hold: Hold, item: Item, *, place: Library, by: Staff | None, reason: str = "") -> Transit | None:
    """Keep a copy that is in a library for a waiting reader; return its way when it must travel.

    The reader is told of a copy on the shelf only, never of one under way (library systems sheet 4.1).
    """
    is_there = place.pk == hold.pickup_library_id
    deed = "set_aside" if is_there else "send"
    move(hold, deed)
    leave_queue(hold)
    end_request(hold, PickOutcome.FOUND)
    hold.item, hold.stuck_at, hold.told_at, hold.not_before = item, None, None, None
    if is_there:
        put_on_the_shelf(hold)
    hold.save()
    history.record(hold, deed, by=by.user if by else None, changes={"barcode": item.barcode}, reason=reason)
    if is_there:
        return None
    return send_off(item, start=place, to=hold.pickup_library, reason=TransitReason.HOLD, hold=hold, by=by)


def put_on_the_shelf(hold: Hold) -> None:
    """Begin the days for which a copy is kept, counted from its arrival (sheet 4.2.6), and let the reader know."""
    case = Case(
        hold.pickup_library,
        hold.patron.home_library,
        hold.patron.category,
        hold.item.item_type if hold.item else "",
    )
    days = queries.terms_for(case).terms.shelf_days
    hold.ready_at = clock.now()
    hold.kept_until = last_day_kept(hold.pickup_library, arrived_on=clock.today(), open_days=days)
    announce(HoldReady(hold_id=hold.pk))


def back_to_the_queue(hold: Hold, *, by: Staff | None, reason: str) -> None:
    """Undo the keeping of a copy: the reader is first of their class in the queue again."""
    move(hold, "put_back")
    queue = queries.queue_of(hold.record)
    position = 1 if hold.urgent else queue.filter(urgent=True).count() + 1
    queue.filter(position__gte=position).update(position=F("position") + 1)
    hold.position, hold.item = position, None
    hold.ready_at, hold.kept_until, hold.told_at = None, None, None
    hold.save()
    history.record(hold, "put_back", by=by.user if by else None, reason=reason)


def next_for(item: Item) -> Hold | None:
    """Return the first waiting reader whom a copy may serve, or None."""
    if item.condition != Condition.ON_SHELF or item.stays_in_the_library:
        return None
    waiting = (
        queries.awake(queries.queue_of(item.holding.record))
        .filter(Q(wanted_item=item) | Q(wanted_item__isnull=True))
        .select_for_update(of=("self",))
        .select_related("record", "patron__category", "patron__home_library", "pickup_library")
    )
    for hold in waiting:
        case = Case.of(hold.patron, item, hold.pickup_library)
        if queries.terms_for(case).terms.loans_most > 0:
            return hold
    return None
