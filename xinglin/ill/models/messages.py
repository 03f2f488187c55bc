"""Every message in and out, with its bytes and what became of it."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from xinglin.ill.models.partners import Partner
from xinglin.ill.models.supplies import SupplyRequest
from xinglin.ill.models.wishes import Wish


class Direction(models.TextChoices):
    IN = "in", _("收到")
    OUT = "out", _("发出")


class MessageState(models.TextChoices):
    TAKEN = "taken", _("已接受")
    REFUSED = "refused", _("已拒绝")
    QUEUED = "queued", _("待发")
    SENT = "sent", _("对方已收")
    REJECTED = "rejected", _("对方拒绝")
    FAILED = "failed", _("发送失败")


class IllMessage(models.Model):
    """One message. The digest makes a doubled one known by; the answer is given again as it was."""

    direction = models.CharField(_("方向"), max_length=4, choices=Direction)
    partner = models.ForeignKey(
        Partner, verbose_name=_("伙伴"), null=True, on_delete=models.CASCADE, related_name="messages"
    )
    wish = models.ForeignKey(
        Wish, verbose_name=_("申请"), null=True, on_delete=models.CASCADE, related_name="messages"
    )
    supply = models.ForeignKey(
        SupplyRequest,
        verbose_name=_("外馆请求"),
        null=True,
        on_delete=models.CASCADE,
        related_name="messages",
    )
    kind = models.CharField(_("种类"), max_length=40)
    said = models.CharField(_("内容"), max_length=120)
    digest = models.CharField(_("指纹"), max_length=64, blank=True)
    xml = models.BinaryField(_("原文"))
    answer = models.BinaryField(_("应答"), blank=True, default=b"")
    state = models.CharField(_("状态"), max_length=10, choices=MessageState)
    error = models.CharField(_("原因"), max_length=500, blank=True)
    attempts = models.PositiveSmallIntegerField(_("发送次数"), default=0)
    at = models.DateTimeField(_("时间"))

    class Meta:
        verbose_name = verbose_name_plural = _("互借消息")
        ordering = ["-at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["partner", "digest"],
                condition=Q(direction=Direction.IN) & ~Q(digest=""),
                name="an_ill_message_has_one_effect",
            ),
        ]
        indexes = [models.Index(fields=["state", "at"], name="ill_messages_by_state")]

    def __str__(self) -> str:
        return f"{self.get_direction_display()} {self.said}"
