"""Messages in and out. The incoming ones are written by the gateway before the platform is answered."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from xinglin.commons import clock
from xinglin.wechat.models.accounts import Account
from xinglin.wechat.models.followers import Follower


class MessageState(models.TextChoices):
    """``lifecycle.py`` says which may follow which."""

    HANDLING = "handling", _("处理中")
    ANSWERED = "answered", _("已自动回复")
    FAILED = "failed", _("处理失败")


class IncomingMessage(models.Model):
    """One push, kept whole. ``dedup_key`` is the authority on what is a retry."""

    account = models.ForeignKey(
        Account, verbose_name=_("公众号"), on_delete=models.CASCADE, related_name="messages"
    )
    follower = models.ForeignKey(
        Follower, verbose_name=_("读者"), on_delete=models.CASCADE, related_name="messages"
    )
    dedup_key = models.UUIDField(unique=True)
    kind = models.CharField(_("类型"), max_length=128)
    event = models.CharField(_("事件"), max_length=128, blank=True)
    event_key = models.TextField(_("事件 KEY"), blank=True)
    text = models.TextField(_("内容"), blank=True)
    payload = models.JSONField(_("原始内容"), default=dict)
    sent_at = models.DateTimeField(_("发送时间"))
    received_at = models.DateTimeField(_("收到时间"))
    # How often the platform sent it; how often handling began (a killed gateway's work is begun again).
    tries = models.PositiveSmallIntegerField(default=1)
    runs = models.PositiveSmallIntegerField(default=1)
    # Which gateway process is at it. The process holds an advisory lock of this number while it lives.
    claimed_by = models.IntegerField(null=True)
    # The platform was answered without the reply: it goes out as an ``OutgoingMessage``.
    is_late = models.BooleanField(default=False)
    # A try was let go without an answer, for the platform to come again; empty once it came and got it.
    lapsed_at = models.DateTimeField(null=True)
    state = models.CharField(_("状态"), max_length=10, choices=MessageState, default=MessageState.HANDLING)
    reply = models.JSONField(_("回复"), null=True)
    # "rule:12", "command:搜", "step:…", "fallback:…", "none" when nobody understood it.
    matched_by = models.CharField(_("由谁回复"), max_length=120, blank=True)
    answered_at = models.DateTimeField(_("回复时间"), null=True)
    needs_person = models.BooleanField(_("待馆员处理"), default=False)
    assigned_to = models.ForeignKey(
        "consortium.Staff",
        verbose_name=_("负责人"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    starred = models.BooleanField(_("星标"), default=False)

    class Meta:
        verbose_name = verbose_name_plural = _("读者消息")
        ordering = ["-received_at", "-pk"]
        indexes = [
            models.Index(fields=["follower", "-received_at"], name="messages_of_a_follower"),
            models.Index(fields=["account", "-received_at"], name="messages_of_an_account"),
            models.Index(
                fields=["received_at"], condition=Q(state=MessageState.HANDLING), name="messages_in_hand"
            ),
            models.Index(fields=["lapsed_at"], condition=Q(lapsed_at__isnull=False), name="messages_let_go"),
            models.Index(
                fields=["account", "received_at"],
                condition=Q(needs_person=True),
                name="messages_for_a_person",
            ),
        ]

    def __str__(self) -> str:
        return self.text[:40] or self.event or self.kind


class OutgoingState(models.TextChoices):
    QUEUED = "queued", _("待发送")
    # Set before the call: a process killed in the middle leaves it so, and nobody sends it again by itself.
    UNSURE = "unsure", _("结果不明")
    SENT = "sent", _("已送达")
    # The account may not send, or the window is closed: given when the reader next asks with 「1」.
    WAITING = "waiting", _("待读者取回")
    FAILED = "failed", _("未送达")


class OutgoingMessage(models.Model):
    """Something said to a follower outside the passive answer: by hand, late, or from a room above."""

    account = models.ForeignKey(
        Account, verbose_name=_("公众号"), on_delete=models.CASCADE, related_name="outgoing"
    )
    follower = models.ForeignKey(
        Follower, verbose_name=_("读者"), on_delete=models.CASCADE, related_name="outgoing"
    )
    reply = models.JSONField(_("内容"))
    answers = models.ForeignKey(
        IncomingMessage,
        verbose_name=_("回复的消息"),
        null=True,
        on_delete=models.SET_NULL,
        related_name="outgoing",
    )
    sent_by = models.ForeignKey(
        "consortium.Staff", verbose_name=_("发送人"), null=True, on_delete=models.SET_NULL, related_name="+"
    )
    # The notice that is told by it: what becomes of the message is told to the notice.
    attempt = models.ForeignKey(
        "notices.Attempt", null=True, blank=True, on_delete=models.SET_NULL, related_name="+", editable=False
    )
    state = models.CharField(_("状态"), max_length=10, choices=OutgoingState, default=OutgoingState.QUEUED)
    # How many of its parts are out: a long text is several calls, and none of them is made twice.
    parts_sent = models.PositiveSmallIntegerField(default=0)
    error = models.TextField(_("未送达原因"), blank=True)
    created_at = models.DateTimeField(_("创建时间"), default=clock.now)
    sent_at = models.DateTimeField(_("发送时间"), null=True)

    class Meta:
        verbose_name = verbose_name_plural = _("发出的消息")
        ordering = ["-created_at", "-pk"]
        indexes = [
            models.Index(fields=["follower", "-created_at"], name="outgoing_of_a_follower"),
            # The gateway asks for every message whether its follower has an answer waiting.
            models.Index(
                fields=["follower"], condition=Q(state=OutgoingState.WAITING), name="answers_waiting"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.follower} {self.get_state_display()}"
