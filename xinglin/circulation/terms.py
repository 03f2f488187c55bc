"""The terms of lending: how long, how many, what lateness costs. Plain values without a row behind them.

A rule is terms for some readers, items and libraries; where no rule fits, the terms below are the house's own.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db import models
from django.utils.translation import gettext_lazy as _


class LoanUnit(models.TextChoices):
    DAYS = "days", _("天")
    HOURS = "hours", _("小时")


class ClosedDays(models.TextChoices):
    """What closed days do to a due date (library systems sheet 4.4)."""

    COUNT = "count", _("照常计算")
    SKIP = "skip", _("闭馆日不计入借期")
    FORWARD = "forward", _("到期遇闭馆顺延到开馆")
    BACK = "back", _("到期遇闭馆提前到开馆")


class FixedDue(models.TextChoices):
    """What a fixed day (the end of term, say) does to a due date (library systems sheet 4.4)."""

    LATEST = "latest", _("不晚于这一天")
    EXACTLY = "exactly", _("一律这一天")
    EARLIEST = "earliest", _("不早于这一天")


class FineAt(models.TextChoices):
    """Whether a period of lateness is charged when it begins or when it is over (sheet 4.5: ceil or floor)."""

    START = "start", _("不满一期按一期")
    END = "end", _("满一期才计")


class RenewFrom(models.TextChoices):
    DUE = "due", _("从原到期日起")
    TODAY = "today", _("从续借当天起")


class Penalty(models.TextChoices):
    """What lateness brings. Suspension (以停代金) is the usual one in Chinese libraries."""

    NONE = "none", _("不处罚")
    SUSPENSION = "suspension", _("停借（以停代金）")
    FINE = "fine", _("滞纳金")


class Grace(models.TextChoices):
    """What happens to the days of grace once they are over (library systems sheet 4.5)."""

    ALL = "all", _("超过后全部计算")
    MINUS = "minus", _("超过后扣除宽限")


@dataclass(frozen=True)
class Terms:
    """What one reader is granted for one item in one library."""

    loan_length: int = 30
    loan_unit: str = LoanUnit.DAYS
    closed_days: str = ClosedDays.FORWARD
    # No later than this day, on this very day, or no earlier, as long as it is not over.
    fixed_due_on: date | None = None
    fixed_due: str = FixedDue.LATEST
    # In the lending library; a rule that names an item type counts that type only. 0: not lent.
    loans_most: int = 10
    loans_most_anywhere: int = 20
    renewals_most: int = 1
    renewal_length: int = 30
    renew_from: str = RenewFrom.DUE
    # Not earlier than so many days before the due date; None: at any time.
    renew_days_before: int | None = None
    # A recalled loan is due after so many days, but not before so many days in the reader's hands; 0: not recalled.
    recall_days: int = 7
    recall_kept_days: int = 14
    penalty: str = Penalty.SUSPENSION
    grace_days: int = 0
    grace: str = Grace.ALL
    charge_closed_days: bool = False
    suspension_factor: Decimal = Decimal(1)
    fine_fen: int = 10
    # For so many days (or hours) begun, or ended, the fine is charged once.
    fine_every: int = 1
    fine_at: str = FineAt.START
    fine_cap_fen: int | None = None
    # What a copy of unknown price costs when it is lost.
    price_fen: int = 5000
    refund_found: bool = True
    # Who owes so much borrows nothing until it is settled.
    owed_most_fen: int = 0
    # To be fetched in one library, and in all together.
    holds_most: int = 10
    holds_most_anywhere: int = 20
    shelf_days: int = 3
    remind_days: int = 3


HOUSE_TERMS = Terms()
