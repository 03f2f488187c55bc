"""Whatever happens in whatever order: the queue has no gaps, copies are kept once, and two clients do not fight."""

from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from xinglin.catalog.models import Item, Record
from xinglin.circulation import queries, services
from xinglin.circulation.lifecycle import CAPTURED, OPEN, HoldState
from xinglin.circulation.models import Hold, HoldSource
from xinglin.circulation.tests.factories import a_copy, a_hold, a_title
from xinglin.circulation.tests.racing import at_once
from xinglin.commons.errors import Refusal
from xinglin.consortium.tests.cast import SmallConsortium
from xinglin.consortium.tests.factories import a_library
from xinglin.patrons.models import Patron
from xinglin.patrons.tests.cast import Readers
from xinglin.patrons.tests.factories import a_patron

DEEDS = st.tuples(
    st.sampled_from(["place", "cancel", "set_aside", "arrive", "hand_over", "put_back"]),
    st.integers(0, 3),  # which reader, or which open hold
    st.integers(0, 1),  # which copy
)


def invariants_hold(record: Record, items: list[Item]) -> None:
    waiting = list(queries.queue_of(record).values_list("position", flat=True))
    assert waiting == list(range(1, len(waiting) + 1))
    kept = Hold.objects.filter(state__in=CAPTURED).values_list("item_id", flat=True)
    assert len(set(kept)) == len(kept)
    for item in items:
        item.refresh_from_db()
        if item.pk in kept:
            assert not item.available
    for patron in Patron.objects.all():
        assert Hold.objects.filter(patron=patron, record=record, state__in=OPEN).count() <= 1


@pytest.mark.django_db(transaction=True)
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(DEEDS, max_size=25))
def test_no_order_of_deeds_breaks_the_queue(db: None, deeds: list[tuple[str, int, int]]) -> None:
    main, branch = a_library(), a_library()
    record = a_title()
    items = [a_copy(record, main), a_copy(record, branch)]
    people = [a_patron(main) for _number in range(4)]
    for deed, who, which in deeds:
        try:
            _do(deed, record, items[which], people[who], who)
        except Refusal:
            pass  # refused is an allowed outcome; what must hold is checked below
        invariants_hold(record, items)


def _do(deed: str, record: Record, item: Item, patron: Patron, number: int) -> None:
    if deed == "place":
        services.place(patron=patron, record=record, pickup_library=item.library, source=HoldSource.CHAT)
        return
    holds = list(Hold.objects.filter(record=record, state__in=OPEN).order_by("pk"))
    if not holds:
        return
    hold = holds[number % len(holds)]
    steps: dict[str, Callable[[], object]] = {
        "cancel": lambda: services.cancel(hold=hold),
        "set_aside": lambda: services.set_aside(hold=hold, item=item, by=None, out_of_turn="试"),
        "arrive": lambda: services.arrive(hold=hold, by=None),
        "hand_over": lambda: services.hand_over(hold=hold, by=None),
        "put_back": lambda: services.put_back(hold=hold, by=None, reason="试"),
    }
    steps[deed]()


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_eight_readers_who_ask_at_once_get_eight_places(a_small_consortium: SmallConsortium) -> None:
    record = a_title(a_small_consortium.main)
    people = [a_patron(a_small_consortium.main) for _number in range(8)]
    at_once(*[lambda patron=patron: a_hold(patron, record, a_small_consortium.main) for patron in people])
    assert list(queries.queue_of(record).values_list("position", flat=True)) == list(range(1, 9))


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_two_phones_of_one_reader_get_one_hold(a_small_consortium: SmallConsortium, readers: Readers) -> None:
    record = a_title(a_small_consortium.main)
    results = at_once(*[lambda: a_hold(readers.of_a, record, a_small_consortium.a)] * 2)
    assert sum(isinstance(result, Hold) for result in results) == 1
    assert Hold.objects.filter(record=record).count() == 1


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_one_copy_scanned_at_two_desks_is_kept_for_one_reader(
    a_small_consortium: SmallConsortium, readers: Readers
) -> None:
    record = a_title()
    copy = a_copy(record, a_small_consortium.main)
    holds = [a_hold(patron, record, a_small_consortium.main) for patron in (readers.of_main, readers.of_a)]
    results = at_once(
        *[
            lambda hold=hold: services.set_aside(hold=hold, item=copy, by=None, out_of_turn="急用")
            for hold in holds
        ]
    )
    assert sum(isinstance(result, Hold) for result in results) == 1
    assert Hold.objects.filter(state=HoldState.READY).count() == 1
