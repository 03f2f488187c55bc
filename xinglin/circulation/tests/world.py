"""A small world in which anything may be done in any order, and what must hold of it whatever was done."""

import random
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import timedelta

from django.db import transaction
from django.db.models import Sum

from xinglin.catalog.lifecycle import Condition
from xinglin.catalog.models import Item, Record
from xinglin.circulation import queries, services
from xinglin.circulation.lifecycle import CAPTURED, OPEN, OPEN_LOANS, FeeState, HoldState, LoanState
from xinglin.circulation.models import (
    Fee,
    FeeKind,
    Hold,
    HoldSource,
    Loan,
    Payment,
    PickRequest,
    Suspension,
    Transit,
)
from xinglin.circulation.picking import picks_of, waiting_holds
from xinglin.circulation.services.capturing import next_for
from xinglin.circulation.status import facts_of
from xinglin.circulation.terms import Penalty, Terms
from xinglin.circulation.tests.factories import a_copy, a_title
from xinglin.commons import clock
from xinglin.commons.errors import Refusal
from xinglin.consortium.models import Library
from xinglin.consortium.tests.factories import a_library
from xinglin.patrons.models import Patron
from xinglin.patrons.tests.factories import a_patron

LIMIT, LIMIT_ANYWHERE, HOLDS = 2, 3, 2


@dataclass
class World:
    """Three libraries with rules of their own, readers of each, two titles with copies here and there."""

    libraries: list[Library]
    readers: list[Patron]
    records: list[Record]
    items: list[Item]
    cash_fen: int = 0
    numbers: list[int] = field(default_factory=list)

    @classmethod
    def made(cls) -> "World":
        libraries = [a_library() for _number in range(3)]
        for library, penalty in zip(libraries, (Penalty.FINE, Penalty.SUSPENSION, Penalty.NONE), strict=True):
            terms = Terms(
                penalty=penalty,
                loans_most=LIMIT,
                loans_most_anywhere=LIMIT_ANYWHERE,
                holds_most=HOLDS,
                holds_most_anywhere=HOLDS,
                owed_most_fen=10_000,
                loan_length=7,
                recall_kept_days=2,
                recall_days=1,
            )
            services.add_rule(library=library, terms=terms, by=None)
        # What the first library owns stays in the second when it is brought back there.
        services.let_float(owner=libraries[0], stays_in=libraries[1], by=None)
        records = [a_title(), a_title()]
        items = [a_copy(records[number % 2], libraries[number % 3]) for number in range(5)]
        readers = [a_patron(libraries[number % 3]) for number in range(4)]
        world = cls(libraries, readers, records, items)
        # Something is out and somebody waits, as on any morning.
        for deed, who, which in (
            ("lend", 0, 0),
            ("lend", 1, 1),
            ("lend", 0, 2),
            ("place", 2, 0),
            ("place", 3, 1),
        ):
            world.do(deed, who, which, who)
        return world

    def do(self, deed: str, who: int, which: int, where: int) -> object:
        """Do one deed; a refusal is an allowed outcome."""
        patron, library = self.readers[who % 4], self.libraries[where % 3]
        item = Item.objects.select_related("holding__record", "library").get(pk=self.items[which % 5].pk)
        try:
            return DEEDS[deed](self, patron, item, library)
        except Refusal as refusal:
            return refusal

    def do_at_random(self, seed: int, count: int) -> None:
        """Do so many deeds, the same for the same seed."""
        chance = random.Random(seed)
        names = [name for name in WEIGHTED if name not in ALONE]
        for _step in range(count):
            self.do(chance.choice(names), chance.randrange(4), chance.randrange(5), chance.randrange(3))


def _loan_of(item: Item) -> Loan:
    """The loan of a copy; where there is none that is open, another one that is."""
    loans = Loan.objects.order_by("pk")
    loan = (
        loans.filter(item=item, state__in=OPEN_LOANS).first()
        or loans.filter(state__in=OPEN_LOANS).first()
        or loans.last()
    )
    if loan is None:
        raise Refusal("nothing was lent")
    return loan


def _hold_of(patron: Patron, *states: HoldState) -> Hold:
    """A reader's hold in one of these states; where there is none, another reader's."""
    holds = Hold.objects.filter(state__in=states or OPEN).order_by("pk")
    hold = holds.filter(patron=patron).first() or holds.first()
    if hold is None:
        raise Refusal("nothing was reserved")
    return hold


def _fee_of(patron: Patron, **of: object) -> Fee:
    fees = Fee.objects.filter(state=FeeState.OPEN, **of)
    fee = fees.filter(patron=patron).first() or fees.first()
    if fee is None:
        raise Refusal("nothing is owed")
    return fee


