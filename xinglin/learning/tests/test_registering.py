"""Seats are given once, in order; who gives one back is followed by the first who waits, who is told."""

from datetime import timedelta
from typing import Any

import pytest

from xinglin.commons import clock
from xinglin.commons.errors import Conflict, NotAllowed
from xinglin.commons.testing import run_errands
from xinglin.consortium.tests.cast import SmallConsortium
from xinglin.learning import errors, listeners, notice_kinds, queries, services
from xinglin.learning.events import LectureCancelled, LectureMoved
from xinglin.learning.lifecycle import LectureState, RegistrationState
from xinglin.learning.models import MaterialKind, Registration, Via
from xinglin.learning.tests.factories import (
    a_file,
    a_lecture,
    changed,
    people,
    signs_up,
    states,
    told,
    until,
)
from xinglin.notices.models import Notice
from xinglin.patrons import services as patrons
from xinglin.patrons.events import PatronErased
from xinglin.patrons.tests.cast import Readers
from xinglin.patrons.tests.factories import a_patron

pytestmark = pytest.mark.django_db
REGISTERED, WAITING, CANCELLED = "registered", "waiting", "cancelled"


def test_who_comes_too_late_waits_and_the_first_who_waits_gets_the_free_seat(
    a_small_consortium: SmallConsortium,
) -> None:
    lecture = a_lecture(a_small_consortium.main, seats=2)
    made = signs_up(lecture, *people(a_small_consortium.a, 4))
    assert states(lecture) == [REGISTERED, REGISTERED, WAITING, WAITING]
    assert [queries.place_of(each) for each in made] == [0, 0, 1, 2]
    services.cancel(registration=made[0])
    assert states(lecture) == [CANCELLED, REGISTERED, REGISTERED, WAITING]
    made[3].refresh_from_db()
    assert queries.place_of(made[3]) == 1
    assert told(made[2].patron) == [notice_kinds.SEAT_FREE]
    assert told(made[1].patron) == [notice_kinds.REGISTERED]
    # Who comes again stands behind those who waited meanwhile.
    assert made[0].patron is not None
    again = services.register(lecture=lecture, patron=made[0].patron, via=Via.CHAT)
    assert again.pk == made[0].pk and queries.place_of(again) == 2


def test_one_person_has_one_registration(a_small_consortium: SmallConsortium, readers: Readers) -> None:
    lecture = a_lecture(a_small_consortium.main)
    signs_up(lecture, readers.of_a)
    with pytest.raises(errors.RegisteredAlready, match="不用再报"):
        signs_up(lecture, readers.of_a)
    by = a_small_consortium.manager
    guest = services.register_guest(lecture=lecture, name="来访者", phone="139 0000 1111", by=by)
    with pytest.raises(errors.RegisteredAlready):
        services.register_guest(lecture=lecture, name="别名", phone="13900001111", by=by)
    services.cancel(registration=guest, by=by)
    assert services.register_guest(lecture=lecture, name="来访者", phone="13900001111", by=by).pk == guest.pk
    with pytest.raises(errors.LectureUnfit, match="姓名和电话"):
        services.register_guest(lecture=lecture, name="无名", phone="", by=by)


def test_registration_opens_and_closes_when_said(
    a_small_consortium: SmallConsortium, readers: Readers
) -> None:
    file = a_file()
    opens, closes = file.begins_at - timedelta(days=2), file.begins_at - timedelta(days=1)
    lecture = a_lecture(a_small_consortium.main, registration_opens_at=opens, registration_closes_at=closes)
    with pytest.raises(errors.RegistrationNotOpen, match="开始报名"):
        signs_up(lecture, readers.of_a)
    # A librarian notes who telephoned, before and after.
    services.register(lecture=lecture, patron=readers.of_main, via=Via.DESK, by=a_small_consortium.manager)
    until(closes)
    with pytest.raises(errors.RegistrationNotOpen, match="截止"):
        signs_up(lecture, readers.of_a)
    until(lecture.begins_at + timedelta(minutes=5))
    services.register_guest(lecture=lecture, name="走进来的", phone="1", by=a_small_consortium.manager)
    with pytest.raises(errors.RegistrationNotOpen, match="已经开始"):
        services.cancel(registration=Registration.objects.get(patron=readers.of_main))
    until(lecture.ends_at + timedelta(minutes=5))
    with pytest.raises(errors.RegistrationNotOpen):
        services.register_guest(lecture=lecture, name="太晚", phone="2", by=a_small_consortium.manager)


def test_whose_card_has_run_out_does_not_register(a_small_consortium: SmallConsortium) -> None:
    lecture = a_lecture(a_small_consortium.main)
    late = a_patron(a_small_consortium.a, expires_on=clock.today() - timedelta(days=1))
    with pytest.raises(errors.MayNotRegister):
        signs_up(lecture, late)
    assert not lecture.registrations.exists()


