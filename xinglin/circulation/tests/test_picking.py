"""Which copy is asked for, and what happens when nobody finds it."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xinglin.circulation import errors, picking, queries, services
from xinglin.circulation.lifecycle import HoldState
from xinglin.circulation.models import Hold, PickOutcome, PickRequest
from xinglin.circulation.picking import Copy, Wish, chosen
from xinglin.circulation.tests.factories import a_copy, a_hold, a_loan, a_title
from xinglin.commons import clock
from xinglin.commons.errors import NotAllowed
from xinglin.consortium.tests.cast import SmallConsortium
from xinglin.patrons.tests.cast import Readers
from xinglin.patrons.tests.factories import a_patron

THREE = [Copy(item=10 * library, library=library) for library in (1, 2, 3)]


def test_the_pickup_library_comes_first_then_the_nearest_then_who_was_asked_least() -> None:
    metres = {(1, 9): 400_000.0, (2, 9): 1_000.0, (3, 9): 2_000.0}
    assert chosen(Wish(1, pickup=3), THREE, metres=metres) == THREE[2]
    assert chosen(Wish(1, pickup=9), THREE, metres=metres, asked_today={2: 4}) == THREE[2], "one town"
    assert chosen(Wish(1, pickup=9), THREE, metres=metres, asked_today={2: 4}, closed={2, 3}) == THREE[0]
    assert chosen(Wish(1, pickup=2, wanted=30), THREE, metres=metres) == THREE[2]


def test_ties_go_round_and_do_not_always_fall_on_the_same_branch() -> None:
    """Koha bug 40620."""
    libraries = {
        copy.library for hold in range(3) if (copy := chosen(Wish(hold, pickup=9), THREE, metres={}))
    }
    assert libraries == {1, 2, 3}


def test_a_closed_library_is_asked_for_what_nobody_else_has() -> None:
    assert chosen(Wish(1, pickup=1), THREE[:1], metres={}, closed={1}) == THREE[0]


@given(
    st.lists(st.integers(1, 4), max_size=6),
    st.integers(1, 4),
    st.sets(st.integers(0, 5)),
    st.integers(0, 99),
)
def test_what_is_chosen_fits_and_was_not_asked_for_in_vain(
    libraries: list[int], pickup: int, tried: set[int], hold: int
) -> None:
    copies = [Copy(number, library) for number, library in enumerate(libraries)]
    copy = chosen(Wish(hold, pickup, tried=frozenset(tried)), copies, metres={})
    left = [each for each in copies if each.item not in tried]
    assert (copy is None) == (not left)
    if copy is not None:
        assert copy in left
        assert copy.library == pickup or all(each.library != pickup for each in left)


@pytest.mark.django_db
def test_a_copy_not_found_in_time_is_asked_for_elsewhere_and_in_the_end_a_librarian_decides(
    a_small_consortium: SmallConsortium, readers: Readers
) -> None:
    record = a_title()
    here = a_copy(record, a_small_consortium.main)
    there = a_copy(record, a_small_consortium.a)
    hold = a_hold(readers.of_main, record, a_small_consortium.main)
    assert services.ask_for_copies() == 1
    assert services.ask_for_copies() == 0, "asked for once"
    assert PickRequest.objects.get(ended_at=None).item == here
    asked = []
    for _day in range(4):
        PickRequest.objects.filter(ended_at=None).update(asked_at=clock.now() - timedelta(hours=25))
        services.ask_for_copies()
        asked += list(PickRequest.objects.filter(ended_at=None).values_list("item", flat=True))
        services.ask_for_copies()
    hold.refresh_from_db()
    assert hold.stuck_at is not None
    assert hold.position == 1, "it keeps its place"
    assert there.pk in asked
    outcomes = set(PickRequest.objects.exclude(ended_at=None).values_list("outcome", flat=True))
    assert outcomes == {PickOutcome.PASSED}
    assert services.ask_for_copies() == 0
    services.set_aside(hold=hold, item=there, by=None)
    hold.refresh_from_db()
    assert hold.state == HoldState.IN_TRANSIT
    assert not queries.queue_of(record).filter(stuck_at__isnull=False).exists()


@pytest.mark.django_db
def test_a_hold_without_any_copy_left_is_noted_for_a_librarian(
    a_small_consortium: SmallConsortium, readers: Readers
) -> None:
    loan = a_loan(readers.of_main, a_small_consortium.main)
    hold = a_hold(readers.of_a, loan.item.holding.record, a_small_consortium.a)
    services.ask_for_copies()
    hold.refresh_from_db()
    assert hold.stuck_at is None, "it is out and will come back"
    services.lose(loan=loan, by=None)
    services.ask_for_copies()
    hold.refresh_from_db()
    assert hold.stuck_at is not None


@pytest.mark.django_db
def test_the_urgent_are_served_first_in_their_order_and_only_by_a_librarians_word(
    a_small_consortium: SmallConsortium, readers: Readers
) -> None:
    main, record = a_small_consortium.main, a_title(a_small_consortium.main)
    usual = [a_hold(a_patron(main), record, main) for _number in range(3)]
    with pytest.raises(errors.ReasonNeeded):
        services.make_urgent(hold=usual[2], reason=" ", by=a_small_consortium.manager)
    with pytest.raises(NotAllowed):
        services.make_urgent(hold=usual[2], reason="会诊", by=a_small_consortium.outsider)
    services.make_urgent(hold=usual[2], reason="明早会诊", by=a_small_consortium.manager)
    services.make_urgent(hold=usual[1], reason="抢救", by=a_small_consortium.manager)
    order = list(queries.queue_of(record).values_list("pk", flat=True))
    assert order == [usual[2].pk, usual[1].pk, usual[0].pk]
    (pick,) = picking.pick_list(main)
    services.set_aside(hold=pick.hold, item=pick.item, by=None)
    assert pick.hold == usual[2]
    services.put_back(hold=usual[2], by=None, reason="放错")
    assert list(queries.queue_of(record).values_list("pk", flat=True)) == order
    assert list(queries.queue_of(record).values_list("position", flat=True)) == [1, 2, 3]


@pytest.mark.django_db
def test_a_paused_hold_is_passed_over_and_keeps_its_place(
    a_small_consortium: SmallConsortium, readers: Readers
) -> None:
    main, record = a_small_consortium.main, a_title()
    copy = a_copy(record, main)
    first = a_hold(readers.of_main, record, main)
    services.pause(hold=first, until=clock.today() + timedelta(days=10))
    assert picking.pick_list(main) == []
    assert services.check_in(item=copy, library=main, by=None).hold is None
    second = a_hold(readers.of_a, record, main)
    seen = services.check_in(item=copy, library=main, by=None)
    assert seen.hold == second
    first.refresh_from_db()
    assert first.position == 1
    services.pause(hold=first, until=None)
    services.put_back(hold=second, by=None, reason="试")
    (pick,) = picking.pick_list(main)
    assert pick.hold == second, "who was served already comes first"
    with pytest.raises(errors.PauseUnfit):
        services.pause(hold=first, until=date(2099, 1, 1))


@pytest.mark.django_db
def test_a_hold_for_a_copy_that_left_the_stock_takes_any_other(
    a_small_consortium: SmallConsortium, readers: Readers
) -> None:
    record = a_title()
    wanted, other = a_copy(record, a_small_consortium.main), a_copy(record, a_small_consortium.main)
    hold = services.place(
        patron=readers.of_main,
        record=record,
        pickup_library=a_small_consortium.main,
        source="desk",  # type: ignore[arg-type]
        wanted_item=wanted,
    )
    assert services.check_in(item=other, library=a_small_consortium.main, by=None).hold is None
    assert services.retarget(item=wanted) == 1
    assert services.check_in(item=other, library=a_small_consortium.main, by=None).hold == hold


@pytest.mark.django_db
def test_what_nobody_fetched_is_on_the_list_until_it_was_scanned(
    a_small_consortium: SmallConsortium, readers: Readers
) -> None:
    from xinglin.circulation.console.holds import TO_CLEAR

    record = a_title()
    copy = a_copy(record, a_small_consortium.main)
    hold = a_hold(readers.of_main, record, a_small_consortium.main)
    services.set_aside(hold=hold, item=copy, by=None)
    services.cancel(hold=hold)
    assert list(Hold.objects.filter(TO_CLEAR)) == [hold]
    services.check_in(item=copy, library=a_small_consortium.main, by=None)
    assert not Hold.objects.filter(TO_CLEAR).exists()