def _lend(world: World, patron: Patron, item: Item, library: Library) -> object:
    return services.lend(patron=patron, item=item, library=library, by=None)


def _check_in(world: World, patron: Patron, item: Item, library: Library) -> object:
    result = services.check_in(item=item, library=library, by=None)
    world.cash_fen -= result.refunded_fen
    return result


def _place(world: World, patron: Patron, item: Item, library: Library, **more: str) -> object:
    return services.place(
        patron=patron,
        record=item.holding.record,
        pickup_library=library,
        source=HoldSource.H5,
        wanted_item=item if item.pk % 3 == 0 else None,
        **more,  # type: ignore[arg-type]
    )


def _pay(world: World, patron: Patron, item: Item, library: Library) -> object:
    fee = _fee_of(patron)
    amount = max(1, fee.owed_fen // 2)
    services.pay(fee=fee, amount_fen=amount, by=None)
    world.cash_fen += amount
    return fee


def _pick(world: World, patron: Patron, item: Item, library: Library) -> object:
    picks = picks_of(waiting_holds([item.holding.record_id]))
    if not picks:
        raise Refusal("nothing to pick")
    return services.set_aside(hold=picks[0].hold, item=picks[0].item, by=None)


def _replace(world: World, patron: Patron, item: Item, library: Library) -> object:
    world.numbers.append(1)
    return services.accept_replacement(
        fee=_fee_of(patron, kind=FeeKind.LOST), barcode=f"R{item.pk}-{len(world.numbers)}", by=None
    )


def _days_pass(world: World, patron: Patron, item: Item, library: Library) -> object:
    clock.move(timedelta(days=1 + item.pk % 9))
    services.expire_unfetched()
    return services.ask_for_copies()


DEEDS: dict[str, Callable[[World, Patron, Item, Library], object]] = {
    "lend": _lend,
    "check_in": _check_in,
    "renew": lambda world, patron, item, library: services.renew(loan=_loan_of(item)),
    "recall": lambda world, patron, item, library: services.recall(loan=_loan_of(item), reason="急", by=None),
    "lose": lambda world, patron, item, library: services.lose(loan=_loan_of(item), by=None),
    "claim": lambda world, patron, item, library: services.claim_returned(loan=_loan_of(item), by=None),
    "damage": lambda world, patron, item, library: services.mark_damaged(
        item=item, library=library, by=None, reason="水渍", fee_fen=500
    ),
    "place": _place,
    "place_urgent": lambda world, patron, item, library: _place(
        world, patron, item, library, urgent_reason="会诊"
    ),
    "make_urgent": lambda world, patron, item, library: services.make_urgent(
        hold=_hold_of(patron, HoldState.WAITING), reason="会诊", by=None
    ),
    "pause": lambda world, patron, item, library: services.pause(
        hold=_hold_of(patron, HoldState.WAITING), until=clock.today() + timedelta(days=item.pk % 5)
    ),
    "cancel": lambda world, patron, item, library: services.cancel(hold=_hold_of(patron)),
    "arrive": lambda world, patron, item, library: services.arrive(
        hold=_hold_of(patron, HoldState.IN_TRANSIT), by=None
    ),
    "put_back": lambda world, patron, item, library: services.put_back(
        hold=_hold_of(patron, *CAPTURED), by=None, reason="放错"
    ),
    "hand_over": lambda world, patron, item, library: services.hand_over(
        hold=_hold_of(patron, HoldState.READY), by=None
    ),
    "pick": _pick,
    "ask": lambda world, patron, item, library: services.ask_for_copies(),
    "not_there": lambda world, patron, item, library: services.not_on_the_shelf(item=item, by=None),
    "send": lambda world, patron, item, library: services.send(item=item, to=library, reason="home", by=None),  # type: ignore[arg-type]
    "pay": _pay,
    "waive": lambda world, patron, item, library: services.waive(fee=_fee_of(patron), reason="免", by=None),
    "replace": _replace,
    "days_pass": _days_pass,
}
# How often: desks lend and take back all day, and a copy is lost once a month.
OFTEN = {
    "check_in": 6,
    "lend": 5,
    "place": 4,
    "pick": 3,
    "place_urgent": 2,
    "pay": 2,
    "hand_over": 2,
    "renew": 2,
}
WEIGHTED = [name for name in DEEDS for _time in range(OFTEN.get(name, 1))]
# Not by two clients at once: the clock is the house's, and an idle fee is whoever's.
ALONE = ("days_pass", "pay", "replace", "waive")


def what_must_hold(world: World) -> None:
    """Raise AssertionError when the facts disagree.

    Each table is read once and counted here: this is asked after every deed of every sequence.
    """
    items = list(
        Item.objects.filter(holding__record__in=world.records).select_related("holding__record", "library")
    )
    for facts in facts_of(items).values():
        assert facts.item.in_use == (not facts.is_free), facts
        assert facts.item.library_id == facts.item.holding.library_id, "in one library, in another's holdings"
        assert not (facts.loan and facts.transit), "in somebody's hands and on the road"
        assert not (facts.loan and facts.hold), "in somebody's hands and kept for somebody"
        if facts.hold is not None and facts.transit is not None:
            assert facts.hold.pickup_library_id == facts.transit.to_library_id
    loans = list(Loan.objects.filter(state__in=OPEN_LOANS).values_list("item", "patron", "library"))
    holds = list(Hold.objects.filter(state__in=OPEN).values_list("item", "patron", "state"))
    transits = Transit.objects.filter(received_at=None).values_list("item", flat=True)
    assert _most(item for item, _patron, _library in loans) <= 1
    assert _most(transits) <= 1
    assert _most(item for item, _patron, state in holds if state in CAPTURED) <= 1
    assert _most(patron for _item, patron, _library in loans) <= LIMIT_ANYWHERE
    assert _most((patron, library) for _item, patron, library in loans) <= LIMIT
    assert _most(patron for _item, patron, _state in holds) <= HOLDS
    for record in world.records:
        _queue_is_sound(record)
        _nobody_is_forgotten(record, items)
    _money_adds_up(world)


def _most(things: Iterable[object]) -> int:
    """Return how often what is there most often is there."""
    return max(Counter(things).values(), default=0)


def _queue_is_sound(record: Record) -> None:
    queue = list(queries.queue_of(record))
    assert [hold.position for hold in queue] == list(range(1, len(queue) + 1)), "gaps"
    assert [hold.urgent for hold in queue] == sorted((hold.urgent for hold in queue), reverse=True)
    open_by_reader = list(Hold.objects.filter(record=record, state__in=OPEN).values_list("patron", flat=True))
    assert len(open_by_reader) == len(set(open_by_reader)), "a doubled request has two effects"
    asked = PickRequest.objects.filter(ended_at=None, hold__record=record)
    assert len({request.item_id for request in asked}) == len(asked)


def _nobody_is_forgotten(record: Record, items: list[Item]) -> None:
    """A copy that is free, and would do for somebody who waits, is on some library's pick list."""
    waiting = list(waiting_holds([record.pk]))
    picks = picks_of(waiting)
    picked, served = {pick.item.pk for pick in picks}, {pick.hold.pk for pick in picks}
    for item in items:
        if item.holding.record_id != record.pk or not item.available or item.pk in picked:
            continue
        for hold in waiting:
            tried = hold.picks.filter(item=item, round=hold.rounds).exclude(outcome="dropped").exists()
            fits = hold.wanted_item_id in (None, item.pk) and not tried
            assert not fits or hold.pk in served, f"{hold.pk} could have {item.pk}"


def _money_adds_up(world: World) -> None:
    fees = Fee.objects.filter(patron__in=world.readers)
    all_fees = list(fees)
    for fee in all_fees:
        assert 0 <= fee.paid_fen <= fee.amount_fen
        assert (fee.owed_fen == 0) == (fee.state != FeeState.OPEN)
    paid = fees.exclude(state=FeeState.REFUNDED).aggregate(paid=Sum("paid_fen"))["paid"] or 0
    assert paid == world.cash_fen, "what lies in the till is what was paid and not given back"
    taken = Payment.objects.filter(fee__in=fees).aggregate(taken=Sum("amount_fen"))["taken"] or 0
    assert taken == world.cash_fen, "and what the payments say"
    assert _most(fee.loan_id for fee in all_fees if fee.kind == FeeKind.LOST) <= 1
    assert _most(Suspension.objects.values_list("loan", flat=True)) <= 1
    lost = Loan.objects.filter(patron__in=world.readers, state=LoanState.LOST)
    assert all(loan.closed_at is not None for loan in lost)


def was_passed_over(result: object) -> bool:
    """Whether a copy that was just taken in is free although somebody waits for it."""
    if not isinstance(result, services.CheckIn):
        return False
    item = Item.objects.select_related("holding__record", "library").get(pk=result.item.pk)
    if not item.available or item.condition != Condition.ON_SHELF:
        return False
    with transaction.atomic():
        return next_for(item) is not None
