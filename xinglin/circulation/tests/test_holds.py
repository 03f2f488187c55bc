"""Holds: the queue, the copy, and who may touch what."""

from datetime import date, time, timedelta

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob

from xinglin.catalog import services as catalog
from xinglin.circulation import errors, picking, queries, services
from xinglin.circulation.calendar import last_day_kept
from xinglin.circulation.lifecycle import HoldState
from xinglin.circulation.models import Hold, HoldSource
from xinglin.circulation.terms import HOUSE_TERMS
from xinglin.circulation.tests.factories import a_copy, a_hold, a_title
from xinglin.commons import clock, history
from xinglin.commons.errors import NotAllowed
from xinglin.consortium import services as consortium
from xinglin.consortium.hours import Span
from xinglin.consortium.tests.cast import SmallConsortium
from xinglin.patrons import services as patrons
from xinglin.patrons.tests.cast import Readers
from xinglin.patrons.tests.factories import a_category, a_patron

pytestmark = pytest.mark.django_db


def positions(record: object) -> list[tuple[str, int | None]]:
    return [(hold.patron.name, hold.position) for hold in queries.queue_of(record)]  # type: ignore[arg-type]


def test_readers_wait_in_the_order_in_which_they_asked(
    a_small_consortium: SmallConsortium, readers: Readers
) -> None:
    record = a_title(a_small_consortium.main)
    first = a_hold(readers.of_main, record, a_small_consortium.main)
    a_hold(readers.of_a, record, a_small_consortium.a)
    a_hold(readers.outsider, record, a_small_consortium.b)
    services.cancel(hold=first)
    assert positions(record) == [("李建国", 1), ("赵敏", 2)]


def test_a_doubled_request_has_one_effect_and_hears_its_place(
    a_small_consortium: SmallConsortium, readers: Readers
) -> None:
    record = a_title(a_small_consortium.main)
    a_hold(readers.of_main, record, a_small_consortium.main)
    a_hold(readers.of_a, record, a_small_consortium.a)
    with pytest.raises(errors.AlreadyOnHold, match="第 2 位"):
        a_hold(readers.of_a, record, a_small_consortium.a)
    assert Hold.objects.count() == 2


def test_who_may_not_hold_is_told_why_and_nothing_is_kept(
    a_small_consortium: SmallConsortium, readers: Readers
) -> None:
    record = a_title(a_small_consortium.main)
    visitor = a_patron(a_small_consortium.a, category=a_category("VISITOR", name="访客", rights=()))
    expired = a_patron(a_small_consortium.a, expires_on=clock.today() - timedelta(days=1))
    suspended = patrons.suspend(patron=readers.of_a, reason="遗失未赔", by=None)
    for patron, word in ((visitor, "访客"), (expired, "到期"), (suspended, "停用")):
        with pytest.raises(errors.MayNotHold, match=word):
            a_hold(patron, record, a_small_consortium.a)
    assert not Hold.objects.exists()


def test_the_limit_is_said_with_its_number(a_small_consortium: SmallConsortium, readers: Readers) -> None:
    for _number in range(HOUSE_TERMS.holds_most):
        a_hold(readers.of_a, a_title(a_small_consortium.a), a_small_consortium.a)
    with pytest.raises(errors.HoldLimitReached, match=str(HOUSE_TERMS.holds_most)):
        a_hold(readers.of_a, a_title(a_small_consortium.a), a_small_consortium.a)


def test_a_title_that_nobody_lends_cannot_be_waited_for(
    a_small_consortium: SmallConsortium, readers: Readers
) -> None:
    reference_only = a_title(a_small_consortium.main, item_type="reference")
    lost = a_title()
    catalog.change_condition(item=a_copy(lost, a_small_consortium.main), deed="lose", by=None)
    for record in (reference_only, lost, a_title()):
        with pytest.raises(errors.NothingToHold):
            a_hold(readers.of_a, record, a_small_consortium.a)


