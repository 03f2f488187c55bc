"""The rules of lending, each version kept: a loan says for ever by which one it was made."""

from dataclasses import fields

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from xinglin.catalog.models import ItemType
from xinglin.circulation.terms import ClosedDays, FineAt, FixedDue, Grace, LoanUnit, Penalty, RenewFrom, Terms
from xinglin.commons.onscreen import yuan_text
from xinglin.consortium.models import Library, Staff
from xinglin.patrons.models import PatronCategory


class CirculationRule(models.Model):
    """Terms for a kind of reader, a kind of item and a lending library; empty means any.

    A library also writes rules for readers of another one (``home_library``), so that guests are served on
    its own terms (dp2 issue 939). A row is never changed: amending retires it and adds the next version.
    """

    library = models.ForeignKey(
        Library, verbose_name=_("借出馆"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    home_library = models.ForeignKey(
        Library,
        verbose_name=_("读者所属馆"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    category = models.ForeignKey(
        PatronCategory,
        verbose_name=_("读者类别"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    item_type = models.CharField(_("单册类型"), max_length=12, choices=ItemType, blank=True)
    version = models.PositiveIntegerField(_("版本"), default=1)
    made_at = models.DateTimeField(_("生效时间"))
    made_by = models.ForeignKey(
        Staff, verbose_name=_("制定人"), null=True, on_delete=models.SET_NULL, related_name="+"
    )
    retired_at = models.DateTimeField(_("停用时间"), null=True, blank=True)

    loan_length = models.PositiveSmallIntegerField(
        _("借期"), default=Terms.loan_length, validators=[MinValueValidator(1)]
    )
    loan_unit = models.CharField(_("借期单位"), max_length=6, choices=LoanUnit, default=Terms.loan_unit)
    closed_days = models.CharField(_("闭馆日"), max_length=8, choices=ClosedDays, default=Terms.closed_days)
    fixed_due_on = models.DateField(
        _("固定到期日"), null=True, blank=True, help_text=_("例如学期末；过了这一天自动失效。")
    )
    fixed_due = models.CharField(
        _("固定到期日的用法"), max_length=8, choices=FixedDue, default=Terms.fixed_due
    )
    loans_most = models.PositiveSmallIntegerField(
        _("本馆可借册数"), default=Terms.loans_most, help_text=_("0 为不外借；指定了单册类型时只数该类型。")
    )
    loans_most_anywhere = models.PositiveSmallIntegerField(
        _("联盟可借总册数"), default=Terms.loans_most_anywhere
    )
    renewals_most = models.PositiveSmallIntegerField(_("可续借次数"), default=Terms.renewals_most)
    renewal_length = models.PositiveSmallIntegerField(
        _("续借期"), default=Terms.renewal_length, validators=[MinValueValidator(1)]
    )
    renew_from = models.CharField(_("续借起算"), max_length=6, choices=RenewFrom, default=Terms.renew_from)
    renew_days_before = models.PositiveSmallIntegerField(
        _("到期前几天内可续借"), null=True, blank=True, help_text=_("不填为随时可续借。")
    )
    recall_days = models.PositiveSmallIntegerField(
        _("召回后几天内归还"), default=Terms.recall_days, help_text=_("0 为不召回。")
    )
    recall_kept_days = models.PositiveSmallIntegerField(
        _("召回前至少可借天数"), default=Terms.recall_kept_days
    )
    penalty = models.CharField(_("逾期处理"), max_length=10, choices=Penalty, default=Terms.penalty)
    grace_days = models.PositiveSmallIntegerField(_("宽限天数"), default=Terms.grace_days)
    grace = models.CharField(_("宽限用完后"), max_length=6, choices=Grace, default=Terms.grace)
    charge_closed_days = models.BooleanField(_("闭馆日也算逾期"), default=Terms.charge_closed_days)
    suspension_factor = models.DecimalField(
        _("以停代金因子"),
        max_digits=4,
        decimal_places=2,
        default=Terms.suspension_factor,
        help_text=_("每逾期 1 天停借几天。"),
    )
    fine_fen = models.PositiveIntegerField(_("每期滞纳金（分）"), default=Terms.fine_fen)
    fine_every = models.PositiveSmallIntegerField(
        _("几天（小时）为一期"), default=Terms.fine_every, validators=[MinValueValidator(1)]
    )
    fine_at = models.CharField(_("不满一期"), max_length=6, choices=FineAt, default=Terms.fine_at)
    fine_cap_fen = models.PositiveIntegerField(
        _("滞纳金上限（分）"), null=True, blank=True, help_text=_("总不超过书价。")
    )
    price_fen = models.PositiveIntegerField(_("无定价图书的赔偿额（分）"), default=Terms.price_fen)
    refund_found = models.BooleanField(_("找回后退还赔款"), default=Terms.refund_found)
    owed_most_fen = models.PositiveIntegerField(
        _("欠费停借线（分）"),
        default=Terms.owed_most_fen,
        help_text=_("欠费超过此数不能借书；0 为有欠即停。"),
    )
    holds_most = models.PositiveSmallIntegerField(_("在一馆可预约数"), default=Terms.holds_most)
    holds_most_anywhere = models.PositiveSmallIntegerField(
        _("联盟可预约总数"), default=Terms.holds_most_anywhere
    )
    shelf_days = models.PositiveSmallIntegerField(
        _("预约保留开馆日数"), default=Terms.shelf_days, validators=[MinValueValidator(1)]
    )
    remind_days = models.PositiveSmallIntegerField(_("到期前几天提醒"), default=Terms.remind_days)

    class Meta:
        verbose_name = verbose_name_plural = _("流通规则")
        ordering = ["library__code", "home_library__code", "category__code", "item_type", "-version"]
        constraints = [
            models.UniqueConstraint(
                fields=["library", "home_library", "category", "item_type"],
                condition=Q(retired_at__isnull=True),
                nulls_distinct=False,
                name="one_rule_in_force_for_a_case",
            ),
            models.UniqueConstraint(
                fields=["library", "home_library", "category", "item_type", "version"],
                nulls_distinct=False,
                name="one_rule_of_a_version",
            ),
        ]

    def __str__(self) -> str:
        reader = "/".join(
            part
            for part in (
                self.home_library.label if self.home_library else "",
                str(self.category or _("所有读者")),
            )
            if part
        )
        kind = self.get_item_type_display() if self.item_type else str(_("所有类型"))
        return f"{self.library.label if self.library else _('所有馆')} · {reader} · {kind}"

    @property
    def terms(self) -> Terms:
        """What this rule grants, as plain values."""
        return Terms(**{field.name: getattr(self, field.name) for field in fields(Terms)})

    @property
    def loan_words(self) -> str:
        return f"{self.loan_length} {self.get_loan_unit_display()}"

    @property
    def penalty_words(self) -> str:
        """What lateness brings, in one cell of a table."""
        if self.penalty == Penalty.FINE:
            return str(_("每%(every)s%(unit)s %(fine)s")) % {
                "every": "" if self.fine_every == 1 else f" {self.fine_every} ",
                "unit": _("小时") if self.loan_unit == LoanUnit.HOURS else _("天"),
                "fine": yuan_text(self.fine_fen),
            }
        if self.penalty == Penalty.SUSPENSION:
            return str(_("停借，因子 %(factor)s")) % {"factor": self.suspension_factor.normalize()}
        return str(Penalty.NONE.label)
