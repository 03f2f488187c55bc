"""Taking back what was entered wrongly: an invoice, or a copy that was received. Nothing is deleted."""

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from xinglin.acquisitions.errors import InvoiceUnfit, OrderUnfit
from xinglin.acquisitions.lifecycle import OrderState, SuggestionState
from xinglin.acquisitions.models import Accession, Fund, Invoice, OrderLine, Suggestion
from xinglin.acquisitions.queries import RECEIVE
from xinglin.acquisitions.services.funds import locked_fund
from xinglin.acquisitions.services.moving import locked, move
from xinglin.acquisitions.services.ordering import for_staff, step
from xinglin.catalog import services as catalog
from xinglin.catalog.lifecycle import Condition
from xinglin.commons import clock, history
from xinglin.consortium.models import Staff


@transaction.atomic
def reverse_invoice(*, invoice: Invoice, reason: str, by: Staff | None) -> Invoice:
    """Reverse an invoice: what it paid is no longer spent and the copies' money is bound again.

    Its number may be entered anew. A settled order is open again. Raises ``InvoiceUnfit``, ``NotAllowed``.
    """
    order = for_staff(invoice.order, by)
    kept = Invoice.objects.select_for_update(of=("self",)).get(pk=invoice.pk)
    if not reason.strip():
        raise InvoiceUnfit(_("请写冲销的原因。"))
    if kept.reversed_at is not None:
        raise InvoiceUnfit(_("发票 %(number)s 已冲销过，没有再冲一次。"), number=kept.number)
    parts = list(kept.lines.all())
    lines = {
        each.pk: each
        for each in order.lines.select_for_update(of=("self",)).order_by("pk").select_related("fund")
    }
    for pk in sorted({lines[part.line_id].fund_id for part in parts}):
        locked_fund(Fund(pk=pk))
    for part in parts:
        line = lines[part.line_id]
        line.invoiced -= part.copies
        line.spent_fen -= part.goods_fen + part.tax_fen
        line.save(update_fields=["invoiced", "spent_fen"])
    kept.reversed_at, kept.reversal_reason = clock.now(), reason.strip()[:300]
    kept.save(update_fields=["reversed_at", "reversal_reason"])
    changes = {"number": kept.number, "goods_fen": -kept.goods_fen, "tax_fen": -kept.tax_fen}
    history.record(
        order, "reverse_invoice", by=by.user if by else None, reason=kept.reversal_reason, changes=changes
    )
    if order.state == OrderState.CLOSED:
        step(order, "reopen_order", by=by, reason=kept.reversal_reason)
    return kept


@transaction.atomic
def reverse_receipt(*, accession: Accession, reason: str, by: Staff | None) -> Accession:
    """Take one copy's receipt back: the copy is withdrawn, its number stays used, the line waits again.

    What was invoiced is reversed first; a copy that left the workroom is not taken back any more.

    Raises ``OrderUnfit``, ``ItemInUse`` from the catalogue, ``NotAllowed``.
    """
    order = for_staff(accession.line.order, by, permission=RECEIVE)
    line = OrderLine.objects.select_for_update(of=("self",)).get(pk=accession.line_id)
    kept = Accession.objects.select_for_update(of=("self",)).select_related("item").get(pk=accession.pk)
    _refuse_reversal(kept, line, reason)
    if kept.item is not None and kept.item.condition != Condition.WITHDRAWN:
        catalog.change_condition(item=kept.item, deed="withdraw", by=None, reason=reason.strip()[:200])
    kept.reversed_at, kept.reversal_reason = clock.now(), reason.strip()[:300]
    kept.save(update_fields=["reversed_at", "reversal_reason"])
    line.received -= 1
    line.save(update_fields=["received"])
    came = sum(each.received for each in order.lines.all())
    step(order, "reverse_receipt" if came else "reverse_all_receipts", by=by, reason=kept.reversal_reason)
    if line.suggestion_id and line.received == 0:
        suggestion = locked(Suggestion(pk=line.suggestion_id))
        if suggestion.state == SuggestionState.ARRIVED:
            move(suggestion, "receipt_reversed", by=by, reason=kept.reversal_reason)
    return kept


def _refuse_reversal(kept: Accession, line: OrderLine, reason: str) -> None:
    if not reason.strip():
        raise OrderUnfit(_("请写撤销验收的原因，如破损退换、错发。"))
    if kept.reversed_at is not None:
        raise OrderUnfit(_("登录号 %(number)s 的验收已撤销过。"), number=kept.number)
    if line.received - line.invoiced < 1:
        raise OrderUnfit(
            _("《%(title)s》到的 %(n)d 册都已开票；请先冲销发票，再撤销验收。"),
            title=line.title,
            n=line.received,
        )
    if kept.item is not None and kept.item.condition not in (Condition.IN_PROCESS, Condition.WITHDRAWN):
        raise OrderUnfit(
            _("登录号 %(number)s 的这一册现在是“%(state)s”，已经离开加工；请在馆藏里办理剔除，再与书商退换。"),
            number=kept.number, state=kept.item.get_condition_display(),
        )  # fmt: skip
