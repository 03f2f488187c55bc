"""Keyword rules, and what an account says on a follow and to what nobody understood."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from xinglin.commons import clock
from xinglin.wechat.models.accounts import Account
from xinglin.wechat.rules.matching import How


class Occasion(models.TextChoices):
    """The three the platform's own page has: 关键词回复, 被关注回复, 收到消息回复."""

    KEYWORD = "keyword", _("关键词回复")
    FOLLOW = "follow", _("被关注回复")
    ANY_MESSAGE = "any", _("收到消息回复")


class ReplyMode(models.TextChoices):
    ALL = "all", _("全部回复")
    RANDOM = "random", _("随机回复一条")


HOW_CHOICES = [
    (How.EXACT.value, _("完全一致")),
    (How.CONTAINS.value, _("包含")),
    (How.PATTERN.value, _("正则表达式")),
]


class KeywordRule(models.Model):
    """One rule of one account: words, replies, when it is valid and what goes before what."""

    account = models.ForeignKey(
        Account, verbose_name=_("公众号"), on_delete=models.CASCADE, related_name="rules"
    )
    name = models.CharField(_("规则名称"), max_length=60)
    occasion = models.CharField(_("触发方式"), max_length=10, choices=Occasion, default=Occasion.KEYWORD)
    # [{"text": "开放时间", "how": "exact"}]
    keywords = models.JSONField(_("关键词"), default=list)
    # [{"type": "text", "content": "…"}], as ``replies.to_plain`` writes them.
    replies = models.JSONField(_("回复"), default=list)
    mode = models.CharField(_("回复方式"), max_length=10, choices=ReplyMode, default=ReplyMode.ALL)
    priority = models.SmallIntegerField(_("优先级"), default=0, help_text=_("数字越大越先"))
    starts_at = models.DateTimeField(_("生效时间"), null=True, blank=True)
    ends_at = models.DateTimeField(_("失效时间"), null=True, blank=True)
    active = models.BooleanField(_("启用"), default=True)
    created_at = models.DateTimeField(_("创建时间"), default=clock.now, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        verbose_name = verbose_name_plural = _("自动回复规则")
        ordering = ["-priority", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(starts_at__isnull=True) | Q(ends_at__isnull=True) | Q(starts_at__lt=F("ends_at")),
                name="a_rule_starts_before_it_ends",
            ),
        ]
        indexes = [models.Index(fields=["account", "occasion", "active"], name="rules_of_an_account")]

    def __str__(self) -> str:
        return self.name
