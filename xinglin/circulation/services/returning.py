"""Taking a copy back, at any desk of the consortium."""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from xinglin.catalog.lifecycle import Condition
from xinglin.catalog.models import Item
from xinglin.catalog.services import change_condition
from xinglin.circulation.events import LoanReturned
from xinglin.circulation.lateness import Cost, cost_of
from xinglin.circulation.lifecycle import LOAN_MOVES, HoldState, LoanState
from xinglin.circulation.models import Amnesty, Fee, FeeKind, Hold, Loan, Suspension, Transit, TransitReason
from xinglin.circulation.services.amnesty import amnesty_on
from xinglin.circulation.services.capturing import (
    back_to_the_queue,
    capture,
    move,
    next_for,
    put_on_the_shelf,
)
from xinglin.circulation.services.copies import be_at, locked_item, receive, send_off, settle
from xinglin.circulation.services.dues import bill, give_back_price_of
from xinglin.circulation.services.floating import settle_down, stay_of
from xinglin.circulation.ties import Ties, ties_of
from xinglin.commons import clock, history
from xinglin.commons.bulletin import announce
from xinglin.consortium import access
from xinglin.consortium.models import Library, Staff
from xinglin.consortium.queries import timetables_of

# Turning up on a desk, such a copy is found.
GONE = (Condition.LOST, Condition.MISSING, Condition.CLAIMED_RETURNED)
NO_COST = Cost()


class Next(Enum):
    """What the desk does with the copy in its hand."""

    SHELF = "shelf"
    HOLD_SHELF = "hold_shelf"
    BOX = "box"
    REPAIR = "repair"
    CATALOGUING = "cataloguing"


@dataclass(frozen=True)
class Charge:
    """What a return cost its reader."""

    cost: Cost = NO_COST
    fee: Fee | None = None
    suspension: Suspension | None = None
    amnesty: Amnesty | None = None


@dataclass(frozen=True)
class CheckIn:
    """What came of scanning a copy, and where it goes now."""

    item: Item
    library: Library
    next: Next
    loan: Loan | None = None
    charge: Charge = Charge()
    hold: Hold | None = None
    transit: Transit | None = None
    was_gone: bool = False
    # It stays here although it belonged elsewhere (浮动馆藏), or came home: where it had been, in the catalogue.
    moved_from: Library | None = None
    refunded_fen: int = 0


@transaction.atomic
def check_in(*, item: Item, library: Library, by: Staff | None, at: datetime | None = None) -> CheckIn:
    """Take a copy in at a library, lent or not; ``at`` dates back what lay in the book drop.

    The order matters and is that of Koha and Evergreen (library systems sheet 4.1): the loan is closed and
    charged; the copy is here, even if nobody had it; its way ends, and in the wrong library goes on; what
    was lost is found; the first waiting reader gets it; else it stays where a rule lets it float, or goes
    home. Nobody is told of a copy that is still on the road, and no copy is free before the readers who wait
    were asked.

    Raises ``NotAllowed``.
    """
    access.require(by, "circulation.check_in", library.pk)
    item = locked_item(item)
    ties = ties_of(item)
    loan = _loan_to_close(item, ties)
    returned_at = min(at or clock.now(), clock.now())
    charge = _close(loan, returned_at, library, by) if loan is not None else Charge()
    be_at(item, library, ties)
    arrived = receive(library, ties, by)
    was_gone = item.condition in GONE
    refunded = _find(item, library, by) if was_gone else 0
    before = item.library_id
    where, hold, transit = _route(item, library, ties, arrived, by)
    settle(item)
    moved = Library.objects.get(pk=before) if item.library_id != before else None
    if item.library_id == library.pk:
        item.library = library
    if loan is not None:
        announce(LoanReturned(loan_id=loan.pk, item_id=item.pk))
    return CheckIn(item, library, where, loan, charge, hold, transit, was_gone, moved, refunded)


def charge_lateness(loan: Loan, *, until: datetime, also_open_in: Library | None) -> Charge:
    """Charge for lateness up to a moment, by the terms under which the copy was lent; once for a due date.

    On a day of an amnesty nothing is charged, and what would have been stands in the loan's history.
    """
    returned_at = min(until, loan.claimed_at) if loan.claimed_at else until
    if returned_at <= loan.due_at:
        return Charge()
    libraries = {loan.library_id, also_open_in.pk if also_open_in else loan.library_id}
    cost = cost_of(
        loan.terms,
        due_at=loan.due_at,
        returned_at=returned_at,
        price_fen=loan.item.price_fen if loan.item.price_fen is not None else loan.terms.price_fen,
        timetables=timetables_of(libraries, since=clock.local(loan.due_at).date()).values(),
    )
    forgiven = amnesty_on(clock.local(until).date(), library_id=loan.library_id)
    if forgiven is not None and cost.units_charged:
        history.record(
            loan,
            "forgive_lateness",
            by=str(_("系统")),
            changes={"days": cost.units_charged, "fine_fen": cost.fine_fen, "amnesty": forgiven.pk},
            reason=forgiven.reason,
        )
        return Charge(Cost(units_late=cost.units_late), amnesty=forgiven)
    fee = bill(
        loan,
        kind=FeeKind.OVERDUE,
        amount_fen=cost.fine_fen,
        cause=f"{clock.local(loan.due_at):%Y-%m-%dT%H:%M}",
        explanation=str(_("逾期 %(units)d，计 %(charged)d"))
        % {"units": cost.units_late, "charged": cost.units_charged},
    )
    return Charge(cost, fee, _suspend(loan, cost, until))


