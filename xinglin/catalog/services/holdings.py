"""Changes to what a library holds: only its own staff's hand, whoever described the work."""

from typing import TypedDict, Unpack

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from xinglin.catalog.changelog import log_changes
from xinglin.catalog.errors import (
    BarcodeTaken,
    HoldingExists,
    HoldingNotEmpty,
    ItemInUse,
    MoveNotOffered,
    RecordChangedMeanwhile,
    RecordUnknown,
)
from xinglin.catalog.events import ItemAdded, ItemChanged
from xinglin.catalog.lifecycle import CONDITION_DEEDS, CONDITION_MOVES, Condition
from xinglin.catalog.models import Holding, Item, ItemType, Record
from xinglin.commons import clock, history
from xinglin.commons.bulletin import announce
from xinglin.consortium import access
from xinglin.consortium.models import Library, Staff


class HoldingFacts(TypedDict, total=False):
    """What may be said of a holding besides its record and library."""

    location: str
    call_number: str
    coverage: str
    note: str


class ItemFacts(TypedDict, total=False):
    """What may be said of a copy besides its place and condition."""

    barcode: str
    item_type: ItemType | str
    price_fen: int | None
    copy: str
    volume: str
    note: str


@transaction.atomic
def add_holding(
    *, record: Record, library: Library, by: Staff | None, **facts: Unpack[HoldingFacts]
) -> Holding:
    """Register that a library holds a work. Raises ``HoldingExists``, ``RecordUnknown``, ``NotAllowed``."""
    access.require(by, "catalog.change_item", library.pk)
    if not record.is_active:
        raise RecordUnknown(_("这条书目已被删除或合并；请重新检索。"))
    holding = Holding(record=record, library=library, added_at=clock.now(), **facts)
    _save_holding(holding)
    log_changes([record.pk])
    history.record(holding, "add", by=by.user if by else None)
    return holding


@transaction.atomic
def change_holding(*, holding: Holding, by: Staff | None, **facts: Unpack[HoldingFacts]) -> Holding:
    """Change the place or call number of a holding. Raises ``HoldingExists``, ``NotAllowed``."""
    access.require(by, "catalog.change_item", holding.library_id)
    current = Holding.objects.select_for_update().get(pk=holding.pk)
    changes = _put(current, dict(facts))
    _save_holding(current)
    log_changes([current.record_id])
    history.record(current, "change", by=by.user if by else None, changes=changes)
    return current


@transaction.atomic
def remove_holding(*, holding: Holding, by: Staff | None) -> None:
    """Remove a holding that has no items. Raises ``HoldingNotEmpty``, ``NotAllowed``."""
    access.require(by, "catalog.change_item", holding.library_id)
    current = Holding.objects.select_for_update().get(pk=holding.pk)
    items = current.items.count()
    if items:
        raise HoldingNotEmpty(_("这处馆藏还有 %(items)d 册，不能删除；请先把单册移走或剔除。"), items=items)
    log_changes([current.record_id])
    history.record(
        current.record, "remove_holding", by=by.user if by else None, changes={"holding": str(current)}
    )
    current.delete()


@transaction.atomic
def add_item(
    *,
    holding: Holding,
    condition: Condition | str = Condition.ON_SHELF,
    by: Staff | None,
    **facts: Unpack[ItemFacts],
) -> Item:
    """Register a copy. Raises ``BarcodeTaken`` when another copy of the library carries the barcode."""
    access.require(by, "catalog.change_item", holding.library_id)
    now = clock.now()
    item = Item(
        holding=holding,
        library_id=holding.library_id,
        condition=Condition(condition),
        added_at=now,
        updated_at=now,
        **facts,
    )
    _save_item(item)
    log_changes([holding.record_id])
    history.record(item, "add", by=by.user if by else None)
    announce(ItemAdded(item_id=item.pk, record_id=holding.record_id, library_id=holding.library_id))
    return item


@transaction.atomic
def change_item(*, item: Item, version: int, by: Staff | None, **facts: Unpack[ItemFacts]) -> Item:
    """Change what is said of a copy. Raises ``RecordChangedMeanwhile``, ``BarcodeTaken``, ``NotAllowed``."""
    access.require(by, "catalog.change_item", item.library_id)
    current = _locked(item)
    if current.version != version:
        raise RecordChangedMeanwhile(
            _("您打开后，单册 %(barcode)s 已被别人修改；请重新打开，核对后再改。"), barcode=current.barcode
        )
    changes = _put(current, dict(facts))
    current.version += 1
    current.updated_at = clock.now()
    _save_item(current)
    log_changes([current.holding.record_id])
    history.record(current, "change", by=by.user if by else None, changes=changes)
    return current


