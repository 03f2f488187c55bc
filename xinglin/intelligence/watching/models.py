"""Watches, the stories they hold, the alarms they raise, and the copies of briefs that leaders are given."""

import secrets

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from xinglin.commons import clock
from xinglin.consortium.models import Library
from xinglin.intelligence.models.reckoning import Reckoning
from xinglin.intelligence.models.records import Record
from xinglin.intelligence.models.topics import Topic
from xinglin.intelligence.products.models import Product
from xinglin.intelligence.watching.feeling import Feeling
from xinglin.intelligence.watching.lifecycle import AlarmState, CopyState
from xinglin.newsroom.models import Rumour
from xinglin.patrons.models import Patron


class Origin(models.TextChoices):
    HARVESTED = "harvested", _("自动取来")
    IMPORTED = "imported", _("表格导入")
    BY_HAND = "by_hand", _("人工录入")


class Part(models.TextChoices):
    """The parts of a brief for decision makers."""

    POLICY = "policy", _("法规政策")
    VIEW = "view", _("专家观点")
    EVENT = "event", _("事件")
    RESEARCH = "research", _("研究进展")
    ABROAD = "abroad", _("域外案例")


class AlarmKind(models.TextChoices):
    BURST = "burst", _("热词突增")
    NEGATIVE = "negative", _("负面偏多")
    NAMED = "named", _("重点词出现")


def _token() -> str:
    return secrets.token_urlsafe(24)


class Recipient(models.Model):
    """Who decides and is given briefs; by a reader's card, else by an e-mail address, the link goes out by itself."""

    library = models.ForeignKey(Library, verbose_name=_("图书馆"), on_delete=models.PROTECT, related_name="+")
    name = models.CharField(_("姓名"), max_length=40)
    duty = models.CharField(_("职务"), max_length=80, blank=True)
    patron = models.ForeignKey(
        Patron, verbose_name=_("读者证"), null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    email = models.EmailField(_("邮箱"), blank=True)
    active = models.BooleanField(_("在用"), default=True)

    class Meta:
        verbose_name = verbose_name_plural = _("简报收件人")
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.name}（{self.duty}）" if self.duty else self.name