def test_a_draft_and_what_was_called_off_take_nobody(
    a_small_consortium: SmallConsortium, readers: Readers
) -> None:
    draft = a_lecture(a_small_consortium.main, announced=False)
    with pytest.raises(errors.LectureUnknown):
        signs_up(draft, readers.of_a)
    services.cancel_lecture(lecture=draft, reason="不办了", by=None)
    with pytest.raises(errors.RegistrationNotOpen, match="已取消"):
        signs_up(draft, readers.of_a)
    with pytest.raises(errors.LectureMoveNotPossible):
        services.announce_lecture(lecture=draft, by=None)


def test_more_seats_are_given_at_once_and_fewer_than_taken_are_refused(
    a_small_consortium: SmallConsortium,
) -> None:
    lecture = a_lecture(a_small_consortium.main, seats=2)
    signs_up(lecture, *people(a_small_consortium.a, 5))
    with pytest.raises(errors.SeatsBelowTaken, match="已有 2 人"):
        services.amend(lecture=lecture, file=changed(lecture, seats=1), by=None)
    services.amend(lecture=lecture, file=changed(lecture, seats=4), by=None)
    assert states(lecture) == [REGISTERED] * 4 + [WAITING]
    services.amend(lecture=lecture, file=changed(lecture, seats=0), by=None)
    assert states(lecture) == [REGISTERED] * 5
    assert queries.figures_of(lecture).registered == 5


def test_only_the_librarians_of_a_lecture_change_it(
    a_small_consortium: SmallConsortium, readers: Readers
) -> None:
    cast = a_small_consortium
    lecture = a_lecture(cast.main)
    [registration] = signs_up(lecture, readers.of_a)
    for by in (cast.librarian_a, cast.outsider, cast.system_administrator):
        for deed in (
            lambda by=by: services.amend(lecture=lecture, file=changed(lecture, place="别处"), by=by),
            lambda by=by: services.cancel_lecture(lecture=lecture, reason="试", by=by),
            lambda by=by: services.cancel(registration=registration, by=by),
            lambda by=by: services.register_guest(lecture=lecture, name="甲", phone="1", by=by),
            lambda by=by: services.draft(library=cast.main, file=a_file(), by=by),
            lambda by=by: services.add_material(
                lecture=lecture, title="课件", link="https://a.example/", kind=MaterialKind.MATERIAL, by=by
            ),
        ):
            with pytest.raises(NotAllowed):
                deed()
    lecture.refresh_from_db()
    assert lecture.state == LectureState.ANNOUNCED and lecture.place == "五楼培训教室"
    assert list(lecture.registrations.values_list("state", flat=True)) == [REGISTERED]
    assert not lecture.materials.exists()
    assert not queries.lectures_visible_to(cast.outsider).exists()
    assert queries.lectures_visible_to(cast.manager).get() == lecture


def test_two_who_change_the_same_lecture_do_not_overwrite_each_other(
    a_small_consortium: SmallConsortium,
) -> None:
    lecture = a_lecture(a_small_consortium.main)
    version = lecture.version
    services.amend(lecture=lecture, file=changed(lecture, place="六楼"), by=None, version=version)
    with pytest.raises(Conflict):
        services.amend(lecture=lecture, file=changed(lecture, place="七楼"), by=None, version=version)


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"title": "  "}, "题目"),
        ({"ends_at": "begins_at"}, "晚于开始"),
        ({"live_link": "javascript:alert(1)"}, "http"),
        ({"registration_closes_at": "ends_at"}, "不能晚于"),
        ({"registration_opens_at": "begins_at"}, "早于"),
    ],
)
def test_what_contradicts_itself_is_refused(
    a_small_consortium: SmallConsortium, said: dict[str, str], sentence: str
) -> None:
    plain = a_file()
    values: dict[str, Any] = {name: getattr(plain, value, value) for name, value in said.items()}
    with pytest.raises(errors.LectureUnfit, match=sentence):
        services.draft(library=a_small_consortium.main, file=a_file(**values), by=None)


def test_nobody_is_invited_to_nowhere_or_to_yesterday(a_small_consortium: SmallConsortium) -> None:
    nowhere = a_lecture(a_small_consortium.main, announced=False, place="")
    with pytest.raises(errors.LectureUnfit, match="地点"):
        services.announce_lecture(lecture=nowhere, by=None)
    over = a_lecture(a_small_consortium.main, announced=False, begins_at=clock.now() - timedelta(hours=1))
    with pytest.raises(errors.LectureUnfit, match="已经过去"):
        services.announce_lecture(lecture=over, by=None)


