"""Lists from outside: a department's wishes, or decisions made in a meeting, as a table."""

from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import BinaryIO

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from xinglin.acquisitions.errors import SuggestionUnfit, SuggestionUnknown
from xinglin.acquisitions.lifecycle import SuggestionState
from xinglin.acquisitions.models import Suggestion, SuggestionSource
from xinglin.acquisitions.queries import DECIDE
from xinglin.acquisitions.services.deciding import approve, decline
from xinglin.acquisitions.services.suggesting import suggest
from xinglin.acquisitions.works import Wish
from xinglin.commons.errors import Refusal
from xinglin.commons.numbers import whole
from xinglin.commons.sheets import Row, read_table
from xinglin.consortium import access
from xinglin.consortium.models import Staff
from xinglin.patrons.queries import find_by_card

HEADINGS = ("题名", "ISBN", "著者", "出版社", "出版年", "单价", "读者证号", "理由")
DECISION_HEADINGS = ("编号", "决定", "答复")
MOST = 2000
_YES = ("同意", "同意购买", "采纳", "是", "y", "yes")
_NO = ("不同意", "不采纳", "未采纳", "否", "n", "no")


@dataclass
class ListOutcome:
    """What became of a list: how many were new, votes, doubled, decided; and each refused row with its reason."""

    new: int = 0
    votes: int = 0
    doubled: int = 0
    decided: int = 0
    refused: list[tuple[int, str, str]] = field(default_factory=list)


def take_list(*, file: BinaryIO, name: str, by: Staff) -> ListOutcome:
    """Take a table row by row, each in its own transaction; a refused row is told and hinders no other.

    A row with 编号 and 决定 is a decision on a suggestion, any other a reader's wish. The same file sent
    again changes nothing. Raises ``UnreadableTable``, ``SuggestionUnfit``.
    """
    rows = list(read_table(file, name=name))
    if len(rows) > MOST:
        raise SuggestionUnfit(
            _("一次最多 %(most)d 行，这份有 %(n)d 行；请分开导入。"), most=MOST, n=len(rows)
        )
    if rows and not {"题名", "ISBN", "编号"} & set(rows[0].cells):
        raise SuggestionUnfit(_("第一行要有列名：%(names)s。"), names="、".join(HEADINGS))
    outcome = ListOutcome()
    for row in rows:
        take: Callable[[Row, ListOutcome, Staff], None] = _decide if row["编号"] and row["决定"] else _wish
        try:
            with transaction.atomic():
                take(row, outcome, by)
        except Refusal as refusal:
            said = " ".join(cell for cell in (row["编号"], row["题名"], row["ISBN"]) if cell)
            outcome.refused.append((row.number, str(refusal), said[:120]))
    return outcome


def _wish(row: Row, outcome: ListOutcome, by: Staff) -> None:
    patron = find_by_card(row["读者证号"])
    access.require(by, DECIDE, patron.home_library_id)
    wish = Wish(
        isbn=row["ISBN"],
        title=row["题名"],
        author=row["著者"],
        publisher=row["出版社"],
        year=whole_of(row["出版年"]),
        price_fen=fen_of(row["单价"]),
    )
    made = suggest(
        patron=patron,
        wish=wish,
        source=SuggestionSource.LIST,
        note=row["理由"],
        insists=bool(row["理由"]),
        by=by,
    )
    if made.is_new:
        outcome.new += 1
    elif made.counted:
        outcome.votes += 1
    else:
        outcome.doubled += 1


def _decide(row: Row, outcome: ListOutcome, by: Staff) -> None:
    mine = access.libraries_of(by, DECIDE)
    suggestion = Suggestion.objects.filter(number=row["编号"], library__in=mine).first()
    if suggestion is None:
        raise SuggestionUnknown(_("没有编号为 %(number)s 的荐购。"), number=row["编号"][:40])
    said = row["决定"].strip().casefold()
    wanted = SuggestionState.APPROVED if said in _YES else SuggestionState.DECLINED if said in _NO else None
    if suggestion.state == wanted and suggestion.reason == row["答复"].strip():
        outcome.doubled += 1
        return
    if said in _YES:
        approve(suggestion=suggestion, reason=row["答复"], by=by)
    elif said in _NO:
        decline(suggestion=suggestion, reason=row["答复"], by=by)
    else:
        raise SuggestionUnfit(_("“决定”写“%(said)s”看不懂；请写 同意 或 不采纳。"), said=row["决定"][:20])
    outcome.decided += 1


def whole_of(text: str) -> int | None:
    """Return a year as lists write it. Raises ``SuggestionUnfit``."""
    text = text.strip().removesuffix("年")
    if not text:
        return None
    year = whole(text, digits=4)
    if year is None:
        raise SuggestionUnfit(_("出版年“%(text)s”不是年份。"), text=text[:20])
    return year


def fen_of(text: str) -> int | None:
    """Return a price in fen from how lists write it: 68、68.00、¥68、CNY68.00. Raises ``SuggestionUnfit``."""
    bare = text.strip().upper().replace(",", "").replace("，", "")
    for mark in ("CNY", "RMB", "¥", "￥", "元"):
        bare = bare.replace(mark, "")
    if not bare.strip():
        return None
    try:
        price = Decimal(bare.strip())
        if not (price.is_finite() and 0 <= price < 1_000_000):
            raise InvalidOperation
    except InvalidOperation:
        raise SuggestionUnfit(_("单价“%(text)s”不是金额（元）。"), text=text[:20]) from None
    return int((price * 100).to_integral_value())
