"""A lecture as readers are shown it, on pages and in the chat: the same words in both."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from xinglin.commons import clock
from xinglin.learning import queries
from xinglin.learning.lifecycle import SEATED, LectureState, RegistrationState
from xinglin.learning.models import Lecture, Registration
from xinglin.learning.telling import place_of, time_of
from xinglin.patrons.models import Patron

# What a state means to a reader, as the colour of its chip.
TONES = {
    RegistrationState.REGISTERED: "good",
    RegistrationState.ATTENDED: "good",
    RegistrationState.WAITING: "waiting",
}


@dataclass(frozen=True)
class Shown:
    """A lecture and what the reader has to do with it. ``seats_taken`` and the rest come from ``queries.counted``."""

    lecture: Lecture
    registration: Registration | None
    seats_taken: int
    people_waiting: int

    @property
    def when(self) -> str:
        """When it is."""
        return time_of(self.lecture)

    @property
    def where(self) -> str:
        """Where it is."""
        return place_of(self.lecture)

    @property
    def counts(self) -> bool:
        """Whether the reader has a seat or waits for one."""
        return self.registration is not None and self.registration.state != RegistrationState.CANCELLED

    @property
    def has_seat(self) -> bool:
        """Whether the reader has a seat."""
        return self.registration is not None and self.registration.state in SEATED

    @property
    def is_full(self) -> bool:
        """Whether a newcomer has to wait for a seat."""
        return bool(self.lecture.seats) and self.seats_taken >= self.lecture.seats

    @property
    def is_open(self) -> bool:
        """Whether one may register now."""
        return self.lecture.takes_registrations_at(clock.now())

    @property
    def chip(self) -> tuple[str, str]:
        """The word that says where it stands for this reader, and its tone."""
        if self.lecture.state == LectureState.CANCELLED:
            return str(self.lecture.get_state_display()), "bad"
        if self.registration is not None and self.counts:
            tone = TONES[RegistrationState(self.registration.state)]
            return str(self.registration.get_state_display()), tone
        if not self.is_open:
            return self._why_not_open(), "quiet"
        return (_("已满，可候补"), "waiting") if self.is_full else (_("可报名"), "active")

    @property
    def seats(self) -> str:
        """How many seats are left, or how many wait."""
        if not self.lecture.seats:
            return _("不限，已报名 %(taken)d 人") % {"taken": self.seats_taken}
        if self.is_full:
            facts = {"seats": self.lecture.seats, "waiting": self.people_waiting}
            return _("%(seats)d 个都有人了，%(waiting)d 人候补") % facts
        facts = {"seats": self.lecture.seats, "free": self.lecture.seats - self.seats_taken}
        return _("%(seats)d 个，还有 %(free)d 个") % facts

    def _why_not_open(self) -> str:
        opens = self.lecture.registration_opens_at
        if self.lecture.state != LectureState.ANNOUNCED or self.lecture.ends_at <= clock.now():
            return _("已结束")
        if opens and opens > clock.now():
            return _("%(moment)s 开始报名") % {"moment": f"{clock.local(opens):%m-%d %H:%M}"}
        return _("进行中") if self.lecture.begins_at <= clock.now() else _("报名已截止")


def shown(lectures: "QuerySet[Lecture] | Iterable[Lecture]", patron: Patron | None) -> list[Shown]:
    """Return lectures as one reader sees them, in two queries whatever their number."""
    rows = list(lectures)
    counts = {
        lecture.pk: lecture
        for lecture in queries.counted(Lecture.objects.filter(pk__in=[row.pk for row in rows]))
    }
    mine: dict[int, Registration] = {}
    if patron is not None:
        known = Registration.objects.filter(patron=patron, lecture__in=rows)
        mine = {registration.lecture_id: registration for registration in known}
    return [
        Shown(
            row,
            mine.get(row.pk),
            counts[row.pk].seats_taken,  # type: ignore[attr-defined]  # annotated by ``counted``
            counts[row.pk].people_waiting,  # type: ignore[attr-defined]
        )
        for row in rows
    ]
