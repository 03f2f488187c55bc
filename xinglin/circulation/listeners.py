"""What circulation does when other rooms have news."""

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from xinglin.catalog.events import ItemChanged
from xinglin.catalog.lifecycle import Condition
from xinglin.catalog.models import Item
from xinglin.circulation import services
from xinglin.circulation.events import HoldReady, HoldStuck, LoanDueSoon, LoanOverdue, LoanRecalled
from xinglin.circulation.lifecycle import OPEN, HoldState, LoanState
from xinglin.circulation.models import Hold, Loan, LoanNotice, NoticeKind
from xinglin.circulation.telling import tell_reader
from xinglin.commons import clock
from xinglin.commons.bulletin import listens_to
from xinglin.patrons.events import PatronErased, PatronLeft


@listens_to(HoldReady)
@transaction.atomic
def tell_the_reader_that_a_copy_waits(event: HoldReady) -> None:
    """Tell the reader in WeChat; where nothing may be sent now, it is told when they next write.

    Told once, however often the errand runs: ``told_at`` is set in the transaction that queues the message.
    """
    hold = (
        Hold.objects.select_for_update(of=("self",))
        .select_related("record", "pickup_library", "patron")
        .get(pk=event.hold_id)
    )
    if hold.state != HoldState.READY or hold.told_at is not None or hold.kept_until is None:
        return
    said = _(
        "您预约的《%(title)s》已到%(library)s，请在 %(month)d 月 %(day)d 日前凭读者证取书，过期转给下一位读者。"
    )
    sentence = said % {
        "title": hold.record.title,
        "library": hold.pickup_library.label,
        "month": hold.kept_until.month,
        "day": hold.kept_until.day,
    }
    if tell_reader(hold.patron, sentence):
        hold.told_at = clock.now()
        hold.save(update_fields=["told_at"])


@listens_to(HoldStuck)
@transaction.atomic
def tell_the_reader_that_no_copy_is_found(event: HoldStuck) -> None:
    """Tell the reader that it takes longer, once: the hold is marked in the transaction that queues the message."""
    hold = (
        Hold.objects.select_for_update(of=("self",)).select_related("record", "patron").get(pk=event.hold_id)
    )
    if hold.state != HoldState.WAITING or hold.stuck_at is None or hold.told_at is not None:
        return
    said = _("您预约的《%(title)s》各馆一时都没有找到，馆员正在处理；您的排队位置不变。")
    if tell_reader(hold.patron, said % {"title": hold.record.title}):
        hold.told_at = clock.now()
        hold.save(update_fields=["told_at"])


@listens_to(LoanRecalled)
@transaction.atomic
def tell_the_reader_that_a_loan_was_recalled(event: LoanRecalled) -> None:
    """Ask the reader to bring a copy back sooner, once for a due date."""
    loan = (
        Loan.objects.select_for_update(of=("self",))
        .select_related("patron", "item__holding__record")
        .get(pk=event.loan_id)
    )
    if loan.patron is None or loan.state != LoanState.OUT:
        return
    notice, created = LoanNotice.objects.get_or_create(
        loan=loan, kind=NoticeKind.RECALLED, due_at=loan.due_at, defaults={"owed_at": clock.now()}
    )
    said = _("有读者急等您借的《%(title)s》，请在 %(day)s 前归还，各馆都可以还。给您添麻烦了。")
    facts = {"title": loan.item.holding.record.title, "day": f"{clock.local(loan.due_at):%Y-%m-%d}"}
    if created and tell_reader(loan.patron, said % facts):
        notice.told_at = clock.now()
        notice.save(update_fields=["told_at"])


@listens_to(ItemChanged)
def serve_those_who_wanted_what_left_the_stock(event: ItemChanged) -> None:
    """Let holds for one copy be filled by any other, when that copy was withdrawn or lost (sheet 4.1)."""
    if event.condition in (Condition.WITHDRAWN, Condition.LOST):
        services.retarget(item=Item.objects.get(pk=event.item_id))


@listens_to(LoanDueSoon)
def tell_the_reader_what_is_due_soon(event: LoanDueSoon) -> None:
    """Remind the reader of all that is due soon, in one message; the errands of the other loans find it said."""
    _tell_of_loans(event.loan_id, NoticeKind.DUE_SOON)


@listens_to(LoanOverdue)
def tell_the_reader_what_is_overdue(event: LoanOverdue) -> None:
    """Ask the reader for all that is overdue, in one message."""
    _tell_of_loans(event.loan_id, NoticeKind.OVERDUE)


@transaction.atomic
def _tell_of_loans(loan_id: int, kind: NoticeKind) -> None:
    """Say what is owed to the reader of a loan and was not said yet; what was renewed or returned is dropped.

    The rows are locked and marked in the transaction that queues the message: told once, however often an
    errand runs.
    """
    patron = Loan.objects.select_related("patron").get(pk=loan_id).patron
    if patron is None:
        return
    owed = LoanNotice.objects.select_for_update(of=("self",)).filter(
        loan__patron=patron,
        loan__state=LoanState.OUT,
        kind=kind,
        told_at=None,
        due_at=F("loan__due_at"),
    )
    notices = list(owed.select_related("loan__item__holding__record").order_by("due_at", "pk"))
    if notices and tell_reader(patron, _reminder([notice.loan for notice in notices], kind)):
        LoanNotice.objects.filter(pk__in=[notice.pk for notice in notices]).update(told_at=clock.now())


def _reminder(loans: list[Loan], kind: NoticeKind) -> str:
    unique = list({loan.pk: loan for loan in loans}.values())
    lines = [
        _("《%(title)s》%(day)s 应还")
        % {"title": loan.item.holding.record.title, "day": f"{clock.local(loan.due_at):%Y-%m-%d}"}
        for loan in unique
    ]
    if kind == NoticeKind.OVERDUE:
        heading = _("您有 %(count)d 册书已逾期，请尽快归还，各馆都可以还：")
        ending = _("逾期会影响借书；有困难请联系图书馆。")
    else:
        heading = _("您有 %(count)d 册书快到期：")
        ending = _("回复“续借全部”可以续借，各馆都可以还。")
    return "\n".join([heading % {"count": len(unique)}, *lines, ending])


def _give_up_all(patron_id: int, reason: str) -> None:
    for hold in Hold.objects.filter(patron=patron_id, state__in=OPEN):
        services.cancel(hold=hold, reason=reason)


@listens_to(PatronLeft)
def give_up_the_holds_of_who_left(event: PatronLeft) -> None:
    """Cancel the open holds of a reader who left, so that nobody waits behind them."""
    _give_up_all(event.patron_id, "读者已离开")


@listens_to(PatronErased)
def give_up_the_holds_of_the_erased(event: PatronErased) -> None:
    """Cancel the open holds of an erased reader, and part the closed loans from them."""
    _give_up_all(event.patron_id, "读者资料已删除")
    services.forget_loans_of(patron_id=event.patron_id)
