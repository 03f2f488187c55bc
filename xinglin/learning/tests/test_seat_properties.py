"""In whatever order: no seat is given twice, nobody waits beside a free one, the queue keeps its order."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from xinglin.circulation.tests.racing import at_once
from xinglin.commons import clock
from xinglin.commons.errors import Refusal
from xinglin.consortium.tests.cast import SmallConsortium
from xinglin.consortium.tests.factories import a_library
from xinglin.learning import queries, services
from xinglin.learning.errors import LectureFull, RegisteredAlready
from xinglin.learning.lifecycle import SEATED, LectureState, RegistrationState
from xinglin.learning.models import Lecture, Registration, Via
from xinglin.learning.tests.factories import a_lecture, changed, people, signs_up, states
from xinglin.patrons.models import Patron
from xinglin.patrons.tests.cast import Readers

DEEDS = st.tuples(
    st.sampled_from(["register", "cancel", "seats", "attend", "by_hand", "undo", "later"]),
    st.integers(0, 4),  # which reader, or how many seats
)


def invariants_hold(lecture: Lecture, order: list[int]) -> None:
    lecture.refresh_from_db()
    taken = queries.taken(lecture)
    waiting = list(queries.queue_of(lecture))
    if lecture.seats:
        assert taken <= lecture.seats
    if lecture.state == LectureState.ANNOUNCED and clock.now() < lecture.begins_at and waiting:
        assert lecture.seats and taken == lecture.seats
    assert [each.patron_id for each in waiting] == [
        pk for pk in order if pk in {each.patron_id for each in waiting}
    ]
    assert [queries.place_of(each) for each in waiting] == list(range(1, len(waiting) + 1))
    for each in lecture.registrations.all():
        assert (each.state == RegistrationState.WAITING) == (each.turn is not None)
        assert (each.state == RegistrationState.ATTENDED) == (each.attended_at is not None)
        if each.state in SEATED:
            assert each.seated_at is not None


@pytest.mark.django_db(transaction=True)
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(0, 3), st.lists(DEEDS, max_size=25))
def test_no_order_of_deeds_breaks_seats_or_queue(db: None, seats: int, deeds: list[tuple[str, int]]) -> None:
    library = a_library()
    lecture = a_lecture(library, seats=seats, begins_at=clock.now() + timedelta(minutes=45))
    readers = people(library, 5)
    order: list[int] = []  # who asked last stands last
    for deed, which in deeds:
        try:
            _do(deed, which, lecture, readers, order)
        except Refusal:
            pass  # refused is an allowed outcome; what must hold is checked below
        invariants_hold(lecture, order)


def _do(deed: str, which: int, lecture: Lecture, readers: list[Patron], order: list[int]) -> None:
    patron = readers[which]
    registration = queries.registration_of(patron, lecture)
    if deed == "register":
        services.register(lecture=lecture, patron=patron, via=Via.PAGE)
        order[:] = [pk for pk in order if pk != patron.pk] + [patron.pk]
    elif deed == "seats":
        services.amend(lecture=lecture, file=changed(lecture, seats=which), by=None)
    elif deed == "attend":
        services.attend(code=lecture.code, patron=patron)
    elif deed == "later":
        clock.move(timedelta(minutes=15))
        services.follow_the_clock()
    elif registration is not None:
        steps: dict[str, Callable[[], object]] = {
            "cancel": lambda: services.cancel(registration=registration),
            "by_hand": lambda: services.attend_by_hand(registration=registration, by=None),
            "undo": lambda: services.undo_attend(registration=registration, by=None),
        }
        steps[deed]()


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_of_six_phones_after_the_last_seat_one_gets_it(a_small_consortium: SmallConsortium) -> None:
    lecture = a_lecture(a_small_consortium.main, seats=3)
    signs_up(lecture, *people(a_small_consortium.a, 2))
    at_once(
        *[
            lambda patron=patron: services.register(lecture=lecture, patron=patron, via=Via.PAGE)
            for patron in people(a_small_consortium.a, 6)
        ]
    )
    assert sorted(states(lecture)) == ["registered"] * 3 + ["waiting"] * 5
    assert list(queries.queue_of(lecture).values_list("turn", flat=True)) == [1, 2, 3, 4, 5]


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_two_phones_of_one_reader_get_one_registration(
    a_small_consortium: SmallConsortium, readers: Readers
) -> None:
    lecture = a_lecture(a_small_consortium.main)
    results = at_once(*[lambda: signs_up(lecture, readers.of_a)] * 2)
    assert sum(isinstance(result, RegisteredAlready) for result in results) == 1
    assert Registration.objects.count() == 1


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_two_seats_given_back_at_once_go_to_two_who_wait(a_small_consortium: SmallConsortium) -> None:
    lecture = a_lecture(a_small_consortium.main, seats=2)
    made = signs_up(lecture, *people(a_small_consortium.a, 4))
    at_once(*[lambda each=each: services.cancel(registration=each) for each in made[:2]])
    assert states(lecture) == ["cancelled", "cancelled", "registered", "registered"]


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_of_two_at_the_door_one_gets_the_last_seat(a_small_consortium: SmallConsortium) -> None:
    lecture = a_lecture(a_small_consortium.main, seats=1, begins_at=clock.now() + timedelta(minutes=5))
    results = at_once(
        *[
            lambda patron=patron: services.attend(code=lecture.code, patron=patron)
            for patron in people(a_small_consortium.a, 2)
        ]
    )
    assert sum(isinstance(result, LectureFull) for result in results) == 1
    assert states(lecture) == ["attended"]
