"""The money of subscriptions: bound by the term, spent when it is paid, released when it ends unpaid."""

from datetime import date

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from xinglin.acquisitions.errors import SubscriptionUnfit
from xinglin.acquisitions.models import Fund, IssueState, Subscription, SubscriptionTerm
from xinglin.acquisitions.queries import ORDER, SERIAL
from xinglin.acquisitions.services.funds import locked_fund, require_enough
from xinglin.commons import clock, history
from xinglin.commons.onscreen import yuan_text
from xinglin.consortium import access
from xinglin.consortium.models import Staff


@transaction.atomic
def bind_term(
    *, subscription: Subscription, fund: Fund, amount_fen: int, override: str = "", by: Staff | None
) -> SubscriptionTerm:
    """Keep back the money of a subscription's present term. Raises ``SubscriptionUnfit``, ``BudgetExceeded``.

    Whoever checks issues in may not bind money: that is the hand that places orders.
    """
    kept = locked_subscription(subscription)
    access.require(by, ORDER, kept.library_id)
    paying = locked_fund(fund)
    if not paying.active or paying.library_id != kept.library_id:
        raise SubscriptionUnfit(_("经费“%(fund)s”已停用，或不是收藏馆的。"), fund=paying.name)
    if amount_fen < 1:
        raise SubscriptionUnfit(_("请写这一订期的订费。"))
    if kept.ended_on or kept.terms.filter(until=kept.until, released_on=None).exists():
        raise SubscriptionUnfit(
            _("《%(title)s》订到 %(until)s 的这一期已有订费，或已停订；续订之后再登记下一期。"),
            title=kept.title, until=kept.until,
        )  # fmt: skip
    require_enough(paying, amount_fen, override=override)
    term = SubscriptionTerm.objects.create(
        subscription=kept, fund=paying, until=kept.until, amount_fen=amount_fen
    )
    history.record(
        kept, "bind_money", by=by.user if by else None, reason=override.strip()[:500],
        changes={"fund": paying.name, "amount_fen": amount_fen},
    )  # fmt: skip
    return term


@transaction.atomic
def pay_term(
    *,
    term: SubscriptionTerm,
    number: str,
    amount_fen: int,
    paid_on: date,
    override: str = "",
    by: Staff | None,
) -> SubscriptionTerm:
    """Note what was paid for a term: its bound money is free, what was paid is spent.

    Raises ``SubscriptionUnfit``, ``BudgetExceeded`` where it is dearer than what was bound and is left.
    """
    kept = _locked_term(term, by)
    if not number.strip() or amount_fen < 1 or paid_on > clock.today():
        raise SubscriptionUnfit(_("请写发票号码和金额；付款日期不能在今天之后。"))
    fund = locked_fund(kept.fund)
    if amount_fen > kept.amount_fen:
        require_enough(fund, amount_fen - kept.amount_fen, override=override)
    kept.spent_fen, kept.invoice_number, kept.paid_on = amount_fen, number.strip()[:40], paid_on
    kept.save()
    history.record(
        kept.subscription, "pay_term", by=by.user if by else None, reason=override.strip()[:500],
        changes={"number": kept.invoice_number, "amount_fen": [kept.amount_fen, amount_fen]},
    )  # fmt: skip
    return kept


@transaction.atomic
def end_subscription(*, subscription: Subscription, on: date, reason: str, by: Staff | None) -> Subscription:
    """Stop a subscription: what was to come after the day is struck, unpaid money is released, paid stays spent.

    Raises ``SubscriptionUnfit`` without a reason, for a day outside the term, or where it was stopped before.
    """
    kept = locked_subscription(subscription)
    access.require(by, SERIAL, kept.library_id)
    if not reason.strip():
        raise SubscriptionUnfit(_("请写停订的原因。"))
    if kept.ended_on is not None:
        raise SubscriptionUnfit(_("《%(title)s》%(day)s 已停订。"), title=kept.title, day=kept.ended_on)
    if not kept.first_on <= on <= kept.until:
        raise SubscriptionUnfit(
            _("停订日期要在 %(first)s 到 %(until)s 之间。"), first=kept.first_on, until=kept.until
        )
    kept.ended_on = on
    kept.save(update_fields=["ended_on"])
    struck, _of = kept.issues.filter(
        state=IssueState.EXPECTED, expected_on__gt=on, claims__isnull=True
    ).delete()
    released = 0
    for term in kept.terms.filter(paid_on=None, released_on=None):
        locked_fund(term.fund)
        term.released_on = clock.today()
        term.save(update_fields=["released_on"])
        released += term.amount_fen
    changes: dict[str, object] = {"ended_on": on.isoformat(), "struck": struck}
    if released:
        changes["released"] = yuan_text(released)
    history.record(
        kept, "end_subscription", by=by.user if by else None, reason=reason.strip()[:500], changes=changes
    )
    return kept


def locked_subscription(subscription: Subscription) -> Subscription:
    """Return a subscription as it is now, locked."""
    rows = Subscription.objects.select_for_update(of=("self",)).select_related("library", "vendor")
    return rows.get(pk=subscription.pk)


def _locked_term(term: SubscriptionTerm, by: Staff | None) -> SubscriptionTerm:
    rows = SubscriptionTerm.objects.select_for_update(of=("self",)).select_related("subscription", "fund")
    kept = rows.get(pk=term.pk)
    access.require(by, ORDER, kept.subscription.library_id)
    if not kept.is_bound:
        raise SubscriptionUnfit(
            _("这一订期的订费现在是“%(standing)s”，没有再记一次。"), standing=kept.standing
        )
    return kept
