"""Campaigns: what goes to whom, when and over which way; one row of the log for one person."""

from datetime import time

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from xinglin.audience.lifecycle import CampaignState
from xinglin.audience.models.people import Did
from xinglin.audience.models.segments import Segment
from xinglin.commons import clock
from xinglin.newsroom.models import Article, Column
from xinglin.wechat.models import Account


class Channel(models.TextChoices):
    MASS = "mass", _("群发")
    CUSTOMER = "customer", _("客服消息")
    SUBSCRIPTION = "subscribe", _("订阅通知")
    EMAIL = "email", _("邮件")
    IN_APP = "in_app", _("站内信")
    BY_HAND = "by_hand", _("人工群发")


class PushPolicy(models.Model):
    """How often, and when, an account may write to its followers. One row an account, made when first asked for.

    Its row is locked while a page of a campaign is judged: two campaigns never both think themselves the last.
    """

    account = models.OneToOneField(
        Account,
        verbose_name=_("公众号"),
        primary_key=True,
        on_delete=models.CASCADE,
        related_name="push_policy",
    )
    cap = models.PositiveSmallIntegerField(_("每人最多收到（条）"), default=2)
    cap_days = models.PositiveSmallIntegerField(_("每（天）"), default=7)
    quiet_from = models.TimeField(_("免打扰开始"), default=time(22, 0))
    quiet_to = models.TimeField(_("免打扰结束"), default=time(8, 0))
    smallest_group = models.PositiveSmallIntegerField(
        _("最小可报告人数"), default=10, help_text=_("少于这个人数的分组不显示数字，防止认出个人")
    )
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        verbose_name = verbose_name_plural = _("推送规则")

    def __str__(self) -> str:
        return str(self.account)


