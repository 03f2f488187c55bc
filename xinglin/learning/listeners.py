"""What the learning room does when it has news itself, or other rooms have."""

from xinglin.commons.bulletin import listens_to
from xinglin.learning import queries, services, telling
from xinglin.learning.events import LectureCancelled, LectureMoved
from xinglin.learning.lifecycle import LectureState
from xinglin.learning.models import Lecture
from xinglin.patrons.events import PatronErased, PatronLeft


@listens_to(LectureMoved)
def owe_word_of_another_time_or_place(event: LectureMoved) -> None:
    """Tell everybody registered; of two changes in a row, the later one is told."""
    lecture = Lecture.objects.select_related("library").get(pk=event.lecture_id)
    if lecture.state != LectureState.ANNOUNCED:
        return
    for registration in queries.expected(lecture):
        registration.lecture = lecture
        telling.moved(registration, version=event.version)


@listens_to(LectureCancelled)
def owe_word_of_what_does_not_take_place(event: LectureCancelled) -> None:
    """Tell everybody registered why it does not take place."""
    lecture = Lecture.objects.select_related("library").get(pk=event.lecture_id)
    for registration in queries.expected(lecture):
        registration.lecture = lecture
        telling.cancelled(registration)


@listens_to(PatronLeft)
def give_up_the_seats_of_who_left(event: PatronLeft) -> None:
    """Give the seats of a reader who left to those who wait."""
    services.give_up_what_is_ahead(patron_id=event.patron_id, reason="读者已离开")


@listens_to(PatronErased)
def part_from_the_erased(event: PatronErased) -> None:
    """Give up what is ahead of an erased reader, and part the rest from them."""
    services.give_up_what_is_ahead(patron_id=event.patron_id, reason="读者资料已删除")
    services.part_from(patron_id=event.patron_id)
