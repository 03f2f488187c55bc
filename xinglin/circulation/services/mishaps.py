"""What goes wrong with a copy: lost, said to be back, damaged, sent for repair, not on its shelf."""

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from xinglin.catalog.lifecycle import CONDITION_MOVES, Condition
from xinglin.catalog.models import Item
from xinglin.catalog.services import change_condition
from xinglin.circulation import errors
from xinglin.circulation.events import LoanLost
from xinglin.circulation.lifecycle import CAPTURED, LOAN_MOVES, LoanState
from xinglin.circulation.models import (
    Fee,
    FeeKind,
    Hold,
    Loan,
    PickOutcome,
    PickRequest,
    Transit,
    TransitReason,
)
from xinglin.circulation.services.capturing import back_to_the_queue
from xinglin.circulation.services.copies import locked_item, open_loan_of, place_of, send_off, settle
from xinglin.circulation.services.dues import bill
from xinglin.circulation.services.returning import charge_lateness
from xinglin.commons import clock, history
from xinglin.commons.bulletin import announce
from xinglin.consortium import access
from xinglin.consortium.models import Library, Staff


@transaction.atomic
def lose(*, loan: Loan, by: Staff | None, reason: str = "") -> Fee | None:
    """Give up a lent copy: its price is billed once, and no fine grows any more.

    Without a price of its own the copy costs what the rule says. Raises ``LoanClosed``, ``NotAllowed``.
    """
    access.require(by, "circulation.lose_item", loan.library_id)
    current = _locked_loan(loan)
    item = current.item
    charge_lateness(current, until=clock.now(), also_open_in=None)
    price = item.price_fen if item.price_fen is not None else current.terms.price_fen
    fee = bill(current, kind=FeeKind.LOST, amount_fen=price, cause="lost", explanation=reason[:200])
    current.state = _moved(current, "lose")
    current.closed_at = clock.now()
    current.save(update_fields=["state", "closed_at"])
    _say_of_condition(item, "lose", reason)
    settle(item)
    history.record(current, "lose", by=by.user if by else None, reason=reason)
    announce(LoanLost(loan_id=current.pk, item_id=item.pk))
    return fee


@transaction.atomic
def claim_returned(*, loan: Loan, by: Staff | None, reason: str = "") -> Loan:
    """Note that a reader says it was brought back: nothing is charged from now on, and the shelves are searched.

    Raises ``LoanClosed``, ``NotAllowed``.
    """
    access.require(by, "circulation.lose_item", loan.library_id)
    current = _locked_loan(loan)
    current.state = _moved(current, "claim")
    current.claimed_at = clock.now()
    current.save(update_fields=["state", "claimed_at"])
    _say_of_condition(current.item, "claim_returned", reason)
    history.record(current, "claim", by=by.user if by else None, reason=reason)
    return current


@transaction.atomic
def mark_damaged(
    *, item: Item, library: Library, by: Staff | None, reason: str, fee_fen: int = 0
) -> Fee | None:
    """Take a copy out of use that came back damaged; the last reader is billed when a sum is named.

    A reader for whom it was kept is first in the queue again. Raises ``LoanClosed`` while it is on loan
    (it is taken back first), ``MoveNotOffered``, ``NotAllowed``.
    """
    access.require(by, "circulation.lose_item", library.pk)
    item = locked_item(item)
    if open_loan_of(item) is not None:
        raise errors.LoanClosed(
            _("单册 %(barcode)s 还在读者名下，请先还书再登记破损。"), barcode=item.barcode
        )
    for hold in Hold.objects.select_for_update(of=("self",)).filter(item=item, state__in=CAPTURED):
        back_to_the_queue(hold, by=by, reason=reason)
    change_condition(item=item, deed="damage", by=None, reason=reason)
    last = Loan.objects.filter(item=item, patron__isnull=False).select_related("patron", "library").first()
    settle(item)
    history.record(item, "circulation_damage", by=by.user if by else None, reason=reason)
    if last is None:
        return None
    return bill(last, kind=FeeKind.DAMAGED, amount_fen=fee_fen, cause="damaged", explanation=reason[:200])


@transaction.atomic
def not_on_the_shelf(*, item: Item, by: Staff | None) -> Item:
    """Note that a copy which should stand on its shelf was not found there; the next copy is asked for instead.

    Raises ``MoveNotOffered``, ``NotAllowed``.
    """
    access.require(by, "circulation.fill_hold", item.library_id)
    item = locked_item(item)
    changed = change_condition(item=item, deed="miss", by=None, reason=str(_("取书单：架上找不到")))
    PickRequest.objects.filter(item=item, ended_at=None).update(
        ended_at=clock.now(), outcome=PickOutcome.MISSING
    )
    history.record(item, "not_on_the_shelf", by=by.user if by else None)
    return changed


@transaction.atomic
def send(*, item: Item, to: Library, reason: TransitReason, by: Staff | None) -> Transit:
    """Put a copy into the box for another library: home, or for repair.

    Raises ``TransitNotPossible``, ``NotAllowed``.
    """
    start = place_of(item)
    access.require(by, "circulation.send_item", start.pk)
    item = locked_item(item)
    start = place_of(item)
    if open_loan_of(item) is not None or Hold.objects.filter(item=item, state__in=CAPTURED).exists():
        raise errors.TransitNotPossible(
            _("单册 %(barcode)s 正借出或为读者保留，不能调拨；请先还书或退回预约。"), barcode=item.barcode
        )
    if start.pk == to.pk or item.condition in (Condition.WITHDRAWN, Condition.ON_ORDER):
        raise errors.TransitNotPossible(
            _("单册 %(barcode)s 已在%(library)s或不在馆藏中，不用调拨。"),
            barcode=item.barcode,
            library=to.label,
        )
    transit = send_off(item, start=start, to=to, reason=reason, hold=None, by=by)
    settle(item)
    history.record(transit, "send", by=by.user if by else None)
    return transit


def _locked_loan(loan: Loan) -> Loan:
    current = open_loan_of(locked_item(loan.item))
    if current is None or current.pk != loan.pk:
        raise errors.LoanClosed(_("这次借阅已经结束，请刷新后再看。"))
    return current


def _say_of_condition(item: Item, deed: str, reason: str) -> None:
    """Tell the catalogue, unless a cataloguer has said more of the copy already (it is lost, or withdrawn)."""
    if (Condition(item.condition), deed) in CONDITION_MOVES:
        change_condition(item=item, deed=deed, by=None, reason=reason)


def _moved(loan: Loan, deed: str) -> LoanState:
    found = LOAN_MOVES.get((LoanState(loan.state), deed))
    if found is None:
        raise errors.LoanClosed(
            _("这次借阅现在是“%(state)s”，不能这样操作。"), state=loan.get_state_display()
        )
    return found[0]
