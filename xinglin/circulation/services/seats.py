"""Seats: reserved for a time, taken by the code on the seat, given back, and released for who did not come."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, QuerySet
from django.utils.translation import gettext_lazy as _

from xinglin.circulation import errors, telling
from xinglin.circulation.lifecycle import SEAT_HELD, SEAT_MOVES, SeatState
from xinglin.circulation.models import ReadingRoom, Seat, SeatBooking
from xinglin.circulation.services.copies import actor, locked_patron
from xinglin.commons import clock, history
from xinglin.consortium import access
from xinglin.consortium.models import Library, Staff
from xinglin.consortium.queries import timetable_of
from xinglin.patrons.models import Patron

# Who did not come so often in so many days walks in without a reservation for a week.
MISSED_MOST, MISSED_WITHIN, BARRED_FOR = 3, timedelta(days=30), timedelta(days=7)
AHEAD = timedelta(days=3)
# Who reserved long before is reminded so long before it begins.
REMIND_BEFORE = timedelta(minutes=30)


@transaction.atomic
def open_room(
    *,
    library: Library,
    name: str,
    seats: Iterable[str],
    by: Staff | None,
    place: str = "",
    longest_hours: int = 4,
) -> ReadingRoom:
    """Open a reading room with seats of these numbers. Raises ``NotAllowed``."""
    access.require(by, "circulation.change_room", library.pk)
    room = ReadingRoom.objects.create(
        library=library, name=name.strip(), place=place.strip(), longest_hours=longest_hours
    )
    Seat.objects.bulk_create([Seat(room=room, number=number) for number in dict.fromkeys(seats) if number])
    history.record(room, "add", by=by.user if by else None, changes={"seats": room.seats.count()})
    return room


@transaction.atomic
def reserve_seat(*, seat: Seat, patron: Patron, starts_at: datetime, ends_at: datetime) -> SeatBooking:
    """Keep a seat for a reader for a time, while the library is open.

    Reader and seat are locked, so that of two phones one is first. Raises ``SeatUnknown``, ``SeatTimeUnfit``,
    ``SeatTaken``, ``HasASeat``, ``SeatsMissed``.
    """
    patron = locked_patron(patron.pk)
    seat = _locked_seat(seat.pk)
    _refuse_who_did_not_come(patron)
    now = clock.now()
    if starts_at < now - timedelta(minutes=1) or starts_at > now + AHEAD:
        raise errors.SeatTimeUnfit(_("只能预约从现在起 3 天内的时间。"))
    booking = _book(seat, patron, max(starts_at, now), ends_at)
    history.record(booking, "reserve", by=actor(None), changes={"seat": str(seat)})
    return booking


@transaction.atomic
def take_seat(*, code: str, patron: Patron) -> SeatBooking:
    """Sit down: the reader scanned the code on a seat. A reserved seat is taken, a free one for a walk-in.

    Raises ``SeatUnknown``, ``SeatTaken``, ``HasASeat``, ``SeatTimeUnfit``.
    """
    patron = locked_patron(patron.pk)
    found = Seat.objects.filter(code=code).first()
    seat = _locked_seat(found.pk if found else 0)
    now = clock.now()
    seated = SeatBooking.objects.filter(seat=seat, patron=patron, state=SeatState.SEATED).first()
    if seated is not None:
        return seated
    early = now + timedelta(minutes=seat.room.grace_minutes)
    booking = (
        SeatBooking.objects.select_for_update(of=("self",))
        .filter(seat=seat, patron=patron, state=SeatState.RESERVED, starts_at__lte=early, ends_at__gt=now)
        .first()
    )
    if booking is None:
        booking = _book(seat, patron, now, _walk_in_end(seat, now))
    elif booking.starts_at > now:
        _refuse_taken(seat, now, booking.starts_at, besides=booking)
    _move(booking, "take_seat")
    booking.seated_at = now
    booking.save(update_fields=["state", "seated_at"])
    history.record(booking, "take_seat", by=actor(None))
    return booking


@transaction.atomic
def leave_seat(*, booking: SeatBooking, by: Staff | None = None) -> SeatBooking:
    """Give a seat back before the time is over, or cancel a reservation. ``by`` is None for the reader.

    Raises ``SeatMoveNotPossible``, ``NotAllowed``.
    """
    access.require(by, "circulation.release_seat", booking.seat.room.library_id)
    current = SeatBooking.objects.select_for_update(of=("self",)).get(pk=booking.pk)
    deed = "leave_seat" if current.state == SeatState.SEATED else "cancel"
    _move(current, deed)
    current.ended_at = clock.now()
    current.save(update_fields=["state", "ended_at"])
    history.record(current, deed, by=actor(by))
    return current


def remind_of_seats() -> int:
    """Owe a word to those whose seat waits soon; return how many seats those are. Safe to run twice."""
    now = clock.now()
    soon = SeatBooking.objects.filter(
        state=SeatState.RESERVED,
        starts_at__gt=now,
        starts_at__lte=now + REMIND_BEFORE,
        made_at__lt=F("starts_at") - REMIND_BEFORE,
        patron__isnull=False,
    )
    bookings = list(soon.select_related("patron__home_library", "seat__room__library"))
    for booking in bookings:
        telling.seat_soon(booking)
    return len(bookings)


def release_seats() -> int:
    """Free the seats of who did not come in time, and of who sat to the end; return how many. Safe to run twice."""
    now = clock.now()
    held = SeatBooking.objects.filter(state__in=SEAT_HELD, starts_at__lt=now).select_related("seat__room")
    over = [
        booking.pk
        for booking in held
        if booking.ends_at <= now
        or (
            booking.state == SeatState.RESERVED
            and booking.starts_at + timedelta(minutes=booking.seat.room.grace_minutes) <= now
        )
    ]
    return sum(_release(pk) for pk in over)


@transaction.atomic
def _release(pk: int) -> bool:
    booking = (
        SeatBooking.objects.select_for_update(of=("self",))
        .select_related("patron__home_library", "seat__room__library")
        .get(pk=pk)
    )
    if booking.state not in SEAT_HELD:
        return False
    _move(booking, "release")
    booking.ended_at = min(clock.now(), booking.ends_at)
    booking.save(update_fields=["state", "ended_at"])
    history.record(booking, "release", by=str(_("系统")))
    if booking.state == SeatState.MISSED and booking.patron is not None:
        telling.seat_released(
            booking, missed=_missed_by(booking.patron).count(), most=MISSED_MOST, days=BARRED_FOR.days
        )
    return True


def _book(seat: Seat, patron: Patron, starts_at: datetime, ends_at: datetime) -> SeatBooking:
    if ends_at <= starts_at or ends_at - starts_at > timedelta(hours=seat.room.longest_hours):
        raise errors.SeatTimeUnfit(
            _("一次最多坐 %(hours)d 小时，结束要晚于开始。"), hours=seat.room.longest_hours
        )
    timetable = timetable_of(seat.room.library, since=clock.local(starts_at).date())
    closes = timetable.closes_at(starts_at)
    if timetable.is_known and (closes is None or ends_at > closes):
        raise errors.SeatTimeUnfit(
            _("这段时间%(library)s不开馆，请换个时间。"), library=seat.room.library.label
        )
    _refuse_taken(seat, starts_at, ends_at)
    own = _overlapping(SeatBooking.objects.filter(patron=patron), starts_at, ends_at).first()
    if own is not None:
        raise errors.HasASeat(
            _("您这段时间已有座位 %(seat)s（%(start)s 起），请先离座或取消。"),
            seat=str(own.seat),
            start=f"{clock.local(own.starts_at):%H:%M}",
        )
    return SeatBooking.objects.create(
        seat=seat, patron=patron, starts_at=starts_at, ends_at=ends_at, made_at=clock.now()
    )


def _refuse_taken(
    seat: Seat, starts_at: datetime, ends_at: datetime, besides: SeatBooking | None = None
) -> None:
    taken = _overlapping(SeatBooking.objects.filter(seat=seat), starts_at, ends_at)
    if besides is not None:
        taken = taken.exclude(pk=besides.pk)
    if taken.exists():
        raise errors.SeatTaken(_("座位 %(seat)s 这段时间有人，请换一个。"), seat=seat.number)


def _overlapping(
    bookings: "QuerySet[SeatBooking]", starts_at: datetime, ends_at: datetime
) -> "QuerySet[SeatBooking]":
    return bookings.filter(state__in=SEAT_HELD, starts_at__lt=ends_at, ends_at__gt=starts_at)


def _walk_in_end(seat: Seat, now: datetime) -> datetime:
    """Return until when a walk-in may sit: one sitting, the next reservation, or closing time."""
    ends = [now + timedelta(hours=seat.room.longest_hours)]
    following = (
        seat.bookings.filter(state=SeatState.RESERVED, starts_at__gt=now).order_by("starts_at").first()
    )
    if following is not None:
        ends.append(following.starts_at)
    closes = timetable_of(seat.room.library, since=clock.local(now).date()).closes_at(now)
    if closes is not None:
        ends.append(closes)
    return min(ends)


def _refuse_who_did_not_come(patron: Patron) -> None:
    missed = _missed_by(patron)
    latest = missed.first()
    if latest is None or missed.count() < MISSED_MOST:
        return
    until = latest.starts_at + BARRED_FOR
    if until > clock.now():
        raise errors.SeatsMissed(
            _("30 天内已有 %(count)d 次预约没有签到，%(day)s 前不能预约；到馆扫空座位的码仍可入座。"),
            count=missed.count(),
            day=f"{clock.local(until):%Y-%m-%d}",
        )


def _missed_by(patron: Patron) -> "QuerySet[SeatBooking]":
    return SeatBooking.objects.filter(
        patron=patron, state=SeatState.MISSED, starts_at__gt=clock.now() - MISSED_WITHIN
    ).order_by("-starts_at")


def _locked_seat(pk: int) -> Seat:
    seat = (
        Seat.objects.select_for_update(of=("self",), no_key=True)
        .select_related("room__library")
        .filter(pk=pk, active=True, room__active=True)
        .first()
    )
    if seat is None:
        raise errors.SeatUnknown(_("没有这个座位，或已停用；请换一个。"))
    return seat


def _move(booking: SeatBooking, deed: str) -> None:
    move = SEAT_MOVES.get((SeatState(booking.state), deed))
    if move is None:
        raise errors.SeatMoveNotPossible(
            _("这个座位预约现在是“%(state)s”，不能这样操作。"), state=booking.get_state_display()
        )
    booking.state = move[0]