def test_a_copy_elsewhere_travels_first_and_the_reader_hears_only_of_its_arrival(
    a_small_consortium: SmallConsortium, readers: Readers
) -> None:
    record = a_title()
    copy = a_copy(record, a_small_consortium.main)
    hold = services.set_aside(hold=a_hold(readers.of_a, record, a_small_consortium.a), item=copy, by=None)
    copy.refresh_from_db()
    assert (hold.state, copy.available, hold.kept_until) == (HoldState.IN_TRANSIT, False, None)
    hold = services.arrive(hold=hold, by=a_small_consortium.librarian_a)
    assert (hold.state, hold.kept_until) == (HoldState.READY, clock.today() + timedelta(days=3))
    hold = services.hand_over(hold=hold, by=a_small_consortium.librarian_a)
    copy.refresh_from_db()
    assert (hold.state, copy.available) == (HoldState.FILLED, False)
    deeds = list(history.history_of(hold).values_list("deed", flat=True))
    assert deeds == ["hand_over", "arrive", "send", "place"]


def test_the_next_reader_is_served_first_unless_a_reason_is_given(
    a_small_consortium: SmallConsortium, readers: Readers
) -> None:
    record = a_title()
    copy = a_copy(record, a_small_consortium.a)
    a_hold(readers.of_main, record, a_small_consortium.main)
    second = a_hold(readers.of_a, record, a_small_consortium.a)
    with pytest.raises(errors.NotNextInQueue, match="王芳"):
        services.set_aside(hold=second, item=copy, by=a_small_consortium.librarian_a)
    services.set_aside(hold=second, item=copy, by=a_small_consortium.librarian_a, out_of_turn="急诊手术用")
    assert history.history_of(second).first().reason == "急诊手术用"  # type: ignore[union-attr]
    assert positions(record) == [("王芳", 1)]


def test_a_hold_for_one_copy_does_not_stop_the_others(
    a_small_consortium: SmallConsortium, readers: Readers
) -> None:
    record = a_title()
    this, other = a_copy(record, a_small_consortium.main), a_copy(record, a_small_consortium.main)
    services.place(
        patron=readers.of_main,
        record=record,
        pickup_library=a_small_consortium.main,
        wanted_item=this,
        source=HoldSource.DESK,
    )
    second = a_hold(readers.of_a, record, a_small_consortium.a)
    assert [(pick.hold.patron.name, pick.item.pk) for pick in picking.pick_list(a_small_consortium.main)] == [
        ("王芳", this.pk),
        ("李建国", other.pk),
    ]
    services.set_aside(hold=second, item=other, by=None)
    assert positions(record) == [("王芳", 1)]


def test_a_copy_at_the_pickup_library_is_taken_before_another(
    a_small_consortium: SmallConsortium, readers: Readers
) -> None:
    record = a_title(a_small_consortium.main, a_small_consortium.a)
    a_hold(readers.of_a, record, a_small_consortium.a)
    assert picking.pick_list(a_small_consortium.main) == []
    (pick,) = picking.pick_list(a_small_consortium.a)
    assert pick.item.library_id == a_small_consortium.a.pk


def test_a_copy_put_back_leaves_its_reader_first_in_the_queue(
    a_small_consortium: SmallConsortium, readers: Readers
) -> None:
    record = a_title()
    copy = a_copy(record, a_small_consortium.main)
    hold = services.set_aside(
        hold=a_hold(readers.of_main, record, a_small_consortium.main), item=copy, by=None
    )
    a_hold(readers.of_a, record, a_small_consortium.a)
    services.put_back(hold=hold, by=a_small_consortium.manager, reason="破页，送修")
    copy.refresh_from_db()
    assert copy.available
    assert positions(record) == [("王芳", 1), ("李建国", 2)]


