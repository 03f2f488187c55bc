"""Money and suspensions: billed once for a cause, paid, waived, given back once."""

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from xinglin.catalog.lifecycle import CONDITION_MOVES, Condition
from xinglin.catalog.models import Item
from xinglin.catalog.services import add_item, change_condition
from xinglin.circulation.errors import AmountUnfit, FeeMoveNotPossible, NotToBeReplaced, ReasonNeeded
from xinglin.circulation.events import FeeBilled
from xinglin.circulation.lifecycle import FEE_MOVES, FeeState
from xinglin.circulation.models import Fee, FeeKind, Loan, Payment, Suspension
from xinglin.commons import clock, history
from xinglin.commons.bulletin import announce
from xinglin.commons.onscreen import yuan_text
from xinglin.consortium import access
from xinglin.consortium.models import Library, Staff


@transaction.atomic
def pay(*, fee: Fee, amount_fen: int, by: Staff | None, taken_in: Library | None = None) -> Fee:
    """Take money for a fee, all of it or a part; any desk of the consortium may.

    ``taken_in`` says where, for a machine; else it is the library of who takes it, or the fee's own.
    Raises ``AmountUnfit``, ``FeeMoveNotPossible``, ``NotAllowed``.
    """
    if by is not None:
        access.require(by, "circulation.take_payment", by.library_id)
    fee = _locked(fee)
    if not 0 < amount_fen <= fee.owed_fen and fee.state == FeeState.OPEN:
        raise AmountUnfit(_("收款须大于 0 且不超过欠款 %(owed)s，请核对金额。"), owed=yuan_text(fee.owed_fen))
    _move(fee, "pay" if amount_fen == fee.owed_fen else "pay_part")
    fee.paid_fen += amount_fen
    fee.save()
    _note_payment(fee, amount_fen, taken_in or (by.library if by else fee.library), by)
    history.record(fee, "pay", by=by.user if by else None, changes={"paid_fen": amount_fen})
    return fee


@transaction.atomic
def waive(*, fee: Fee, reason: str, by: Staff | None) -> Fee:
    """Write off what is still owed of a fee; what was paid stays paid.

    Raises ``ReasonNeeded``, ``FeeMoveNotPossible``, ``NotAllowed``.
    """
    access.require(by, "circulation.waive_fee", fee.library_id)
    if not reason.strip():
        raise ReasonNeeded(_("减免费用必须写明理由。"))
    fee = _locked(fee)
    _move(fee, "waive")
    fee.save()
    history.record(fee, "waive", by=by.user if by else None, reason=reason)
    return fee


@transaction.atomic
def accept_replacement(*, fee: Fee, barcode: str, by: Staff | None, reason: str = "") -> Item:
    """Take another copy of the same title instead of the price of the lost one (以书赔书); return it.

    The new copy stands where the lost one stood, which leaves the stock. Raises ``NotToBeReplaced``,
    ``FeeMoveNotPossible``, ``BarcodeTaken``, ``NotAllowed``.
    """
    access.require(by, "circulation.waive_fee", fee.library_id)
    fee = _locked(fee)
    lost = Item.objects.select_related("holding").filter(pk=fee.item_id or 0).first()
    if lost is None or fee.kind != FeeKind.LOST or fee.paid_fen:
        raise NotToBeReplaced(_("只有还没有缴的遗失赔偿可以用书抵；已收的钱请先办理退款。"))
    _move(fee, "replace")
    fee.save()
    item = add_item(
        holding=lost.holding,
        barcode=barcode,
        item_type=lost.item_type,
        price_fen=lost.price_fen,
        condition=Condition.IN_PROCESS,
        by=None,
        note=str(_("读者赔书")),
    )
    if (Condition(lost.condition), "withdraw") in CONDITION_MOVES:
        change_condition(item=lost, deed="withdraw", by=None, reason=str(_("读者已赔书")))
    history.record(fee, "replace", by=by.user if by else None, changes={"barcode": barcode}, reason=reason)
    return item


@transaction.atomic
def lift_suspension(*, suspension: Suspension, reason: str, by: Staff | None) -> Suspension:
    """Let a reader borrow again before the days are over. Raises ``ReasonNeeded``, ``NotAllowed``."""
    access.require(by, "circulation.lift_suspension", suspension.library_id)
    if not reason.strip():
        raise ReasonNeeded(_("提前解除停借必须写明理由。"))
    current = Suspension.objects.select_for_update(of=("self",)).get(pk=suspension.pk)
    if current.lifted_at is None:
        current.lifted_at, current.lifting_reason = clock.now(), reason
        current.save(update_fields=["lifted_at", "lifting_reason"])
        history.record(current, "lift", by=by.user if by else None, reason=reason)
    return current


# -- for the other deeds --------------------------------------------------------------------------


def bill(loan: Loan, *, kind: FeeKind, amount_fen: int, cause: str, explanation: str = "") -> Fee | None:
    """Bill a reader once for a cause; the same cause again changes nothing and returns the first bill.

    The sum belongs to the library that lent (library systems sheet 4.6). Nothing is billed for nothing.
    """
    if amount_fen <= 0 or loan.patron is None:
        return None
    fee, created = Fee.objects.get_or_create(
        billing_key=f"{kind}:{loan.pk}:{cause}",
        defaults={
            "patron": loan.patron,
            "library": loan.library,
            "loan": loan,
            "item": loan.item,
            "kind": kind,
            "amount_fen": amount_fen,
            "explanation": explanation,
            "billed_at": clock.now(),
        },
    )
    if created:
        history.record(fee, "bill", by=str(_("系统")), changes={"amount_fen": amount_fen})
        announce(FeeBilled(fee_id=fee.pk))
    return fee


def give_back_price_of(loan: Loan, *, library: Library, by: Staff | None) -> int:
    """Take back the bill for a lost copy that was found in a library, once; return what is paid back there in fen.

    What was waived is not paid back, and a second finding finds nothing left (sheet 4.11, 10).
    """
    fees = Fee.objects.select_for_update().filter(loan=loan, kind=FeeKind.LOST)
    refunded = 0
    for fee in fees.filter(state__in=(FeeState.OPEN, FeeState.PAID)):
        _move(fee, "refund" if fee.paid_fen else "void")
        fee.save()
        refunded += fee.paid_fen
        if fee.paid_fen:
            _note_payment(fee, -fee.paid_fen, library, by)
        history.record(fee, str(fee.state), by=str(_("系统")), reason=str(_("遗失的书已找回")))
    return refunded


def _note_payment(fee: Fee, amount_fen: int, library: Library, by: Staff | None) -> None:
    Payment.objects.create(fee=fee, library=library, amount_fen=amount_fen, at=clock.now(), by=by)


def _locked(fee: Fee) -> Fee:
    return Fee.objects.select_for_update(of=("self",)).get(pk=fee.pk)


def _move(fee: Fee, deed: str) -> None:
    move = FEE_MOVES.get((FeeState(fee.state), deed))
    if move is None:
        raise FeeMoveNotPossible(_("这笔费用已是“%(state)s”，不用再处理。"), state=FeeState(fee.state).label)
    fee.state = move[0]
    if fee.state != FeeState.OPEN:
        fee.closed_at = clock.now()
