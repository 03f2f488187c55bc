"""Counting the shelves: scan after scan, each with its verdict, and at the end what is missing."""

from dataclasses import dataclass

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from xinglin.catalog.lifecycle import Condition
from xinglin.catalog.models import Item
from xinglin.catalog.services import change_condition
from xinglin.circulation.errors import CountClosed
from xinglin.circulation.models import StockScan, StockTake, Verdict
from xinglin.circulation.services.copies import locked_item, settle
from xinglin.circulation.services.returning import GONE, check_in
from xinglin.commons import clock, history
from xinglin.consortium import access
from xinglin.consortium.models import Library, Staff


@transaction.atomic
def begin_count(
    *,
    library: Library,
    by: Staff | None,
    location: str = "",
    from_call_number: str = "",
    to_call_number: str = "",
) -> StockTake:
    """Begin to count a library's shelves, or those of a place or between two call numbers."""
    access.require(by, "circulation.count_stock", library.pk)
    take = StockTake.objects.create(
        library=library,
        location=location.strip(),
        from_call_number=from_call_number.strip(),
        to_call_number=to_call_number.strip(),
        begun_at=clock.now(),
        begun_by=by,
    )
    take.expected = expected_on_the_shelf(take).count()
    take.save(update_fields=["expected"])
    history.record(take, "begin_count", by=by.user if by else None, changes={"expected": take.expected})
    return take


def expected_on_the_shelf(take: StockTake) -> QuerySet[Item]:
    """Return the copies that should stand on the shelves that are counted, as far as is known now."""
    items = Item.objects.filter(library=take.library_id, available=True)
    if take.location:
        items = items.filter(holding__location=take.location)
    if take.from_call_number:
        items = items.filter(holding__call_number__gte=take.from_call_number)
    if take.to_call_number:
        # "R5" includes R54 and R541: to the end of all that begins so.
        items = items.filter(holding__call_number__lte=take.to_call_number + "\uffff")
    return items.select_related("holding__record", "library")


def missing_from(take: StockTake) -> QuerySet[Item]:
    """Return what should stand there and was not scanned."""
    return expected_on_the_shelf(take).exclude(pk__in=take.scans.filter(item__isnull=False).values("item"))


@dataclass(frozen=True)
class Counted:
    """What a scan came to: its row, and whether the copy was believed lost."""

    scan: StockScan
    was_gone: bool = False


@transaction.atomic
def count_copy(*, take: StockTake, barcode: str, by: Staff | None) -> Counted:
    """Note that a copy stands on the shelf that is counted; the same copy again changes nothing.

    A copy that was believed lost or missing is found, by the way of every scan at a desk. Raises
    ``CountClosed``, ``NotAllowed``.
    """
    access.require(by, "circulation.count_stock", take.library_id)
    take = _open(take)
    barcode = barcode.strip()[:60]
    known = (
        take.scans.select_related("item__holding__record", "item__library").filter(barcode=barcode).first()
    )
    if known is not None:
        return Counted(known)
    found = list(
        Item.objects.select_related("holding__record", "library").filter(barcode=barcode)[:9]
        if barcode
        else []
    )
    # The library's own copy of several with the same barcode: it is its shelf.
    item = next((each for each in found if each.library_id == take.library_id), found[0] if found else None)
    was_gone = False
    if item is not None and item.library_id == take.library_id and item.condition in GONE:
        was_gone = True
        check_in(item=item, library=take.library, by=None)
        item = Item.objects.select_related("holding__record", "library").get(pk=item.pk)
    verdict = _verdict(take, item)
    before = (
        take.scans.filter(item__isnull=False, verdict=Verdict.RIGHT).select_related("item__holding").first()
    )
    scan = StockScan.objects.create(
        take=take,
        barcode=barcode,
        item=item,
        verdict=verdict,
        out_of_order=verdict == Verdict.RIGHT and before is not None and _is_before(item, before.item),
        scanned_at=clock.now(),
        scanned_by=by,
    )
    return Counted(scan, was_gone)


def _verdict(take: StockTake, item: Item | None) -> Verdict:
    """Say what a copy on this shelf is: the first that fits."""
    if item is None:
        return Verdict.UNKNOWN
    if item.library_id != take.library_id:
        return Verdict.ASTRAY
    if not item.available:
        return Verdict.NOT_FREE
    number = item.holding.call_number
    fits = not take.location or item.holding.location == take.location
    fits = fits and (not take.from_call_number or number >= take.from_call_number)
    fits = fits and (not take.to_call_number or number <= take.to_call_number + "\uffff")
    return Verdict.RIGHT if fits else Verdict.MISPLACED


def _is_before(item: Item | None, other: Item | None) -> bool:
    return item is not None and other is not None and item.holding.call_number < other.holding.call_number


@transaction.atomic
def end_count(*, take: StockTake, mark_missing: bool, by: Staff | None) -> StockTake:
    """End a counting; ``mark_missing`` notes what was not scanned as missing, so that nobody is sent for it.

    Raises ``CountClosed``, ``NotAllowed``.
    """
    access.require(by, "circulation.count_stock", take.library_id)
    take = _open(take)
    missing = list(missing_from(take))
    if mark_missing:
        for item in missing:
            current = locked_item(item)
            if current.available and current.condition == Condition.ON_SHELF:
                change_condition(item=current, deed="miss", by=None, reason=str(_("清点时不在架上")))
                settle(current)
    take.ended_at, take.missing = clock.now(), len(missing)
    take.save(update_fields=["ended_at", "missing"])
    history.record(
        take,
        "end_count",
        by=by.user if by else None,
        changes={"scanned": take.scans.count(), "missing": len(missing), "marked": mark_missing},
    )
    return take


def _open(take: StockTake) -> StockTake:
    current = StockTake.objects.select_for_update(of=("self",)).select_related("library").get(pk=take.pk)
    if current.ended_at is not None:
        raise CountClosed(_("这次清点已经结束；要再清点请新开一次。"))
    return current
