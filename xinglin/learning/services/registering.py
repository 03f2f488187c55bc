"""Registering for a lecture, waiting for a seat, and giving it back."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from xinglin.audience.models import Did
from xinglin.audience.services import tracking
from xinglin.commons import clock, history
from xinglin.consortium import access
from xinglin.consortium.models import Staff
from xinglin.learning import queries, telling
from xinglin.learning.errors import (
    LectureUnfit,
    LectureUnknown,
    MayNotRegister,
    RegisteredAlready,
    RegistrationNotOpen,
)
from xinglin.learning.lifecycle import LectureState, RegistrationState
from xinglin.learning.models import Lecture, Registration, Via
from xinglin.learning.services import moving
from xinglin.patrons.models import Patron


@transaction.atomic
def register(
    *, lecture: Lecture, patron: Patron, via: Via, by: Staff | None = None, at: datetime | None = None
) -> Registration:
    """Register a reader: with a seat while there is one, or else at the end of the queue.

    The lecture is locked, so no seat is given twice. ``by`` is None for the reader; a librarian registers before
    registration opens and after it closed too, until the lecture is over. ``at`` is when it was done, for what is
    entered later; that is confirmed to nobody. It is put down to the push that the reader opened, once for a reader
    and a lecture.

    Raises ``LectureUnknown``, ``MayNotRegister``, ``RegistrationNotOpen``, ``RegisteredAlready``, ``LectureFull`` once
    it has begun, ``NotAllowed``.
    """
    moment = at or clock.now()
    kept = moving.locked(lecture.pk)
    access.require(by, queries.REGISTER, kept.library_id)
    if not patron.is_in_good_standing:
        raise MayNotRegister(_("读者证已过期、停用或注销，不能报名；请到服务台办理后再报。"))
    _refuse_unless_open(kept, moment, by)
    known = queries.registration_of(patron, kept)
    registration = _take_up(known or _nothing_yet(kept, patron=patron), kept, via, moment, by)
    if at is None:
        telling.registered(registration)
    if known is None:
        tracking.acted(patron=patron, kind=Did.REGISTERED)
    return registration


@transaction.atomic
def register_guest(*, lecture: Lecture, name: str, phone: str, by: Staff | None) -> Registration:
    """Register somebody without a card, who telephoned or stands at the desk; they are told by telephone.

    Raises ``LectureUnfit`` without name or phone, ``RegistrationNotOpen``, ``RegisteredAlready``, ``LectureFull``,
    ``NotAllowed``.
    """
    name, phone = name.strip(), "".join(phone.split())
    kept = moving.for_staff(lecture.pk, queries.REGISTER, by)
    if not name or not phone:
        raise LectureUnfit(_("没有读者证的来宾要登记姓名和电话，讲座取消或改期时好告诉他。"))
    _refuse_unless_open(kept, clock.now(), by)
    known = Registration.objects.filter(lecture=kept, guest_phone=phone).first()
    registration = known or _nothing_yet(kept, guest_phone=phone)
    registration.guest_name = name
    return _take_up(registration, kept, Via.DESK, clock.now(), by)


@transaction.atomic
def cancel(*, registration: Registration, by: Staff | None = None) -> Registration:
    """Give a seat, or a place in the queue, back; the first who waits gets the seat and is told.

    ``by`` is None for the reader. Raises ``RegistrationMoveNotPossible``, ``RegistrationNotOpen`` once the lecture
    has begun, ``NotAllowed``.
    """
    kept = moving.locked_registration(registration)
    access.require(by, queries.REGISTER, kept.lecture.library_id)
    if clock.now() >= kept.lecture.begins_at:
        raise RegistrationNotOpen(
            _("《%(title)s》已经开始，不能再取消报名；没有到场的不用取消。"), title=kept.lecture.title
        )
    give_back(kept, by=by)
    return kept


def give_back(kept: Registration, *, by: Staff | None, reason: str = "") -> None:
    """Cancel a registration whose lecture is locked, and give its seat to the first who waits."""
    moving.move(kept, "cancel")
    kept.turn, kept.cancelled_at = None, clock.now()
    kept.save(update_fields=["state", "turn", "cancelled_at"])
    telling.take_back(kept)
    history.record(kept, "cancel", by=moving.actor(by), reason=reason)
    moving.give_free_seats(kept.lecture)


def _nothing_yet(lecture: Lecture, **who: Any) -> Registration:
    """Return the registration of somebody new, where a cancelled one stands too: one table of moves for both."""
    return Registration(lecture=lecture, state=RegistrationState.CANCELLED, **who)


def _take_up(
    registration: Registration, lecture: Lecture, via: Via, moment: datetime, by: Staff | None
) -> Registration:
    """Give a seat, or the last turn in the queue; a registration that was cancelled begins again at the end."""
    if registration.state != RegistrationState.CANCELLED:
        raise RegisteredAlready(
            _("%(name)s已报名《%(title)s》，现在是“%(state)s”，不用再报。"),
            name=registration.name,
            title=lecture.title,
            state=registration.get_state_display(),
        )
    deed = "sign_up" if moving.has_free_seat(lecture) else "queue"
    if deed == "queue" and moment >= lecture.begins_at:
        raise moving.full(lecture)
    moving.move(registration, deed)
    has_seat = deed == "sign_up"
    registration.lecture, registration.via, registration.registered_at = lecture, via, moment
    registration.seated_at = moment if has_seat else None
    registration.turn = None if has_seat else moving.next_turn(lecture)
    registration.cancelled_at = registration.reminded_at = None
    registration.save()
    history.record(registration, deed, by=moving.actor(by))
    return registration


def _refuse_unless_open(lecture: Lecture, moment: datetime, by: Staff | None) -> None:
    if lecture.state == LectureState.DRAFT and by is None:
        raise LectureUnknown(_("没有找到这场讲座：它可能已取消，或者还没有发布。"))
    if lecture.state != LectureState.ANNOUNCED:
        raise RegistrationNotOpen(
            _("《%(title)s》现在是“%(state)s”，不能报名；请看看别的讲座。"),
            title=lecture.title,
            state=lecture.get_state_display(),
        )
    last = lecture.closes_at if by is None else lecture.ends_at
    if moment >= last:
        raise RegistrationNotOpen(
            _("《%(title)s》的报名已于 %(moment)s 截止；还有空位时到场可以直接扫码签到。"),
            title=lecture.title,
            moment=f"{clock.local(last):%Y-%m-%d %H:%M}",
        )
    if by is None and lecture.registration_opens_at and moment < lecture.registration_opens_at:
        raise RegistrationNotOpen(
            _("《%(title)s》从 %(moment)s 开始报名，请到时再来。"),
            title=lecture.title,
            moment=f"{clock.local(lecture.registration_opens_at):%Y-%m-%d %H:%M}",
        )
