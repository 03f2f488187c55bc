"""What circulation owes its readers to know; listeners, found through ``listeners.py``.

Each is owed under a key of its own, so an errand that runs twice owes it once. Whether it is still true is asked
again when it goes out (``notice_kinds.py``): a book given back overnight is not asked for in the morning.
"""

from django.db import transaction
from django.db.models import F
from django.urls import reverse
from django.utils.translation import gettext as _

from xinglin.circulation import notice_kinds as kinds
from xinglin.circulation.events import (
    FeeBilled,
    HoldExpired,
    HoldReady,
    HoldStuck,
    LoanDueSoon,
    LoanOverdue,
    LoanRecalled,
    LoanReturned,
)
from xinglin.circulation.lifecycle import FeeState, HoldState, LoanState
from xinglin.circulation.models import Fee, Hold, Loan, LoanNotice, NoticeKind, Suspension, Transit
from xinglin.commons import clock
from xinglin.commons.bulletin import listens_to
from xinglin.commons.onscreen import yuan_text
from xinglin.notices.services import owe
from xinglin.patrons.events import PatronSuspended
from xinglin.patrons.models import Patron


@listens_to(HoldReady)
@transaction.atomic
def owe_word_of_a_copy_that_waits(event: HoldReady) -> None:
    """Tell the reader where the copy waits and until when, and from where it came if it travelled."""
    hold = (
        Hold.objects.select_for_update(of=("self",))
        .select_related("record", "pickup_library", "patron__home_library")
        .get(pk=event.hold_id)
    )
    if hold.state != HoldState.READY or hold.kept_until is None or hold.ready_at is None:
        return
    facts = {
        "hold": hold.pk,
        "title": hold.record.title,
        "library": hold.pickup_library.label,
        "until": f"{hold.kept_until:%Y-%m-%d}",
    }
    said = _(
        "您预约的《%(title)s》已到%(library)s，请在 %(month)d 月 %(day)d 日前凭读者证取书，过期转给下一位读者。"
    )
    came = (
        Transit.objects.filter(hold=hold, received_in=hold.pickup_library)
        .select_related("from_library")
        .order_by("-received_at")
        .first()
    )
    if came is not None:
        facts["from_library"] = came.from_library.label
        said = _(
            "您预约的《%(title)s》已从%(from_library)s送到%(library)s，请在 %(month)d 月 %(day)d 日前凭读者证取书，"
            "过期转给下一位读者。"
        )
    owe(
        patron=hold.patron,
        kind=kinds.HOLD_ARRIVED if came else kinds.HOLD_READY,
        key=f"{hold.pk} {hold.ready_at.isoformat()}",
        title=_("《%(title)s》可以取了") % facts,
        text=said % {**facts, "month": hold.kept_until.month, "day": hold.kept_until.day},
        link=reverse("mobile:holds"),
        fields=facts,
        library=hold.pickup_library,
    )
    if hold.told_at is None:
        hold.told_at = clock.now()
        hold.save(update_fields=["told_at"])


@listens_to(HoldExpired)
@transaction.atomic
def owe_word_of_a_hold_that_expired(event: HoldExpired) -> None:
    """Tell the reader that the copy was kept in vain, and how to get it after all."""
    hold = Hold.objects.select_related("record", "pickup_library", "patron__home_library").get(
        pk=event.hold_id
    )
    facts = {"title": hold.record.title, "library": hold.pickup_library.label}
    owe(
        patron=hold.patron,
        kind=kinds.HOLD_EXPIRED,
        key=str(hold.pk),
        title=_("《%(title)s》保留期已过") % facts,
        text=_("您预约的《%(title)s》在%(library)s的保留期已过，已转给下一位读者。仍然需要请重新预约。")
        % facts,
        link=reverse("mobile:holds"),
        fields=facts,
        library=hold.pickup_library,
    )


