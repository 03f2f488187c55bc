"""What is read of lectures and registrations by more than one caller."""

from collections import Counter
from dataclasses import dataclass

from django.db.models import Count, F, IntegerField, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from xinglin.commons import clock
from xinglin.consortium import access
from xinglin.consortium.models import Library, Staff
from xinglin.learning.errors import CertificateUnknown, LectureUnknown
from xinglin.learning.lifecycle import EXPECTED, PUBLIC, SEATED, LectureState, RegistrationState
from xinglin.learning.models import Lecture, Material, Registration
from xinglin.patrons.models import Patron

VIEW = "learning.view_lecture"
CHANGE = "learning.change_lecture"
REGISTER = "learning.register_reader"


# ---- for staff --------------------------------------------------------------------------------------------


def lectures_visible_to(staff: Staff) -> QuerySet[Lecture]:
    """Return the lectures of the libraries in which someone may see them."""
    return Lecture.objects.filter(library__in=access.libraries_of(staff, VIEW)).select_related("library")


def registrations_visible_to(staff: Staff) -> QuerySet[Registration]:
    """Return the registrations for the lectures that someone may see; readers of any library register."""
    return Registration.objects.filter(lecture__library__in=access.libraries_of(staff, VIEW)).select_related(
        "lecture__library", "patron__home_library"
    )


def materials_visible_to(staff: Staff) -> QuerySet[Material]:
    """Return the links that belong to the lectures that someone may see."""
    return Material.objects.filter(lecture__library__in=access.libraries_of(staff, VIEW)).select_related(
        "lecture__library"
    )


def libraries_that_hold(staff: Staff) -> QuerySet[Library]:
    """Return the running libraries for which someone may make lectures."""
    return Library.objects.filter(pk__in=access.libraries_of(staff, CHANGE), active=True)


# ---- for readers ------------------------------------------------------------------------------------------


def lectures_for_readers() -> QuerySet[Lecture]:
    """Return the lectures that readers may know of; a draft and one that was called off are not listed."""
    return Lecture.objects.filter(
        state__in=PUBLIC, library__active=True, library__is_open_to_public=True
    ).select_related("library")


def coming(lectures: QuerySet[Lecture]) -> QuerySet[Lecture]:
    """Return the announced lectures that are not over, the next one first."""
    return lectures.filter(state=LectureState.ANNOUNCED, ends_at__gt=clock.now()).order_by("begins_at", "pk")


def past(lectures: QuerySet[Lecture]) -> QuerySet[Lecture]:
    """Return the lectures that are over, the latest first."""
    return lectures.exclude(state=LectureState.ANNOUNCED, ends_at__gt=clock.now()).order_by(
        "-begins_at", "-pk"
    )


def matching(lectures: QuerySet[Lecture], words: str) -> QuerySet[Lecture]:
    """Return the lectures that hold every word in title, speaker, place or summary."""
    for word in words.replace("\x00", "").split()[:6]:
        lectures = lectures.filter(
            Q(title__icontains=word)
            | Q(speaker__icontains=word)
            | Q(place__icontains=word)
            | Q(summary__icontains=word)
        )
    return lectures


def lecture_for_readers(pk: int, patron: Patron | None = None) -> Lecture:
    """Return a lecture as readers may see it; one that was called off is shown to those who had registered.

    Raises ``LectureUnknown``.
    """
    lecture = Lecture.objects.select_related("library").filter(pk=pk).first()
    if lecture is not None and lecture.state in PUBLIC:
        return lecture
    if lecture is not None and patron is not None and registration_of(patron, lecture) is not None:
        return lecture
    raise LectureUnknown(_("没有找到这场讲座：它可能已取消，或者还没有发布。"))


def lecture_by_code(code: str) -> Lecture:
    """Return the lecture whose code hangs at the door. Raises ``LectureUnknown``."""
    lecture = Lecture.objects.select_related("library").filter(code=code, state__in=PUBLIC).first()
    if lecture is None:
        raise LectureUnknown(_("这个签到码无效：讲座可能已取消；请问现场工作人员。"))
    return lecture


def registration_of(patron: Patron, lecture: Lecture) -> Registration | None:
    """Return a reader's registration for a lecture, whatever became of it, or None."""
    return Registration.objects.filter(patron=patron, lecture=lecture).first()