def _suspend(loan: Loan, cost: Cost, since: datetime) -> Suspension | None:
    if cost.suspended_until is None or loan.patron is None:
        return None
    suspension, _created = Suspension.objects.get_or_create(
        loan=loan,
        defaults={
            "patron": loan.patron,
            "library": loan.library,
            "late_days": cost.units_charged,
            "since": clock.local(since).date(),
            "until": cost.suspended_until,
        },
    )
    return suspension


def _loan_to_close(item: Item, ties: Ties) -> Loan | None:
    """Return the open loan of a copy, locked; its reader and its terms are asked for when it is late."""
    if ties.loan is None:
        return None
    loan = Loan.objects.select_for_update(of=("self",)).get(pk=ties.loan)
    loan.item = item
    return loan


def _close(loan: Loan, returned_at: datetime, library: Library, by: Staff | None) -> Charge:
    charge = charge_lateness(loan, until=returned_at, also_open_in=library)
    loan.state = LOAN_MOVES[LoanState(loan.state), "return"][0]
    loan.closed_at, loan.returned_to = max(returned_at, loan.lent_at), library
    loan.save(update_fields=["state", "closed_at", "returned_to"])
    history.record(loan, "return", by=by.user if by else None, changes={"library": library.code})
    return charge


def _find(item: Item, library: Library, by: Staff | None) -> int:
    """Note that a copy which was gone is here, and give back its price once."""
    lost = Loan.objects.filter(item=item, state=LoanState.LOST).select_related("rule").order_by("-closed_at")
    change_condition(item=item, deed="find", by=None, reason=str(_("还书时找到")))
    item.refresh_from_db()
    loan = lost.first()
    if loan is None or not loan.terms.refund_found:
        return 0
    return give_back_price_of(loan, library=library, by=by)


def _route(
    item: Item, library: Library, ties: Ties, arrived: Transit | None, by: Staff | None
) -> tuple[Next, Hold | None, Transit | None]:
    """Decide where a copy goes from here."""
    if item.condition in (Condition.WITHDRAWN, Condition.ON_ORDER, Condition.IN_PROCESS):
        return Next.CATALOGUING, None, None
    if arrived is not None and arrived.reason == TransitReason.REPAIR:
        if arrived.to_library_id == library.pk:
            return Next.REPAIR, None, None
        onward = send_off(
            item, start=library, to=arrived.to_library, reason=TransitReason.REPAIR, hold=None, by=by
        )
        return Next.BOX, None, onward
    if ties.hold is not None:
        return _on_its_way(_kept(ties.hold), item, library, by)
    hold = next_for(item) if ties.is_wanted else None
    if hold is not None:
        transit = capture(hold, item, place=library, by=by)
        return (Next.BOX if transit else Next.HOLD_SHELF), hold, transit
    if library.pk != item.library_id:
        if _may_settle(item, library, arrived) and (stay := stay_of(item, library)) is not None:
            settle_down(item, library, stay, by=by)
            return Next.SHELF, None, None
        home = send_off(item, start=library, to=item.library, reason=TransitReason.HOME, hold=None, by=by)
        return Next.BOX, None, home
    return (Next.SHELF if item.condition == Condition.ON_SHELF else Next.REPAIR), None, None


def _may_settle(item: Item, library: Library, arrived: Transit | None) -> bool:
    """Whether floating is asked at all: what came out of the wrong box goes on to where it was sent (sheet 4.1)."""
    return item.condition == Condition.ON_SHELF and (arrived is None or arrived.to_library_id == library.pk)


def _kept(pk: int) -> Hold:
    return (
        Hold.objects.select_for_update(of=("self",))
        .select_related("record", "patron__category", "patron__home_library", "pickup_library", "item")
        .get(pk=pk)
    )


def _on_its_way(
    hold: Hold, item: Item, library: Library, by: Staff | None
) -> tuple[Next, Hold | None, Transit | None]:
    """Go on with a copy that is kept for a reader: it has arrived, is on its shelf, or is in the wrong place."""
    if hold.pickup_library_id == library.pk:
        if hold.state == HoldState.IN_TRANSIT:
            move(hold, "arrive")
            put_on_the_shelf(hold)
            hold.save()
            history.record(hold, "arrive", by=by.user if by else None)
        return Next.HOLD_SHELF, hold, None
    if hold.state == HoldState.READY:
        # Carried off from the hold shelf: the reader is first again, and the copy is sent once more.
        back_to_the_queue(hold, by=by, reason=str(_("在别的馆被扫描")))
        return Next.BOX, hold, capture(hold, item, place=library, by=by)
    onward = send_off(
        item, start=library, to=hold.pickup_library, reason=TransitReason.HOLD, hold=hold, by=by
    )
    return Next.BOX, hold, onward
