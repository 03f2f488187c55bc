"""A notice is owed once, told once, over the first way that takes it."""

from datetime import datetime, time, timedelta

import pytest

from xinglin.commons import clock
from xinglin.consortium.tests.cast import SmallConsortium
from xinglin.notices import queries, services
from xinglin.notices.channels import Fate, Outcome
from xinglin.notices.errors import KindUnknown, NotInThisState
from xinglin.notices.kinds import Topic
from xinglin.notices.lifecycle import AttemptState, State
from xinglin.notices.models import Attempt, Notice
from xinglin.notices.tests.conftest import AT_ONCE, KIND, Wires
from xinglin.patrons import services as patrons
from xinglin.patrons.models import ConsentKind, Patron
from xinglin.patrons.tests.cast import Readers

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _at_ten_in_the_morning(db: None) -> None:
    services.set_quiet_hours(active=True, begins=time(22), ends=time(8), by=None)
    set_the_clock(10)


def set_the_clock(hour: int) -> None:
    """Move the clock forward to an hour of the library's day."""
    here = clock.local(clock.now())
    there = here.replace(hour=hour, minute=0, second=0, microsecond=0)
    clock.move((there if there > here else there + timedelta(days=1)) - here)


def owe(patron: Patron, key: str = "1", *, kind: str = KIND, urgent: bool = False) -> Notice:
    return services.owe(
        patron=patron,
        kind=kind,
        key=key,
        title="到书通知",
        text="《诊断学》到了。",
        fields={"book": "诊断学"},
        urgent=urgent,
    )


def told(notice: Notice) -> Notice:
    services.deliver(notice_id=notice.pk)
    notice.refresh_from_db()
    return notice


def test_the_same_is_owed_once_and_told_once(readers: Readers, wires: Wires) -> None:
    first, again = owe(readers.of_a), owe(readers.of_a)
    assert first.pk == again.pk
    assert told(first).state == State.SENT
    assert told(first).state == State.SENT
    assert wires.carried == [first.pk]
    assert owe(readers.of_a).state == State.SENT


def test_a_kind_that_no_room_declares_is_refused(readers: Readers) -> None:
    with pytest.raises(KindUnknown):
        owe(readers.of_a, kind="tests.unheard_of")


def test_what_one_way_refuses_goes_the_next_and_every_attempt_is_kept(readers: Readers, wires: Wires) -> None:
    wires.first.outcomes = [Outcome(Fate.REFUSED, "读者拉黑")]
    notice = told(owe(readers.of_a))
    assert (notice.state, notice.channel) == (State.SENT, "second")
    kept = [(each.channel, each.state, each.reason) for each in queries.attempts_at(notice)]
    assert kept == [("second", "sent", ""), ("first", "refused", "读者拉黑")]


def test_what_nobody_knows_the_fate_of_is_not_sent_again_by_itself(readers: Readers, wires: Wires) -> None:
    wires.first.outcomes = [RuntimeError("the line broke")]
    notice = told(owe(readers.of_a))
    assert notice.state == State.UNSURE
    clock.move(timedelta(days=2))
    assert services.deliver_due() == 0
    assert told(notice).state == State.UNSURE
    assert wires.carried == [notice.pk]
    services.send_again(notice=notice, by=None)
    assert told(notice).state == State.SENT
    assert wires.carried == [notice.pk, notice.pk]


def test_a_busy_way_is_tried_again_after_a_pause_and_given_up_after_six(
    readers: Readers, wires: Wires
) -> None:
    wires.first.outcomes = [Outcome(Fate.BUSY, "繁忙")] * 6
    notice = told(owe(readers.of_a))
    assert notice.state == State.WAITING
    assert notice.due_at is not None and notice.due_at > clock.now()
    assert told(notice).attempts.count() == 1
    for _each in range(6):
        clock.move(timedelta(hours=5))
        set_the_clock(10)
        told(notice)
    assert (notice.state, notice.channel) == (State.SENT, "second")
    assert notice.attempts.filter(state=AttemptState.BUSY).count() == 6


