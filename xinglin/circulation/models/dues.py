"""What readers owe for lateness and loss: money in fen, or days without borrowing."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from xinglin.catalog.models import Item
from xinglin.circulation.lifecycle import FeeState
from xinglin.circulation.models.loans import Loan
from xinglin.commons.onscreen import yuan_text
from xinglin.consortium.models import Library, Staff
from xinglin.patrons.models import Patron


class FeeKind(models.TextChoices):
    OVERDUE = "overdue", _("逾期滞纳金")
    LOST = "lost", _("遗失赔偿")
    DAMAGED = "damaged", _("污损赔偿")


class Fee(models.Model):
    """One sum that a reader owes a library; it belongs to the library that lent.

    ``billing_key`` names the cause, so that billing twice has one effect (library systems sheet 4.11, 9).
    """

    patron = models.ForeignKey(Patron, verbose_name=_("读者"), on_delete=models.PROTECT, related_name="fees")
    library = models.ForeignKey(
        Library, verbose_name=_("收费馆"), on_delete=models.PROTECT, related_name="fees"
    )
    loan = models.ForeignKey(
        Loan, verbose_name=_("借阅"), null=True, on_delete=models.PROTECT, related_name="fees"
    )
    item = models.ForeignKey(
        Item, verbose_name=_("单册"), null=True, on_delete=models.PROTECT, related_name="+"
    )
    kind = models.CharField(_("事项"), max_length=10, choices=FeeKind)
    state = models.CharField(_("状态"), max_length=10, choices=FeeState, default=FeeState.OPEN)
    amount_fen = models.PositiveIntegerField(_("应收"))
    paid_fen = models.PositiveIntegerField(_("已收"), default=0)
    explanation = models.CharField(_("说明"), max_length=200, blank=True)
    billing_key = models.CharField(_("计费标识"), max_length=80, unique=True, editable=False)
    billed_at = models.DateTimeField(_("计费时间"))
    closed_at = models.DateTimeField(_("结清时间"), null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("费用")
        ordering = ["-billed_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(amount_fen__gt=0), name="a_fee_is_more_than_nothing"),
            models.CheckConstraint(
                condition=Q(paid_fen__lte=F("amount_fen")), name="no_more_is_paid_than_owed"
            ),
            models.CheckConstraint(
                condition=(Q(state=FeeState.OPEN) & Q(paid_fen__lt=F("amount_fen")))
                | (Q(state=FeeState.PAID) & Q(paid_fen=F("amount_fen")))
                | (Q(state=FeeState.VOIDED) & Q(paid_fen=0))
                | (Q(state=FeeState.REFUNDED) & Q(paid_fen__gt=0))
                | Q(state__in=(FeeState.WAIVED, FeeState.REPLACED)),
                name="a_fee_adds_up",
            ),
        ]
        indexes = [
            models.Index(fields=["patron"], condition=Q(state=FeeState.OPEN), name="fees_open_of_a_patron"),
            models.Index(fields=["library", "state", "-billed_at"], name="fees_of_a_library"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {yuan_text(self.amount_fen)}"

    @property
    def owed_fen(self) -> int:
        return self.amount_fen - self.paid_fen if self.state == FeeState.OPEN else 0


class Payment(models.Model):
    """Money that a desk took for a fee, or gave back (less than nothing), and where.

    Any desk takes it, and it belongs to the library that lent: what desks took for others is settled between them
    (library systems sheet 4.6).
    """

    fee = models.ForeignKey(Fee, verbose_name=_("费用"), on_delete=models.PROTECT, related_name="payments")
    library = models.ForeignKey(Library, verbose_name=_("收款馆"), on_delete=models.PROTECT, related_name="+")
    amount_fen = models.IntegerField(_("金额"))
    at = models.DateTimeField(_("时间"))
    by = models.ForeignKey(
        Staff, verbose_name=_("经手人"), null=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        verbose_name = verbose_name_plural = _("收款记录")
        ordering = ["-at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(amount_fen=0), name="a_payment_is_a_sum"),
        ]
        indexes = [models.Index(fields=["library", "-at"], name="payments_in_a_library")]

    def __str__(self) -> str:
        return f"{self.fee} · {yuan_text(self.amount_fen)}"


class Suspension(models.Model):
    """Days without borrowing for a late return (以停代金).

    Each late return keeps its own row and the latest end wins, so two desks that take back two late copies at
    once need not wait for each other.
    """

    patron = models.ForeignKey(
        Patron, verbose_name=_("读者"), on_delete=models.PROTECT, related_name="suspensions"
    )
    library = models.ForeignKey(Library, verbose_name=_("馆"), on_delete=models.PROTECT, related_name="+")
    loan = models.OneToOneField(
        Loan, verbose_name=_("借阅"), on_delete=models.PROTECT, related_name="suspension"
    )
    late_days = models.PositiveSmallIntegerField(_("逾期天数"))
    since = models.DateField(_("自"))
    # The last day without borrowing.
    until = models.DateField(_("至"))
    lifted_at = models.DateTimeField(_("解除时间"), null=True, blank=True)
    lifting_reason = models.CharField(_("解除原因"), max_length=200, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("停借")
        ordering = ["-until", "-pk"]
        indexes = [
            models.Index(
                fields=["patron", "until"], condition=Q(lifted_at__isnull=True), name="suspensions_standing"
            ),
        ]

    def __str__(self) -> str:
        return str(_("停借至 %(until)s")) % {"until": self.until}
