"""The queue of a title: joining it, leaving it, and keeping it without gaps.

Whoever changes a queue locks its record first, so that positions are given out one at a time.
"""

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from xinglin.catalog.models import Item, Record, RecordState
from xinglin.circulation import queries
from xinglin.circulation.errors import (
    AlreadyBorrowed,
    AlreadyOnHold,
    HoldLimitReached,
    HoldMoveNotPossible,
    HoldUnknown,
    MayNotHold,
    NotAPickupLibrary,
    NothingToHold,
)
from xinglin.circulation.events import HoldCancelled, HoldPlaced
from xinglin.circulation.lifecycle import OPEN, OPEN_LOANS, HoldState
from xinglin.circulation.models import Hold, HoldSource, Loan
from xinglin.circulation.rules import Case
from xinglin.circulation.services.capturing import capture, leave_queue, move, next_for
from xinglin.circulation.services.copies import actor, locked_patron, locked_record, settle
from xinglin.commons import clock, history
from xinglin.commons.bulletin import announce
from xinglin.consortium import access
from xinglin.consortium.models import Library, Staff
from xinglin.patrons.models import Patron, Right


@transaction.atomic
def place(
    *,
    patron: Patron,
    record: Record,
    pickup_library: Library,
    source: HoldSource,
    wanted_item: Item | None = None,
    by: Staff | None = None,
) -> Hold:
    """Put a reader at the end of the queue for a title, or for one item of it. ``by`` is None for the reader.

    The reader's row is locked, so that two phones of one reader cannot both slip under the limit.

    Raises ``MayNotHold``, ``HoldLimitReached``, ``AlreadyOnHold`` (a doubled request has one effect, and
    hears its place in the queue), ``NothingToHold``, ``NotAPickupLibrary``, ``NotAllowed``.
    """
    if by is not None:
        access.require(by, "circulation.place_hold", pickup_library.pk)
    patron = locked_patron(patron.pk)
    _refuse_without_right(patron)
    record = locked_record(record.pk)
    _refuse_second(patron, record)
    if not pickup_library.active:
        raise NotAPickupLibrary(_("%(library)s 不办理取书，请另选一个取书馆。"), library=pickup_library.label)
    kind = _refuse_unholdable(record, wanted_item).item_type
    _refuse_too_many(patron, Case(pickup_library, patron.home_library, patron.category, kind))
    hold = Hold.objects.create(
        patron=patron,
        record=record,
        wanted_item=wanted_item,
        pickup_library=pickup_library,
        position=queries.queue_of(record).count() + 1,
        source=source,
        placed_at=clock.now(),
    )
    history.record(hold, "place", by=actor(by), changes={"pickup_library": pickup_library.code})
    announce(HoldPlaced(hold_id=hold.pk))
    return hold


@transaction.atomic
def cancel(*, hold: Hold, by: Staff | None = None, reason: str = "") -> Hold:
    """Give up a hold; who waited behind moves up. ``by`` is None when the reader does it.

    A copy that was kept is free again for the next in the queue. Raises ``HoldMoveNotPossible`` when the
    hold has ended already, ``NotAllowed``.
    """
    hold = locked(hold)
    require_at_pickup(by, "circulation.change_hold", hold)
    close(hold, "cancel", reason=reason)
    history.record(hold, "cancel", by=actor(by), reason=reason)
    announce(HoldCancelled(hold_id=hold.pk, by_the_reader=by is None))
    return hold


@transaction.atomic
def change_pickup(*, hold: Hold, pickup_library: Library, by: Staff | None = None) -> Hold:
    """Have the copy brought to another library. Only while waiting: later it is already on its way.

    Raises ``HoldMoveNotPossible``, ``NotAPickupLibrary``, ``NotAllowed``.
    """
    hold = locked(hold)
    require_at_pickup(by, "circulation.change_hold", hold)
    if hold.state != HoldState.WAITING:
        raise HoldMoveNotPossible(_("书已经在路上或已到馆，不能再改取书馆；需要时请取消后重新预约。"))
    if not pickup_library.active:
        raise NotAPickupLibrary(_("%(library)s 不办理取书，请另选一个取书馆。"), library=pickup_library.label)
    before, hold.pickup_library = hold.pickup_library.code, pickup_library
    hold.save(update_fields=["pickup_library"])
    history.record(
        hold, "change_pickup", by=actor(by), changes={"pickup_library": [before, pickup_library.code]}
    )
    return hold


