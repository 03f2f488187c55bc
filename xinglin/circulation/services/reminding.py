"""What readers are owed by the clock: a word before the due date, words after it, and forgetting."""

from datetime import timedelta

from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef

from xinglin.circulation.events import LoanDueSoon, LoanOverdue
from xinglin.circulation.lifecycle import OPEN_LOANS, FeeState, LoanState
from xinglin.circulation.models import Fee, Loan, LoanNotice, NoticeKind
from xinglin.commons import clock
from xinglin.commons.bulletin import announce
from xinglin.patrons.models import Consent, ConsentKind

# The longest reminder a rule may ask for; loans due later are not even looked at.
LOOK_AHEAD = timedelta(days=31)
# An overdue loan is spoken of after so many days, each once.
OVERDUE_AFTER = (1, 7, 30)
# A reader may still ask about what was just brought back.
FORGET_AFTER = timedelta(days=30)


def owe_notices() -> int:
    """Note whom a word is owed to, and announce it; return how many. Safe to run twice, and at two places."""
    now = clock.now()
    out = Loan.objects.filter(state=LoanState.OUT).select_related("rule")
    soon = out.filter(due_at__gte=now, due_at__lt=now + LOOK_AHEAD).exclude(_noted(NoticeKind.DUE_SOON, 0))
    count = sum(
        _note(loan, NoticeKind.DUE_SOON, 0) for loan in soon.iterator(chunk_size=500) if _is_soon(loan)
    )
    # The longest lateness first: who was never told is told once, not once for each step.
    for step in sorted(OVERDUE_AFTER, reverse=True):
        # An hour loan is overdue from the minute; a day loan from the next day on.
        since = now if step == min(OVERDUE_AFTER) else clock.end_of_day(clock.today() - timedelta(days=step))
        late = out.filter(due_at__lt=since).exclude(_noted(NoticeKind.OVERDUE, step))
        count += sum(_note(loan, NoticeKind.OVERDUE, step) for loan in late.iterator(chunk_size=500))
    return count


def _noted(kind: NoticeKind, after_days: int) -> Exists:
    """Whether it was noted already, for this step or a later one."""
    return Exists(
        LoanNotice.objects.filter(
            loan=OuterRef("pk"), due_at=OuterRef("due_at"), kind=kind, after_days__gte=after_days
        )
    )


def _is_soon(loan: Loan) -> bool:
    """Whether a loan is due within the days of its rule; not on the day on which it was lent."""
    left = (clock.local(loan.due_at).date() - clock.today()).days
    return left <= loan.terms.remind_days and clock.local(loan.lent_at).date() < clock.today()


def _note(loan: Loan, kind: NoticeKind, after_days: int) -> bool:
    row = {"loan": loan, "kind": kind, "due_at": loan.due_at, "after_days": after_days}
    try:
        with transaction.atomic():
            LoanNotice.objects.create(**row, owed_at=clock.now())
            announce(
                LoanDueSoon(loan_id=loan.pk)
                if kind == NoticeKind.DUE_SOON
                else LoanOverdue(loan_id=loan.pk, after_days=after_days)
            )
    except IntegrityError:  # another worker was faster, and announces it
        return False
    return True


def forget_old_loans() -> int:
    """Part closed loans from the readers who keep no history; return how many.

    What is still owed for keeps its reader. 个人信息保护法 art. 19: no longer than the purpose needs.
    """
    keeps = Consent.objects.filter(
        patron=OuterRef("patron"), kind=ConsentKind.LOAN_HISTORY, withdrawn_at=None
    )
    owed = Fee.objects.filter(loan=OuterRef("pk"), state=FeeState.OPEN)
    old = Loan.objects.filter(patron__isnull=False, closed_at__lt=clock.now() - FORGET_AFTER)
    return (
        old.exclude(state__in=OPEN_LOANS)
        .exclude(state=LoanState.LOST)
        .exclude(Exists(keeps))
        .exclude(Exists(owed))
    ).update(patron=None)


def forget_loans_of(*, patron_id: int) -> int:
    """Part every closed loan from a reader whose file was erased; return how many."""
    return Loan.objects.filter(patron=patron_id).exclude(state__in=OPEN_LOANS).update(patron=None)