def test_an_unfetched_copy_is_free_for_the_next_reader_after_the_third_open_day(
    a_small_consortium: SmallConsortium, readers: Readers
) -> None:
    record = a_title()
    copy = a_copy(record, a_small_consortium.a)
    hold = services.set_aside(hold=a_hold(readers.of_a, record, a_small_consortium.a), item=copy, by=None)
    clock.move(timedelta(days=3))
    assert services.expire_unfetched() == 0, "the third day is still the reader's"
    clock.move(timedelta(days=1))
    assert (services.expire_unfetched(), services.expire_unfetched()) == (1, 0)
    hold.refresh_from_db()
    copy.refresh_from_db()
    assert (hold.state, copy.available) == (HoldState.EXPIRED, True)


def test_a_copy_on_the_hold_shelf_is_passed_on_when_its_reader_does_not_come(
    a_small_consortium: SmallConsortium, readers: Readers
) -> None:
    record = a_title()
    copy = a_copy(record, a_small_consortium.a)
    first = a_hold(readers.of_a, record, a_small_consortium.a)
    second = a_hold(readers.of_main, record, a_small_consortium.a)
    third = a_hold(readers.outsider, record, a_small_consortium.b)
    services.set_aside(hold=first, item=copy, by=None)
    Hold.objects.filter(pk=first.pk).update(kept_until=clock.today() - timedelta(days=1))
    assert services.expire_unfetched() == 1
    second.refresh_from_db()
    assert (second.state, second.item) == (HoldState.READY, copy)
    services.cancel(hold=second)
    third.refresh_from_db()
    copy.refresh_from_db()
    assert (third.state, copy.available) == (HoldState.IN_TRANSIT, False)


def test_closed_days_of_the_pickup_library_do_not_count(a_small_consortium: SmallConsortium) -> None:
    weekdays = {day: [Span(time(8), time(17))] for day in range(5)}
    consortium.set_week(library=a_small_consortium.a, week=weekdays, by=None)
    friday, make_up_saturday = date(2026, 9, 25), date(2026, 9, 26)
    consortium.set_special_day(
        library=a_small_consortium.a,
        day=make_up_saturday,
        spans=[Span(time(8), time(17))],
        reason="调休上班",
        by=None,
    )
    assert last_day_kept(a_small_consortium.a, arrived_on=friday, open_days=3) == date(2026, 9, 29), (
        "Sat (made up), Mon, Tue"
    )


def test_a_librarian_of_another_library_sees_nothing_and_changes_nothing(
    a_small_consortium: SmallConsortium, readers: Readers
) -> None:
    record = a_title()
    copy = a_copy(record, a_small_consortium.a)
    hold = a_hold(readers.of_a, record, a_small_consortium.a)
    outsider = a_small_consortium.outsider
    assert not queries.holds_visible_to(outsider).exists()
    with pytest.raises(errors.HoldUnknown):
        services.cancel(hold=hold, by=outsider)
    with pytest.raises(errors.HoldUnknown):
        services.change_pickup(hold=hold, pickup_library=a_small_consortium.b, by=outsider)
    with pytest.raises(NotAllowed):
        services.set_aside(hold=hold, item=copy, by=outsider)
    hold.refresh_from_db()
    copy.refresh_from_db()
    assert (hold.state, hold.position, hold.pickup_library, copy.available) == (
        HoldState.WAITING,
        1,
        a_small_consortium.a,
        True,
    )
    assert [found.pk for found in queries.holds_visible_to(a_small_consortium.librarian_a)] == [hold.pk]


def test_a_reader_cannot_be_cleared_while_a_copy_waits_for_them(
    a_small_consortium: SmallConsortium, readers: Readers
) -> None:
    record = a_title()
    copy = a_copy(record, a_small_consortium.a)
    services.set_aside(hold=a_hold(readers.of_a, record, a_small_consortium.a), item=copy, by=None)
    with pytest.raises(Exception, match="为读者保留"):
        patrons.leave(patron=readers.of_a, reason="调离", by=None)


def test_news_of_a_hold_is_announced_in_the_same_transaction(
    a_small_consortium: SmallConsortium, readers: Readers
) -> None:
    before = ProcrastinateJob.objects.count()
    with pytest.raises(errors.NothingToHold):
        a_hold(readers.of_a, a_title(), a_small_consortium.a)
    assert ProcrastinateJob.objects.count() == before