@listens_to(HoldStuck)
def owe_word_of_a_copy_that_is_not_found(event: HoldStuck) -> None:
    """Tell the reader that it takes longer, and that the place in the queue is kept."""
    hold = Hold.objects.select_related("record", "pickup_library", "patron__home_library").get(
        pk=event.hold_id
    )
    if hold.state != HoldState.WAITING or hold.stuck_at is None:
        return
    facts = {"title": hold.record.title, "library": hold.pickup_library.label, "hold": hold.pk}
    owe(
        patron=hold.patron,
        kind=kinds.HOLD_STUCK,
        key=f"{hold.pk} {hold.stuck_at.isoformat()}",
        title=_("《%(title)s》一时找不到") % facts,
        text=_("您预约的《%(title)s》各馆一时都没有找到，馆员正在处理；您的排队位置不变。") % facts,
        link=reverse("mobile:holds"),
        fields=facts,
        library=hold.pickup_library,
    )


@listens_to(LoanRecalled)
def owe_word_of_a_recall(event: LoanRecalled) -> None:
    """Ask the reader to bring a copy back sooner."""
    loan = Loan.objects.select_related("patron__home_library", "item__holding__record", "library").get(
        pk=event.loan_id
    )
    if loan.patron is None or loan.state != LoanState.OUT:
        return
    facts = {
        "title": loan.item.holding.record.title,
        "due": f"{clock.local(loan.due_at):%Y-%m-%d}",
        "loans": str(loan.pk),
        "due_moments": loan.due_at.isoformat(),
    }
    owe(
        patron=loan.patron,
        kind=kinds.RECALLED,
        key=f"{loan.pk} {loan.due_at.isoformat()}",
        title=_("《%(title)s》请提前归还") % facts,
        text=_("有读者急等您借的《%(title)s》，请在 %(due)s 前归还，各馆都可以还。给您添麻烦了。") % facts,
        link=reverse("mobile:loans"),
        fields=facts,
        library=loan.library,
    )


@listens_to(LoanDueSoon)
def owe_word_of_what_is_due_soon(event: LoanDueSoon) -> None:
    """Remind the reader of all that is due soon, in one notice; the errands of the other loans find it owed."""
    _owe_word_of_loans(event.loan_id, NoticeKind.DUE_SOON)


@listens_to(LoanOverdue)
def owe_word_of_what_is_overdue(event: LoanOverdue) -> None:
    """Ask the reader for all that is overdue, in one notice."""
    _owe_word_of_loans(event.loan_id, NoticeKind.OVERDUE)


@transaction.atomic
def _owe_word_of_loans(loan_id: int, kind: NoticeKind) -> None:
    """Owe what is to be said of a reader's loans and was not yet; what was renewed or returned is dropped.

    The rows are locked and marked in the transaction that owes the notice: owed once, however often it runs.
    """
    patron = Loan.objects.select_related("patron__home_library").get(pk=loan_id).patron
    if patron is None:
        return
    owed = LoanNotice.objects.select_for_update(of=("self",)).filter(
        loan__patron=patron,
        loan__state=LoanState.OUT,
        kind=kind,
        told_at=None,
        due_at=F("loan__due_at"),
    )
    rows = list(owed.select_related("loan__item__holding__record").order_by("due_at", "pk"))
    if not rows:
        return
    loans = list({row.loan_id: row.loan for row in rows}.values())
    first = loans[0]
    title = (_("%(count)d 册书已逾期") if kind == NoticeKind.OVERDUE else _("%(count)d 册书快到期")) % {
        "count": len(loans)
    }
    owe(
        patron=patron,
        kind=kinds.OVERDUE if kind == NoticeKind.OVERDUE else kinds.DUE_SOON,
        key=" ".join(str(row.pk) for row in rows[:12]),
        title=title,
        text=_reminder(loans, kind),
        link=reverse("mobile:loans"),
        fields={
            "title": first.item.holding.record.title,
            "count": len(loans),
            "due": f"{clock.local(first.due_at):%Y-%m-%d}",
            "loans": " ".join(str(loan.pk) for loan in loans),
            "due_moments": " ".join(loan.due_at.isoformat() for loan in loans),
        },
    )
    LoanNotice.objects.filter(pk__in=[row.pk for row in rows]).update(told_at=clock.now())


