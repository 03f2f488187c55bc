"""A loan: one copy in one reader's hands, and what the reader was told about it."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from xinglin.catalog.models import Item
from xinglin.circulation.lifecycle import OPEN_LOANS, LoanState
from xinglin.circulation.models.rules import CirculationRule
from xinglin.circulation.terms import HOUSE_TERMS, Terms
from xinglin.commons import clock
from xinglin.consortium.models import Library, Staff
from xinglin.patrons.models import Patron


class Loan(models.Model):
    """One copy lent to one reader.

    ``rule`` is the very version by which it was lent (library systems sheet 4.4); empty when no rule fitted
    and the house's own terms held. ``patron`` is emptied after the return when the reader keeps no history.
    """

    patron = models.ForeignKey(
        Patron, verbose_name=_("读者"), null=True, on_delete=models.PROTECT, related_name="loans"
    )
    item = models.ForeignKey(Item, verbose_name=_("单册"), on_delete=models.PROTECT, related_name="loans")
    library = models.ForeignKey(
        Library, verbose_name=_("借出馆"), on_delete=models.PROTECT, related_name="loans"
    )
    # Where the copy belonged then; it may be given to another library later.
    home_library = models.ForeignKey(
        Library, verbose_name=_("所属馆"), on_delete=models.PROTECT, related_name="+"
    )
    rule = models.ForeignKey(
        CirculationRule, verbose_name=_("依据规则"), null=True, on_delete=models.PROTECT, related_name="loans"
    )
    state = models.CharField(_("状态"), max_length=10, choices=LoanState, default=LoanState.OUT)
    lent_at = models.DateTimeField(_("借出时间"))
    lent_by = models.ForeignKey(
        Staff, verbose_name=_("经手人"), null=True, on_delete=models.SET_NULL, related_name="+"
    )
    due_at = models.DateTimeField(_("应还时间"))
    renewals = models.PositiveSmallIntegerField(_("续借次数"), default=0)
    # From then on nothing more is charged: the reader says that it was brought back.
    claimed_at = models.DateTimeField(_("称已还时间"), null=True, blank=True)
    recalled_at = models.DateTimeField(_("召回时间"), null=True, blank=True)
    closed_at = models.DateTimeField(_("归还时间"), null=True, blank=True)
    returned_to = models.ForeignKey(
        Library, verbose_name=_("还书馆"), null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        verbose_name = verbose_name_plural = _("借阅")
        ordering = ["-lent_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["item"], condition=Q(state__in=OPEN_LOANS), name="one_open_loan_an_item"
            ),
            models.CheckConstraint(
                condition=Q(state__in=OPEN_LOANS, closed_at__isnull=True, patron__isnull=False)
                | (~Q(state__in=OPEN_LOANS) & Q(closed_at__isnull=False)),
                name="a_loan_is_open_until_it_is_closed",
            ),
        ]
        indexes = [
            models.Index(fields=["patron", "state"], name="loans_of_a_patron"),
            models.Index(fields=["due_at"], condition=Q(state=LoanState.OUT), name="loans_by_due_date"),
            models.Index(fields=["library", "-lent_at"], name="loans_of_a_library"),
            models.Index(fields=["closed_at"], name="loans_by_return"),
        ]

    def __str__(self) -> str:
        return str(_("%(barcode)s 应还 %(due)s")) % {
            "barcode": self.item.barcode,
            "due": f"{clock.local(self.due_at):%Y-%m-%d}",
        }

    @property
    def is_open(self) -> bool:
        return self.state in OPEN_LOANS

    @property
    def is_overdue(self) -> bool:
        return self.state == LoanState.OUT and self.due_at < clock.now()

    @property
    def terms(self) -> Terms:
        """The terms under which it was lent, whatever the rules say today."""
        return self.rule.terms if self.rule else HOUSE_TERMS


class NoticeKind(models.TextChoices):
    DUE_SOON = "due_soon", _("即将到期")
    OVERDUE = "overdue", _("已逾期")


class LoanNotice(models.Model):
    """That a reader is owed a word about a loan, and when it was said: the row that keeps it from being said twice.

    A renewal moves the due date, and with it begins anew.
    """

    loan = models.ForeignKey(Loan, verbose_name=_("借阅"), on_delete=models.CASCADE, related_name="notices")
    kind = models.CharField(_("事项"), max_length=10, choices=NoticeKind)
    due_at = models.DateTimeField(_("应还时间"))
    # The reminder after so many days of lateness; 0 for what is due soon.
    after_days = models.PositiveSmallIntegerField(_("逾期天数"), default=0)
    owed_at = models.DateTimeField(_("登记时间"))
    told_at = models.DateTimeField(_("已通知时间"), null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("借阅通知")
        ordering = ["-owed_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["loan", "kind", "due_at", "after_days"], name="a_notice_once"),
        ]

    def __str__(self) -> str:
        return f"{self.loan} · {self.get_kind_display()}"
