"""By what they borrowed or waited for readers may be selected."""

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from xinglin.circulation.lifecycle import OPEN, LoanState
from xinglin.circulation.models import Hold, Loan
from xinglin.commons import clock
from xinglin.commons.criteria import Days, Given, Param, ParamKind, Subject, criterion, since

LENDING = _("借阅")


@criterion(
    "circulation.borrowed",
    title=_("借过书"),
    group=LENDING,
    subject=Subject.PATRON,
    params=(Days(90),),
    countable=True,
)
def borrowed(given: Given) -> QuerySet[Loan]:
    """Loans of the last days. Who keeps no history is known only while the book is out."""
    return Loan.objects.filter(lent_at__gte=since(given), patron__isnull=False)


@criterion(
    "circulation.borrowed_class",
    title=_("借过某类书"),
    group=LENDING,
    subject=Subject.PATRON,
    params=(Days(365), Param("class", _("分类号开头"), ParamKind.TEXT, "R")),
    countable=True,
)
def borrowed_of_a_class(given: Given) -> QuerySet[Loan]:
    """Loans of books whose call number begins so."""
    return borrowed(given).filter(item__holding__call_number__istartswith=given["class"])


@criterion(
    "circulation.overdue", title=_("有逾期的书"), group=LENDING, subject=Subject.PATRON, countable=True
)
def is_late(given: Given) -> QuerySet[Loan]:
    """Loans that should have come back."""
    return Loan.objects.filter(state=LoanState.OUT, due_at__lt=clock.now(), patron__isnull=False)


@criterion(
    "circulation.waiting", title=_("有未完成的预约"), group=LENDING, subject=Subject.PATRON, countable=True
)
def waits(given: Given) -> QuerySet[Hold]:
    """Holds that are not closed."""
    return Hold.objects.filter(state__in=OPEN)
