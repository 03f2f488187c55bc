"""The queue of a title: joining it, leaving it, and keeping it without gaps.

Whoever changes a queue locks its record first, so that positions are given out one at a time.
"""

from datetime import date, timedelta

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
    PauseUnfit,
    ReasonNeeded,
)
from xinglin.circulation.events import HoldCancelled, HoldPlaced
from xinglin.circulation.lifecycle import OPEN, OPEN_LOANS, HoldState
from xinglin.circulation.models import Hold, HoldSource, Loan
from xinglin.circulation.rules import Case
from xinglin.circulation.services.capturing import (
    capture,
    end_request,
    leave_queue,
    move,
    next_for,
    open_place,
)
from xinglin.circulation.services.copies import actor, lock_record, locked_patron, locked_record, settle
from xinglin.commons import clock, history
from xinglin.commons.bulletin import announce
from xinglin.consortium import access
from xinglin.consortium.models import Library, Staff
from xinglin.patrons.models import Patron, Right

# Who wants it later than that asks again.
LONGEST_PAUSE = timedelta(days=366)


@transaction.atomic
def place(
    *,
    patron: Patron,
    record: Record,
    pickup_library: Library,
    source: HoldSource,
    wanted_item: Item | None = None,
    urgent_reason: str = "",
    not_before: date | None = None,
    by: Staff | None = None,
) -> Hold:
    """Put a reader at the end of the queue for a title, or for one item of it. ``by`` is None for the reader.

    ``urgent_reason`` puts the hold behind the other urgent ones and before all others; only staff say so.
    ``not_before`` lets it be passed over until a day.

    The reader's row is locked, so that two phones of one reader cannot both slip under the limit.

    Raises ``MayNotHold``, ``HoldLimitReached``, ``AlreadyOnHold`` (a doubled request has one effect, and
    hears its place in the queue), ``NothingToHold``, ``NotAPickupLibrary``, ``NotAllowed``.
    """
    if by is not None:
        access.require(by, "circulation.place_hold", pickup_library.pk)
    if urgent_reason:
        _require_urgent(by, pickup_library)
    patron = locked_patron(patron.pk)
    _refuse_without_right(patron)
    record = locked_record(record.pk)
    _refuse_second(patron, record)
    if not pickup_library.active:
        raise NotAPickupLibrary(_("%(library)s 不办理取书，请另选一个取书馆。"), library=pickup_library.label)
    kind = _refuse_unholdable(record, wanted_item).item_type
    _refuse_too_many(patron, Case(pickup_library, patron.home_library, patron.category, kind))
    urgent = bool(urgent_reason.strip())
    hold = Hold.objects.create(
        patron=patron,
        record=record,
        wanted_item=wanted_item,
        pickup_library=pickup_library,
        position=open_place(record, urgent=urgent),
        urgent=urgent,
        urgent_reason=urgent_reason.strip()[:200],
        not_before=_sound_pause(not_before),
        source=source,
        placed_at=clock.now(),
    )
    history.record(
        hold,
        "place",
        by=actor(by),
        changes={"pickup_library": pickup_library.code},
        reason=hold.urgent_reason,
    )
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


@transaction.atomic
def make_urgent(*, hold: Hold, reason: str, by: Staff | None) -> Hold:
    """Serve a waiting hold before those that are not urgent: somebody is treated.

    Raises ``HoldMoveNotPossible`` when it does not wait, ``ReasonNeeded``, ``NotAllowed``.
    """
    hold = locked(hold)
    _require_urgent(by, hold.pickup_library)
    if not reason.strip():
        raise ReasonNeeded(_("临床急用必须写明理由（不要写病人的个人信息）。"))
    if hold.state != HoldState.WAITING or hold.urgent:
        raise HoldMoveNotPossible(_("这个预约不在排队或已是临床急用，不用再改。"))
    # Its own row is moved about too, and set last: a hold that waits is never without a position.
    leave_queue(hold)
    hold.urgent, hold.urgent_reason = True, reason.strip()[:200]
    hold.position = open_place(hold.record, urgent=True)
    hold.save(update_fields=["urgent", "urgent_reason", "position"])
    history.record(hold, "make_urgent", by=actor(by), reason=reason)
    return hold


@transaction.atomic
def pause(*, hold: Hold, until: date | None, by: Staff | None = None) -> Hold:
    """Let a waiting hold be passed over until a day, or no longer; it keeps its place in the queue.

    Raises ``HoldMoveNotPossible``, ``PauseUnfit``, ``NotAllowed``.
    """
    hold = locked(hold)
    require_at_pickup(by, "circulation.change_hold", hold)
    if hold.state != HoldState.WAITING:
        raise HoldMoveNotPossible(_("书已经在路上或已到馆，不能暂停；不要了请取消预约。"))
    before, hold.not_before = hold.not_before, _sound_pause(until)
    hold.save(update_fields=["not_before"])
    changes = {"not_before": [str(before or ""), str(hold.not_before or "")]}
    history.record(hold, "pause", by=actor(by), changes=changes)
    return hold


@transaction.atomic
def retarget(*, item: Item) -> int:
    """Let the holds that wanted a copy which left the stock be filled by any copy; return how many."""
    lock_record(item.holding.record_id)
    holds = Hold.objects.filter(wanted_item=item, state=HoldState.WAITING).select_related("record")
    for hold in holds:
        hold.wanted_item = None
        hold.save(update_fields=["wanted_item"])
        history.record(hold, "retarget", by=str(_("系统")), changes={"wanted_item": [str(item), ""]})
    return len(holds)


# -- shared with filling --------------------------------------------------------------------------


def locked(hold: Hold) -> Hold:
    """Return a hold as it is now, its record locked before it. Raises ``HoldUnknown``."""
    lock_record(hold.record_id)
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


def _require_urgent(by: Staff | None, library: Library) -> None:
    access.require(by, "circulation.urgent_hold", library.pk)


def _sound_pause(until: date | None) -> date | None:
    if until is None or until <= clock.today():
        return None
    if until > clock.today() + LONGEST_PAUSE:
        raise PauseUnfit(_("最多暂停一年；不要了请取消预约。"))
    return until


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
    end_request(hold)
    hold.save()
    if hold.item is None:
        return
    following = next_for(hold.item) if stood_ready and hold.state != HoldState.FILLED else None
    if following is not None:
        capture(following, hold.item, place=hold.pickup_library, by=None, reason=str(_("前一位读者未取")))
        if following.state == HoldState.READY:
            hold.left_shelf_at = clock.now()
            hold.save(update_fields=["left_shelf_at"])
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
    """Count what is to be fetched in this library, and in all together (sheet 4.2.8)."""
    terms = queries.terms_for(case).terms
    own = queries.open_holds_of(patron)
    if own.filter(pickup_library=case.library).count() >= terms.holds_most:
        raise HoldLimitReached(
            _("您在%(library)s最多可有 %(limit)d 个未完成的预约，已达上限；请先取走或取消一个，再预约新的。"),
            library=case.library.label,
            limit=terms.holds_most,
        )
    if own.count() >= terms.holds_most_anywhere:
        raise HoldLimitReached(
            _("您在联盟各馆最多共有 %(limit)d 个未完成的预约，已达上限；请先取走或取消一个，再预约新的。"),
            limit=terms.holds_most_anywhere,
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
