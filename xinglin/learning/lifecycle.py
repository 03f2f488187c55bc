"""Where a lecture and a registration may stand, and what brings them on: two tables."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class LectureState(models.TextChoices):
    DRAFT = "draft", _("草稿")
    ANNOUNCED = "announced", _("已发布")
    HELD = "held", _("已举办")
    CLOSED = "closed", _("已归档")
    CANCELLED = "cancelled", _("已取消")


class RegistrationState(models.TextChoices):
    REGISTERED = "registered", _("已报名")
    WAITING = "waiting", _("候补")
    ATTENDED = "attended", _("已签到")
    CANCELLED = "cancelled", _("已取消")


READER = "reader"
LIBRARIAN = "librarian"
CLOCK = "the clock"
FREE_SEAT = "a seat that came free"

# (where the lecture stands, what someone does) -> (where it goes, whose hand)
LECTURE_MOVES: dict[tuple[LectureState, str], tuple[LectureState, str]] = {
    (LectureState.DRAFT, "announce_lecture"): (LectureState.ANNOUNCED, LIBRARIAN),
    (LectureState.DRAFT, "cancel_lecture"): (LectureState.CANCELLED, LIBRARIAN),
    (LectureState.ANNOUNCED, "cancel_lecture"): (LectureState.CANCELLED, LIBRARIAN),
    (LectureState.ANNOUNCED, "end_lecture"): (LectureState.HELD, CLOCK),
    (LectureState.HELD, "close_lecture"): (LectureState.CLOSED, f"{LIBRARIAN} or {CLOCK}"),
}

# (where the registration stands, what someone does) -> (where it goes, whose hand)
REGISTRATION_MOVES: dict[tuple[RegistrationState, str], tuple[RegistrationState, str]] = {
    (RegistrationState.CANCELLED, "sign_up"): (RegistrationState.REGISTERED, f"{READER} or {LIBRARIAN}"),
    (RegistrationState.CANCELLED, "queue"): (RegistrationState.WAITING, f"{READER} or {LIBRARIAN}"),
    (RegistrationState.WAITING, "give_seat"): (RegistrationState.REGISTERED, FREE_SEAT),
    (RegistrationState.REGISTERED, "cancel"): (RegistrationState.CANCELLED, f"{READER} or {LIBRARIAN}"),
    (RegistrationState.WAITING, "cancel"): (RegistrationState.CANCELLED, f"{READER} or {LIBRARIAN}"),
    (RegistrationState.REGISTERED, "attend"): (RegistrationState.ATTENDED, f"{READER} or {LIBRARIAN}"),
    (RegistrationState.WAITING, "attend"): (RegistrationState.ATTENDED, f"{READER} or {LIBRARIAN}"),
    (RegistrationState.CANCELLED, "attend"): (RegistrationState.ATTENDED, f"{READER} or {LIBRARIAN}"),
    (RegistrationState.ATTENDED, "undo_attend"): (RegistrationState.REGISTERED, LIBRARIAN),
}

# Who has a seat, and who was counted on at all.
SEATED = frozenset({RegistrationState.REGISTERED, RegistrationState.ATTENDED})
EXPECTED = frozenset({RegistrationState.REGISTERED, RegistrationState.WAITING})
# What readers are shown: a lecture that was announced stays to be seen, a draft never was.
PUBLIC = frozenset({LectureState.ANNOUNCED, LectureState.HELD, LectureState.CLOSED})
# Where what is told of a lecture may still be changed.
AMENDABLE = frozenset({LectureState.DRAFT, LectureState.ANNOUNCED})
