"""Filling holds: a copy is found and set aside, travels, waits on the hold shelf, is handed over."""

from django.db import transaction
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from xinglin.catalog.models import Item
from xinglin.catalog.services import set_available
from xinglin.circulation import queries
from xinglin.circulation.errors import ItemNotForThisHold, NotNextInQueue
from xinglin.circulation.events import HoldExpired, HoldFilled, HoldReady
from xinglin.circulation.lifecycle import HoldState
from xinglin.circulation.models import Hold
from xinglin.circulation.policy import last_day_kept
from xinglin.circulation.services.queue import close, leave_queue, locked, move, require_at_pickup
from xinglin.commons import clock, history
from xinglin.commons.bulletin import announce
from xinglin.consortium import access
from xinglin.consortium.models import Staff


@transaction.atomic
def set_aside(*, hold: Hold, item: Item, by: Staff | None, out_of_turn: str = "") -> Hold:
    """Keep one copy for a waiting reader: on the hold shelf if it is there already, else under way.

    Readers are served in turn; ``out_of_turn`` is the reason for serving this one first, and is kept.

    Raises ``NotNextInQueue``, ``ItemNotForThisHold``, ``HoldMoveNotPossible``, ``NotAllowed``.
    """
    access.require(by, "circulation.fill_hold", item.library_id)
    hold = locked(hold)
    item = Item.objects.select_for_update(of=("self",)).select_related("holding", "library").get(pk=item.pk)
    _refuse_wrong_item(hold, item)
    first = queries.queue_of(hold.record).filter(Q(wanted_item=item) | Q(wanted_item__isnull=True)).first()
    if first and first.pk != hold.pk and hold.state == HoldState.WAITING and not out_of_turn:
        raise NotNextInQueue(
            _("%(name)s 排在前面（第 %(position)d 位）；要先满足这位读者，请写明理由。"),
            name=first.patron.name,
            position=first.position,
        )
    is_there = item.library_id == hold.pickup_library_id
    move(hold, "set_aside" if is_there else "send")
    leave_queue(hold)
    hold.item = item
    set_available(item=item, available=False)
    if is_there:
        _put_on_the_shelf(hold)
    hold.save()
    deed = "set_aside" if is_there else "send"
    history.record(
        hold, deed, by=by.user if by else None, changes={"barcode": item.barcode}, reason=out_of_turn
    )
    return hold


@transaction.atomic
def arrive(*, hold: Hold, by: Staff | None) -> Hold:
    """Put a copy that came in the courier's box on the hold shelf; only now does the reader hear of it.

    Raises ``HoldMoveNotPossible``, ``NotAllowed``.
    """
    access.require(by, "circulation.fill_hold", hold.pickup_library_id)
    hold = locked(hold)
    move(hold, "arrive")
    _put_on_the_shelf(hold)
    hold.save()
    history.record(hold, "arrive", by=by.user if by else None)
    return hold


@transaction.atomic
def hand_over(*, hold: Hold, by: Staff | None) -> Hold:
    """Give the reader the copy; the hold is filled and the copy stays in use.

    Raises ``HoldMoveNotPossible``, ``NotAllowed``.
    """
    access.require(by, "circulation.fill_hold", hold.pickup_library_id)
    hold = locked(hold)
    close(hold, "hand_over")
    history.record(hold, "hand_over", by=by.user if by else None)
    announce(HoldFilled(hold_id=hold.pk))
    return hold


@transaction.atomic
def put_back(*, hold: Hold, by: Staff | None, reason: str) -> Hold:
    """Undo a setting aside: the copy is free again, and the reader is first in the queue.

    Raises ``HoldMoveNotPossible``, ``HoldUnknown``.
    """
    hold = locked(hold)
    require_at_pickup(by, "circulation.fill_hold", hold)
    item = hold.item
    move(hold, "put_back")
    queries.queue_of(hold.record).update(position=F("position") + 1)
    hold.position, hold.item, hold.ready_at, hold.kept_until, hold.told_at = 1, None, None, None, None
    hold.save()
    if item is not None:
        set_available(item=item, available=True)
    history.record(hold, "put_back", by=by.user if by else None, reason=reason)
    return hold


def expire_unfetched() -> int:
    """End the holds whose copy nobody fetched in time; return how many. Safe to run twice."""
    due = Hold.objects.filter(state=HoldState.READY, kept_until__lt=clock.today()).values_list(
        "pk", flat=True
    )
    return sum(_expire(pk) for pk in list(due))


@transaction.atomic
def _expire(pk: int) -> bool:
    hold = locked(Hold.objects.get(pk=pk))
    if hold.state != HoldState.READY or hold.kept_until is None or hold.kept_until >= clock.today():
        return False
    close(hold, "expire", reason=str(_("保留期满无人领取")))
    history.record(hold, "expire", by=str(_("系统")))
    announce(HoldExpired(hold_id=hold.pk))
    return True


def _put_on_the_shelf(hold: Hold) -> None:
    hold.ready_at = clock.now()
    hold.kept_until = last_day_kept(hold.pickup_library, arrived_on=clock.today())
    announce(HoldReady(hold_id=hold.pk))


def _refuse_wrong_item(hold: Hold, item: Item) -> None:
    if item.holding.record_id != hold.record_id:
        raise ItemNotForThisHold(
            _("条码 %(barcode)s 不是读者预约的《%(title)s》。"), barcode=item.barcode, title=hold.record.title
        )
    if hold.wanted_item_id and hold.wanted_item_id != item.pk:
        raise ItemNotForThisHold(_("读者指定了另一册，条码 %(barcode)s。"), barcode=hold.wanted_item)
    if hold.state == HoldState.WAITING and not queries.free_items(hold.record).filter(pk=item.pk).exists():
        raise ItemNotForThisHold(
            _("条码 %(barcode)s 不在架上、已留给别人或只供阅览，请换一册。"), barcode=item.barcode
        )
