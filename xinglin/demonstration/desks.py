"""More of the desks at work: rooms with readers in them, carts with books, an urgent hold, a book to be brought."""

from datetime import time, timedelta
from typing import Any

from django.db.models import QuerySet

from xinglin.catalog.models import Item, ItemType
from xinglin.circulation import services as circulation
from xinglin.circulation.lifecycle import OPEN, HoldState
from xinglin.circulation.models import CartRoute, Hold
from xinglin.circulation.picking import picks_of, waiting_holds
from xinglin.commons import clock
from xinglin.commons.errors import Refusal
from xinglin.consortium.models import Library
from xinglin.demonstration import files
from xinglin.patrons.models import Patron


def open_rooms_and_send_carts(libraries: dict[str, Library], readers: dict[str, Patron]) -> tuple[int, int]:
    """Open the rooms and carts of the story, with readers and books in them; return how many of each."""
    story = files.entries("rooms_and_carts")
    sitting = iter([reader for reader in readers.values() if reader.is_in_good_standing])
    for entry in story["rooms"]:
        room = circulation.open_room(
            library=libraries[entry["library"]],
            name=entry["name"],
            place=entry["place"],
            longest_hours=entry["longest_hours"],
            seats=[str(number) for number in range(1, entry["seats"] + 1)],
            by=None,
        )
        for seat in room.seats.all()[: entry["taken"]]:
            try:
                circulation.take_seat(code=seat.code, patron=next(sitting))
            except Refusal:
                break  # the library of the story is closed at this hour, and its room is empty
    for entry in story["routes"]:
        library = libraries[entry["library"]]
        route = circulation.plan_route(
            library=library,
            name=entry["name"],
            weekday=entry["weekday"],
            starts=time.fromisoformat(entry["starts"]),
            stops=[(place, time.fromisoformat(at)) for place, at in entry["stops"]],
            by=None,
        )
        _load(route, library, entry["loaded"])
    return len(story["rooms"]), len(story["routes"])


def hurry_one_and_bring_one(libraries: dict[str, Library]) -> None:
    """Let the last of the longest queue be urgent, and one copy that waits be asked for at the ward."""
    story = files.entries("rooms_and_carts")
    last = Hold.objects.filter(state=HoldState.WAITING, position__gt=1).order_by("-position", "pk").first()
    if last is not None:
        circulation.make_urgent(hold=last, reason=story["urgent"]["reason"], by=None)
    library = libraries[story["brought"]["library"]]
    records = Hold.objects.filter(state=HoldState.WAITING, pickup_library=library).values("record")
    at_home = (
        pick
        for pick in picks_of(waiting_holds(records))
        if pick.item.library_id == library.pk and pick.hold.pickup_library_id == library.pk
    )
    pick = next(at_home, None)
    if pick is not None:
        hold = circulation.set_aside(hold=pick.hold, item=pick.item, by=None)
        brought = story["brought"]
        circulation.ask_to_bring(hold=hold, where="ward", address=brought["address"], wish=brought["wish"])
    circulation.ask_for_copies()


def make_returning_easy(libraries: dict[str, Library], readers: dict[str, Patron]) -> int:
    """Lay down days without charges, take fees at other desks, let copies float; return how many copies floated."""
    story = files.entries("returning")
    for entry in story["paid_elsewhere"]:
        _pay_elsewhere(readers[entry["card_number"]], libraries, entry)
    for entry in story["amnesties"]:
        begins = clock.today() + timedelta(days=entry["begins_in_days"])
        circulation.lay_down_amnesty(
            library=libraries.get(entry["library"]),
            begins=begins,
            ends=begins + timedelta(days=entry["days"] - 1),
            reason=entry["reason"],
            by=None,
        )
    floated = 0
    for entry in story["floating"]:
        owner, there = libraries.get(entry["owner"]), libraries[entry["stays_in"]]
        circulation.let_float(owner=owner, stays_in=there, item_type=entry["item_type"], by=None)
        for item in _unwanted(owner, entry["item_type"]).order_by("pk")[: entry["floated"]]:
            circulation.check_in(item=item, library=there, by=None)
            floated += 1
    return floated


def _pay_elsewhere(reader: Patron, libraries: dict[str, Library], entry: dict[str, Any]) -> None:
    lent_in, there = libraries[entry["lent_in"]], libraries[entry["paid_in"]]
    item = _unwanted(lent_in, ItemType.BOOK).order_by("-pk")[0]
    lent_at = clock.now() - timedelta(days=entry["days_ago"])
    circulation.lend(patron=reader, item=item, library=lent_in, by=None, at=lent_at)
    fee = circulation.check_in(item=item, library=there, by=None).charge.fee
    if fee is not None:
        circulation.pay(fee=fee, amount_fen=fee.amount_fen, by=None, taken_in=there)


def _unwanted(library: Library | None, item_type: str) -> QuerySet[Item]:
    """Return the free copies of a kind for whose titles nobody waits."""
    wanted = Hold.objects.filter(state__in=OPEN).values("record")
    free = Item.objects.filter(library=library, available=True, item_type=item_type)
    return free.exclude(holding__record__in=wanted).select_related("holding", "library")


def _load(route: CartRoute, library: Library, count: int) -> None:
    today = clock.today()
    day = today + timedelta(days=(route.weekday - today.weekday()) % 7)
    for item in _unwanted(library, ItemType.BOOK).order_by("-pk")[:count]:
        circulation.load_cart(route=route, day=day, item=item, by=None)
