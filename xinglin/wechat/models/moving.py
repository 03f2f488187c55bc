"""Openids that change when an account changes hands or kind: one move, and what became of each follower."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from xinglin.commons import clock
from xinglin.wechat.models.accounts import Account
from xinglin.wechat.models.followers import Follower


class MoveState(models.TextChoices):
    """``lifecycle.py`` says which may follow which."""

    ASKING = "asking", _("查询新 OpenID")
    WAITING = "waiting", _("等明天配额")
    ASKED = "asked", _("试算完成，待确认")
    CARRYING = "carrying", _("迁移中")
    DONE = "done", _("已完成")
    FAILED = "failed", _("出错停下")
    DROPPED = "dropped", _("已放弃")


class OpenidMove(models.Model):
    """One move. Asking writes the mapping and changes nothing else: the dry run. ``cursor``: the last follower done."""

    source = models.ForeignKey(
        Account, verbose_name=_("原公众号"), on_delete=models.CASCADE, related_name="moves_away"
    )
    # The same row when only the AppID was replaced in it.
    target = models.ForeignKey(
        Account, verbose_name=_("新公众号"), on_delete=models.CASCADE, related_name="moves_here"
    )
    from_appid = models.CharField(_("原 AppID"), max_length=32)
    state = models.CharField(_("状态"), max_length=10, choices=MoveState, default=MoveState.ASKING)
    cursor = models.BigIntegerField(default=0, editable=False)
    total = models.PositiveIntegerField(_("关注者"), default=0)
    asked = models.PositiveIntegerField(_("已查询"), default=0)
    moved = models.PositiveIntegerField(_("已迁移"), default=0)
    calls = models.PositiveIntegerField(_("接口调用"), default=0)
    problem = models.CharField(_("说明"), max_length=300, blank=True)
    started_by = models.ForeignKey(
        "consortium.Staff", verbose_name=_("发起人"), null=True, on_delete=models.SET_NULL, related_name="+"
    )
    started_at = models.DateTimeField(_("开始时间"), default=clock.now)
    finished_at = models.DateTimeField(_("结束时间"), null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("关注者迁移")
        ordering = ["-started_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["source"],
                condition=~Q(state__in=(MoveState.DONE, MoveState.DROPPED)),
                name="one_move_of_an_account",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.source} → {self.target}"


class Fate(models.TextChoices):
    FOUND = "found", _("可迁移")
    UNKNOWN = "unknown", _("微信没有给出新 OpenID")
    MOVED = "moved", _("已迁移")
    MERGED = "merged", _("已并入（新公众号里已有同一个人）")
    GONE = "gone", _("迁移前已取消关注")


class MovedFollower(models.Model):
    """One follower of a move: which openid became which. Erased with the follower."""

    move = models.ForeignKey(OpenidMove, on_delete=models.CASCADE, related_name="followers")
    follower = models.ForeignKey(Follower, on_delete=models.CASCADE, related_name="+")
    old_openid = models.CharField(_("原 OpenID"), max_length=128, blank=True)
    new_openid = models.CharField(_("新 OpenID"), max_length=128, blank=True)
    fate = models.CharField(_("结果"), max_length=8, choices=Fate)
    note = models.CharField(_("说明"), max_length=200, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("迁移的关注者")
        ordering = ["move", "follower"]
        constraints = [
            models.UniqueConstraint(fields=["move", "follower"], name="a_follower_once_a_move"),
        ]

    def __str__(self) -> str:
        return f"{self.move} {self.follower_id}"
