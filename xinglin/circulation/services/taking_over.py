"""Taking over what another system knew: the loans that are out, and who waits for what.

Readers come by the import of readers, titles and copies by that of the catalogue; here the two are joined. A bad row is
reported and stops no other; a row that was taken before is known, so the same file may be brought again.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from enum import Enum

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xinglin.catalog.models import Item
from xinglin.circulation.errors import AlreadyOnHold, RowUnfit
from xinglin.circulation.lifecycle import OPEN_LOANS
from xinglin.circulation.models import HoldSource, Loan
from xinglin.circulation.services.lending import lend
from xinglin.circulation.services.queue import place
from xinglin.commons import clock, history
from xinglin.commons.errors import Refusal
from xinglin.commons.numbers import whole
from xinglin.commons.sheets import Row
from xinglin.consortium import access
from xinglin.consortium.models import Library, Staff
from xinglin.consortium.queries import library_named
from xinglin.patrons.queries import find_by_card
from xinglin.patrons.text import date_of

# What the columns are called in the exports that libraries bring.
CARD = ("读者证", "证号", "读者证号", "卡号", "card")
BARCODE = ("条码", "册条码", "条码号", "barcode")
LENT = ("借出日期", "借书日期", "借阅日期", "lent")
DUE = ("应还日期", "到期日期", "due")
RENEWALS = ("续借次数", "renewals")
PICKUP = ("取书馆", "pickup")
PLACED = ("预约日期", "placed")


class Outcome(Enum):
    TAKEN = "taken"
    KNOWN = "known"
    REFUSED = "refused"


@dataclass(frozen=True)
class Taken:
    """What became of one row."""

    number: int
    outcome: Outcome
    words: str = ""


def take_over(
    *, kind: str, rows: Sequence[Row], library: Library, dry_run: bool, by: Staff | None
) -> list[Taken]:
    """Take loans or holds over into a library; a dry run does the same and takes all of it back.

    Raises ``NotAllowed``.
    """
    access.require(by, "circulation.import_loan", library.pk)
    take = _take_loan if kind == "loans" else _take_hold
    ordered = rows if kind == "loans" else sorted(rows, key=lambda row: _cell(row, PLACED))
    with transaction.atomic():
        taken = [_each(take, row, library) for row in ordered]
        if dry_run:
            transaction.set_rollback(True)
        else:
            counts = {each.value: sum(one.outcome == each for one in taken) for each in Outcome}
            history.record(library, "take_over", by=by.user if by else None, changes={"kind": kind, **counts})
    return sorted(taken, key=lambda one: one.number)


def _each(take: Callable[[Row, Library], Taken], row: Row, library: Library) -> Taken:
    try:
        with transaction.atomic():
            return take(row, library)
    except Refusal as refusal:
        return Taken(row.number, Outcome.REFUSED, str(refusal))


def _take_loan(row: Row, library: Library) -> Taken:
    item, patron = _item_of(row, library), find_by_card(_needed(row, CARD))
    out = Loan.objects.filter(item=item, state__in=OPEN_LOANS).first()
    if out is not None and out.patron_id == patron.pk:
        return Taken(row.number, Outcome.KNOWN)
    lent, due = _day(row, LENT), _day(row, DUE)
    if lent > clock.today() or due < lent:
        raise RowUnfit(gettext_lazy("借出日期不能晚于今天，应还日期不能早于借出日期。"))
    renewals = whole(_cell(row, RENEWALS) or "0", digits=2)
    if renewals is None:
        raise RowUnfit(gettext_lazy("续借次数不是数字。"))
    # It was lent by the other system's rules: what ours say against it is set aside, and noted.
    loan = lend(
        patron=patron,
        item=item,
        library=library,
        by=None,
        override=_("从原系统接收"),
        at=datetime.combine(lent, time(12), clock.SHANGHAI),
    )
    loan.due_at, loan.renewals = clock.end_of_day(due), renewals
    loan.save(update_fields=["due_at", "renewals"])
    return Taken(row.number, Outcome.TAKEN)


def _take_hold(row: Row, library: Library) -> Taken:
    item, patron = _item_of(row, library), find_by_card(_needed(row, CARD))
    named = _cell(row, PICKUP)
    pickup = library_named(named) if named else library
    if pickup is None:
        raise RowUnfit(gettext_lazy("没有叫“%(name)s”的馆。"), name=named)
    try:
        hold = place(
            patron=patron, record=item.holding.record, pickup_library=pickup, source=HoldSource.IMPORT
        )
    except AlreadyOnHold:
        return Taken(row.number, Outcome.KNOWN)
    if _cell(row, PLACED):
        hold.placed_at = datetime.combine(_day(row, PLACED), time(12), clock.SHANGHAI)
        hold.save(update_fields=["placed_at"])
    return Taken(row.number, Outcome.TAKEN)


def _cell(row: Row, names: Sequence[str]) -> str:
    return next((row[name] for name in names if row[name]), "")


def _needed(row: Row, names: Sequence[str]) -> str:
    written = _cell(row, names)
    if not written:
        raise RowUnfit(gettext_lazy("缺“%(column)s”。"), column=names[0])
    return written


def _day(row: Row, names: Sequence[str]) -> date:
    written = _needed(row, names)
    day = date_of(written)
    if day is None:
        raise RowUnfit(gettext_lazy("“%(written)s”不是日期，请写成 2026-11-29。"), written=written[:40])
    return day


def _item_of(row: Row, library: Library) -> Item:
    """Return the copy of a barcode: the library's own, or the only one there is (dp2 issue 24)."""
    barcode = _needed(row, BARCODE)
    found = list(Item.objects.select_related("holding__record", "library").filter(barcode=barcode)[:9])
    own = [item for item in found if item.library_id == library.pk]
    chosen = own or found
    if len(chosen) != 1:
        raise RowUnfit(
            gettext_lazy("条码 %(barcode)s：本馆没有，%(count)d 个别的馆有，无法确定是哪一册。"),
            barcode=barcode,
            count=len(found),
        )
    return chosen[0]
