"""What is read of holds by more than one caller."""

from dataclasses import dataclass

from django.db.models import Q, QuerySet

from xinglin.catalog.lifecycle import Condition
from xinglin.catalog.models import Item, Record
from xinglin.catalog.models.holdings import STAYS_IN_THE_LIBRARY
from xinglin.circulation.lifecycle import OPEN, HoldState
from xinglin.circulation.models import Hold
from xinglin.consortium import access
from xinglin.consortium.models import Library, Staff
from xinglin.patrons.models import Patron

# A copy in one of these conditions will not come back to the shelf by itself.
GONE = (Condition.LOST, Condition.MISSING, Condition.WITHDRAWN, Condition.CLAIMED_RETURNED)


def holds_visible_to(staff: Staff) -> QuerySet[Hold]:
    """Return the holds that are fetched in a library of this librarian, or are of its own readers."""
    libraries = access.libraries_of(staff, "circulation.view_hold")
    return Hold.objects.filter(
        Q(pickup_library__in=libraries) | Q(patron__home_library__in=libraries)
    ).select_related("record", "patron", "patron__home_library", "pickup_library", "item", "item__library")


def open_holds_of(patron: Patron) -> QuerySet[Hold]:
    """Return a reader's own open holds, those that can be fetched first."""
    return (
        Hold.objects.filter(patron=patron, state__in=OPEN)
        .select_related("record", "pickup_library", "item")
        .order_by("kept_until", "-placed_at")
    )


def queue_of(record: Record) -> QuerySet[Hold]:
    """Return the waiting holds of a title in their order."""
    return (
        Hold.objects.filter(record=record, state=HoldState.WAITING)
        .select_related("patron")
        .order_by("position")
    )


def lendable_items(record: Record) -> QuerySet[Item]:
    """Return the copies of a title that are lent at all, now or later."""
    return (
        Item.objects.filter(holding__record=record)
        .exclude(condition__in=GONE)
        .exclude(item_type__in=STAYS_IN_THE_LIBRARY)
    )


def free_items(record: Record) -> QuerySet[Item]:
    """Return the copies that stand on a shelf now and may be lent."""
    return lendable_items(record).filter(available=True).select_related("library", "holding")


@dataclass(frozen=True)
class Pick:
    """One line of a library's pick list: fetch this copy, for that reader."""

    hold: Hold
    item: Item


def pick_list(library: Library) -> list[Pick]:
    """Return what a library's staff should fetch from the shelves now, one copy for each waiting reader.

    In each title the readers are served in turn; a copy at the pickup library is taken before another
    (library systems sheet 4.2.4 a).
    """
    records = Item.objects.filter(library=library, available=True).values("holding__record")
    waiting = (
        Hold.objects.filter(state=HoldState.WAITING, record__in=records)
        .select_related("record", "patron", "pickup_library")
        .order_by("record", "position")
    )
    free = _free_by_record({hold.record_id for hold in waiting})
    picks = [(hold, _take(free.get(hold.record_id, []), hold)) for hold in waiting]
    return [Pick(hold, item) for hold, item in picks if item is not None and item.library_id == library.pk]


def _free_by_record(records: set[int]) -> dict[int, list[Item]]:
    items = (
        Item.objects.filter(holding__record__in=records, available=True)
        .exclude(item_type__in=STAYS_IN_THE_LIBRARY)
        .select_related("holding", "library")
        .order_by("pk")
    )
    free: dict[int, list[Item]] = {}
    for item in items:
        free.setdefault(item.holding.record_id, []).append(item)
    return free


def _take(free: list[Item], hold: Hold) -> Item | None:
    fitting = [item for item in free if hold.wanted_item_id in (None, item.pk)]
    if not fitting:
        return None
    taken = min(fitting, key=lambda item: item.library_id != hold.pickup_library_id)
    free.remove(taken)
    return taken
