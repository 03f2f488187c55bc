"""Figures: what the platform told of a day, with every revision; and how often our pages were opened."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from xinglin.commons import clock
from xinglin.wechat.models import Account


class Figure(models.Model):
    """One row of one series of the platform on one day. A later answer that differs is a new revision beside it.

    ``key`` tells the rows of a day apart: source, hour, article; empty where there is one row a day.
    """

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="figures")
    series = models.CharField(_("序列"), max_length=40)
    day = models.DateField(_("日期"))
    key = models.CharField(_("细目"), max_length=120, blank=True)
    values = models.JSONField(_("数值"))
    revision = models.PositiveSmallIntegerField(_("修订"), default=1)
    is_latest = models.BooleanField(default=True)
    fetched_at = models.DateTimeField(_("取得时间"), default=clock.now)

    class Meta:
        verbose_name = verbose_name_plural = _("微信统计")
        constraints = [
            models.UniqueConstraint(
                fields=["account", "series", "day", "key", "revision"], name="a_revision_of_a_figure_once"
            ),
            models.UniqueConstraint(
                fields=["account", "series", "day", "key"],
                condition=Q(is_latest=True),
                name="one_latest_revision_of_a_figure",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.account} {self.series} {self.day} {self.key}"


class PullState(models.TextChoices):
    DONE = "done", _("已取")
    EARLY = "early", _("微信还没算好")
    REFUSED = "refused", _("没有权限")
    FAILED = "failed", _("失败")


class Pull(models.Model):
    """Whether a day of a series has been fetched: what has no row here, or no good one, is a gap."""

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="pulls")
    series = models.CharField(_("序列"), max_length=40)
    day = models.DateField(_("日期"))
    state = models.CharField(_("结果"), max_length=10, choices=PullState)
    rows = models.PositiveIntegerField(_("行数"), default=0)
    problem = models.CharField(_("说明"), max_length=300, blank=True)
    tried_at = models.DateTimeField(_("时间"), default=clock.now)
    tries = models.PositiveSmallIntegerField(_("次数"), default=1)

    class Meta:
        verbose_name = verbose_name_plural = _("统计拉取")
        ordering = ["-day", "series"]
        constraints = [models.UniqueConstraint(fields=["account", "series", "day"], name="one_pull_a_day")]

    def __str__(self) -> str:
        return f"{self.account} {self.series} {self.day}"


class PageVisits(models.Model):
    """How often a page of the reader's front was opened on a day, by whom is not kept.

    Spread over sixteen rows, so that busy pages do not wait for each other.
    """

    day = models.DateField(_("日期"))
    page = models.CharField(_("页面"), max_length=60)
    library = models.CharField(_("馆代码"), max_length=20, blank=True)
    shard = models.PositiveSmallIntegerField(default=0)
    count = models.PositiveIntegerField(_("次数"), default=0)

    class Meta:
        verbose_name = verbose_name_plural = _("网页访问")
        constraints = [
            models.UniqueConstraint(fields=["day", "page", "library", "shard"], name="visits_once_a_shard"),
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.page} {self.count}"