# -- shared with filling --------------------------------------------------------------------------


def locked(hold: Hold) -> Hold:
    """Return a hold as it is now, its record locked before it. Raises ``HoldUnknown``."""
    locked_record(hold.record_id)
    found = (
        Hold.objects.select_for_update(of=("self",))
        .select_related(
            "record",
            "patron__category",
            "patron__home_library",
            "pickup_library",
            "item__library",
            "item__holding",
            "wanted_item",
        )
        .filter(pk=hold.pk)
        .first()
    )
    if found is None:
        raise HoldUnknown(_("没有这个预约。"))
    return found


def require_at_pickup(by: Staff | None, permission: str, hold: Hold) -> None:
    """Let staff touch a hold only where it is fetched, or where the reader is at home."""
    allowed = by is None or {hold.pickup_library_id, hold.patron.home_library_id} & access.libraries_of(
        by, permission
    )
    if not allowed:
        raise HoldUnknown(_("没有这个预约。"))


def close(hold: Hold, deed: str, *, reason: str = "") -> None:
    """End a hold: out of the queue, the time noted; its copy is for the next reader, or free if it is at home.

    A copy that stood on the hold shelf is passed on at once: on its own shelf nobody would find it.
    """
    stood_ready = hold.state == HoldState.READY
    move(hold, deed)
    leave_queue(hold)
    hold.closed_at, hold.closing_reason = clock.now(), reason
    hold.save()
    if hold.item is None:
        return
    following = next_for(hold.item) if stood_ready and hold.state != HoldState.FILLED else None
    if following is not None:
        capture(following, hold.item, place=hold.pickup_library, by=None, reason=str(_("前一位读者未取")))
    settle(hold.item)


def _refuse_without_right(patron: Patron) -> None:
    if patron.has_expired:
        raise MayNotHold(
            _("您的读者证已于 %(day)s 到期，暂不能预约；请联系所属图书馆办理延期。"), day=patron.expires_on
        )
    if not patron.is_in_good_standing:
        raise MayNotHold(_("您的读者证目前停用，暂不能预约；请联系所属图书馆。"))
    if not patron.category.may(Right.HOLD):
        raise MayNotHold(
            _("“%(category)s”类读者不能预约；如有需要请联系所属图书馆。"), category=patron.category.name
        )


def _refuse_too_many(patron: Patron, case: Case) -> None:
    limit = queries.terms_for(case).terms.holds_most
    if queries.open_holds_of(patron).count() >= limit:
        raise HoldLimitReached(
            _("您最多可有 %(limit)d 个未完成的预约，已达上限；请先取走或取消一个，再预约新的。"), limit=limit
        )


def _refuse_second(patron: Patron, record: Record) -> None:
    if Loan.objects.filter(patron=patron, item__holding__record=record, state__in=OPEN_LOANS).exists():
        raise AlreadyBorrowed(_("您已借有《%(title)s》，不用预约；快到期时可以续借。"), title=record.title)
    already = Hold.objects.filter(patron=patron, record=record, state__in=OPEN).first()
    if already is None:
        return
    if already.state == HoldState.WAITING:
        raise AlreadyOnHold(
            _("您已经预约了《%(title)s》，现排在第 %(position)d 位，不用再次预约。"),
            title=record.title,
            position=already.position,
        )
    raise AlreadyOnHold(
        _("您预约的《%(title)s》%(state)s，不用再次预约。"),
        title=record.title,
        state=HoldState(already.state).label,
    )


def _refuse_unholdable(record: Record, wanted_item: Item | None) -> Item:
    """Return a copy that the hold may be filled with some day."""
    if wanted_item is not None and wanted_item.holding.record_id != record.pk:
        raise NothingToHold(_("条码 %(barcode)s 不是这种书，请核对。"), barcode=wanted_item.barcode)
    items = queries.lendable_items(record)
    if wanted_item is not None:
        items = items.filter(pk=wanted_item.pk)
    first = items.first() if record.state == RecordState.ACTIVE else None
    if first is None:
        raise NothingToHold(
            _(
                "联盟各馆没有可以外借的《%(title)s》（只有阅览本、遗失或已剔除），不能预约；需要内容请在公众号里告诉馆员。"
            ),
            title=record.title,
        )
    return first