class Campaign(models.Model):
    """Content × segment × channel × time. The rule is copied when it starts: a later edit changes nothing."""

    account = models.ForeignKey(
        Account, verbose_name=_("公众号"), on_delete=models.CASCADE, related_name="campaigns"
    )
    name = models.CharField(_("名称"), max_length=60)
    segment = models.ForeignKey(
        Segment, verbose_name=_("分群"), on_delete=models.PROTECT, related_name="campaigns"
    )
    article = models.ForeignKey(
        Article, verbose_name=_("文章"), on_delete=models.PROTECT, related_name="campaigns"
    )
    topic = models.ForeignKey(
        Column, verbose_name=_("主题"), on_delete=models.PROTECT, related_name="+",
        help_text=_("读者可以按主题退订"),
    )  # fmt: skip
    channel = models.CharField(_("方式"), max_length=10, choices=Channel)
    title_a = models.CharField(_("标题"), max_length=64)
    title_b = models.CharField(_("对照标题"), max_length=64, blank=True)
    # The draft on the platform that a mass send takes; without one, a text with a link goes out.
    draft_media_id = models.CharField(_("公众号草稿编号"), max_length=128, blank=True)
    falls_back = models.BooleanField(
        _("没有同意次数的人改走别的路"), default=False,
        help_text=_("订阅通知：48 小时内来过信的发客服消息，其余放进站内信"),
    )  # fmt: skip
    is_urgent = models.BooleanField(
        _("不受免打扰时段限制"), default=False, help_text=_("仅用于紧急通知；仍遵守退订")
    )
    state = models.CharField(_("状态"), max_length=10, choices=CampaignState, default=CampaignState.DRAFT)
    send_at = models.DateTimeField(_("发送时间"), null=True, blank=True)
    started_at = models.DateTimeField(_("开始时间"), null=True, blank=True)
    finished_at = models.DateTimeField(_("结束时间"), null=True, blank=True)
    problem = models.CharField(_("停下的原因"), max_length=300, blank=True)
    # The next moment at which the job has something to do: the end of the quiet hours, or of a full quota.
    next_at = models.DateTimeField(null=True, blank=True)
    # What goes on while it is sent: the rule as it stood, and how far the log has been written.
    rule = models.JSONField(default=dict, editable=False)
    is_sensitive = models.BooleanField(default=False, editable=False)
    prepared_to = models.BigIntegerField(null=True, editable=False)
    prepare_until = models.BigIntegerField(null=True, editable=False)
    created_by = models.ForeignKey(
        "consortium.Staff", verbose_name=_("创建人"), null=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField(_("创建时间"), default=clock.now, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        verbose_name = verbose_name_plural = _("推送")
        ordering = ["-created_at", "-pk"]
        indexes = [
            models.Index(fields=["account", "-created_at"], name="campaigns_of_an_account"),
            models.Index(
                fields=["next_at"],
                condition=Q(state__in=(CampaignState.SCHEDULED, CampaignState.SENDING)),
                name="campaigns_to_wake",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_prepared(self) -> bool:
        """Whether the log names everybody who is meant."""
        return self.prepare_until is not None and (self.prepared_to or 0) >= self.prepare_until

    @property
    def titles(self) -> list[str]:
        """The titles by variant: one, or two that are compared."""
        return [self.title_a, self.title_b] if self.title_b else [self.title_a]


class BatchState(models.TextChoices):
    CALLING = "calling", _("提交中")
    ACCEPTED = "accepted", _("微信已受理")
    REPORTED = "reported", _("微信已回报")
    REFUSED = "refused", _("微信拒绝")


class Batch(models.Model):
    """One mass call of a campaign, under one ``clientmsgid``: repeated it is still one (protocol sheet §8.5)."""

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="batches")
    number = models.PositiveSmallIntegerField(_("批次"))
    variant = models.PositiveSmallIntegerField(_("标题"), default=0)
    size = models.PositiveIntegerField(_("人数"))
    client_message_id = models.CharField(max_length=32, unique=True)
    state = models.CharField(_("状态"), max_length=10, choices=BatchState, default=BatchState.CALLING)
    called_at = models.DateTimeField(_("提交时间"))
    message_id = models.CharField(_("微信任务编号"), max_length=40, blank=True)
    data_id = models.CharField(_("图文编号"), max_length=40, blank=True)
    status = models.CharField(_("微信回报"), max_length=60, blank=True)
    reported_sent = models.PositiveIntegerField(_("送达"), null=True)
    reported_filtered = models.PositiveIntegerField(_("过滤后人数"), null=True)
    reported_failed = models.PositiveIntegerField(_("失败"), null=True)
    # Reads and shares as the platform counts them, for a mass-sent article.
    read_users = models.PositiveIntegerField(_("图文阅读人数"), null=True)
    share_users = models.PositiveIntegerField(_("图文分享人数"), null=True)

    class Meta:
        verbose_name = verbose_name_plural = _("群发批次")
        ordering = ["campaign", "number"]
        constraints = [models.UniqueConstraint(fields=["campaign", "number"], name="a_batch_once")]
        indexes = [models.Index(fields=["message_id"], name="batches_by_message")]

    def __str__(self) -> str:
        return f"{self.campaign} #{self.number}"


class DeliveryState(models.IntegerChoices):
    PLANNED = 0, _("待发送")
    CLEARED = 1, _("已放行")
    # Set before the call: what a killed process leaves so is never sent again by itself.
    UNSURE = 2, _("结果不明")
    SENT = 3, _("已送达")
    FAILED = 4, _("未送达")
    SKIPPED = 5, _("不发送")


class Reason(models.IntegerChoices):
    """Why somebody is left out, in the order in which it is asked."""

    NONE = 0, _("—")
    NOT_FOLLOWING = 1, _("已取消关注")
    OPTED_OUT = 2, _("已退订")
    NO_CONSENT = 3, _("没有健康信息同意")
    CAPPED = 4, _("近期已收够")
    MONTH_FULL = 5, _("本月群发已满")
    NO_WINDOW = 6, _("48 小时内没有来信")
    NO_EMAIL = 7, _("没有邮箱")
    REFUSED = 8, _("微信拒绝")
    TOO_FEW = 9, _("群发至少两人")
    BLOCKED = 10, _("在黑名单中")
    NO_SUBSCRIPTION = 11, _("没有订阅通知的同意次数")


class Way(models.IntegerChoices):
    """By which way a subscription push reached somebody: the notice itself, or what it fell back to."""

    SUBSCRIPTION = 1, _("订阅通知")
    CUSTOMER = 2, _("客服消息")
    IN_APP = 3, _("站内信")


class Delivery(models.Model):
    """One campaign and one follower: keyed by the two, written by ``insert … select``, a million in seconds."""

    pk = models.CompositePrimaryKey("campaign", "follower_id")
    campaign = models.ForeignKey(
        Campaign, on_delete=models.DO_NOTHING, db_constraint=False, db_index=False, related_name="deliveries"
    )
    follower_id = models.BigIntegerField()
    state = models.PositiveSmallIntegerField(choices=DeliveryState, default=DeliveryState.PLANNED)
    reason = models.PositiveSmallIntegerField(choices=Reason, default=Reason.NONE)
    variant = models.PositiveSmallIntegerField(default=0)
    batch = models.PositiveSmallIntegerField(null=True)
    way = models.PositiveSmallIntegerField(choices=Way, null=True)
    sent_at = models.DateTimeField(null=True)
    opened_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    shared_at = models.DateTimeField(null=True)
    replied_at = models.DateTimeField(null=True)
    unfollowed_at = models.DateTimeField(null=True)
    acted_at = models.DateTimeField(null=True)
    # What the first action was: one of ``Did``.
    acted_by = models.PositiveSmallIntegerField(choices=Did, null=True)
    rating = models.SmallIntegerField(null=True)

    class Meta:
        verbose_name = verbose_name_plural = _("推送记录")
        indexes = [
            # Only what went out: writing the log does not pay for it, and the cap is asked of nothing else.
            models.Index(
                fields=["follower_id", "sent_at"],
                condition=Q(sent_at__isnull=False),
                name="deliveries_to_a_follower",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.campaign_id} {self.follower_id}"


class LinkOpens(models.Model):
    """How often the common link of a campaign was opened on a day by people we do not know."""

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="link_opens")
    variant = models.PositiveSmallIntegerField(default=0)
    day = models.DateField(_("日期"))
    count = models.PositiveIntegerField(_("次数"), default=0)

    class Meta:
        verbose_name = verbose_name_plural = _("公共链接打开次数")
        constraints = [
            models.UniqueConstraint(fields=["campaign", "variant", "day"], name="link_opens_once_a_day"),
        ]

    def __str__(self) -> str:
        return f"{self.campaign} {self.day} {self.count}"


class PushSlot(models.Model):
    """One of a few WeChat tags that are lent to a send: filled before it, emptied after it.

    The platform allows 100 tags an account and 20 a follower (protocol sheet §8.10): ours are not its tags.
    """

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="push_slots")
    number = models.PositiveSmallIntegerField(_("编号"))
    platform_tag = models.PositiveIntegerField(_("微信标签编号"), null=True)
    campaign = models.ForeignKey(Campaign, null=True, on_delete=models.SET_NULL, related_name="slots")
    batch = models.PositiveSmallIntegerField(null=True)
    # The last follower that was given the tag: where a killed job goes on.
    filled_to = models.BigIntegerField(default=0)

    class Meta:
        verbose_name = verbose_name_plural = _("推送标签位")
        ordering = ["account", "number"]
        constraints = [models.UniqueConstraint(fields=["account", "number"], name="a_slot_once_an_account")]

    def __str__(self) -> str:
        return f"{self.account} {self.number}"
