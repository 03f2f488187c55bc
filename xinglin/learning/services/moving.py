"""One step of a lecture or a registration, under the lecture's lock: what the deeds of this room share.

Whoever counts seats holds the lecture's row first, so that of two phones after the last seat one is first.
"""

from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from xinglin.commons import clock, history
from xinglin.consortium import access
from xinglin.consortium.models import Staff
from xinglin.learning import queries, telling
from xinglin.learning.errors import (
    LectureFull,
    LectureMoveNotPossible,
    LectureUnknown,
    RegistrationMoveNotPossible,
)
from xinglin.learning.lifecycle import LECTURE_MOVES, REGISTRATION_MOVES, LectureState, RegistrationState
from xinglin.learning.models import Lecture, Registration


def actor(by: Staff | None) -> history.Actor:
    """Return under whose name the history keeps a deed; the reader's own deeds stand under no name."""
    return by.user if by is not None else None


def locked(pk: int) -> Lecture:
    """Return the lecture as it stands now, locked until the transaction ends. Raises ``LectureUnknown``."""
    lecture = (
        Lecture.objects.select_for_update(of=("self",), no_key=True)
        .select_related("library")
        .filter(pk=pk)
        .first()
    )
    if lecture is None:
        raise LectureUnknown(_("没有找到这场讲座：它可能已取消，或者还没有发布。"))
    return lecture


def for_staff(pk: int, permission: str, by: Staff | None) -> Lecture:
    """Return the lecture locked, for someone who has a permission in its library. Raises ``NotAllowed``."""
    lecture = locked(pk)
    access.require(by, permission, lecture.library_id)
    return lecture


def locked_registration(registration: Registration) -> Registration:
    """Return a registration as it stands now, behind its lecture's lock."""
    lecture = locked(registration.lecture_id)
    kept = Registration.objects.select_related("patron__home_library").get(pk=registration.pk)
    kept.lecture = lecture
    return kept


def move_lecture(lecture: Lecture, deed: str) -> None:
    """Take a locked lecture one step on; the caller saves. Raises ``LectureMoveNotPossible``."""
    step = LECTURE_MOVES.get((LectureState(lecture.state), deed))
    if step is None:
        raise LectureMoveNotPossible(
            _("《%(title)s》现在是“%(state)s”，不能这样操作；请刷新后再看。"),
            title=lecture.title,
            state=lecture.get_state_display(),
        )
    lecture.state = step[0]
    lecture.version += 1


def move(registration: Registration, deed: str) -> None:
    """Take a registration one step on; the caller saves. Raises ``RegistrationMoveNotPossible``."""
    step = REGISTRATION_MOVES.get((RegistrationState(registration.state), deed))
    if step is None:
        raise RegistrationMoveNotPossible(
            _("%(name)s的报名现在是“%(state)s”，不能这样操作；请刷新后再看。"),
            name=registration.name,
            state=registration.get_state_display(),
        )
    registration.state = step[0]


def has_free_seat(lecture: Lecture) -> bool:
    """Whether a locked lecture has a seat for one more."""
    return lecture.seats == 0 or queries.taken(lecture) < lecture.seats


def full(lecture: Lecture) -> LectureFull:
    """Return the refusal of a lecture without a free seat."""
    return LectureFull(
        _("《%(title)s》的 %(seats)d 个名额都有人了；现场还坐得下的，请馆员先改名额。"),
        title=lecture.title,
        seats=lecture.seats,
    )


def next_turn(lecture: Lecture) -> int:
    """Return the last turn of a locked lecture's queue."""
    return (lecture.registrations.aggregate(last=Max("turn"))["last"] or 0) + 1


def give_free_seats(lecture: Lecture) -> int:
    """Give the free seats of a locked lecture to those who wait, in their order, and tell them; return how many.

    Once it has begun nobody is called any more: whoever is there is taken in at the door.
    """
    if lecture.state != LectureState.ANNOUNCED or clock.now() >= lecture.begins_at:
        return 0
    waiting = queries.queue_of(lecture).select_related("patron__home_library")
    free = lecture.seats - queries.taken(lecture) if lecture.seats else waiting.count()
    given = 0
    for registration in waiting[: max(free, 0)]:
        registration.lecture = lecture
        move(registration, "give_seat")
        registration.seated_at, registration.turn = clock.now(), None
        registration.save(update_fields=["state", "seated_at", "turn"])
        history.record(registration, "give_seat", by=str(_("系统")))
        telling.a_seat_came_free(registration)
        given += 1
    return given
