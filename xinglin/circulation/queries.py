"""What is read of circulation by more than one caller."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q, QuerySet

from xinglin.catalog.lifecycle import Condition
from xinglin.catalog.models import Item, Record
from xinglin.catalog.models.holdings import STAYS_IN_THE_LIBRARY
from xinglin.circulation.lifecycle import OPEN, OPEN_LOANS, FeeState, HoldState
from xinglin.circulation.models import (
    BranchSystem,
    CirculationRule,
    Device,
    DeviceMessage,
    Fee,
    Hold,
    Loan,
    Suspension,
    Transit,
)
from xinglin.circulation.rules import Case, Match, match
from xinglin.consortium import access
from xinglin.consortium.models import Library, Staff
from xinglin.patrons.models import Patron

# A copy in one of these conditions will not come back to the shelf by itself.
GONE = (Condition.LOST, Condition.MISSING, Condition.WITHDRAWN, Condition.CLAIMED_RETURNED)


def rules_in_force() -> QuerySet[CirculationRule]:
    """Return the rules that hold today; there are few, and all are read at once."""
    return CirculationRule.objects.filter(retired_at=None).select_related(
        "library", "home_library", "category"
    )


def terms_for(case: Case) -> Match:
    """Return the terms that hold for a case today, and why."""
    return match(case, rules_in_force())


def holds_visible_to(staff: Staff) -> QuerySet[Hold]:
    """Return the holds that are fetched in a library of this librarian, or are of its own readers."""
    libraries = access.libraries_of(staff, "circulation.view_hold")
    return Hold.objects.filter(
        Q(pickup_library__in=libraries) | Q(patron__home_library__in=libraries)
    ).select_related("record", "patron", "patron__home_library", "pickup_library", "item", "item__library")


def open_holds_of(patron: Patron) -> QuerySet[Hold]:
    """Return a reader's own open holds, those that can be fetched first."""
    return (
        Hold.objects.filter(patron=patron, state__in=OPEN)
        .select_related("record", "pickup_library", "item")
        .order_by("kept_until", "-placed_at")
    )


def loans_visible_to(staff: Staff) -> QuerySet[Loan]:
    """Return the loans made in a library of this librarian, of its own copies, or of its own readers."""
    libraries = access.libraries_of(staff, "circulation.view_loan")
    return _with_loan_names(
        Loan.objects.filter(
            Q(library__in=libraries) | Q(home_library__in=libraries) | Q(patron__home_library__in=libraries)
        )
    )


def open_loans_of(patron: Patron) -> QuerySet[Loan]:
    """Return what a reader has in hand, what is due first at the top."""
    return _with_loan_names(Loan.objects.filter(patron=patron, state__in=OPEN_LOANS)).order_by("due_at", "pk")


def past_loans_of(patron: Patron) -> QuerySet[Loan]:
    """Return what a reader has brought back, as far as it is still known."""
    past = Loan.objects.filter(patron=patron).exclude(state__in=OPEN_LOANS)
    return _with_loan_names(past).order_by("-closed_at", "-pk")


def most_borrowed(*, since: datetime, size: int) -> list[tuple[int, int]]:
    """Return the records lent most often since then, each with how often, in one query."""
    counted = Loan.objects.filter(lent_at__gte=since).order_by().values("item__holding__record")
    rows = counted.annotate(times=Count("pk")).order_by("-times", "item__holding__record")[:size]
    return [(row["item__holding__record"], row["times"]) for row in rows]


def _with_loan_names(loans: QuerySet[Loan]) -> QuerySet[Loan]:
    return loans.select_related(
        "patron__home_library", "item__holding__record", "item__library", "library", "rule"
    )


def transits_visible_to(staff: Staff) -> QuerySet[Transit]:
    """Return what goes out of, or comes into, a library of this librarian."""
    libraries = access.libraries_of(staff, "circulation.view_transit")
    return Transit.objects.filter(Q(from_library__in=libraries) | Q(to_library__in=libraries)).select_related(
        "item__holding__record", "item__library", "from_library", "to_library", "hold__patron"
    )


def fees_visible_to(staff: Staff) -> QuerySet[Fee]:
    """Return the fees of a library of this librarian, and those of its own readers elsewhere.

    What a reader owes a third library is not seen (dp2 issue 941, case 12.5).
    """
    libraries = access.libraries_of(staff, "circulation.view_fee")
    return Fee.objects.filter(
        Q(library__in=libraries) | Q(patron__home_library__in=libraries)
    ).select_related("patron", "library", "item__holding__record", "loan")


