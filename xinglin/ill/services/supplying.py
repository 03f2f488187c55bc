"""The supplying side: what a librarian answers to another library, and how a copy goes out and comes home."""

from dataclasses import replace
from datetime import datetime

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction
from django.db.models import Sum
from django.utils.translation import gettext as _

from xinglin.catalog.queries import item_by_barcode
from xinglin.circulation import services as circulation
from xinglin.circulation.models import FeeKind
from xinglin.commons import clock, history
from xinglin.consortium import access
from xinglin.consortium.models import Staff
from xinglin.ill import queries
from xinglin.ill.errors import NothingToAnswer, NotInThisState, PartnerUnfit, WishUnknown
from xinglin.ill.lifecycle import Supplied
from xinglin.ill.models import SupplyRequest
from xinglin.ill.protocol import supplier
from xinglin.ill.protocol.supplier import Supply
from xinglin.ill.protocol.vocabulary import Reason
from xinglin.ill.services.sending import post
from xinglin.ill.services.wording import answer_of, keep_supply, supply_of


@transaction.atomic
def expect(*, supply: SupplyRequest, by: Staff | None) -> SupplyRequest:
    """Say that we look for it. Raises ``NotInThisState``, ``NotAllowed``."""
    row = _for_staff(supply, by)
    _do(row, "expect")
    return _tell(row, by, "expect")


@transaction.atomic
def will_supply(
    *, supply: SupplyRequest, by: Staff | None, condition: str = "", cost_fen: int = 0
) -> SupplyRequest:
    """Promise it, on a condition or at a price if there is one. Raises ``NotInThisState``, ``NotAllowed``."""
    row = _for_staff(supply, by)
    row.condition, row.cost_fen = condition.strip()[:300], cost_fen
    _do(row, "set_condition" if condition.strip() or cost_fen else "will_supply")
    return _tell(row, by, "will_supply")


@transaction.atomic
def loan(*, supply: SupplyRequest, barcode: str, via: str, by: Staff | None) -> SupplyRequest:
    """Send a copy: it is lent to the partner's own card, so that the shelves tell the truth.

    Raises ``PartnerUnfit`` while the partner has no card with us, ``ItemUnknown``, what stands against the loan,
    ``NotInThisState``, ``NotAllowed``.
    """
    row = _for_staff(supply, by)
    card = row.partner.patron
    if card is None:
        raise PartnerUnfit(
            _("%(partner)s 还没有机构读者证；请先在 互借伙伴 里为它选一张证，才能借出。"),
            partner=row.partner.name,
        )
    item = item_by_barcode(barcode, library=row.library)
    lent = circulation.lend(patron=card, item=item, library=row.library, by=by)
    row.item, row.loan, row.sent_via = item, lent, via[:60]
    _do(row, "loan", due=lent.due_at)
    return _tell(row, by, "loan")


@transaction.atomic
def give_copy(*, supply: SupplyRequest, via: str, by: Staff | None) -> SupplyRequest:
    """Note that a copy was made and sent. Raises ``NotInThisState``, ``NotAllowed``."""
    row = _for_staff(supply, by)
    row.sent_via = via[:60]
    _do(row, "copy")
    return _tell(row, by, "give_copy")


@transaction.atomic
def unfill(*, supply: SupplyRequest, reason: str, by: Staff | None) -> SupplyRequest:
    """Say that we cannot. Raises ``NotInThisState``, ``NotAllowed``."""
    row = _for_staff(supply, by)
    row.closing_reason = reason[:300]
    _do(row, "unfill")
    return _tell(row, by, "unfill", unfilled=reason)


@transaction.atomic
def offer_retry(*, supply: SupplyRequest, reason: str, by: Staff | None) -> SupplyRequest:
    """Say that it may be asked for again, otherwise or later. Raises ``NotInThisState``, ``NotAllowed``."""
    row = _for_staff(supply, by)
    row.closing_reason = reason[:300]
    _do(row, "offer_retry")
    return _tell(row, by, "offer_retry", retry=reason)


@transaction.atomic
def answer_cancel(*, supply: SupplyRequest, agree: bool, by: Staff | None) -> SupplyRequest:
    """Answer the wish to cancel. Raises ``NothingToAnswer``, ``NotInThisState``, ``NotAllowed``."""
    row = _for_staff(supply, by)
    if not row.cancel_asked:
        raise NothingToAnswer(_("对方没有请求取消。"))
    if agree:
        _do(row, "agree_to_cancel")
    else:
        _keep(row, replace(supply_of(row), cancel_asked=False))
    history.record(row, "answer_cancel", by=_actor(by), changes={"agree": agree})
    post(row.partner, answer_of(row, Reason.CANCEL_RESPONSE, answer=agree), supply=row)
    return row


@transaction.atomic
def answer_renewal(*, supply: SupplyRequest, agree: bool, by: Staff | None) -> SupplyRequest:
    """Answer the wish for more time: our own rules of renewal hold. Raises ``NothingToAnswer``, ``NotAllowed``.

    A renewal that circulation refuses (somebody waits, the last one is used) is refused to the partner as well.
    """
    row = _for_staff(supply, by)
    if not row.renew_asked:
        raise NothingToAnswer(_("对方没有请求续借。"))
    due: datetime | None = None
    if agree and row.loan is not None:
        due = circulation.renew(loan=row.loan, by=by).due_at
    moved = supplier.do(supply_of(row), "answer_renewal", due=due, yes=agree)
    if moved is None:
        raise _not_now(row)
    _keep(row, moved)
    history.record(row, "answer_renewal", by=_actor(by), changes={"agree": agree})
    post(row.partner, answer_of(row, Reason.RENEW_RESPONSE, answer=agree), supply=row)
    return row


