"""What is read of loans, holds, queues and ways."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Count, Q, QuerySet

from xinglin.catalog.lifecycle import Condition
from xinglin.catalog.models import Item, Record
from xinglin.catalog.models.holdings import STAYS_IN_THE_LIBRARY
from xinglin.circulation.lifecycle import OPEN, OPEN_LOANS, HoldState
from xinglin.circulation.models import (
    Box,
    FloatingCopy,
    Hold,
    Loan,
    Transit,
)
from xinglin.commons import clock
from xinglin.consortium import access
from xinglin.consortium.models import Staff
from xinglin.patrons.models import Patron

# A copy in one of these conditions will not come back to the shelf by itself.
GONE = (Condition.LOST, Condition.MISSING, Condition.WITHDRAWN, Condition.CLAIMED_RETURNED)


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


def wanted_among(record_ids: Iterable[int]) -> set[int]:
    """Return for which of several titles somebody has an open hold, in one query."""
    return set(
        Hold.objects.filter(record__in=list(record_ids), state__in=OPEN).values_list("record", flat=True)
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