def registrations_of(patron: Patron) -> QuerySet[Registration]:
    """Return a reader's registrations that were not cancelled, the latest lecture first."""
    return (
        Registration.objects.filter(patron=patron)
        .exclude(state=RegistrationState.CANCELLED)
        .select_related("lecture__library")
        .order_by("-lecture__begins_at", "-pk")
    )


def coming_of(patron: Patron) -> QuerySet[Registration]:
    """Return what a reader is registered for or waits for and that is not over, the next one first."""
    return (
        registrations_of(patron)
        .filter(lecture__state=LectureState.ANNOUNCED, lecture__ends_at__gt=clock.now())
        .order_by("lecture__begins_at", "pk")
    )


def certificate(number: str) -> Registration:
    """Return the attendance that a certificate's number proves. Raises ``CertificateUnknown``."""
    found = (
        Registration.objects.select_related("patron", "lecture__library")
        .filter(certificate=number, state=RegistrationState.ATTENDED)
        .first()
    )
    if found is None:
        raise CertificateUnknown(_("没有这个编号的参加证明；请核对编号，或问主办的图书馆。"))
    return found


# ---- seats ------------------------------------------------------------------------------------------------


def taken(lecture: Lecture) -> int:
    """Return how many seats are taken."""
    return lecture.registrations.filter(state__in=SEATED).count()


def queue_of(lecture: Lecture) -> QuerySet[Registration]:
    """Return those who wait for a seat, the first one first."""
    return lecture.registrations.filter(state=RegistrationState.WAITING).order_by("turn")


def place_of(registration: Registration) -> int:
    """Return the place in the queue, from 1; 0 for who does not wait."""
    if registration.state != RegistrationState.WAITING:
        return 0
    before = Registration.objects.filter(
        lecture=registration.lecture_id, state=RegistrationState.WAITING, turn__lt=registration.turn
    )
    return before.count() + 1


def _number(**where: object) -> Coalesce:
    rows = Registration.objects.filter(lecture=OuterRef("pk"), **where).order_by().values("lecture")
    return Coalesce(Subquery(rows.annotate(n=Count("pk")).values("n")), 0, output_field=IntegerField())


def counted(lectures: QuerySet[Lecture]) -> QuerySet[Lecture]:
    """Return lectures with ``seats_taken``, ``people_waiting`` and ``people_attended``, in the one query."""
    return lectures.annotate(
        seats_taken=_number(state__in=SEATED),
        people_waiting=_number(state=RegistrationState.WAITING),
        people_attended=_number(state=RegistrationState.ATTENDED),
    )


def has_free_seats() -> Q:
    """Return the condition of counted lectures with a free seat."""
    return Q(seats=0) | Q(seats_taken__lt=F("seats"))


@dataclass(frozen=True)
class Figures:
    """What became of a lecture. ``scores`` counts the answers of one to five, ``score`` is their mean."""

    registered: int
    waiting: int
    attended: int
    cancelled: int
    scores: dict[int, int]

    @property
    def rated(self) -> int:
        """How many gave a score."""
        return sum(self.scores.values())

    @property
    def score(self) -> float | None:
        """The mean of the scores; None while there is none."""
        if not self.rated:
            return None
        return sum(score * number for score, number in self.scores.items()) / self.rated

    @property
    def share_attended(self) -> float | None:
        """Which share of those who had a seat came, from 0 to 1; None while nobody has one."""
        return self.attended / self.registered if self.registered else None


def figures_of(lecture: Lecture) -> Figures:
    """Return the figures of a lecture; ``registered`` counts those with a seat, whether they came or not."""
    states: Counter[str] = Counter()
    scores: Counter[int] = Counter()
    rows = lecture.registrations.order_by().values_list("state", "score").annotate(n=Count("pk"))
    for state, score, number in rows:
        states[state] += number
        if score is not None:
            scores[score] += number
    return Figures(
        registered=sum(states[state] for state in SEATED),
        waiting=states[RegistrationState.WAITING],
        attended=states[RegistrationState.ATTENDED],
        cancelled=states[RegistrationState.CANCELLED],
        scores={score: scores[score] for score in range(5, 0, -1)},
    )


def expected(lecture: Lecture) -> QuerySet[Registration]:
    """Return the readers who count on a lecture, with or without a seat; guests have no way to be told."""
    return lecture.registrations.filter(state__in=EXPECTED, patron__isnull=False).select_related(
        "patron__home_library"
    )
