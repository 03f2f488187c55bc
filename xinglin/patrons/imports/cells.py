"""One cell of an office's table: what it says, or what a spreadsheet did to it and how to mend that.

What Excel does to numbers that are not for calculating: eleven digits and more become 1.39E+10, digits
after the fifteenth become 0 (IEEE 754 doubles), "1-2" becomes a date; and a date in a column of plain
numbers is the count of days since 1899-12-30.
"""

import re
from datetime import date, timedelta
from typing import TYPE_CHECKING

from django.db.models import CharField
from django.utils.translation import gettext_lazy as _

from xinglin.commons.errors import Refusal
from xinglin.patrons.models import Patron
from xinglin.patrons.text import LONG_LASTING, card_number_of, date_of, email_of, is_card_number, phone_of

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

_SCIENTIFIC = re.compile(r"[+-]?\d+(\.\d+)?[Ee]\+?\d{1,3}")
_ROUNDED = re.compile(r"\d{15}0+")
_DECIMAL = re.compile(r"\d+\.0+")
_ISO_DATE = re.compile(r"\d{4}-\d{2}-\d{2}( \d{2}:\d{2}:\d{2})?")
_FORMULA_ERROR = re.compile(r"#(REF!|N/A|VALUE!|NAME\?|DIV/0!|NUM!|NULL!|SPILL!|#+)", re.IGNORECASE)
_SERIAL = re.compile(r"\d{5}(\.\d+)?")
_FIRST_SERIAL, _LAST_SERIAL = 18264, 73050  # 1950 to 2099: what an expiry can be
_EPOCH = date(1899, 12, 30)
_LONGEST = {field.name: field.max_length for field in Patron._meta.fields if isinstance(field, CharField)}


class BadCell(Refusal):
    """A cell that cannot be taken, with the way to mend it."""

    code = "bad_cell"


def text_of(key: str, written: str) -> str:
    """Return a cell without what our own exports put before a formula's sign. Raises ``BadCell``."""
    text = written[1:] if re.match(r"'[=+\-@]", written) else written
    if _FORMULA_ERROR.fullmatch(text):
        raise BadCell(_("单元格是公式错误，不是内容；请改成文字后再导入。"))
    longest = _LONGEST.get(key)
    if longest is not None and len(text) > longest:
        raise BadCell(
            _("有 %(length)d 个字，最多 %(longest)d 个；请缩短。"), length=len(text), longest=longest
        )
    return text


def undamaged(number: str) -> str:
    """Return a number as it was written, or refuse what a spreadsheet made of it. Raises ``BadCell``."""
    for pattern, sentence in _DAMAGE:
        if pattern.fullmatch(number):
            raise BadCell(sentence)
    return number


_DAMAGE: tuple[tuple[re.Pattern[str], "_StrPromise"], ...] = (
    (_SCIENTIFIC, _("表格软件把号码改成了科学记数，原号码已丢失；请把该列设为「文本」后重新填写。")),
    (_ROUNDED, _("号码第 15 位以后都是 0，是表格软件截断的；请把该列设为「文本」后重新填写。")),
    (_DECIMAL, _("号码被存成了小数；请把该列设为「文本」，去掉小数点和后面的 0。")),
    (_ISO_DATE, _("号码被表格软件改成了日期；请把该列设为「文本」后重新填写。")),
)


def card_number(written: str) -> str:
    """Return a card number. Raises ``BadCell``."""
    number = card_number_of(undamaged(written))
    if not is_card_number(number):
        raise BadCell(_("不是卡号：要 2 到 40 位字母或数字，中间可有 - . / _。"))
    return number


def staff_number(written: str) -> str:
    """Return a staff number. Raises ``BadCell``."""
    return card_number_of(undamaged(written))


def phone(written: str) -> str:
    """Return a phone number. Raises ``BadCell``."""
    number = phone_of(undamaged(written))
    if number is None:
        raise BadCell(_("不是 11 位手机号，也不是带区号的座机号。"))
    return number


def email(written: str) -> str:
    """Return an e-mail address. Raises ``BadCell``."""
    address = email_of(written)
    if address is None:
        raise BadCell(_("不是邮箱地址。"))
    return address


def expiry(written: str) -> date | None:
    """Return the last good day, or None for a card that does not end. Raises ``BadCell``."""
    if written in LONG_LASTING:
        return None
    day = date_of(written)
    if day is None and _SERIAL.fullmatch(written) and _FIRST_SERIAL <= float(written) <= _LAST_SERIAL:
        meant = _EPOCH + timedelta(days=int(float(written)))
        raise BadCell(
            _("是表格软件的日期序号（可能是 %(day)s）；请把该列设为日期格式，或写成 2026-12-31。"),
            day=meant.isoformat(),
        )
    if day is None or not 1950 <= day.year <= 2200:
        raise BadCell(_("不是日期；请写成 2026-12-31，不过期的写「长期」。"))
    return day
