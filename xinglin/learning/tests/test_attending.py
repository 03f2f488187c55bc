"""Who came: by the code at the door while it runs, by the live link, by a librarian's hand; and what they say."""

from datetime import timedelta
from typing import Any

import pytest

from xinglin.commons import clock
from xinglin.consortium.tests.cast import SmallConsortium
from xinglin.learning import errors, queries, services
from xinglin.learning.lifecycle import RegistrationState
from xinglin.learning.models import CameBy, Lecture, MaterialKind, Via
from xinglin.learning.tests.factories import a_lecture, changed, people, signs_up, states, until
from xinglin.patrons.tests.cast import Readers

pytestmark = pytest.mark.django_db


def soon(consortium: SmallConsortium, **said: Any) -> Lecture:
    """A lecture that begins in an hour."""
    return a_lecture(consortium.main, begins_at=clock.now() + timedelta(hours=1), **said)


def test_the_code_counts_from_half_an_hour_before_until_a_quarter_after(
    a_small_consortium: SmallConsortium, readers: Readers
) -> None:
    lecture = soon(a_small_consortium)
    signs_up(lecture, readers.of_a)
    with pytest.raises(errors.NotTheTimeToAttend, match="现在不能签到"):
        services.attend(code=lecture.code, patron=readers.of_a)
    until(lecture.begins_at - timedelta(minutes=29))
    came = services.attend(code=lecture.code, patron=readers.of_a)
    assert (came.state, came.came_by) == (RegistrationState.ATTENDED, CameBy.SCAN)
    assert services.attend(code=lecture.code, patron=readers.of_a).attended_at == came.attended_at
    until(lecture.ends_at + timedelta(minutes=16))
    with pytest.raises(errors.NotTheTimeToAttend):
        services.attend(code=lecture.code, patron=readers.of_main)
    with pytest.raises(errors.LectureUnknown, match="签到码无效"):
        services.attend(code="guessed", patron=readers.of_main)


def test_who_was_not_registered_takes_a_free_seat_and_no_other(a_small_consortium: SmallConsortium) -> None:
    lecture = soon(a_small_consortium, seats=2)
    first, second, third = people(a_small_consortium.a, 3)
    signs_up(lecture, first)
    until(lecture.begins_at)
    walked_in = services.attend(code=lecture.code, patron=second)
    assert walked_in.via == Via.DOOR
    with pytest.raises(errors.LectureFull, match="2 个名额"):
        services.attend(code=lecture.code, patron=third)
    assert not lecture.registrations.filter(patron=third).exists()
    services.amend(lecture=lecture, file=changed(lecture, seats=3), by=None)
    services.attend(code=lecture.code, patron=third)
    assert states(lecture) == ["registered", "attended", "attended"]


def test_the_live_link_counts_those_who_watch(a_small_consortium: SmallConsortium, readers: Readers) -> None:
    lecture = soon(a_small_consortium, live_link="https://live.example/1")
    signs_up(lecture, readers.of_a)
    until(lecture.begins_at)
    assert services.attend_live(lecture=lecture, patron=readers.of_a).came_by == CameBy.LIVE
    indoors = soon(a_small_consortium)
    until(indoors.begins_at)
    with pytest.raises(errors.LectureUnfit, match="没有直播"):
        services.attend_live(lecture=indoors, patron=readers.of_a)


def test_a_librarian_takes_attendance_from_paper_and_takes_it_back(
    a_small_consortium: SmallConsortium, readers: Readers
) -> None:
    by = a_small_consortium.manager
    lecture = soon(a_small_consortium)
    [registration] = signs_up(lecture, readers.of_a)
    with pytest.raises(errors.NotTheTimeToAttend):
        services.attend_by_hand(registration=registration, by=by)
    until(lecture.ends_at + timedelta(days=2))
    services.follow_the_clock()
    came = services.attend_by_hand(registration=registration, by=by)
    assert came.attended_at == lecture.ends_at and came.certificate
    number = came.certificate
    assert queries.certificate(number) == came
    services.undo_attend(registration=came, by=by)
    with pytest.raises(errors.CertificateUnknown):
        queries.certificate(number)
    lecture.refresh_from_db()
    services.close_lecture(lecture=lecture, by=by)
    with pytest.raises(errors.NotTheTimeToAttend):
        services.attend_by_hand(registration=registration, by=by)


def test_who_came_says_one_to_five_until_it_is_closed(
    a_small_consortium: SmallConsortium, readers: Readers
) -> None:
    lecture = soon(a_small_consortium)
    absent, present = signs_up(lecture, readers.of_main, readers.of_a)
    until(lecture.begins_at + timedelta(minutes=1))
    services.attend(code=lecture.code, patron=readers.of_a)
    with pytest.raises(errors.FeedbackUnfit, match="签到"):
        services.rate(registration=absent, score=5)
    for score in (0, 6):
        with pytest.raises(errors.FeedbackUnfit, match="1 到 5"):
            services.rate(registration=present, score=score)
    services.rate(registration=present, score=2, words="太快")
    services.rate(registration=present, score=4, words=" 后来好了 ")
    figures = queries.figures_of(lecture)
    assert (figures.score, figures.rated, figures.scores[4]) == (4.0, 1, 1)
    assert figures.share_attended == 0.5
    until(lecture.ends_at + timedelta(days=31))
    services.follow_the_clock()
    services.follow_the_clock()
    with pytest.raises(errors.FeedbackUnfit, match="已归档"):
        services.rate(registration=present, score=1)


def test_a_link_of_the_material_is_a_web_address(a_small_consortium: SmallConsortium) -> None:
    lecture = a_lecture(a_small_consortium.main)
    for link in ("javascript:alert(1)", "//a.example", "https://", "课件"):
        with pytest.raises(errors.MaterialUnfit):
            services.add_material(
                lecture=lecture, title="课件", link=link, kind=MaterialKind.MATERIAL, by=None
            )
    assert not lecture.materials.exists()