def suspensions_visible_to(staff: Staff) -> QuerySet[Suspension]:
    """Return the suspensions of a library of this librarian, and of its own readers."""
    libraries = access.libraries_of(staff, "circulation.view_fee")
    return Suspension.objects.filter(
        Q(library__in=libraries) | Q(patron__home_library__in=libraries)
    ).select_related("patron", "library", "loan__item__holding__record")


def open_fees_of(patron: Patron) -> QuerySet[Fee]:
    """Return what a reader owes."""
    return Fee.objects.filter(patron=patron, state=FeeState.OPEN).select_related(
        "library", "item__holding__record"
    )


def rules_visible_to(staff: Staff) -> QuerySet[CirculationRule]:
    """Return all rules, retired ones too: on what terms the others lend is no secret."""
    if not access.may_anywhere(staff, "circulation.view_rule"):
        return CirculationRule.objects.none()
    return CirculationRule.objects.select_related("library", "home_library", "category", "made_by__user")


def queue_of(record: Record) -> QuerySet[Hold]:
    """Return the waiting holds of a title in their order."""
    return (
        Hold.objects.filter(record=record, state=HoldState.WAITING)
        .select_related("patron")
        .order_by("position")
    )


def lendable_items(record: Record) -> QuerySet[Item]:
    """Return the copies of a title that are lent at all, now or later."""
    return (
        Item.objects.filter(holding__record=record)
        .exclude(condition__in=GONE)
        .exclude(item_type__in=STAYS_IN_THE_LIBRARY)
    )


def free_items(record: Record) -> QuerySet[Item]:
    """Return the copies that stand on a shelf now and may be lent."""
    return lendable_items(record).filter(available=True).select_related("library", "holding")


@dataclass(frozen=True)
class Pick:
    """One line of a library's pick list: fetch this copy, for that reader."""

    hold: Hold
    item: Item


def pick_list(library: Library) -> list[Pick]:
    """Return what a library's staff should fetch from the shelves now, one copy for each waiting reader.

    In each title the readers are served in turn; a copy at the pickup library is taken before another
    (library systems sheet 4.2.4 a).
    """
    records = Item.objects.filter(library=library, available=True).values("holding__record")
    waiting = (
        Hold.objects.filter(state=HoldState.WAITING, record__in=records)
        .select_related("record", "patron", "pickup_library")
        .order_by("record", "position")
    )
    free = _free_by_record({hold.record_id for hold in waiting})
    picks = [(hold, _take(free.get(hold.record_id, []), hold)) for hold in waiting]
    return [Pick(hold, item) for hold, item in picks if item is not None and item.library_id == library.pk]


def _free_by_record(records: set[int]) -> dict[int, list[Item]]:
    items = (
        Item.objects.filter(holding__record__in=records, available=True)
        .exclude(item_type__in=STAYS_IN_THE_LIBRARY)
        .select_related("holding", "library")
        .order_by("pk")
    )
    free: dict[int, list[Item]] = {}
    for item in items:
        free.setdefault(item.holding.record_id, []).append(item)
    return free


def _take(free: list[Item], hold: Hold) -> Item | None:
    fitting = [item for item in free if hold.wanted_item_id in (None, item.pk)]
    if not fitting:
        return None
    taken = min(fitting, key=lambda item: item.library_id != hold.pickup_library_id)
    free.remove(taken)
    return taken


def devices_visible_to(staff: Staff) -> QuerySet[Device]:
    """Return the self-check machines and gates of someone's libraries."""
    return Device.objects.filter(
        library__in=access.libraries_of(staff, "circulation.view_device")
    ).select_related("library")


def device_messages_visible_to(staff: Staff) -> QuerySet[DeviceMessage]:
    """Return what those machines said."""
    return DeviceMessage.objects.filter(device__in=devices_visible_to(staff)).select_related(
        "device__library", "session"
    )


def branch_systems_visible_to(staff: Staff) -> QuerySet[BranchSystem]:
    """Return the connections to the own systems of someone's libraries."""
    return BranchSystem.objects.filter(
        library__in=access.libraries_of(staff, "circulation.view_branch_system")
    ).select_related("library")
