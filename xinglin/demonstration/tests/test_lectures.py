"""The lectures of the story stand where it says, at whatever hour it is told."""

from datetime import timedelta

import pytest

from xinglin.commons import clock
from xinglin.demonstration import lectures, people
from xinglin.learning import queries
from xinglin.learning.lifecycle import LectureState
from xinglin.learning.models import Lecture
from xinglin.notices.models import Notice
from xinglin.patrons.queries import find_by_card


@pytest.mark.django_db
@pytest.mark.parametrize("hour", [0, 9, 23])
def test_each_lecture_is_as_far_as_its_story_says(hour: int) -> None:
    here = clock.local(clock.now())
    clock.move(here.replace(hour=hour, minute=30) + timedelta(days=1) - here)
    libraries = people.make_libraries()
    readers = people.make_readers(libraries)
    assert lectures.hold_lectures(libraries, readers) == 5
    by_state = {lecture.state: lecture for lecture in queries.counted(Lecture.objects.exclude(seats=16))}
    assert set(by_state) == set(LectureState) - {LectureState.CLOSED}
    held = queries.figures_of(by_state[LectureState.HELD])
    assert (held.registered, held.attended, held.rated) == (24, 20, 11)
    full = queries.figures_of(Lecture.objects.get(seats=16))
    assert (full.registered, full.waiting) == (16, 3)
    # The phone of the tour waits for one, came to another, and has nothing to be told of what is past.
    doctor = find_by_card("XCA260001")
    assert sorted(queries.registrations_of(doctor).values_list("state", flat=True)) == [
        "attended",
        "waiting",
    ]
    assert not Notice.objects.filter(patron=doctor).exists()
    assert {library.pk for library in libraries.values()} >= set(
        Lecture.objects.values_list("library", flat=True)
    )