class Watch(models.Model):
    """What is watched on a topic: its feeds and pages, and when the desk is alarmed."""

    topic = models.OneToOneField(
        Topic, verbose_name=_("专题"), on_delete=models.CASCADE, related_name="watch"
    )
    # One word a line: those the dictionary would cut, and those that alarm the desk wherever they appear.
    own_words = models.TextField(_("自定义词"), max_length=2_000, blank=True)
    named_words = models.TextField(_("重点词"), max_length=2_000, blank=True)
    # Words that the dictionary cuts and the stories do not: found by the machine, those a person does not want apart.
    found_words = models.JSONField(_("发现的词"), default=list, editable=False)
    unwanted_words = models.TextField(_("不要合成的词"), max_length=2_000, blank=True)
    burst_level = models.FloatField(_("突增的门槛"), default=3.0)
    least = models.PositiveSmallIntegerField(_("至少几条才提醒"), default=5)
    negative_percent = models.PositiveSmallIntegerField(_("负面占多少（%）才提醒"), default=50)
    daily_brief = models.BooleanField(_("每天起草简报"), default=False)
    recipients = models.ManyToManyField(
        Recipient, verbose_name=_("简报发给"), blank=True, related_name="watches"
    )
    taken_until = models.DateTimeField(_("已收到"), null=True, blank=True, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        verbose_name = verbose_name_plural = _("舆情监测")

    def __str__(self) -> str:
        return self.topic.name


class ItemImport(Reckoning):
    """One table of stories; some may be held already: declared = taken + known + refused."""

    watch = models.ForeignKey(Watch, verbose_name=_("监测"), on_delete=models.CASCADE, related_name="imports")
    known = models.PositiveIntegerField(_("已有"), default=0)

    class Meta:
        verbose_name = verbose_name_plural = _("舆情导入")
        ordering = ["-pk"]

    @property
    def refused_count(self) -> int:
        return super().refused_count - self.known


class Item(models.Model):
    """One story as a watch holds it. Of who wrote it only the publisher is kept, no private person's account."""

    watch = models.ForeignKey(Watch, verbose_name=_("监测"), on_delete=models.CASCADE, related_name="items")
    key = models.CharField(max_length=80, editable=False)
    record = models.ForeignKey(Record, null=True, on_delete=models.SET_NULL, related_name="+", editable=False)
    origin = models.CharField(_("怎样来的"), max_length=10, choices=Origin)
    title = models.CharField(_("标题"), max_length=300)
    text = models.TextField(_("内容"), blank=True)
    publisher = models.CharField(_("发布者"), max_length=200, blank=True)
    address = models.CharField(_("网址"), max_length=1_000, blank=True)
    day = models.DateField(_("日期"))
    seen_at = models.DateTimeField(_("收到时间"), default=clock.now)
    edits = models.PositiveSmallIntegerField(_("改过几次"), default=0)
    words = models.JSONField(default=list, editable=False)
    feeling = models.CharField(_("语气"), max_length=10, choices=Feeling, default=Feeling.UNKNOWN)
    feeling_words = models.JSONField(default=list, editable=False)
    feeling_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("改判人"), null=True, on_delete=models.SET_NULL, related_name="+"
    )  # fmt: skip
    part = models.CharField(_("简报栏目"), max_length=10, choices=Part, blank=True)
    rumour = models.ForeignKey(
        Rumour, verbose_name=_("辟谣卡"), null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        verbose_name = verbose_name_plural = _("舆情条目")
        ordering = ["-day", "-pk"]
        constraints = [models.UniqueConstraint(fields=["watch", "key"], name="one_item_a_story")]
        indexes = [models.Index(fields=["watch", "day"], name="items_by_day")]

    def __str__(self) -> str:
        return self.title


class Alarm(models.Model):
    """Something that the desk should look at, with the figures for it; one a burst, one a day for the rest."""

    watch = models.ForeignKey(Watch, verbose_name=_("监测"), on_delete=models.CASCADE, related_name="alarms")
    kind = models.CharField(_("种类"), max_length=10, choices=AlarmKind)
    word = models.CharField(_("词"), max_length=80, blank=True)
    since = models.DateField(_("从哪天起"))
    until = models.DateField(_("到哪天"))
    stories = models.PositiveIntegerField(_("条数"))
    weight = models.FloatField(_("分量"), default=0.0)
    state = models.CharField(_("状态"), max_length=10, choices=AlarmState, default=AlarmState.OPEN)
    raised_at = models.DateTimeField(_("提醒时间"), default=clock.now)
    note = models.CharField(_("处置"), max_length=300, blank=True)
    settled_at = models.DateTimeField(_("处置时间"), null=True, blank=True)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("处置人"), null=True, on_delete=models.SET_NULL, related_name="+"
    )  # fmt: skip

    class Meta:
        verbose_name = verbose_name_plural = _("舆情提醒")
        ordering = ["-raised_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["watch", "kind", "word", "since"], name="one_alarm_a_burst")
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.word}".strip()


class Copy(models.Model):
    """One leader's copy of a brief: the secret of the link, when it was opened, and the receipt."""

    product = models.ForeignKey(
        Product, verbose_name=_("简报"), on_delete=models.CASCADE, related_name="copies"
    )
    recipient = models.ForeignKey(
        Recipient, verbose_name=_("收件人"), on_delete=models.PROTECT, related_name="copies"
    )
    token = models.CharField(max_length=40, unique=True, default=_token, editable=False)
    state = models.CharField(_("状态"), max_length=10, choices=CopyState, default=CopyState.SENT)
    sent_at = models.DateTimeField(_("发出时间"), default=clock.now)
    opened_at = models.DateTimeField(_("首次打开"), null=True, blank=True)
    receipted_at = models.DateTimeField(_("回执时间"), null=True, blank=True)
    reminded_at = models.DateTimeField(_("催阅时间"), null=True, blank=True)
    mailed_at = models.DateTimeField(_("邮件寄出"), null=True, blank=True)
    mail_trouble = models.CharField(_("邮件没有寄出"), max_length=200, blank=True)
    answer = models.CharField(_("批示"), max_length=300, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("简报收件")
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["product", "recipient"], name="one_copy_a_recipient")]

    def __str__(self) -> str:
        return f"{self.recipient} / {self.product}"
