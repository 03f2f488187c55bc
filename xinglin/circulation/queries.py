"""What is read of circulation by more than one caller."""

from datetime import datetime

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from xinglin.catalog.lifecycle import Condition
from xinglin.catalog.models import Item, Record
from xinglin.catalog.models.holdings import STAYS_IN_THE_LIBRARY
from xinglin.circulation.lifecycle import OPEN, OPEN_LOANS, FeeState, HoldState
from xinglin.circulation.models import (
    Amnesty,
    Box,
    BranchSystem,
    Bringing,
    CartRoute,
    CartRun,
    CirculationRule,
    Device,
    DeviceMessage,
    DeviceSession,
    Fee,
    FloatingCopy,
    FloatingRule,
    Hold,
    Loan,
    OfflineScan,
    Payment,
    ReadingRoom,
    SeatBooking,
    StockTake,
    Suspension,
    Transit,
)
from xinglin.circulation.rules import Case, Match, best_of
from xinglin.commons import clock
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
    """Return the terms that hold for a case today, and by which rule; only rules that fit are read."""
    fitting = rules_in_force().filter(
        Q(library=None) | Q(library=case.library),
        Q(home_library=None) | Q(home_library=case.home_library),
        Q(category=None) | Q(category=case.category),
        item_type__in=("", case.item_type),
    )
    return best_of(fitting.select_related(None).order_by())


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
        .select_related("record", "pickup_library", "item", "wanted_item")
        .prefetch_related("bringings")
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
        "item__holding__record", "item__library", "from_library", "to_library", "hold__patron", "box"
    )


def boxes_visible_to(staff: Staff) -> QuerySet[Box]:
    """Return the boxes that go out of, or come into, a library of this librarian."""
    libraries = access.libraries_of(staff, "circulation.view_transit")
    return Box.objects.filter(Q(from_library__in=libraries) | Q(to_library__in=libraries)).select_related(
        "from_library", "to_library"
    )


def offline_scans_visible_to(staff: Staff) -> QuerySet[OfflineScan]:
    """Return what the desks of this librarian's libraries scanned without network."""
    libraries = access.libraries_of(staff, "circulation.view_loan")
    return OfflineScan.objects.filter(library__in=libraries).select_related(
        "library", "by", "item__holding__record"
    )


def counts_visible_to(staff: Staff) -> QuerySet[StockTake]:
    """Return the countings of this librarian's libraries."""
    libraries = access.libraries_of(staff, "circulation.count_stock")
    return StockTake.objects.filter(library__in=libraries).select_related("library", "begun_by__user")


def rooms_visible_to(staff: Staff) -> QuerySet[ReadingRoom]:
    """Return the reading rooms of this librarian's libraries."""
    libraries = access.libraries_of(staff, "circulation.release_seat")
    return ReadingRoom.objects.filter(library__in=libraries).select_related("library")


def sittings_visible_to(staff: Staff) -> QuerySet[SeatBooking]:
    """Return who has, or had, a seat in this librarian's libraries."""
    libraries = access.libraries_of(staff, "circulation.release_seat")
    return SeatBooking.objects.filter(seat__room__library__in=libraries).select_related(
        "seat__room__library", "patron"
    )


def routes_visible_to(staff: Staff) -> QuerySet[CartRoute]:
    """Return the cart routes of this librarian's libraries."""
    libraries = access.libraries_of(staff, "circulation.plan_cart")
    return CartRoute.objects.filter(library__in=libraries).select_related("library")


def runs_visible_to(staff: Staff) -> QuerySet[CartRun]:
    """Return the journeys of the carts of this librarian's libraries."""
    libraries = access.libraries_of(staff, "circulation.plan_cart")
    return CartRun.objects.filter(route__library__in=libraries).select_related("route__library", "by__user")


def bringings_visible_to(staff: Staff) -> QuerySet[Bringing]:
    """Return what is to be brought to readers from this librarian's libraries."""
    libraries = access.libraries_of(staff, "circulation.fill_hold")
    return Bringing.objects.filter(hold__pickup_library__in=libraries).select_related(
        "hold__patron", "hold__record", "hold__item", "hold__pickup_library", "stop__route", "by__user"
    )


def fees_visible_to(staff: Staff) -> QuerySet[Fee]:
    """Return the fees of a library of this librarian, and those of its own readers elsewhere.

    What a reader owes a third library is not seen (dp2 issue 941, case 12.5).
    """
    libraries = access.libraries_of(staff, "circulation.view_fee")
    return Fee.objects.filter(
        Q(library__in=libraries) | Q(patron__home_library__in=libraries)
    ).select_related("patron", "library", "item__holding__record", "loan")


def payments_visible_to(staff: Staff) -> QuerySet[Payment]:
    """Return what was taken in a library of this librarian, and elsewhere for it."""
    libraries = access.libraries_of(staff, "circulation.view_fee")
    return Payment.objects.filter(Q(library__in=libraries) | Q(fee__library__in=libraries)).select_related(
        "library", "fee__library", "fee__item__holding__record", "by__user"
    )


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


def amnesties_visible_to(staff: Staff) -> QuerySet[Amnesty]:
    """Return the days without charges of all libraries: a reader at any desk may ask about them."""
    if not access.may_anywhere(staff, "circulation.view_rule"):
        return Amnesty.objects.none()
    return Amnesty.objects.select_related("library", "made_by__user")


def floating_rules_visible_to(staff: Staff) -> QuerySet[FloatingRule]:
    """Return by which rules copies stay where they are brought back: no secret, as the rules of lending are none."""
    if not access.may_anywhere(staff, "circulation.view_rule"):
        return FloatingRule.objects.none()
    return FloatingRule.objects.select_related("owner", "stays_in", "made_by__user")


def floating_rule_for(owner: Library, library: Library, item_type: str) -> FloatingRule | None:
    """Return a rule by which a copy of a kind and an owner stays in a library; any one is enough."""
    return FloatingRule.objects.filter(
        Q(owner=None) | Q(owner=owner),
        Q(stays_in=None) | Q(stays_in=library),
        item_type__in=("", item_type),
        retired_at=None,
    ).first()


def floating_copies_visible_to(staff: Staff) -> QuerySet[FloatingCopy]:
    """Return the copies of, or in, the libraries of this librarian that stand elsewhere than they belong."""
    libraries = access.libraries_of(staff, "circulation.view_transit")
    return FloatingCopy.objects.filter(
        Q(owner__in=libraries) | Q(item__library__in=libraries)
    ).select_related("owner", "item__library", "item__holding__record")


def queue_of(record: Record) -> QuerySet[Hold]:
    """Return the waiting holds of a title in their order."""
    return (
        Hold.objects.filter(record=record, state=HoldState.WAITING)
        .select_related("patron")
        .order_by("position")
    )


def awake(holds: QuerySet[Hold]) -> QuerySet[Hold]:
    """Return the holds whose readers did not ask to be passed over today (sheet 4.2.2)."""
    return holds.filter(Q(not_before__isnull=True) | Q(not_before__lte=clock.today()))


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


def devices_visible_to(staff: Staff) -> QuerySet[Device]:
    """Return the self-check machines and gates of someone's libraries, with whether each has a connection now."""
    return (
        Device.objects.filter(library__in=access.libraries_of(staff, "circulation.view_device"))
        .select_related("library")
        .annotate(connected=Exists(DeviceSession.objects.filter(device=OuterRef("pk"), closed_at=None)))
    )


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
