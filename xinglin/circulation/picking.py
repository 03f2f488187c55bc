"""Which copy is asked for, for which reader: pure choosing, and the pick list that comes of it.

Readers are served in the order of the queue, never by distance, which would starve remote branches (library
systems sheet 4.2.5). Of several copies that would do, one at the pickup library is taken; then one of the
nearest; then one of the library that was asked for the least today. What is equal in all is taken in turn:
Koha's bug 40620 asked the lowest number for everything.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet

from xinglin.catalog.models import Item
from xinglin.catalog.models.holdings import STAYS_IN_THE_LIBRARY
from xinglin.circulation import queries
from xinglin.circulation.due import is_open_on
from xinglin.circulation.lifecycle import HoldState
from xinglin.circulation.models import Hold, PickOutcome, PickRequest
from xinglin.commons import clock
from xinglin.consortium.models import Library
from xinglin.consortium.queries import metres_between, timetables_of

# Libraries of one town are equally near: the courier passes all of them on one round.
NEAR = 5_000
UNKNOWN_DISTANCE = 1_000_000.0


@dataclass(frozen=True)
class Wish:
    """What one hold may be filled with: where it is fetched, which copy, and which were asked for in vain."""

    hold: int
    pickup: int
    wanted: int | None = None
    asked: int | None = None
    tried: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Copy:
    """One free copy and the library on whose shelf it stands."""

    item: int
    library: int


def chosen(
    wish: Wish,
    copies: Sequence[Copy],
    *,
    metres: Mapping[tuple[int, int], float],
    closed: Collection[int] = (),
    asked_today: Mapping[int, int] | None = None,
) -> Copy | None:
    """Return the copy to ask for, or None when there is none that was not asked for already.

    A copy that was asked for stays asked for; a library that is closed today is asked only for what
    nobody else can give.
    """
    fitting = [copy for copy in copies if wish.wanted in (None, copy.item) and copy.item not in wish.tried]
    if wish.asked is not None:
        pinned = next((copy for copy in fitting if copy.item == wish.asked), None)
        if pinned is not None:
            return pinned
    fitting = [copy for copy in fitting if copy.library not in closed] or fitting
    if not fitting:
        return None
    load = asked_today or {}

    def cost(copy: Copy) -> tuple[bool, int, int]:
        far = metres.get((copy.library, wish.pickup), UNKNOWN_DISTANCE)
        return copy.library != wish.pickup, int(far // NEAR), load.get(copy.library, 0)

    least = min(cost(copy) for copy in fitting)
    equal = sorted((copy for copy in fitting if cost(copy) == least), key=lambda copy: copy.item)
    return equal[wish.hold % len(equal)]


@dataclass(frozen=True)
class Pick:
    """One line of a library's pick list: fetch this copy, for that reader."""

    hold: Hold
    item: Item


def picks_of(holds: Iterable[Hold]) -> list[Pick]:
    """Return which free copy is asked for, for each of these waiting holds, in their order."""
    waiting = list(holds)
    copies = _free_by_record({hold.record_id for hold in waiting})
    items = {item.pk: item for found in copies.values() for item in found}
    asked, tried = _requests_of(waiting)
    libraries = {item.library_id for item in items.values()} | {hold.pickup_library_id for hold in waiting}
    metres, closed, load = _distances(libraries), _closed_today(libraries), _asked_today()
    # A copy that one hold has asked for is not for another.
    pinned = {item: hold for hold, item in asked.items()}
    taken: set[int] = set()
    found: list[Pick] = []
    for hold in waiting:
        free = [
            Copy(item.pk, item.library_id)
            for item in copies.get(hold.record_id, [])
            if item.pk not in taken and pinned.get(item.pk, hold.pk) == hold.pk
        ]
        wish = Wish(
            hold.pk,
            hold.pickup_library_id,
            hold.wanted_item_id,
            asked.get(hold.pk),
            frozenset(tried.get((hold.pk, hold.rounds), ())),
        )
        copy = chosen(wish, free, metres=metres, closed=closed, asked_today=load)
        if copy is not None:
            taken.add(copy.item)
            found.append(Pick(hold, items[copy.item]))
    return found


def waiting_holds(records: object) -> QuerySet[Hold]:
    """Return the waiting holds of some titles that may be served today, title by title in their order."""
    return (
        queries.awake(Hold.objects.filter(Q(record__in=records), state=HoldState.WAITING))
        .select_related("record", "patron", "pickup_library")
        .order_by("record", "position")
    )


def pick_list(library: Library) -> list[Pick]:
    """Return what a library's staff should fetch from the shelves now, one copy for each waiting reader."""
    records = Item.objects.filter(library=library, available=True).values("holding__record")
    return [pick for pick in picks_of(waiting_holds(records)) if pick.item.library_id == library.pk]


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


def _requests_of(holds: Iterable[Hold]) -> tuple[dict[int, int], dict[tuple[int, int], set[int]]]:
    """Return what is asked for at present by hold, and by hold and round what was asked for in vain."""
    rows = PickRequest.objects.filter(hold__in=[hold.pk for hold in holds])
    asked: dict[int, int] = {}
    tried: dict[tuple[int, int], set[int]] = {}
    for hold, item, turn, ended, outcome in rows.values_list("hold", "item", "round", "ended_at", "outcome"):
        if ended is None:
            asked[hold] = item
        elif outcome in (PickOutcome.PASSED, PickOutcome.MISSING):
            tried.setdefault((hold, turn), set()).add(item)
    return asked, tried


def _distances(libraries: set[int]) -> dict[tuple[int, int], float]:
    places = [
        (pk, float(latitude), float(longitude))
        for pk, latitude, longitude in Library.objects.filter(
            pk__in=libraries, latitude__isnull=False
        ).values_list("pk", "latitude", "longitude")
        if latitude is not None and longitude is not None
    ]
    return {
        (one, other): metres_between(latitude, longitude, to_latitude, to_longitude)
        for one, latitude, longitude in places
        for other, to_latitude, to_longitude in places
    }


def _closed_today(libraries: set[int]) -> set[int]:
    today = clock.today()
    return {
        pk
        for pk, timetable in timetables_of(libraries, since=today).items()
        if not is_open_on(timetable, today)
    }


def _asked_today() -> dict[int, int]:
    begin = clock.local(clock.now()).replace(hour=0, minute=0, second=0, microsecond=0)
    rows = PickRequest.objects.filter(asked_at__gte=begin)
    return dict(rows.order_by().values_list("library").annotate(Count("pk")))
