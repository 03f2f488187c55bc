"""What all deeds do to a copy: lock it, say where it is, send it off, and tell the catalogue whether it is free.

Locks are always taken in this order: reader, record, hold, item, loan. Readers and records are locked without
their keys, so that a row about them may be added elsewhere meanwhile and nobody waits in a circle.
"""

from django.utils.translation import gettext_lazy as _

from xinglin.catalog.models import Item, Record
from xinglin.catalog.services import set_available
from xinglin.circulation.errors import TransitNotPossible
from xinglin.circulation.events import ItemSent
from xinglin.circulation.lifecycle import NOT_FETCHED, OPEN_LOANS
from xinglin.circulation.models import CartItem, Hold, Loan, Transit, TransitReason, Whereabouts
from xinglin.circulation.ties import Ties, ties_of
from xinglin.commons import clock, history
from xinglin.commons.bulletin import announce
from xinglin.consortium.models import Library, Staff
from xinglin.patrons.models import Patron


def locked_patron(pk: int) -> Patron:
    """Return a reader as they are now, locked."""
    return (
        Patron.objects.select_for_update(of=("self",), no_key=True)
        .select_related("category", "home_library")
        .get(pk=pk)
    )


def locked_record(pk: int) -> Record:
    """Return a title as it is now, locked: nobody else touches its queue."""
    return Record.objects.select_for_update(of=("self",), no_key=True).defer("marc").get(pk=pk)


def lock_record(pk: int) -> None:
    """Lock a title for who needs nothing of its row."""
    Record.objects.select_for_update(of=("self",), no_key=True).order_by().values_list("pk").get(pk=pk)


def locked_item(item: Item) -> Item:
    """Return a copy as it is now, locked, and its title before it."""
    lock_record(item.holding.record_id)
    return (
        Item.objects.select_for_update(of=("self",), no_key=True)
        .select_related("holding__record")
        .defer("holding__record__marc")
        .get(pk=item.pk)
    )


def open_loan_of(item: Item) -> Loan | None:
    """Return the loan of a copy that is out, locked."""
    return (
        Loan.objects.select_for_update(of=("self",))
        .select_related("patron", "library", "rule", "item__library", "item__holding__record")
        .filter(item=item, state__in=OPEN_LOANS)
        .first()
    )


def place_of(item: Item) -> Library:
    """Return the library where a copy is now, or was last seen."""
    away = Whereabouts.objects.filter(item=item).select_related("library").first()
    return away.library if away else item.library


def be_at(item: Item, library: Library, ties: Ties) -> None:
    """Write down that a copy is in a library: on no cart, nor on a hold shelf from which nobody fetched it."""
    if ties.left_over:
        left = Hold.objects.filter(
            item=item, state__in=NOT_FETCHED, ready_at__isnull=False, left_shelf_at=None
        )
        left.update(left_shelf_at=clock.now())
    if ties.cart is not None:
        CartItem.objects.filter(pk=ties.cart).update(off_at=clock.now())
    if library.pk != item.library_id:
        Whereabouts.objects.update_or_create(item=item, defaults={"library": library, "since": clock.now()})
    elif ties.away_in is not None:
        Whereabouts.objects.filter(item=item).delete()


def settle(item: Item) -> None:
    """Tell the catalogue whether a copy is free: no loan, no transit, kept for nobody, at home."""
    set_available(item=item, available=ties_of(item).is_free)


def send_off(
    item: Item, *, start: Library, to: Library, reason: TransitReason, hold: Hold | None, by: Staff | None
) -> Transit:
    """Begin the way of a copy to another library. Raises ``TransitNotPossible`` for a second one."""
    if Transit.objects.filter(item=item, received_at=None).exists():
        raise TransitNotPossible(_("单册 %(barcode)s 已在调拨途中；请先扫描收书。"), barcode=item.barcode)
    transit = Transit.objects.create(
        item=item,
        from_library=start,
        to_library=to,
        reason=reason,
        hold=hold,
        sent_at=clock.now(),
        sent_by=by,
    )
    announce(ItemSent(transit_id=transit.pk))
    return transit


def receive(library: Library, ties: Ties, by: Staff | None) -> Transit | None:
    """End the open way of a copy in a library, whether it was sent there or not; None when there is none."""
    if ties.transit is None:
        return None
    transit = (
        Transit.objects.select_for_update(of=("self",)).select_related("to_library").get(pk=ties.transit)
    )
    transit.received_at, transit.received_in, transit.received_by = clock.now(), library, by
    transit.save(update_fields=["received_at", "received_in", "received_by"])
    return transit


def actor(by: Staff | None) -> history.Actor:
    """Return who did it, for the history."""
    return by.user if by else str(_("读者本人"))
