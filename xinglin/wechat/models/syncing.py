"""Synchronisations of an account's followers: how far each has come, so that any job can go on with it."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from xinglin.commons import clock
from xinglin.wechat.models.accounts import Account


class SyncStage(models.TextChoices):
    """The four things that are asked, in this order."""

    LIST = "list", _("名单")
    GONE = "gone", _("取消关注")
    DETAILS = "details", _("资料")
    BLACKLIST = "blacklist", _("黑名单")
    DONE = "done", _("完成")


class SyncState(models.TextChoices):
    RUNNING = "running", _("进行中")
    WAITING = "waiting", _("等明天配额")
    DONE = "done", _("已完成")
    FAILED = "failed", _("失败")


class FollowerSync(models.Model):
    """One run. ``cursor`` is the last openid or follower that was written down, in the stage it stands in."""

    account = models.ForeignKey(
        Account, verbose_name=_("公众号"), on_delete=models.CASCADE, related_name="syncs"
    )
    is_full = models.BooleanField(_("全量"), default=True)
    stage = models.CharField(_("步骤"), max_length=10, choices=SyncStage, default=SyncStage.LIST)
    state = models.CharField(_("状态"), max_length=10, choices=SyncState, default=SyncState.RUNNING)
    cursor = models.CharField(max_length=128, blank=True)
    started_at = models.DateTimeField(_("开始时间"), default=clock.now)
    finished_at = models.DateTimeField(_("结束时间"), null=True, blank=True)
    calls = models.PositiveIntegerField(_("接口调用"), default=0)
    total = models.PositiveIntegerField(_("微信总数"), default=0)
    listed = models.PositiveIntegerField(_("已核对"), default=0)
    joined = models.PositiveIntegerField(_("补登关注"), default=0)
    gone = models.PositiveIntegerField(_("补登取消"), default=0)
    detailed = models.PositiveIntegerField(_("更新资料"), default=0)
    blocked = models.PositiveIntegerField(_("黑名单"), default=0)
    problem = models.CharField(_("说明"), max_length=300, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("关注者同步")
        ordering = ["-started_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["account"],
                condition=Q(state__in=(SyncState.RUNNING, SyncState.WAITING)),
                name="one_sync_an_account",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.account} {clock.local(self.started_at):%Y-%m-%d %H:%M}"
