"""Who came: by the code at the door, by the live link, by a librarian's hand; and what they said of it."""

import secrets
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from xinglin.commons import clock, history
from xinglin.consortium.models import Staff
from xinglin.learning import queries
from xinglin.learning.errors import FeedbackUnfit, LectureUnfit, NotTheTimeToAttend
from xinglin.learning.lifecycle import SEATED, LectureState, RegistrationState
from xinglin.learning.models import CameBy, Lecture, Registration, Via
from xinglin.learning.services import moving
from xinglin.patrons.models import Patron

LONGEST_WORDS = 1000


@transaction.atomic
def attend(*, code: str, patron: Patron, at: datetime | None = None) -> Registration:
    """Take a reader's attendance: they scanned the code at the door. Who was not registered takes a free seat.

    ``at`` is when it was done, for what is entered later.
    Raises ``LectureUnknown``, ``NotTheTimeToAttend``, ``LectureFull``.
    """
    lecture = moving.locked(queries.lecture_by_code(code).pk)
    return _attend_oneself(lecture, patron, CameBy.SCAN, at or clock.now())


@transaction.atomic
def attend_live(*, lecture: Lecture, patron: Patron) -> Registration:
    """Take the attendance of a registered reader who opens the live link while it runs.

    Raises ``LectureUnfit`` where there is none, ``NotTheTimeToAttend``, ``LectureFull``.
    """
    kept = moving.locked(lecture.pk)
    if not kept.live_link:
        raise LectureUnfit(_("《%(title)s》没有直播，请到现场参加。"), title=kept.title)
    return _attend_oneself(kept, patron, CameBy.LIVE, clock.now())


@transaction.atomic
def attend_by_hand(*, registration: Registration, by: Staff | None) -> Registration:
    """Take somebody's attendance at the door, or from the list on paper when it is over; who waits needs a free seat.

    Raises ``NotTheTimeToAttend``, ``LectureFull``, ``RegistrationMoveNotPossible``, ``NotAllowed``.
    """
    lecture = moving.for_staff(registration.lecture_id, queries.REGISTER, by)
    now = clock.now()
    if lecture.state not in (LectureState.ANNOUNCED, LectureState.HELD) or now < lecture.doors_open_at:
        raise _not_now(lecture)
    kept = moving.locked_registration(registration)
    return _attended(kept, CameBy.DESK, min(now, lecture.ends_at), by)


@transaction.atomic
def undo_attend(*, registration: Registration, by: Staff | None) -> Registration:
    """Take back an attendance that was taken by mistake; the seat stays the person's, the certificate goes.

    Raises ``RegistrationMoveNotPossible``, ``LectureMoveNotPossible`` when it is closed, ``NotAllowed``.
    """
    lecture = moving.for_staff(registration.lecture_id, queries.REGISTER, by)
    if lecture.state not in (LectureState.ANNOUNCED, LectureState.HELD):
        raise NotTheTimeToAttend(_("《%(title)s》已归档，签到不能再改。"), title=lecture.title)
    kept = moving.locked_registration(registration)
    moving.move(kept, "undo_attend")
    kept.attended_at, kept.came_by, kept.certificate = None, "", None
    kept.score, kept.words, kept.rated_at = None, "", None
    kept.save()
    history.record(kept, "undo_attend", by=moving.actor(by))
    return kept


@transaction.atomic
def rate(
    *, registration: Registration, score: int, words: str = "", at: datetime | None = None
) -> Registration:
    """Keep what somebody who came says of the lecture; said again, it replaces what was said before.

    ``score`` is one to five. Raises ``FeedbackUnfit``.
    """
    moment = at or clock.now()
    kept = moving.locked_registration(registration)
    lecture = kept.lecture
    if kept.state != RegistrationState.ATTENDED:
        raise FeedbackUnfit(_("签到参加的读者才能评价；参加了没签到的，请联系主办的图书馆补签。"))
    if moment < lecture.begins_at or lecture.state not in (LectureState.ANNOUNCED, LectureState.HELD):
        raise FeedbackUnfit(
            _("讲座开始后、归档前可以评价；现在是“%(state)s”。"), state=lecture.get_state_display()
        )
    if not 1 <= score <= 5 or len(words) > LONGEST_WORDS:
        raise FeedbackUnfit(_("请选 1 到 5 分，意见不超过 %(most)d 字。"), most=LONGEST_WORDS)
    kept.score, kept.words, kept.rated_at = score, words.strip(), moment
    kept.save(update_fields=["score", "words", "rated_at"])
    return kept


def _attend_oneself(lecture: Lecture, patron: Patron, came_by: CameBy, moment: datetime) -> Registration:
    if not lecture.has_open_doors_at(moment):
        raise _not_now(lecture)
    known = queries.registration_of(patron, lecture)
    if known is not None and known.state == RegistrationState.ATTENDED:
        return known
    registration = known or Registration(
        lecture=lecture,
        patron=patron,
        state=RegistrationState.CANCELLED,
        via=Via.DOOR,
        registered_at=moment,
    )
    registration.lecture = lecture
    return _attended(registration, came_by, moment, None)


def _attended(
    registration: Registration, came_by: CameBy, moment: datetime, by: Staff | None
) -> Registration:
    lecture = registration.lecture
    if registration.state not in SEATED and not moving.has_free_seat(lecture):
        raise moving.full(lecture)
    moving.move(registration, "attend")
    registration.turn = None
    registration.seated_at = registration.seated_at or moment
    registration.attended_at, registration.came_by = moment, came_by
    registration.certificate = registration.certificate or secrets.token_urlsafe(9)
    registration.save()
    history.record(registration, "attend", by=moving.actor(by), changes={"came_by": came_by.value})
    return registration


def _not_now(lecture: Lecture) -> NotTheTimeToAttend:
    return NotTheTimeToAttend(
        _(
            "《%(title)s》在 %(first)s 至 %(last)s 之间签到，现在不能签到；参加了没签到的，请联系主办的图书馆补签。"
        ),
        title=lecture.title,
        first=f"{clock.local(lecture.doors_open_at):%m-%d %H:%M}",
        last=f"{clock.local(lecture.doors_close_at):%m-%d %H:%M}",
    )
