"""What stands against lending a copy to a reader, or renewing a loan: each its own sentence.

Each function yields the refusals of one subject, so that a desk may show them all at once and a librarian set
aside, with a reason, those that may be.
"""

from collections.abc import Iterable, Iterator

from django.db.models import F, QuerySet, Sum
from django.utils.translation import gettext_lazy as _

from xinglin.catalog.lifecycle import Condition
from xinglin.catalog.models import Item
from xinglin.circulation import errors, queries
from xinglin.circulation.lifecycle import CAPTURED, OPEN_LOANS, FeeState, LoanState
from xinglin.circulation.models import Fee, Hold, Loan, Suspension
from xinglin.circulation.rules import Match
from xinglin.commons import clock
from xinglin.commons.onscreen import yuan_text
from xinglin.consortium.models import Library
from xinglin.patrons.lifecycle import State
from xinglin.patrons.models import Patron, Right

# A copy in one of these conditions is not, or no longer, the library's to lend.
NOT_IN_STOCK = (Condition.ON_ORDER, Condition.IN_PROCESS, Condition.WITHDRAWN)


def of_standing(patron: Patron) -> Iterator[errors.Block]:
    """Yield what the reader's card, category and debts say against borrowing anything."""
    if patron.state != State.ACTIVE or not patron.category.may(Right.BORROW):
        yield errors.MayNotBorrow(
            _("读者证%(state)s，或“%(category)s”类读者不能借书；请联系读者所属馆。"),
            state=patron.get_state_display(),
            category=patron.category.name,
        )
    yield from of_card(patron)
    yield from of_suspension(patron)


def of_card(patron: Patron) -> Iterator[errors.Block]:
    """Yield that the card is out of date."""
    if patron.has_expired:
        yield errors.CardNotValid(_("读者证已于 %(day)s 到期，请先办理延期。"), day=patron.expires_on)


def of_suspension(patron: Patron) -> Iterator[errors.Block]:
    """Yield that the reader does not borrow for some days; of several the latest end counts."""
    standing = standing_suspensions(patron).order_by("-until").first()
    if standing is not None:
        yield errors.BorrowingSuspended(
            _("因逾期还书停借到 %(until)s，次日起可以再借。"), until=standing.until
        )


def of_overdue(patron: Patron, *, besides: Loan | None = None) -> Iterator[errors.Block]:
    """Yield that something should be back already (dp2 issue 940, cases 7.1 and 7.2)."""
    late = Loan.objects.filter(patron=patron, state=LoanState.OUT, due_at__lt=clock.now())
    if besides is not None:
        late = late.exclude(pk=besides.pk)
    titles = list(late.values_list("item__holding__record__title", flat=True)[:3])
    if titles:
        yield errors.OverdueFirst(
            _("有 %(count)d 册已逾期未还（%(titles)s），请先归还。"),
            count=late.count(),
            titles="、".join(f"《{title}》" for title in titles),
        )


def of_fees(patron: Patron, limit_fen: int) -> Iterator[errors.Block]:
    """Yield that more is owed than a borrower may owe (dp2 issue 940, case 8.1)."""
    owed = owed_by(patron)
    if owed > limit_fen:
        yield errors.FeesOwed(
            _("欠费 %(owed)s，超过 %(limit)s，请先缴清。"), owed=yuan_text(owed), limit=yuan_text(limit_fen)
        )


def of_limits(patron: Patron, item: Item, library: Library, match: Match) -> Iterator[errors.Block]:
    """Yield that the reader has all they may have here, or in all libraries together.

    Loans of other libraries do not count against this one's limit (dp2 issue 939, 2).
    """
    loans = Loan.objects.filter(patron=patron, state__in=OPEN_LOANS)
    here = loans.filter(library=library)
    if match.rule is not None and match.rule.item_type:
        here = here.filter(item__item_type=match.rule.item_type)
    held, limit = here.count(), match.terms.loans_most
    if limit and held >= limit:
        yield errors.LoanLimitReached(
            _("在%(library)s已借 %(held)d 册，最多 %(limit)d 册；请先还一册。"),
            library=library.label,
            held=held,
            limit=limit,
        )
    anywhere, most = loans.count(), match.terms.loans_most_anywhere
    if anywhere >= most:
        yield errors.LoanLimitReached(
            _("在联盟各馆共借 %(held)d 册，最多 %(limit)d 册；请先还一册。"), held=anywhere, limit=most
        )


