"""What is free to sit on, for the phone and the chat."""

from dataclasses import dataclass

from xinglin.circulation.lifecycle import SEAT_HELD
from xinglin.circulation.models import ReadingRoom, SeatBooking
from xinglin.commons import clock
from xinglin.patrons.models import Patron


@dataclass(frozen=True)
class RoomShown:
    """A reading room and how many of its seats are free now."""

    room: ReadingRoom
    seats: int
    free: int


def rooms_shown() -> list[RoomShown]:
    """Return the rooms that are open to readers, with what is free now."""
    now = clock.now()
    taken = SeatBooking.objects.filter(state__in=SEAT_HELD, starts_at__lte=now, ends_at__gt=now)
    busy: dict[int, int] = {}
    for room in taken.values_list("seat__room", flat=True):
        busy[room] = busy.get(room, 0) + 1
    rooms = ReadingRoom.objects.filter(active=True, library__active=True).select_related("library")
    counts = {room.pk: room.seats.filter(active=True).count() for room in rooms}
    return [RoomShown(room, counts[room.pk], counts[room.pk] - busy.get(room.pk, 0)) for room in rooms]


def sitting_of(patron: Patron) -> SeatBooking | None:
    """Return where a reader sits, or will sit next."""
    held = SeatBooking.objects.filter(patron=patron, state__in=SEAT_HELD, ends_at__gt=clock.now())
    return held.select_related("seat__room__library").order_by("starts_at").first()
