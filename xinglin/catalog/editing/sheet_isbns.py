"""ISBNs as spreadsheets leave them: whole, mended, or ruined beyond mending.

Excel takes thirteen digits for a number: it shows 9.78712E+12, saves that into a CSV, and drops the zero
that many ISBN-10 begin with. What can be restored without doubt (the check digit agrees) is.
"""

import re
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from xinglin.catalog.marc import isbn13, isbns_in

_SCIENTIFIC = re.compile(r"\d(?:\.\d+)?[Ee]\+?\d{1,2}")
_SHORTENED = re.compile(r"\d{7,8}[\dXx]")


@dataclass(frozen=True, slots=True)
class SheetIsbn:
    """What a cell holds: the ISBN-13 when there is one, and what was wrong with how it was written."""

    number: str | None = None
    remark: str = ""
    is_damaged: bool = False


def isbn_in_cell(cell: str) -> SheetIsbn:
    """Read a cell that should hold an ISBN."""
    text = cell.strip().lstrip("'").strip()
    if _SCIENTIFIC.fullmatch(text):
        return _from_scientific(text)
    bare = re.sub(r"\.0+$", "", text)
    for each in isbns_in(bare):
        if each.isbn13 is not None:
            return SheetIsbn(each.isbn13)
    if _SHORTENED.fullmatch(bare) and (number := isbn13(bare.rjust(10, "0"))) is not None:
        remark = _("ISBN“%(cell)s”开头的 0 被表格软件丢掉，已补回。") % {"cell": cell}
        return SheetIsbn(number, remark)
    return SheetIsbn()


def _from_scientific(text: str) -> SheetIsbn:
    digits = format(Decimal(text), "f")
    significant = re.sub(r"[Ee].*|\.", "", text)
    number = isbn13(digits) if len(significant) >= 13 else None
    if number is not None:
        return SheetIsbn(number, _("ISBN“%(cell)s”被表格软件写成了科学计数，已还原。") % {"cell": text})
    return SheetIsbn(
        None,
        _("ISBN“%(cell)s”已被表格软件改成科学计数，末几位丢失，无法还原；请把该列设为“文本”后重新导出。")
        % {"cell": text},
        is_damaged=True,
    )