def of_copy(item: Item, patron: Patron, match: Match) -> Iterator[errors.Block]:
    """Yield what the copy itself says against being lent to this reader."""
    condition = Condition(item.condition)
    if condition in NOT_IN_STOCK:
        yield errors.ItemWithdrawn(
            _("单册 %(barcode)s 的状态是“%(condition)s”，不能借出；请交编目处理。"),
            barcode=item.barcode,
            condition=condition.label,
        )
    elif condition != Condition.ON_SHELF:
        yield errors.ItemNotFit(
            _("单册 %(barcode)s 登记为“%(condition)s”；请先还书核对，确需借出请写明理由。"),
            barcode=item.barcode,
            condition=condition.label,
        )
    if item.stays_in_the_library or match.terms.loans_most == 0:
        yield errors.ItemNotLent(
            _("%(type)s不外借给这位读者，只供馆内阅览。"), type=item.get_item_type_display()
        )


def of_holds(item: Item, patron: Patron) -> Iterator[errors.Block]:
    """Yield that the copy is kept for somebody else, or needed for who waits longer."""
    kept = Hold.objects.filter(item=item, state__in=CAPTURED).exclude(patron=patron)
    hold = kept.select_related("patron", "pickup_library").first()
    if hold is not None:
        yield errors.KeptForAnother(
            _("这一册已留给另一位读者（%(library)s取书），请放回预约架或书箱。"),
            library=hold.pickup_library.label,
        )
    elif not Hold.objects.filter(item=item, state__in=CAPTURED, patron=patron).exists():
        yield from of_queue(item, patron, free_besides=_free_besides(item))


def of_queue(item: Item, patron: Patron, *, free_besides: int) -> Iterator[errors.Block]:
    """Yield that others wait longer, unless other copies are free for all of them."""
    record = item.holding.record
    queue = queries.queue_of(record)
    own = queue.filter(patron=patron).first()
    ahead = queries.awake(queue).exclude(patron=patron)
    if own is not None:
        ahead = ahead.filter(position__lt=own.position)
    waiting = ahead.filter(wanted_item__isnull=True).count() + ahead.filter(wanted_item=item).count()
    if waiting > free_besides:
        yield errors.OthersAreWaiting(
            _("《%(title)s》有 %(waiting)d 位读者在等，没有别的复本可给。"),
            title=record.title,
            waiting=waiting,
        )


def _free_besides(item: Item) -> int:
    return queries.free_items(item.holding.record).exclude(pk=item.pk).count()


def of_renewal(loan: Loan, patron: Patron) -> Iterator[errors.Block]:
    """Yield what stands against renewing a loan, each for itself (library systems sheet 4.5)."""
    terms = loan.terms
    if loan.state == LoanState.CLAIMED:
        yield errors.ClaimedReturned(_("已登记“读者称已还”，不能续借；请等图书馆核查。"))
    if loan.recalled_at is not None:
        yield errors.LoanRecalled(_("这本书已为别的读者召回，不能续借；请按召回的日期归还。"))
    if loan.renewals >= terms.renewals_most:
        yield errors.RenewalLimitReached(
            _("已续借 %(done)d 次，最多 %(limit)d 次，请按期归还。"),
            done=loan.renewals,
            limit=terms.renewals_most,
        )
    if loan.is_overdue:
        yield errors.OverdueFirst(_("这本书已逾期，不能续借，请尽快归还。"))
    yield from of_overdue(patron, besides=loan)
    yield from of_queue(loan.item, patron, free_besides=_free_besides(loan.item))
    days = terms.renew_days_before
    left = (clock.local(loan.due_at).date() - clock.today()).days
    if days is not None and left > days:
        yield errors.RenewalTooEarly(
            _("到期前 %(days)d 天内才能续借，现在还有 %(left)d 天。"), days=days, left=left
        )
    # dp2 issue 940, case 4.5: who owes for a lost copy renews nothing.
    yield from of_fees(patron, terms.owed_most_fen)
    if patron.state != State.ACTIVE:
        yield errors.MayNotBorrow(_("读者证停用中，不能续借；请联系所属馆。"))
    yield from of_card(patron)
    yield from of_suspension(patron)


def first_that_holds(blocks: Iterable[errors.Block], *, overridden: bool) -> errors.Block | None:
    """Return the first block that stands; a reason sets those aside that may be."""
    return next((block for block in blocks if not (overridden and block.may_be_overridden)), None)


def standing_suspensions(patron: Patron) -> QuerySet[Suspension]:
    """Return the suspensions that hold today."""
    return Suspension.objects.filter(patron=patron, lifted_at=None, until__gte=clock.today())


def owed_by(patron: Patron) -> int:
    """Return what a reader owes in all libraries together, in fen."""
    total = Fee.objects.filter(patron=patron, state=FeeState.OPEN).aggregate(
        owed=Sum(F("amount_fen") - F("paid_fen"))
    )["owed"]
    return int(total or 0)
