"""Money: 37/38. What a machine took is entered once, by the machine's own number of it."""

import re

from django.db import transaction
from django.utils.translation import gettext as _

from xinglin.circulation import queries, services
from xinglin.circulation.errors import AmountUnfit
from xinglin.circulation.models import DevicePayment, DeviceRight
from xinglin.circulation.sip2.answers.readers import CURRENCY, yuan
from xinglin.circulation.sip2.asking import Answer, Asking, answers, told
from xinglin.circulation.ties import standing_of

_SUM = re.compile(r"(\d{1,7})(?:\.(\d{1,2}))?")


def _refuse(asking: Asking, sentence: str) -> Answer:
    fields = [*asking.head(), *asking.echo("AA", "BK"), *told(sentence)]
    return Answer("38", f"N{asking.stamp}", fields, refused=sentence, needs_person=True)


@answers("37", refuse=_refuse, right=DeviceRight.PAY)
@transaction.atomic
def pay(asking: Asking) -> Answer:
    """Enter a payment against one fee (CG), or against the oldest first."""
    patron = asking.patron()
    amount = fen_of(asking.message.first("BV"))
    number = asking.message.first("BK")
    if asking.fixed("currency") != CURRENCY:
        raise AmountUnfit(_("只收人民币（CNY）。"))
    known = DevicePayment.objects.filter(device=asking.device, transaction=number).first() if number else None
    if known is not None:
        if (known.patron_id, known.amount_fen) != (patron.pk, amount):
            raise AmountUnfit(_("交易号 %(number)s 已用于另一笔收款。"), number=number)
        return _paid(asking, amount, standing_of(patron).owed_fen)
    fees = list(queries.open_fees_of(patron).order_by("billed_at", "pk"))
    wanted = asking.message.first("CG")
    if wanted:
        fees = [fee for fee in fees if str(fee.pk) == wanted]
    owed = sum(fee.owed_fen for fee in fees)
    if not 0 < amount <= owed:
        raise AmountUnfit(
            _("收款 %(amount)s 元，而所欠是 %(owed)s 元；没有入账，请到服务台处理。"),
            amount=yuan(amount),
            owed=yuan(owed),
        )
    if number:
        DevicePayment.objects.create(
            device=asking.device, transaction=number, patron=patron, amount_fen=amount
        )
    left = amount
    for fee in fees:
        part = min(left, fee.owed_fen)
        if part:
            services.pay(fee=fee, amount_fen=part, by=None, taken_in=asking.device.library)
            left -= part
    return _paid(asking, amount, standing_of(patron).owed_fen)


def _paid(asking: Asking, amount: int, owed: int) -> Answer:
    sentence = _("已收 %(amount)s 元，还欠 %(owed)s 元。") % {"amount": yuan(amount), "owed": yuan(owed)}
    return Answer("38", f"Y{asking.stamp}", [*asking.head(), *asking.echo("AA", "BK"), *told(sentence)])


def fen_of(written: str) -> int:
    """Read a sum in yuan. Raises ``AmountUnfit``."""
    found = _SUM.fullmatch(written.strip())
    if found is None:
        raise AmountUnfit(_("金额「%(written)s」看不懂；请到服务台处理。"), written=written[:20])
    return int(found[1]) * 100 + int((found[2] or "0").ljust(2, "0"))
