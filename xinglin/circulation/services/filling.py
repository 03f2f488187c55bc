"""Filling holds: a copy is found and set aside, travels, waits on the hold shelf, is handed over."""

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from xinglin.catalog.models import Item
from xinglin.circulation import queries
from xinglin.circulation.errors import HoldMoveNotPossible, ItemNotForThisHold, NotNextInQueue
from xinglin.circulation.events import HoldExpired
from xinglin.circulation.lifecycle import BRINGING_OPEN, HoldState, goes_to
from xinglin.circulation.models import Hold
from xinglin.circulation.services.capturing import back_to_the_queue, capture, move, put_on_the_shelf
from xinglin.circulation.services.copies import be_at, locked_item, place_of, receive, settle
from xinglin.circulation.services.lending import lend
from xinglin.circulation.services.queue import close, locked, require_at_pickup
from xinglin.circulation.ties import ties_of
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
    item = locked_item(item)
    _refuse_wrong_item(hold, item)
    first = (
        queries.awake(queries.queue_of(hold.record))
        .filter(Q(wanted_item=item) | Q(wanted_item__isnull=True))
        .first()
    )
    if first and first.pk != hold.pk and hold.state == HoldState.WAITING and not out_of_turn:
        raise NotNextInQueue(
            _("%(name)s 排在前面（第 %(position)d 位）；要先满足这位读者，请写明理由。"),
            name=first.patron.name,
            position=first.position,
        )
    capture(hold, item, place=place_of(item), by=by, reason=out_of_turn)
    settle(item)
    return hold


@transaction.atomic
def arrive(*, hold: Hold, by: Staff | None) -> Hold:
    """Put a copy that came in the courier's box on the hold shelf; only now does the reader hear of it.

    Raises ``HoldMoveNotPossible``, ``NotAllowed``.
    """
    access.require(by, "circulation.fill_hold", hold.pickup_library_id)
    hold = locked(hold)
    move(hold, "arrive")
    if hold.item is not None:
        ties = ties_of(hold.item)
        receive(hold.pickup_library, ties, by)
        be_at(hold.item, hold.pickup_library, ties)
    put_on_the_shelf(hold)
    hold.save()
    history.record(hold, "arrive", by=by.user if by else None)
    return hold


@transaction.atomic
def hand_over(*, hold: Hold, by: Staff | None, override: str = "") -> Hold:
    """Lend the reader the copy that was kept; the hold is filled.

    Raises ``HoldMoveNotPossible``, ``NotAllowed``, and whatever stands against lending.
    """
    access.require(by, "circulation.fill_hold", hold.pickup_library_id)
    hold = Hold.objects.select_related("patron", "pickup_library", "item__holding").get(pk=hold.pk)
    if goes_to(hold.state, "hand_over") is None or hold.item is None:
        raise HoldMoveNotPossible(
            _("这个预约现在是“%(state)s”，不能这样操作；请刷新后再看。"), state=HoldState(hold.state).label
        )
    lend(patron=hold.patron, item=hold.item, library=hold.pickup_library, by=by, override=override)
    hold.refresh_from_db()
    return hold


@transaction.atomic
def put_back(*, hold: Hold, by: Staff | None, reason: str) -> Hold:
    """Undo a setting aside: the copy is free again, and the reader is first in the queue.

    Raises ``HoldMoveNotPossible``, ``HoldUnknown``.
    """
    hold = locked(hold)
    require_at_pickup(by, "circulation.fill_hold", hold)
    item = hold.item
    back_to_the_queue(hold, by=by, reason=reason)
    if item is not None:
        settle(item)
    return hold


def expire_unfetched() -> int:
    """End the holds whose copy nobody fetched in time; return how many. Safe to run twice."""
    # What is being brought to its reader does not expire on the way.
    due = (
        Hold.objects.filter(state=HoldState.READY, kept_until__lt=clock.today())
        .exclude(bringings__state__in=BRINGING_OPEN)
        .values_list("pk", flat=True)
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
