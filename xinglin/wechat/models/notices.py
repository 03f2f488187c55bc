"""Templates of the platform for our kinds of notices, and the consents that readers gave for them."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from xinglin.commons import clock
from xinglin.wechat.models.accounts import Account
from xinglin.wechat.models.followers import Follower


class TemplateWay(models.TextChoices):
    """Which of the platform's two interfaces a template belongs to."""

    TEMPLATE = "template", _("模板消息")
    SUBSCRIPTION = "subscription", _("订阅通知")


class NoticeTemplate(models.Model):
    """A template of an account for one kind of notices: which of its words gets which of our facts."""

    account = models.ForeignKey(
        Account, verbose_name=_("公众号"), on_delete=models.CASCADE, related_name="notice_templates"
    )
    kind = models.CharField(_("提醒种类"), max_length=60)
    way = models.CharField(_("接口"), max_length=12, choices=TemplateWay)
    template_id = models.CharField(_("模板编号"), max_length=64)
    # {"thing1": "title", "time2": "due", "phrase3": "=请按时归还"}: a fact's name, or "=" and fixed words.
    mapping = models.JSONField(_("要素对应"), default=dict)
    # A long-term subscription is agreed to once and not used up (type 3 of the platform's list).
    is_lasting = models.BooleanField(_("长期订阅"), default=False)
    active = models.BooleanField(_("使用中"), default=True)
    created_at = models.DateTimeField(_("创建时间"), default=clock.now, editable=False)

    class Meta:
        verbose_name = verbose_name_plural = _("提醒模板")
        ordering = ["account", "kind", "way"]
        constraints = [
            models.UniqueConstraint(fields=["account", "kind", "way"], name="one_template_a_kind_and_way"),
        ]

    def __str__(self) -> str:
        return f"{self.account} · {self.kind} · {self.get_way_display()}"


class SubscriptionConsent(models.Model):
    """How many notices of a template a follower still allows. Each accept adds one, each notice takes one."""

    follower = models.ForeignKey(Follower, on_delete=models.CASCADE, related_name="subscription_consents")
    template_id = models.CharField(_("模板编号"), max_length=64)
    remaining = models.PositiveIntegerField(_("剩余次数"), default=0)
    given = models.PositiveIntegerField(_("同意次数"), default=0)
    used = models.PositiveIntegerField(_("已用次数"), default=0)
    refused_at = models.DateTimeField(_("拒绝时间"), null=True, blank=True)
    changed_at = models.DateTimeField(_("变化时间"), default=clock.now)

    class Meta:
        verbose_name = verbose_name_plural = _("订阅同意")
        constraints = [
            models.UniqueConstraint(
                fields=["follower", "template_id"], name="one_count_a_follower_and_template"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.follower} {self.remaining}/{self.given}"
