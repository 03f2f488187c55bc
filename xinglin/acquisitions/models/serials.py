"""Serials: what is subscribed, which issues are to come and came, what was claimed."""

from datetime import timedelta

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from xinglin.acquisitions.models.funds import Fund, Vendor
from xinglin.acquisitions.prediction import Frequency
from xinglin.catalog.models import Record
from xinglin.commons import clock
from xinglin.consortium.models import Library, Staff


class Subscription(models.Model):
    """A serial that a library takes from a vendor, for a time, by a pattern of publication."""

    library = models.ForeignKey(
        Library, verbose_name=_("收藏馆"), on_delete=models.PROTECT, related_name="subscriptions"
    )
    vendor = models.ForeignKey(
        Vendor, verbose_name=_("书商"), on_delete=models.PROTECT, related_name="subscriptions"
    )
    record = models.ForeignKey(
        Record, verbose_name=_("书目"), null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    title = models.CharField(_("刊名"), max_length=300)
    issn = models.CharField(_("ISSN"), max_length=9, blank=True)
    frequency = models.CharField(_("刊期"), max_length=12, choices=Frequency)
    skipped_months = models.JSONField(_("停出的月份"), default=list, blank=True)
    first_on = models.DateField(_("第一期预计到馆"))
    first_number = models.PositiveSmallIntegerField(_("第一期的期号"), default=1)
    until = models.DateField(_("订到"))
    copies = models.PositiveSmallIntegerField(_("份数"), default=1)
    grace_days = models.PositiveSmallIntegerField(_("迟到几天后催"), default=14)
    binding_note = models.CharField(_("装订说明"), max_length=200, blank=True)
    ended_on = models.DateField(_("停订日期"), null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("连续出版物订阅")
        ordering = ["title", "pk"]

    def __str__(self) -> str:
        return self.title


class SubscriptionTerm(models.Model):
    """The money of one term of a subscription: bound when it is taken, spent when it is paid, or released.

    Bound: ``amount_fen`` while it is neither paid nor released. Spent: ``spent_fen``.
    """

    subscription = models.ForeignKey(Subscription, on_delete=models.CASCADE, related_name="terms")
    fund = models.ForeignKey(
        Fund, verbose_name=_("经费"), on_delete=models.PROTECT, related_name="subscription_terms"
    )
    until = models.DateField(_("订到"))
    amount_fen = models.PositiveBigIntegerField(_("订费（分）"))
    spent_fen = models.PositiveBigIntegerField(_("已付（分）"), default=0)
    invoice_number = models.CharField(_("发票号码"), max_length=40, blank=True)
    paid_on = models.DateField(_("付款日期"), null=True, blank=True)
    released_on = models.DateField(_("释放日期"), null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("订期费用")
        ordering = ["until", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(paid_on__isnull=True) | Q(released_on__isnull=True),
                name="a_term_is_paid_or_released",
            ),
            models.CheckConstraint(
                condition=Q(paid_on__isnull=False) | Q(spent_fen=0), name="a_term_is_spent_when_paid"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.subscription} {self.until}"

    @property
    def is_bound(self) -> bool:
        """Whether its money is kept back and not yet spent."""
        return self.paid_on is None and self.released_on is None

    @property
    def standing(self) -> str:
        """Where its money is."""
        if self.is_bound:
            return str(_("已占用"))
        return str(_("已支付")) if self.paid_on else str(_("已释放"))


class IssueState(models.TextChoices):
    """Where an issue stands."""

    EXPECTED = "expected", _("预计")
    CAME = "came", _("已到")
    MISSING = "missing", _("不会来了")


class Issue(models.Model):
    """One issue of a subscription."""

    subscription = models.ForeignKey(Subscription, on_delete=models.CASCADE, related_name="issues")
    year = models.PositiveSmallIntegerField(_("年"))
    number = models.PositiveSmallIntegerField(_("期"))
    expected_on = models.DateField(_("预计到馆"))
    state = models.CharField(_("状态"), max_length=10, choices=IssueState, default=IssueState.EXPECTED)
    came_on = models.DateField(_("到馆"), null=True, blank=True)
    checked_in_by = models.ForeignKey(
        Staff, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    note = models.CharField(_("附注"), max_length=200, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("期刊各期")
        ordering = ["expected_on", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["subscription", "year", "number"], name="one_issue_of_a_number_in_a_year"
            ),
            models.CheckConstraint(
                condition=Q(state=IssueState.CAME, came_on__isnull=False)
                | (~Q(state=IssueState.CAME) & Q(came_on__isnull=True)),
                name="an_issue_that_came_has_a_day",
            ),
        ]
        indexes = [models.Index(fields=["state", "expected_on"], name="issues_by_work")]

    def __str__(self) -> str:
        return f"{self.subscription} {self.label}"

    @property
    def label(self) -> str:
        """Year and number as a librarian writes them."""
        return str(_("%(year)d 年第 %(number)d 期") % {"year": self.year, "number": self.number})

    @property
    def is_late(self) -> bool:
        """Whether it should have come so long ago that the vendor is asked."""
        due = self.expected_on + timedelta(days=self.subscription.grace_days)
        return self.state == IssueState.EXPECTED and due < clock.today()


class Claim(models.Model):
    """One letter to a vendor about an issue that has not come."""

    issue = models.ForeignKey(Issue, on_delete=models.CASCADE, related_name="claims")
    round = models.PositiveSmallIntegerField(_("第几次"))
    letter = models.TextField(_("催缺信"))
    at = models.DateTimeField(_("时间"), default=clock.now)
    by = models.ForeignKey(Staff, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    mailed_to = models.EmailField(_("寄往"), blank=True)
    mailed_at = models.DateTimeField(_("寄出时间"), null=True, blank=True)
    why_not = models.CharField(_("没有寄出"), max_length=200, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("催缺")
        ordering = ["-at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["issue", "round"], name="one_claim_of_a_round"),
        ]

    def __str__(self) -> str:
        return f"{self.issue} #{self.round}"