@transaction.atomic
def move_item(*, item: Item, library: Library, location: str = "", by: Staff | None) -> Item:
    """Give a copy to another library, under the same call number; a holding is made there where there is none.

    The holding that it leaves goes too when nothing is left in it and it says nothing of what it covers. ``item`` is
    brought up to date. Raises ``BarcodeTaken`` when a copy there carries the barcode, ``NotAllowed``.
    """
    access.require(by, "catalog.change_item", item.library_id)
    current = _locked(item)
    left = current.holding
    before, shelf = current.library, Holding.objects.filter(record=left.record_id, library=library)
    shelf = shelf.filter(call_number=left.call_number)
    current.holding = (
        shelf.filter(location=location).first()
        or (None if location else shelf.order_by("pk").first())
        or add_holding(
            record=left.record, library=library, call_number=left.call_number, location=location, by=None
        )
    )
    current.library = library
    current.version += 1
    current.updated_at = clock.now()
    _save_item(current)
    log_changes([left.record_id])
    history.record(
        current, "move", by=by.user if by else None, changes={"library": [before.code, library.code]}
    )
    if not (left.coverage or left.note or left.items.exists()):
        left.delete()
    item.holding, item.library, item.version = current.holding, library, current.version
    return item


@transaction.atomic
def change_condition(*, item: Item, deed: str, by: Staff | None, reason: str = "") -> Item:
    """Move a copy along its lifecycle (``lifecycle.CONDITION_MOVES``).

    Raises ``MoveNotOffered``, ``NotAllowed``; ``ItemInUse`` when a copy that circulation has in hand
    would be withdrawn (library systems sheet 4.1: no open loan, no transit).
    """
    access.require(by, "catalog.change_item", item.library_id)
    current = _locked(item)
    move = CONDITION_MOVES.get((Condition(current.condition), deed))
    if move is None:
        raise MoveNotOffered(
            _("单册 %(barcode)s 现在是“%(condition)s”，不能%(deed)s。"),
            barcode=current.barcode,
            condition=Condition(current.condition).label,
            deed=CONDITION_DEEDS.get(deed, deed),
        )
    if deed == "withdraw" and current.in_use:
        raise ItemInUse(
            _("单册 %(barcode)s 正在借出、调拨或预约保留中，不能剔除；请先办理归还。"),
            barcode=current.barcode,
        )
    before, current.condition = current.condition, move[0]
    current.version += 1
    current.updated_at = clock.now()
    current.save(update_fields=["condition", "version", "updated_at"])
    log_changes([current.holding.record_id])
    history.record(
        current,
        deed,
        by=by.user if by else None,
        changes={"condition": [before, current.condition]},
        reason=reason,
    )
    announce(ItemChanged(item_id=current.pk, condition=current.condition))
    return current


@transaction.atomic(savepoint=False)
def set_available(*, item: Item, available: bool) -> None:
    """Say whether circulation leaves a copy on the shelf: False on loan, under way, or kept for a reader.

    No permission is asked: circulation did, for the deed this belongs to and fails with. A copy that is lost or being
    bound stays unavailable whatever is said here.
    """
    changed = Item.objects.filter(pk=item.pk, in_use=available).update(
        in_use=not available, updated_at=clock.now()
    )
    if changed:
        log_changes([item.holding.record_id])
        item.in_use = not available


def _locked(item: Item) -> Item:
    return Item.objects.select_for_update(of=("self",)).select_related("holding").get(pk=item.pk)


def _put(row: Holding | Item, facts: dict[str, object]) -> dict[str, object]:
    """Write facts into a row; return what changed for its history."""
    changes: dict[str, object] = {}
    for name, value in facts.items():
        before = getattr(row, name)
        if before != value:
            changes[name] = [before, value]
            setattr(row, name, value)
    return changes


def _save_holding(holding: Holding) -> None:
    try:
        with transaction.atomic():
            holding.save()
    except IntegrityError as error:
        if "one_holding_at_a_place_and_call_number" not in str(error):
            raise
        raise HoldingExists(
            _("本馆在“%(place)s”已登记这种书；请在已有的馆藏下增加单册。"), place=str(holding)
        ) from None


def _save_item(item: Item) -> None:
    try:
        with transaction.atomic():
            item.save()
    except IntegrityError as error:
        if "one_item_of_a_barcode_in_a_library" not in str(error):
            raise
        raise BarcodeTaken(
            _("条码 %(barcode)s 在本馆已被另一册使用；请核对条码。"), barcode=item.barcode
        ) from None