def test_at_night_it_waits_for_the_morning_unless_it_may_not(readers: Readers, wires: Wires) -> None:
    set_the_clock(23)
    waits, urgent = owe(readers.of_a, "1"), owe(readers.of_a, "2", urgent=True)
    at_once = owe(readers.of_a, "3", kind=AT_ONCE)
    assert [told(each).state for each in (waits, urgent, at_once)] == ["waiting", "sent", "sent"]
    assert waits.due_at is not None
    assert clock.local(waits.due_at).time() == time(8, 0)
    set_the_clock(8)
    assert services.deliver_due() == 1
    assert told(waits).state == State.SENT


def test_what_was_taken_back_overnight_is_not_told(readers: Readers, wires: Wires) -> None:
    set_the_clock(23)
    notice = told(owe(readers.of_a))
    assert services.withdraw_owed(patron=readers.of_a, kind=KIND, key="1")
    set_the_clock(9)
    assert told(notice).state == State.DROPPED
    assert wires.carried == []
    assert not queries.notices_of(readers.of_a).exists()


def test_the_reader_chooses_the_way_and_may_choose_none(readers: Readers, wires: Wires) -> None:
    services.choose(patron=readers.of_a, topic=Topic.HOLDS, wechat=False, email=True)
    assert told(owe(readers.of_a, "1")).channel == "mail"
    services.choose(patron=readers.of_a, topic=Topic.HOLDS, wechat=False, email=False)
    assert told(owe(readers.of_a, "2")).state == State.LISTED
    assert told(owe(readers.of_a, "3", kind=AT_ONCE)).channel == "first"
    assert queries.unread_of(readers.of_a) == 3


def test_a_consent_taken_back_leaves_the_list_only(readers: Readers, wires: Wires) -> None:
    patrons.give_consent(patron=readers.of_a, kind=ConsentKind.NOTICES, text_version="1", through="H5")
    assert told(owe(readers.of_a, "1")).state == State.SENT
    patrons.withdraw_consent(patron=readers.of_a, kind=ConsentKind.NOTICES)
    assert told(owe(readers.of_a, "2")).state == State.LISTED


def test_where_no_way_is_open_a_person_is_told_why_and_calls(
    readers: Readers, wires: Wires, a_small_consortium: SmallConsortium
) -> None:
    for wire in (wires.first, wires.second, wires.mail):
        wire.why_not = "没有绑定"
    notice = told(owe(readers.of_a))
    assert notice.state == State.UNREACHABLE
    assert "没有绑定" in notice.why
    staff = a_small_consortium.librarian_a
    assert list(queries.for_a_person(staff)) == [notice]
    services.tell_by_hand(notice=notice, how="电话告知", by=staff)
    notice.refresh_from_db()
    assert (notice.state, notice.channel) == (State.SENT, "by_hand")
    with pytest.raises(NotInThisState):
        services.send_again(notice=notice, by=staff)


def test_a_killed_sender_leaves_an_attempt_that_is_settled_as_unsure(readers: Readers, wires: Wires) -> None:
    wires.first.outcomes = [Outcome(Fate.UNDER_WAY)]
    notice = told(owe(readers.of_a))
    assert notice.state == State.TRYING
    assert services.sweep() == 0
    clock.move(timedelta(minutes=20))
    assert services.sweep() == 1
    notice.refresh_from_db()
    assert notice.state == State.UNSURE


def test_a_report_that_comes_late_settles_what_was_unsure(readers: Readers, wires: Wires) -> None:
    wires.first.outcomes = [Outcome(Fate.SENT, reference="7")]
    notice = told(owe(readers.of_a))
    refused = Outcome(Fate.REFUSED, "failed:user block")
    assert services.settle_reported(channel="first", reference="7", outcome=refused)
    assert told(notice).channel == "second"
    assert not services.settle_reported(channel="first", reference="8", outcome=refused)
    assert Attempt.objects.get(channel="first").state == AttemptState.REFUSED


def test_a_kind_that_is_off_is_listed_only(readers: Readers, wires: Wires) -> None:
    services.switch_kind(kind=KIND, active=False, by=None)
    assert told(owe(readers.of_a)).state == State.LISTED


def test_not_before_is_kept(readers: Readers, wires: Wires) -> None:
    later: datetime = clock.now() + timedelta(hours=3)
    notice = services.owe(
        patron=readers.of_a, kind=KIND, key="9", title="讲座", text="明天的讲座", not_before=later
    )
    assert told(notice).state == State.WAITING
    clock.move(timedelta(hours=4))
    assert told(notice).state == State.SENT
