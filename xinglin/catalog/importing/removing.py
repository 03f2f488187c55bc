"""What another system has deleted (leader 05 = d): the library's copies are withdrawn, and the work itself
leaves the catalogue when nobody else holds it.

Nothing is erased. A copy that is out stays as it is, with a remark; conditions before and the record's state
are traced on the row, so that the batch can be taken back.
"""

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from xinglin.catalog.changelog import log_changes
from xinglin.catalog.events import ItemChanged, RecordDeleted
from xinglin.catalog.importing.matching import Match
from xinglin.catalog.importing.understanding import Incoming
from xinglin.catalog.lifecycle import Condition, Outcome
from xinglin.catalog.marc import Verdict
from xinglin.catalog.models import ImportBatch, ImportRow, Item, Record, RecordState
from xinglin.commons import clock
from xinglin.commons.bulletin import announce


def foresee_removal(incoming: Incoming, match: Match) -> None:
    """Note on the row what a removal would do."""
    if _meant(incoming, match) is None:
        _refuse(incoming.row, match)
        incoming.row.foreseen = Outcome.REFUSED
    else:
        incoming.row.foreseen, incoming.row.code = Outcome.REMOVED, "removed"
        incoming.row.reason = _("对方系统已删除这条书目；本馆的单册将剔除。")


def remove(incoming: Incoming, match: Match, batch: ImportBatch) -> None:
    """Withdraw the library's copies of a record, and the record where nobody else holds it."""
    row = incoming.row
    meant = _meant(incoming, match)
    if meant is None:
        _refuse(row, match)
        row.outcome = Outcome.REFUSED
        return
    row.outcome, row.code, row.reason = Outcome.REMOVED, "removed", _("对方系统已删除这条书目。")
    record = Record.objects.select_for_update().get(pk=meant.pk)
    row.record = record
    kept = _withdraw(incoming, record, batch)
    others = record.holdings.exclude(library=batch.library).exists()
    if not kept and not others and record.state == RecordState.ACTIVE:
        row.trace["record_removed"] = True
        _set_state(record, RecordState.DELETED)
        announce(RecordDeleted(record_id=record.pk))
    elif others:
        incoming.remarks.append(_("其他馆也收藏这种书，书目保留。"))
    row.version = record.version
    log_changes([record.pk])


def _meant(incoming: Incoming, match: Match) -> Record | None:
    """Return the record that is meant. A deletion may carry its number and nothing else."""
    if match.verdict is Verdict.SAME:
        return match.records[0]
    if not incoming.record.title_key and not incoming.keys.isbns and len(match.records) == 1:
        numbered = match.records[0]
        same = (numbered.agency, numbered.control_number) == (
            incoming.record.agency,
            incoming.record.control_number,
        )
        return numbered if same and numbered.control_number else None
    return None


def _refuse(row: ImportRow, match: Match) -> None:
    row.code = "removal_unclear"
    row.reason = (
        _("要删除的书目在目录里没有。")
        if match.verdict is Verdict.DIFFERENT
        else _("不能确定要删除的是哪一条书目；请人工剔除。")
    )


def _withdraw(incoming: Incoming, record: Record, batch: ImportBatch) -> int:
    """Withdraw what is not out; return how many copies stay because they are."""
    kept = 0
    withdrawn: dict[str, str] = {}
    for item in Item.objects.select_for_update().filter(holding__record=record, library=batch.library):
        if item.condition == Condition.WITHDRAWN:
            continue
        if item.in_use:
            kept += 1
            incoming.remarks.append(
                _("条码 %(barcode)s 正借出或保留中，没有剔除。") % {"barcode": item.barcode or item.pk}
            )
            continue
        withdrawn[str(item.pk)] = item.condition
        _set_condition(item, Condition.WITHDRAWN)
    if withdrawn:
        incoming.row.trace["withdrawn"] = withdrawn
    return kept


def undo_removal(row: ImportRow, record: Record) -> list[str]:
    """Put back what a removal withdrew; return a sentence for each thing that stays as it is."""
    stays: list[str] = []
    before: dict[str, str] = row.trace.get("withdrawn", {})
    for item in Item.objects.select_for_update().filter(pk__in=map(int, before)):
        if item.condition == Condition.WITHDRAWN:
            _set_condition(item, Condition(before[str(item.pk)]))
        else:
            stays.append(_("条码 %(barcode)s 的状态后来又改过，没有恢复。") % {"barcode": item.barcode})
    if row.trace.get("record_removed") and record.state == RecordState.DELETED:
        try:
            with transaction.atomic():
                _set_state(record, RecordState.ACTIVE)
        except IntegrityError:
            stays.append(_("同一来源、同一控制号后来又有了另一条书目，没有恢复。"))
    return stays


def _set_condition(item: Item, condition: Condition) -> None:
    item.condition = condition
    item.version += 1
    item.updated_at = clock.now()
    item.save(update_fields=["condition", "version", "updated_at"])
    announce(ItemChanged(item_id=item.pk, condition=condition.value))


def _set_state(record: Record, state: RecordState) -> None:
    record.state = state
    record.version += 1
    record.updated_at = clock.now()
    record.save(update_fields=["state", "version", "updated_at"])
