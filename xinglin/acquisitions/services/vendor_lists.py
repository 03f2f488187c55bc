"""Vendors' lists as tables: a list becomes lines of a draft, an order becomes the vendor's sheet."""

from dataclasses import dataclass, field
from typing import BinaryIO

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from xinglin.acquisitions.errors import OrderUnfit
from xinglin.acquisitions.models import Fund, OrderLine, PurchaseOrder
from xinglin.acquisitions.services.lists import fen_of, whole_of
from xinglin.acquisitions.services.ordering import MOST_LINES, add_line
from xinglin.acquisitions.works import Wish
from xinglin.commons.errors import Refusal
from xinglin.commons.numbers import whole
from xinglin.commons.sheets import Row, read_table
from xinglin.consortium.models import Staff

LIST_HEADINGS = ("题名", "ISBN", "著者", "出版社", "出版年", "分类号", "单价", "册数")


@dataclass
class VendorListOutcome:
    """How many lines were added, and each refused row with its reason."""

    added: int = 0
    refused: list[tuple[int, str]] = field(default_factory=list)


def take_vendor_list(
    *, order: PurchaseOrder, fund: Fund, file: BinaryIO, name: str, by: Staff | None
) -> VendorListOutcome:
    """Put the rows of a vendor's list on a draft; the vendor's own headings are understood.

    A row without copies, or with 0, is not wanted. Raises ``UnreadableTable``, ``OrderUnfit``.
    """
    rows = list(read_table(file, name=name))
    if len(rows) > MOST_LINES:
        raise OrderUnfit(_("书目单有 %(n)d 行，一份订单最多 %(most)d 行。"), n=len(rows), most=MOST_LINES)
    columns = order.vendor.columns
    needed = {columns.get(each, each) for each in ("单价", "册数")}
    if rows and not needed <= set(rows[0].cells):
        raise OrderUnfit(
            _("书目单缺少列：%(names)s。请在“书商”里写列名对照。"),
            names="、".join(sorted(needed - set(rows[0].cells))),
        )
    outcome = VendorListOutcome()
    for row in rows:
        try:
            with transaction.atomic():
                outcome.added += _take(row, order, fund, columns, by)
        except Refusal as refusal:
            outcome.refused.append((row.number, str(refusal)))
    return outcome


def _take(row: Row, order: PurchaseOrder, fund: Fund, columns: dict[str, str], by: Staff | None) -> int:
    said = {each: row[columns.get(each, each)] for each in LIST_HEADINGS}
    written = said["册数"].strip()
    copies = whole(written or "0", digits=4)
    if copies is None:
        raise OrderUnfit(_("册数“%(text)s”不是数字。"), text=written[:20])
    if not copies:
        return 0
    wish = Wish(
        isbn=said["ISBN"], title=said["题名"], author=said["著者"], publisher=said["出版社"],
        year=whole_of(said["出版年"]), price_fen=fen_of(said["单价"]), class_number=said["分类号"],
    )  # fmt: skip
    add_line(order=order, fund=fund, wish=wish, copies=copies, by=by)
    return 1


def vendor_sheet(order: PurchaseOrder) -> tuple[list[str], list[list[object]]]:
    """Return an order as the vendor reads it: its headings and rows."""
    headings = [order.vendor.columns.get(each, each) for each in LIST_HEADINGS]
    return headings, [_row_of(line) for line in order.lines.all() if line.copies > line.cancelled]


def _row_of(line: OrderLine) -> list[object]:
    return [
        line.title, line.isbn, line.author, line.publisher, str(line.year or ""), line.class_number,
        line.price_fen / 100, line.copies - line.cancelled,
    ]  # fmt: skip