def test_of_another_time_and_of_no_lecture_everybody_registered_is_told_once(
    a_small_consortium: SmallConsortium,
) -> None:
    lecture = a_lecture(a_small_consortium.main, seats=1)
    seated, waits, gone = signs_up(lecture, *people(a_small_consortium.a, 3))
    services.cancel(registration=gone)
    later = lecture.begins_at + timedelta(days=1)
    moved = services.amend(
        lecture=lecture,
        file=changed(lecture, begins_at=later, ends_at=later + timedelta(hours=2)),
        by=None,
    )
    for _twice in range(2):
        listeners.owe_word_of_another_time_or_place(
            LectureMoved(lecture_id=lecture.pk, version=moved.version)
        )
    services.cancel_lecture(lecture=lecture, reason="讲者生病。", by=None)
    for _twice in range(2):
        listeners.owe_word_of_what_does_not_take_place(LectureCancelled(lecture_id=lecture.pk))
    assert told(seated.patron)[1:] == [notice_kinds.MOVED, notice_kinds.CANCELLED]
    assert told(waits.patron) == [notice_kinds.MOVED, notice_kinds.CANCELLED]
    assert told(gone.patron) == []
    said = Notice.objects.get(patron=waits.patron, kind=notice_kinds.CANCELLED)
    assert "原因：讲者生病。" in said.text and said.link == f"/m/lectures/{lecture.pk}/"


@pytest.mark.django_db(transaction=True)
def test_the_word_of_a_cancelled_lecture_goes_out_with_the_deed(
    a_small_consortium: SmallConsortium,
) -> None:
    lecture = a_lecture(a_small_consortium.main)
    [registration] = signs_up(lecture, *people(a_small_consortium.a, 1))
    services.cancel_lecture(lecture=lecture, reason="停电", by=a_small_consortium.manager)
    run_errands()
    assert notice_kinds.CANCELLED in told(registration.patron)


def test_tomorrow_is_told_once_the_day_before_and_anew_when_it_moved(
    a_small_consortium: SmallConsortium,
) -> None:
    lecture = a_lecture(a_small_consortium.main, seats=1)
    seated, waits = signs_up(lecture, *people(a_small_consortium.a, 2))
    patron, other = seated.patron, waits.patron
    assert patron is not None and other is not None
    until(lecture.begins_at - timedelta(hours=31))  # half past seven of the day before
    assert services.remind() == 0
    until(lecture.begins_at - timedelta(hours=26))
    assert services.remind() == 1 and services.remind() == 0
    assert told(patron)[-1] == notice_kinds.TOMORROW and told(other) == []
    notice = Notice.objects.get(kind=notice_kinds.TOMORROW)
    assert notice_kinds._begins_as_was_said(notice)
    later = lecture.begins_at + timedelta(hours=2)
    services.amend(
        lecture=lecture,
        file=changed(lecture, begins_at=later, ends_at=later + timedelta(hours=1)),
        by=None,
    )
    assert not notice_kinds._begins_as_was_said(notice)
    assert services.remind() == 1
    assert told(patron).count(notice_kinds.TOMORROW) == 2


def test_who_leaves_or_is_forgotten_gives_up_the_seat_and_leaves_no_words(
    a_small_consortium: SmallConsortium,
) -> None:
    ahead = a_lecture(a_small_consortium.main, seats=1)
    goes, comes = people(a_small_consortium.a, 2)
    signs_up(ahead, goes, comes)
    now = a_lecture(a_small_consortium.main, begins_at=clock.now() + timedelta(minutes=20))
    services.attend(code=now.code, patron=goes)
    until(now.begins_at + timedelta(minutes=1))
    registration = services.rate(registration=now.registrations.get(), score=4, words="痕迹密语")
    assert registration.certificate
    patrons.erase(patron=goes, reason="读者申请", by=None)
    listeners.part_from_the_erased(PatronErased(patron_id=goes.pk))
    left = now.registrations.get()
    assert left.patron_id is None and left.certificate is None
    assert left.words == ""
    assert left.score == 4 and "删除" in left.name
    assert states(ahead) == [CANCELLED, REGISTERED]
    assert ahead.registrations.get(patron=comes).state == RegistrationState.REGISTERED


def test_a_closed_lecture_forgets_its_guests(a_small_consortium: SmallConsortium) -> None:
    lecture = a_lecture(a_small_consortium.main)
    services.register_guest(
        lecture=lecture, name="来访者", phone="13900001111", by=a_small_consortium.manager
    )
    until(lecture.ends_at + timedelta(minutes=1))
    assert services.follow_the_clock() == 1
    lecture.refresh_from_db()
    assert lecture.state == LectureState.HELD
    until(lecture.ends_at + timedelta(days=31))
    assert services.follow_the_clock() == 1 and services.follow_the_clock() == 0
    lecture.refresh_from_db()
    assert lecture.state == LectureState.CLOSED
    guest = lecture.registrations.get()
    assert (guest.guest_name, guest.guest_phone) == ("", "")