@transaction.atomic
def call_overdue(*, supply: SupplyRequest, by: Staff | None) -> SupplyRequest:
    """Ask for what is overdue. Raises ``NotInThisState``, ``NotAllowed``."""
    row = _for_staff(supply, by)
    if row.due_at is None or row.due_at > clock.now():
        raise NotInThisState(_("还没有到期，不能催还；急用请召回。"))
    _do(row, "call_overdue")
    return _tell(row, by, "call_overdue")


@transaction.atomic
def recall(*, supply: SupplyRequest, by: Staff | None) -> SupplyRequest:
    """Ask for it back before it is due. Raises ``NotInThisState``, ``NotAllowed``."""
    row = _for_staff(supply, by)
    _do(row, "recall")
    return _tell(row, by, "recall")


@transaction.atomic
def check_in(*, supply: SupplyRequest, by: Staff | None) -> SupplyRequest:
    """Take the copy in; the loan to the partner ends with it. Raises ``NotInThisState``, ``NotAllowed``."""
    row = _for_staff(supply, by)
    if row.item is not None and row.loan is not None and row.loan.closed_at is None:
        circulation.check_in(item=row.item, library=row.library, by=by)
    return come_home(row, by)


def come_home(row: SupplyRequest, by: Staff | None) -> SupplyRequest:
    """Complete a supply whose copy is home; inside the caller's transaction."""
    _do(row, "check_in")
    return _tell(row, by, "check_in")


@transaction.atomic
def write_off(*, supply: SupplyRequest, cost_fen: int, by: Staff | None) -> SupplyRequest:
    """Give up a copy that does not come back, at its price. Raises ``NotInThisState``, ``NotAllowed``."""
    row = _for_staff(supply, by)
    row.cost_fen = cost_fen
    _do(row, "write_off")
    return _tell(row, by, "write_off")


@transaction.atomic
def follow_return(*, loan_id: int) -> None:
    """A copy that a partner had is home, at whatever desk it was scanned: tell them."""
    row = _lent_by(loan_id)
    if row is not None:
        come_home(row, None)


@transaction.atomic
def follow_lateness(*, loan_id: int) -> None:
    """A copy that a partner has is late by circulation's clock: call for it, once for a due date."""
    row = _lent_by(loan_id)
    is_called = row is None or row.state != Supplied.LOANED or row.overdue
    if row is not None and not is_called and row.due_at is not None and row.due_at <= clock.now():
        call_overdue(supply=row, by=None)


@transaction.atomic
def follow_loss(*, loan_id: int) -> None:
    """A copy that a partner has was given up at a desk: the request ends without return, at the price billed."""
    row = _lent_by(loan_id)
    if row is not None:
        billed = (
            row.loan.fees.filter(kind=FeeKind.LOST).aggregate(total=Sum("amount_fen")) if row.loan else {}
        )
        write_off(supply=row, cost_fen=billed.get("total") or 0, by=None)


def _lent_by(loan_id: int) -> SupplyRequest | None:
    return (
        SupplyRequest.objects.select_for_update(of=("self",))
        .select_related("partner", "library", "item", "loan")
        .filter(loan=loan_id, state__in=(Supplied.LOANED, Supplied.RETURNED))
        .first()
    )


def _for_staff(supply: SupplyRequest, by: Staff | None) -> SupplyRequest:
    row = (
        SupplyRequest.objects.select_for_update(of=("self",))
        .select_related("partner__patron", "library", "item", "loan")
        .filter(pk=supply.pk)
        .first()
    )
    if row is None:
        raise WishUnknown(_("没有这个外馆请求。"))
    access.require(by, queries.HANDLE, row.library_id)
    if row.is_brokered:
        raise NotInThisState(_("这个请求已转请他馆，由供应馆答复。"))
    return row


def _do(row: SupplyRequest, deed: str, *, due: datetime | None = None) -> None:
    moved = supplier.do(supply_of(row), deed, due=due)
    if moved is None:
        raise _not_now(row)
    _keep(row, moved)


def _keep(row: SupplyRequest, moved: Supply) -> None:
    keep_supply(row, moved)
    row.save()


def _tell(
    row: SupplyRequest, by: Staff | None, deed: str, *, unfilled: str = "", retry: str = ""
) -> SupplyRequest:
    state = Supplied(row.state).label
    history.record(row, "supply", by=_actor(by), changes={"deed": deed, "state": str(state)})
    post(row.partner, answer_of(row, Reason.STATUS_CHANGE, unfilled=unfilled, retry=retry), supply=row)
    return row


def _not_now(row: SupplyRequest) -> NotInThisState:
    return NotInThisState(
        _("请求 %(number)s 现在是「%(state)s」，不能这样办理；请刷新后再看。"),
        number=row.number,
        state=row.get_state_display(),
    )


def _actor(by: Staff | None) -> AbstractBaseUser | None:
    return by.user if by else None
