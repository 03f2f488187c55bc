"""Taking a batch back, newest row first: copies, holdings, descriptions. What others built on stays.

A row that cannot be taken back says why; the others are. Nothing is forced: a copy that was lent has
a history, and a record that a colleague amended or another library holds is no longer the file's.
"""

from django.db import transaction
from django.db.models import ProtectedError
from django.utils.translation import gettext as _

from xinglin.catalog.changelog import log_changes
from xinglin.catalog.description import Native, put_into, restored
from xinglin.catalog.events import ImportUndone
from xinglin.catalog.importing.removing import undo_removal
from xinglin.catalog.lifecycle import BATCH_MOVES, BatchState, Outcome
from xinglin.catalog.models import Flavour, Format, Holding, ImportBatch, ImportRow, Item, Record, RecordState
from xinglin.commons import clock
from xinglin.commons.bulletin import announce

CHUNK = 100
_WITH_EFFECT = (Outcome.ADDED, Outcome.MATCHED, Outcome.REPLACED, Outcome.REMOVED)


@transaction.atomic
def undo_some(batch_id: int) -> bool:
    """Take back the next rows of a batch; False when it is done."""
    batch = (
        ImportBatch.objects.select_for_update(of=("self",), no_key=True)
        .filter(pk=batch_id, state=BatchState.UNDOING)
        .first()
    )
    if batch is None:
        return False
    left = batch.rows.filter(outcome__in=_WITH_EFFECT, undone=False, undo_remark="").order_by("-number")
    rows = list(left.select_related("record")[:CHUNK])
    if not rows:
        batch.state, _hand = BATCH_MOVES[BatchState.UNDOING, "finish"]
        batch.finished_at = clock.now()
        batch.save(update_fields=["state", "finished_at"])
        announce(ImportUndone(batch_id=batch.pk))
        return False
    for row in rows:
        row.undo_remark = " ".join(_undo(row))
        row.undone = not row.undo_remark
    ImportRow.objects.bulk_update(rows, ["undone", "undo_remark"])
    log_changes([row.record_id for row in rows if row.record_id is not None])
    batch.checkpoint = rows[-1].number - 1
    batch.save(update_fields=["checkpoint"])
    return True


def _undo(row: ImportRow) -> list[str]:
    """Take one row back; return a sentence for each thing that stays."""
    stays = [*_undo_items(row), *_undo_holdings(row)]
    record = Record.objects.select_for_update().filter(pk=row.record_id or 0).first()
    if record is None:
        return stays
    if row.outcome == Outcome.ADDED:
        stays += _undo_addition(row, record)
    elif row.outcome == Outcome.REPLACED:
        stays += _undo_replacement(row, record)
    elif row.outcome == Outcome.REMOVED:
        stays += undo_removal(row, record)
    return stays


def _undo_items(row: ImportRow) -> list[str]:
    items = Item.objects.select_for_update().filter(pk__in=row.trace.get("items", []))
    return [
        _("条码 %(barcode)s 已有流通记录，单册保留。") % {"barcode": item.barcode}
        for item in items
        if item.in_use or not _deleted(item)
    ]


def _undo_holdings(row: ImportRow) -> list[str]:
    return [
        _("馆藏“%(place)s”下还有单册，保留。") % {"place": str(holding)}
        for holding in Holding.objects.filter(pk__in=row.trace.get("holdings", []))
        if holding.items.exists() or not _deleted(holding)
    ]


def _deleted(thing: Item | Holding) -> bool:
    """Delete a row unless a room above has built on it."""
    try:
        with transaction.atomic():
            thing.delete()
    except ProtectedError:
        return False
    return True


def _undo_addition(row: ImportRow, record: Record) -> list[str]:
    if record.state != RecordState.ACTIVE:
        return []
    if record.version != row.version:
        return [_("书目在导入后又被修改，保留。")]
    if record.holdings.exists():
        return [_("书目下还有馆藏，保留。")]
    record.state = RecordState.DELETED
    record.version += 1
    record.updated_at = clock.now()
    record.save(update_fields=["state", "version", "updated_at"])
    return []


def _undo_replacement(row: ImportRow, record: Record) -> list[str]:
    if record.version != row.version:
        return [_("书目在导入后又被修改，没有恢复旧的内容。")]
    written = row.trace["before"]
    native = None
    if row.before:
        native = Native(
            raw=bytes(row.before),
            format=Format(written["format"]),
            charset=written["charset"],
            flavour=Flavour(written["flavour"]),
        )
    put_into(record, restored(written["description"]), native)
    record.version += 1
    record.updated_at = clock.now()
    record.save()
    return []
