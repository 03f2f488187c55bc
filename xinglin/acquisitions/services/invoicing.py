"""Invoices: matched to what came, paid from the funds of the lines."""

from collections.abc import Mapping
from datetime import date

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from xinglin.acquisitions.errors import InvoiceUnfit
from xinglin.acquisitions.models import Fund, Invoice, InvoiceLine, OrderLine, PurchaseOrder
from xinglin.acquisitions.services.funds import locked_fund, require_enough
from xinglin.acquisitions.services.ordering import for_staff, step
from xinglin.commons import clock, history
from xinglin.consortium.models import Staff

# (copies, money for the goods in fen) by line
Charged = Mapping[int, tuple[int, int]]


@transaction.atomic
def enter_invoice(
    *,
    order: PurchaseOrder,
    number: str,
    dated_on: date,
    charged: Charged,
    tax_fen: int = 0,
    currency_note: str = "",
    override: str = "",
    by: Staff | None,
) -> Invoice:
    """Enter a vendor's invoice; what it pays for must have come. The tax is shared by the goods' worth.

    What was bound for these copies is free, what was paid is spent; dearer than ordered needs money left.
    The same number of a vendor is taken once.

    Raises ``InvoiceUnfit``, ``BudgetExceeded``.
    """
    kept = for_staff(order, by)
    number = number.strip()
    lines = {each.pk: each for each in kept.lines.select_for_update(of=("self",)).order_by("pk")}
    charged = {pk: pair for pk, pair in charged.items() if pair != (0, 0)}
    _refuse_unfit(kept, number, dated_on, lines, charged, tax_fen)
    funds = {pk: locked_fund(Fund(pk=pk)) for pk in sorted({lines[pk].fund_id for pk in charged})}
    shares = shared_out(tax_fen, {pk: goods for pk, (_copies, goods) in charged.items()})
    for fund in funds.values():
        more = sum(
            goods + shares[pk] - copies * lines[pk].price_fen
            for pk, (copies, goods) in charged.items()
            if lines[pk].fund_id == fund.pk
        )
        if more > 0:
            require_enough(fund, more, override=override)
    invoice = Invoice.objects.create(
        number=number, order=kept, vendor=kept.vendor, dated_on=dated_on,
        goods_fen=sum(goods for _copies, goods in charged.values()), tax_fen=tax_fen,
        currency_note=currency_note.strip()[:100], entered_at=clock.now(), by=by,
    )  # fmt: skip
    for pk, (copies, goods) in charged.items():
        line = lines[pk]
        InvoiceLine.objects.create(
            invoice=invoice, line=line, copies=copies, goods_fen=goods, tax_fen=shares[pk]
        )
        line.invoiced += copies
        line.spent_fen += goods + shares[pk]
        line.save(update_fields=["invoiced", "spent_fen"])
    changes = {"number": number, "goods_fen": invoice.goods_fen, "tax_fen": tax_fen}
    history.record(kept, "enter_invoice", by=by.user if by else None, changes=changes, reason=override[:500])
    return invoice


@transaction.atomic
def close_order(*, order: PurchaseOrder, by: Staff | None) -> PurchaseOrder:
    """Settle an order. Raises ``InvoiceUnfit`` while copies that came have no invoice."""
    kept = for_staff(order, by)
    without = sum(line.received - line.invoiced for line in kept.lines.all())
    if without:
        raise InvoiceUnfit(_("还有 %(n)d 册已到没有发票；请先登记发票。"), n=without)
    step(kept, "close_order", by=by)
    return kept


def shared_out(amount: int, weights: Mapping[int, int]) -> dict[int, int]:
    """Return an amount divided by weights, to the fen: the shares add up to the amount exactly."""
    whole = sum(weights.values())
    if not weights:
        return {}
    if whole == 0:
        weights, whole = dict.fromkeys(weights, 1), len(weights)
    shares = {key: amount * weight // whole for key, weight in weights.items()}
    left = amount - sum(shares.values())
    by_rest = sorted(weights, key=lambda key: (-(amount * weights[key] % whole), key))
    for key in by_rest[:left]:
        shares[key] += 1
    return shares


def _refuse_unfit(
    order: PurchaseOrder,
    number: str,
    dated_on: date,
    lines: Mapping[int, OrderLine],
    charged: Charged,
    tax_fen: int,
) -> None:
    if not number or not charged:
        raise InvoiceUnfit(_("请写发票号码，并至少填一行的册数和货款。"))
    if dated_on > clock.today():
        raise InvoiceUnfit(_("开票日期 %(day)s 还没到。"), day=dated_on)
    if tax_fen < 0 or any(copies < 1 or goods < 0 for copies, goods in charged.values()):
        raise InvoiceUnfit(_("册数至少 1，货款和税额不能为负。"))
    if Invoice.objects.filter(vendor=order.vendor, number=number, reversed_at=None).exists():
        raise InvoiceUnfit(
            _("书商 %(vendor)s 的发票 %(number)s 已登记过。"), vendor=order.vendor, number=number
        )
    for pk, (copies, _goods) in charged.items():
        line = lines.get(pk)
        if line is None:
            raise InvoiceUnfit(_("发票里有一行不在订单 %(number)s 上。"), number=order.number)
        if line.invoiced + copies > line.received:
            raise InvoiceUnfit(
                _("《%(title)s》到了 %(came)d 册，已开票 %(before)d 册，这张又开 %(copies)d 册；请先验收或核对。"),
                title=line.title, came=line.received, before=line.invoiced, copies=copies,
            )  # fmt: skip