def _reminder(loans: list[Loan], kind: NoticeKind) -> str:
    lines = [
        _("《%(title)s》%(day)s 应还")
        % {"title": loan.item.holding.record.title, "day": f"{clock.local(loan.due_at):%Y-%m-%d}"}
        for loan in loans
    ]
    if kind == NoticeKind.OVERDUE:
        heading = _("您有 %(count)d 册书已逾期，请尽快归还，各馆都可以还：")
        ending = _("逾期会影响借书；有困难请联系图书馆。")
    else:
        heading = _("您有 %(count)d 册书快到期：")
        ending = _("回复“续借全部”可以续借，各馆都可以还。")
    return "\n".join([heading % {"count": len(loans)}, *lines, ending])


@listens_to(FeeBilled)
@transaction.atomic
def owe_word_of_a_fee(event: FeeBilled) -> None:
    """Tell the reader what a fee is for, while it is owed."""
    fee = Fee.objects.select_related("patron__home_library", "library").get(pk=event.fee_id)
    if fee.state != FeeState.OPEN:
        return
    facts = {
        "amount": yuan_text(fee.owed_fen),
        "what": fee.get_kind_display(),
        "library": fee.library.label,
    }
    text = _("%(library)s记了一笔%(what)s：%(amount)s。%(why)s可以在任何一馆的服务台缴清。") % {
        **facts,
        "why": f"{fee.explanation.rstrip('。')}。" if fee.explanation else "",
    }
    owe(
        patron=fee.patron,
        kind=kinds.FEE_BILLED,
        key=str(fee.pk),
        title=_("%(what)s %(amount)s") % facts,
        text=text,
        link=reverse("mobile:loans"),
        fields=facts,
        library=fee.library,
    )


@listens_to(LoanReturned)
@transaction.atomic
def owe_word_of_days_without_borrowing(event: LoanReturned) -> None:
    """Tell a reader who brought a book back late how long they do not borrow (以停代金)."""
    suspension = (
        Suspension.objects.filter(loan=event.loan_id)
        .select_related("patron__home_library", "library", "loan__item__holding__record")
        .first()
    )
    if suspension is None:
        return
    facts = {
        "until": f"{suspension.until:%Y-%m-%d}",
        "reason": _("《%(title)s》逾期 %(days)d 天")
        % {"title": suspension.loan.item.holding.record.title, "days": suspension.late_days},
    }
    owe(
        patron=suspension.patron,
        kind=kinds.SUSPENDED,
        key=f"loan {suspension.loan_id}",
        title=_("暂停借书至 %(until)s") % facts,
        text=_("%(reason)s，按规定暂停借书至 %(until)s；还书、预约到书和资料查询不受影响。") % facts,
        link=reverse("mobile:loans"),
        fields=facts,
        library=suspension.library,
    )


@listens_to(PatronSuspended)
@transaction.atomic
def owe_word_of_a_card_that_is_stopped(event: PatronSuspended) -> None:
    """Tell a reader whom a librarian has suspended, and why."""
    patron = Patron.objects.select_related("home_library").get(pk=event.patron_id)
    if patron.is_in_good_standing:
        return
    facts = {"until": "", "reason": patron.state_reason}
    owe(
        patron=patron,
        kind=kinds.SUSPENDED,
        key=f"patron {patron.version}",
        title=_("读者证已停用"),
        text=_("您的读者证已停用：%(reason)s。有疑问请联系%(library)s。")
        % {"reason": facts["reason"] or _("原因请询问服务台"), "library": patron.home_library.label},
        fields=facts,
    )
