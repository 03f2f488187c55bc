"""What segments count with, and what a follower chose: the mirror, behaviour, refusals."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.utils.translation import gettext_lazy as _

from xinglin.commons import clock
from xinglin.newsroom.models import Column
from xinglin.patrons.models import Patron
from xinglin.wechat.models import Account, Follower


class Profile(models.Model):
    """Everybody who follows now, with their tags as one array: counted in milliseconds.

    Kept by database triggers (migration 0002) from ``FollowerTag`` and ``wechat.Follower``; nobody writes here.
    """

    follower = models.OneToOneField(
        Follower, primary_key=True, on_delete=models.DO_NOTHING, db_constraint=False, related_name="profile"
    )
    account = models.ForeignKey(
        Account, on_delete=models.DO_NOTHING, db_constraint=False, related_name="profiles"
    )
    tags = ArrayField(models.IntegerField(), default=list)

    class Meta:
        verbose_name = verbose_name_plural = _("受众画像")
        indexes = [GinIndex(fields=["tags"], name="profiles_by_tag")]

    def __str__(self) -> str:
        return f"{self.follower_id}"


class Did(models.IntegerChoices):
    """What somebody did with what we sent or showed them."""

    OPENED = 1, _("打开文章")
    FINISHED = 2, _("读完文章")
    SHARED = 3, _("转发文章")
    RATED_GOOD = 4, _("评为有用")
    RATED_BAD = 5, _("评为没用")
    SCANNED = 6, _("扫二维码")
    BORROWED = 7, _("推送后借书")
    ASKED = 8, _("推送后咨询")
    REGISTERED = 9, _("推送后报名")


class Behaviour(models.Model):
    """One thing that one follower did. Twenty million rows are usual: no foreign keys, two indexes."""

    follower_id = models.BigIntegerField(_("关注者"))
    kind = models.PositiveSmallIntegerField(_("行为"), choices=Did)
    at = models.DateTimeField(_("时间"))
    column_id = models.BigIntegerField(_("栏目"), null=True, blank=True)
    article_id = models.BigIntegerField(_("文章"), null=True, blank=True)
    campaign_id = models.BigIntegerField(_("推送"), null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("读者行为")
        indexes = [
            # The period of one kind is read from the index alone.
            models.Index(fields=["kind", "at", "follower_id"], name="behaviour_of_a_period"),
            models.Index(fields=["follower_id", "at"], name="behaviour_of_a_follower"),
        ]

    def __str__(self) -> str:
        return f"{self.follower_id} {self.get_kind_display()}"


class OptOut(models.Model):
    """A follower does not want what is sent on a topic, or anything at all (no topic)."""

    follower = models.ForeignKey(
        Follower, verbose_name=_("关注者"), on_delete=models.CASCADE, related_name="opt_outs"
    )
    topic = models.ForeignKey(
        Column, verbose_name=_("主题"), null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    since = models.DateTimeField(_("自"), default=clock.now)
    through = models.CharField(_("途径"), max_length=20)

    class Meta:
        verbose_name = verbose_name_plural = _("退订")
        constraints = [
            models.UniqueConstraint(
                fields=["follower", "topic"], nulls_distinct=False, name="one_opt_out_a_topic"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.follower_id} {self.topic or _('全部')}"


class ProfilingOff(models.Model):
    """A follower switched off that we learn from what they do (个人信息保护法 art. 24)."""

    follower = models.OneToOneField(
        Follower, primary_key=True, on_delete=models.CASCADE, related_name="profiling_off"
    )
    since = models.DateTimeField(default=clock.now)

    class Meta:
        verbose_name = verbose_name_plural = _("关闭兴趣画像")

    def __str__(self) -> str:
        return f"{self.follower_id}"


class KnownReader(models.Model):
    """Which reader a follower is or was: so that erasing the reader finds what we kept of the follower."""

    follower = models.ForeignKey(Follower, on_delete=models.CASCADE, related_name="+")
    patron = models.ForeignKey(Patron, on_delete=models.CASCADE, related_name="+")

    class Meta:
        verbose_name = verbose_name_plural = _("已知读者")
        constraints = [
            models.UniqueConstraint(fields=["follower", "patron"], name="a_known_reader_once"),
        ]

    def __str__(self) -> str:
        return f"{self.follower_id} {self.patron_id}"
