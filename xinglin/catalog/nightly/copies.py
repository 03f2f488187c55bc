"""A table of copies from another library system: added, changed, moved to another place, or gone.

Columns: 控制号 or ISBN (which work), 条码, and as far as the system says them 索书号, 馆藏地点, 卷册, 价格, 状态, 删除.
A line touches copies of its own library only; what is out stays as it is, with the reason.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import BinaryIO

from django.db import connection, transaction
from django.utils.translation import gettext as _

from xinglin.catalog.changelog import log_changes
from xinglin.catalog.events import ItemAdded, ItemChanged
from xinglin.catalog.importing.copies import price_fen
from xinglin.catalog.importing.running import CATALOGUE_LOCK
from xinglin.catalog.lifecycle import Condition
from xinglin.catalog.marc import isbn13
from xinglin.catalog.models import Holding, ImportProfile, Item, Record, RecordState
from xinglin.commons import clock
from xinglin.commons.bulletin import announce
from xinglin.commons.sheets import read_table
from xinglin.commons.text import plain
from xinglin.consortium.models import Library

_COLUMNS = {
    "control": ("控制号", "记录号", "001"), "isbn": ("isbn",), "barcode": ("条码", "条码号"), "call": ("索书号",),
    "place": ("馆藏地点", "馆藏地"), "volume": ("卷册",), "price": ("价格",), "state": ("状态",), "gone": ("删除",),
}  # fmt: skip
_YES = frozenset({"1", "是", "y", "yes", "删除", "d"})
_STATES = {str(condition.label): condition for condition in Condition} | {
    "可借": Condition.ON_SHELF, "在馆": Condition.ON_SHELF, "丢失": Condition.LOST, "剔旧": Condition.WITHDRAWN,
    "注销": Condition.WITHDRAWN, "破损": Condition.DAMAGED, "编目中": Condition.IN_PROCESS,
}  # fmt: skip


@dataclass
class Report:
    """What became of a table: how many copies were added, changed and withdrawn, and which lines were refused."""

    added: int = 0
    changed: int = 0
    withdrawn: int = 0
    refused: list[tuple[int, str]] = field(default_factory=list)


class _LineRefused(Exception):
    """One line that is not taken, with its reason."""


@transaction.atomic
def take_copies(*, file: BinaryIO, name: str, library: Library) -> Report:
    """Bring a library's copies to what a table says; the same table twice changes nothing the second time.

    Raises ``UnreadableTable`` for what is no table.
    """
    _take_turns()
    profile = ImportProfile.objects.filter(library=library).first() or ImportProfile(library=library)
    report = Report()
    touched: list[int] = []
    for row in list(read_table(file, name=name)):
        try:
            touched.append(_take(_named(row.cells), library, profile, report))
        except _LineRefused as refused:
            report.refused.append((row.number, str(refused)))
    log_changes(touched)
    return report


def _take(cells: Mapping[str, str], library: Library, profile: ImportProfile, report: Report) -> int:
    barcode = cells.get("barcode", "")[:60]
    if not barcode:
        raise _LineRefused(_("没有条码。"))
    item = Item.objects.select_for_update(of=("self",)).filter(library=library, barcode=barcode).first()
    condition = _condition(cells)
    if item is None:
        if condition is Condition.WITHDRAWN:
            raise _LineRefused(_("要剔除的条码 %(barcode)s 本馆没有。") % {"barcode": barcode})
        return _add(cells, barcode, condition, library, profile, report)
    return _change(item, cells, condition, report)


def _add(
    cells: Mapping[str, str],
    barcode: str,
    condition: Condition | None,
    library: Library,
    profile: ImportProfile,
    report: Report,
) -> int:
    record = _record(cells, profile)
    now = clock.now()
    holding = _holding(record, library, cells.get("place", ""), cells.get("call", ""))
    item = Item.objects.create(
        holding=holding,
        library=library,
        barcode=barcode,
        item_type=profile.item_type,
        condition=condition or profile.condition,
        price_fen=price_fen(cells.get("price", "")),
        volume=cells.get("volume", "")[:60],
        added_at=now,
        updated_at=now,
    )
    announce(ItemAdded(item_id=item.pk, record_id=record.pk, library_id=library.pk))
    report.added += 1
    return record.pk


def _change(item: Item, cells: Mapping[str, str], condition: Condition | None, report: Report) -> int:
    held = item.holding
    place = cells.get("place", held.location)[:120]
    call = cells.get("call", held.call_number)[:120]
    volume = cells.get("volume", item.volume)[:60]
    if condition is not None and condition != item.condition and item.in_use:
        raise _LineRefused(_("条码 %(barcode)s 正借出或保留中，状态没有改。") % {"barcode": item.barcode})
    before = (item.holding_id, item.volume, item.condition)
    if (place, call) != (held.location, held.call_number):
        item.holding = _holding(held.record, item.library, place, call)
    item.volume, item.condition = volume, condition or item.condition
    if (item.holding_id, item.volume, item.condition) == before:
        return held.record_id
    item.version += 1
    item.updated_at = clock.now()
    item.save()
    if condition is Condition.WITHDRAWN:
        report.withdrawn += 1
    else:
        report.changed += 1
    announce(ItemChanged(item_id=item.pk, condition=item.condition))
    return held.record_id


def _condition(cells: Mapping[str, str]) -> Condition | None:
    if cells.get("gone", "").lower() in _YES:
        return Condition.WITHDRAWN
    said = cells.get("state", "")
    if said and said not in _STATES:
        raise _LineRefused(_("看不懂状态“%(state)s”。") % {"state": said})
    return _STATES.get(said)


def _record(cells: Mapping[str, str], profile: ImportProfile) -> Record:
    active = Record.objects.filter(state=RecordState.ACTIVE).only("pk")
    control, number = cells.get("control", ""), isbn13(cells.get("isbn", ""))
    found: list[Record] = []
    if control and profile.agency:
        found = list(active.filter(agency=profile.agency, control_number=control)[:2])
    if not found and number:
        found = list(active.filter(isbns__contains=[number])[:2])
    if len(found) != 1:
        raise _LineRefused(
            _("目录里没有这种书；请先导入书目，或检查导入配置里的来源机构。")
            if not found
            else _("ISBN %(isbn)s 有几条书目，不能确定是哪一种；请写控制号。") % {"isbn": number}
        )
    return found[0]


def _holding(record: Record, library: Library, place: str, call: str) -> Holding:
    return Holding.objects.get_or_create(
        record=record,
        library=library,
        location=place[:120],
        call_number=call[:120],
        defaults={"added_at": clock.now()},
    )[0]


def _named(cells: Mapping[str, str]) -> dict[str, str]:
    known = {label: name for name, labels in _COLUMNS.items() for label in labels}
    return {
        known[heading.strip().lower()]: plain(value).strip()
        for heading, value in cells.items()
        if heading.strip().lower() in known
    }


def _take_turns() -> None:
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(%s)", [CATALOGUE_LOCK])
