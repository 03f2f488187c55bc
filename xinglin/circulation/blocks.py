"""What stands against lending a copy to a reader, or renewing a loan: each its own sentence.

Each function yields the refusals of one subject, so that a desk may show them all at once and a librarian set
aside, with a reason, those that may be.
"""

from collections.abc import Iterable, Iterator

from django.utils.translation import gettext_lazy as _

from xinglin.catalog.lifecycle import Condition
from xinglin.catalog.models import Item
from xinglin.circulation import errors, queries
from xinglin.circulation.lifecycle import CAPTURED, LoanState
from xinglin.circulation.models import Hold, Loan
from xinglin.circulation.rules import Match
from xinglin.circulation.ties import Standing
from xinglin.commons import clock
from xinglin.commons.onscreen import yuan_text
from xinglin.consortium.models import Library
from xinglin.patrons.lifecycle import State
from xinglin.patrons.models import Patron, Right

# A copy in one of these conditions is not, or no longer, the library's to lend.
NOT_IN_STOCK = (Condition.ON_ORDER, Condition.IN_PROCESS, Condition.WITHDRAWN)


def of_standing(patron: Patron, standing: Standing) -> Iterator[errors.Block]:
    """Yield what the reader's card, category and suspension say against borrowing anything."""
    if patron.state != State.ACTIVE or not patron.category.may(Right.BORROW):
        yield errors.MayNotBorrow(
            _("读者证%(state)s，或“%(category)s”类读者不能借书；请联系读者所属馆。"),
            state=patron.get_state_display(),
            category=patron.category.name,
        )
    yield from of_card(patron)
    yield from of_suspension(standing)


def of_card(patron: Patron) -> Iterator[errors.Block]:
    """Yield that the card is out of date."""
    if patron.has_expired:
        yield errors.CardNotValid(_("读者证已于 %(day)s 到期，请先办理延期。"), day=patron.expires_on)


def of_suspension(standing: Standing) -> Iterator[errors.Block]:
    """Yield that the reader does not borrow for some days; of several the latest end counts."""
    if standing.suspended_until is not None:
        yield errors.BorrowingSuspended(
            _("因逾期还书停借到 %(until)s，次日起可以再借。"), until=standing.suspended_until
        )


def of_overdue(patron: Patron, standing: Standing, *, besides: Loan | None = None) -> Iterator[errors.Block]:
    """Yield that something should be back already (dp2 issue 940, cases 7.1 and 7.2)."""
    count = standing.overdue - (1 if besides is not None and besides.is_overdue else 0)
    if count <= 0:
        return
    late = Loan.objects.filter(patron=patron, state=LoanState.OUT, due_at__lt=clock.now())
    if besides is not None:
        late = late.exclude(pk=besides.pk)
    titles = late.values_list("item__holding__record__title", flat=True)[:3]
    yield errors.OverdueFirst(
        _("有 %(count)d 册已逾期未还（%(titles)s），请先归还。"),
        count=count,
        titles="、".join(f"《{title}》" for title in titles),
    )


def of_fees(standing: Standing, limit_fen: int) -> Iterator[errors.Block]:
    """Yield that more is owed than a borrower may owe (dp2 issue 940, case 8.1)."""
    if standing.owed_fen > limit_fen:
        yield errors.FeesOwed(
            _("欠费 %(owed)s，超过 %(limit)s，请先缴清。"),
            owed=yuan_text(standing.owed_fen),
            limit=yuan_text(limit_fen),
        )


def of_limits(standing: Standing, library: Library, match: Match) -> Iterator[errors.Block]:
    """Yield that the reader has all they may have here, or in all libraries together.

    Loans of other libraries do not count against this one's limit (dp2 issue 939, 2); where the rule names a kind
    of item, ``loans_here`` counts that kind.
    """
    held, limit = standing.loans_here, match.terms.loans_most
    if limit and held >= limit:
        yield errors.LoanLimitReached(
            _("在%(library)s已借 %(held)d 册，最多 %(limit)d 册；请先还一册。"),
            library=library.label,
            held=held,
            limit=limit,
        )
    anywhere, most = standing.loans, match.terms.loans_most_anywhere
    if anywhere >= most:
        yield errors.LoanLimitReached(
            _("在联盟各馆共借 %(held)d 册，最多 %(limit)d 册；请先还一册。"), held=anywhere, limit=most
        )


def of_copy(item: Item, match: Match) -> Iterator[errors.Block]:
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
        yield from of_queue(item, patron)


def of_queue(item: Item, patron: Patron) -> Iterator[errors.Block]:
    """Yield that others wait longer, unless other copies are free for all of them."""
    record = item.holding.record
    queue = queries.queue_of(record)
    own = queue.filter(patron=patron).first()
    ahead = queries.awake(queue).exclude(patron=patron)
    if own is not None:
        ahead = ahead.filter(position__lt=own.position)
    waiting = ahead.filter(wanted_item__isnull=True).count() + ahead.filter(wanted_item=item).count()
    if waiting and waiting > queries.free_items(record).exclude(pk=item.pk).count():
        yield errors.OthersAreWaiting(
            _("《%(title)s》有 %(waiting)d 位读者在等，没有别的复本可给。"),
            title=record.title,
            waiting=waiting,
        )


def of_renewal(loan: Loan, patron: Patron, standing: Standing, *, is_wanted: bool) -> Iterator[errors.Block]:
    """Yield what stands against renewing a loan, each for itself (library systems sheet 4.5).

    ``is_wanted`` says whether anybody has an open hold for the title: whether the queue need be looked at.
    """
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
    yield from of_overdue(patron, standing, besides=loan)
    if is_wanted:
        yield from of_queue(loan.item, patron)
    days = terms.renew_days_before
    left = (clock.local(loan.due_at).date() - clock.today()).days
    if days is not None and left > days:
        yield errors.RenewalTooEarly(
            _("到期前 %(days)d 天内才能续借，现在还有 %(left)d 天。"), days=days, left=left
        )
    # dp2 issue 940, case 4.5: who owes for a lost copy renews nothing.
    yield from of_fees(standing, terms.owed_most_fen)
    if patron.state != State.ACTIVE:
        yield errors.MayNotBorrow(_("读者证停用中，不能续借；请联系所属馆。"))
    yield from of_card(patron)
    yield from of_suspension(standing)


def first_that_holds(blocks: Iterable[errors.Block], *, overridden: bool) -> errors.Block | None:
    """Return the first block that stands; a reason sets those aside that may be."""
    return next((block for block in blocks if not (overridden and block.may_be_overridden)), None)
