"""Rows of the room of notices: what is owed, every attempt to tell it, and how readers want to be told."""

from datetime import time

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from xinglin.commons import clock
from xinglin.consortium.models import Library, Staff
from xinglin.notices import kinds
from xinglin.notices.lifecycle import LIVE, AttemptState, State
from xinglin.notices.quiet import on_by_default
from xinglin.patrons.models import Patron


class Notice(models.Model):
    """Something that a reader is to be told, once. The reader's list of reminders is these rows."""

    patron = models.ForeignKey(
        Patron, verbose_name=_("读者"), on_delete=models.CASCADE, related_name="notices"
    )
    library = models.ForeignKey(Library, verbose_name=_("发出馆"), on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(_("种类"), max_length=60)
    key = models.CharField(_("事由"), max_length=160)
    title = models.CharField(_("标题"), max_length=120)
    text = models.TextField(_("内容"))
    link = models.CharField(_("页面"), max_length=500, blank=True)
    fields = models.JSONField(_("要素"), default=dict, blank=True)
    urgent = models.BooleanField(_("紧急"), default=False)
    owed_at = models.DateTimeField(_("产生时间"), default=clock.now)
    # When it is next looked at; empty once nothing more happens by itself.
    due_at = models.DateTimeField(_("发送时间"), null=True, blank=True)
    state = models.CharField(_("状态"), max_length=12, choices=State, default=State.WAITING)
    channel = models.CharField(_("渠道"), max_length=40, blank=True)
    told_at = models.DateTimeField(_("发出时间"), null=True, blank=True)
    read_at = models.DateTimeField(_("阅读时间"), null=True, blank=True)
    why = models.TextField(_("说明"), blank=True)
    # A person asked for it to be sent now: quiet hours do not hold it back.
    hurried_by = models.ForeignKey(
        Staff, verbose_name=_("催发人"), null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        verbose_name = verbose_name_plural = _("提醒")
        ordering = ["-owed_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["patron", "kind", "key"], name="a_notice_is_owed_once"),
        ]
        indexes = [
            models.Index(fields=["patron", "-owed_at"], name="notices_of_a_reader"),
            models.Index(fields=["library", "-owed_at"], name="notices_of_a_library"),
            models.Index(fields=["due_at"], condition=Q(state=State.WAITING), name="notices_to_send"),
            models.Index(fields=["state", "-owed_at"], name="notices_by_state"),
        ]

    def __str__(self) -> str:
        return f"{self.patron.name} · {self.title}"

    @property
    def kind_name(self) -> str:
        return kinds.name_of(self.kind)


class Attempt(models.Model):
    """One try to tell a notice over one channel, and what became of it; never changed once it has ended."""

    notice = models.ForeignKey(Notice, on_delete=models.CASCADE, related_name="attempts")
    channel = models.CharField(_("渠道"), max_length=40)
    state = models.CharField(_("结果"), max_length=12, choices=AttemptState, default=AttemptState.TRYING)
    began_at = models.DateTimeField(_("开始"), default=clock.now)
    ended_at = models.DateTimeField(_("结束"), null=True, blank=True)
    reason = models.TextField(_("说明"), blank=True)
    # What the other side calls it, for its later report.
    reference = models.CharField(_("对方编号"), max_length=120, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("发送记录")
        ordering = ["-began_at", "-pk"]
        constraints = [
            # Never twice: a second attempt cannot begin while one stands that may have reached the reader.
            models.UniqueConstraint(
                fields=["notice"], condition=Q(state__in=list(LIVE)), name="one_live_attempt_a_notice"
            ),
        ]
        indexes = [
            models.Index(fields=["channel", "reference"], name="attempts_by_reference"),
            models.Index(
                fields=["began_at"], condition=Q(state=AttemptState.TRYING), name="attempts_under_way"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.channel} {self.get_state_display()}"


class Preference(models.Model):
    """What a reader chose for one topic. Without a row they are told over whatever way is open."""

    patron = models.ForeignKey(Patron, on_delete=models.CASCADE, related_name="notice_preferences")
    topic = models.CharField(_("主题"), max_length=20, choices=kinds.Topic)
    wechat = models.BooleanField(_("微信"), default=True)
    email = models.BooleanField(_("邮件"), default=True)
    changed_at = models.DateTimeField(_("修改时间"), default=clock.now)

    class Meta:
        verbose_name = verbose_name_plural = _("提醒偏好")
        constraints = [
            models.UniqueConstraint(fields=["patron", "topic"], name="one_preference_a_topic"),
        ]

    def __str__(self) -> str:
        return f"{self.patron} {self.get_topic_display()}"


class KindSetting(models.Model):
    """What the consortium decided about a kind: on or off, and its own wording."""

    kind = models.CharField(_("种类"), max_length=60, unique=True)
    active = models.BooleanField(_("发送"), default=True)
    wording = models.TextField(_("自定文字"), blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        verbose_name = verbose_name_plural = _("提醒种类")
        ordering = ["kind"]

    def __str__(self) -> str:
        return kinds.name_of(self.kind)

    @property
    def name(self) -> str:
        return kinds.name_of(self.kind)


class QuietHours(models.Model):
    """When readers are left in peace: one row for the consortium."""

    active = models.BooleanField(_("启用"), default=on_by_default)
    begins = models.TimeField(_("开始"), default=time(22, 0))
    ends = models.TimeField(_("结束"), default=time(8, 0))
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        verbose_name = verbose_name_plural = _("免打扰时段")

    def __str__(self) -> str:
        return f"{self.begins:%H:%M}–{self.ends:%H:%M}"
