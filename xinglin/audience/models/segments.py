"""Segments: a rule tree, the members at one moment, and how the size went."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from xinglin.commons import clock
from xinglin.wechat.models import Account


class Segment(models.Model):
    """Followers of one account who fit a rule."""

    account = models.ForeignKey(
        Account, verbose_name=_("公众号"), on_delete=models.CASCADE, related_name="segments"
    )
    name = models.CharField(_("名称"), max_length=60)
    note = models.CharField(_("说明"), max_length=200, blank=True)
    # As ``rules.tree`` writes it; read through it too, so that nothing else is ever compiled to SQL.
    rule = models.JSONField(_("规则"), default=dict)
    created_by = models.ForeignKey(
        "consortium.Staff", verbose_name=_("创建人"), null=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField(_("创建时间"), default=clock.now, editable=False)
    changed_at = models.DateTimeField(_("修改时间"), default=clock.now, editable=False)
    # A WeChat tag is filled with the members every night: for the platform's own pages and menus.
    in_step = models.BooleanField(_("与微信标签保持一致"), default=False)
    platform_tag = models.PositiveIntegerField(_("微信标签编号"), null=True, blank=True)
    retired = models.BooleanField(_("停用"), default=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        verbose_name = verbose_name_plural = _("受众分群")
        ordering = ["-changed_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["account", "name"], name="a_segment_name_once_an_account"),
        ]

    def __str__(self) -> str:
        return self.name


class SegmentSize(models.Model):
    """How many fitted on a day."""

    segment = models.ForeignKey(Segment, on_delete=models.CASCADE, related_name="sizes")
    day = models.DateField(_("日期"))
    size = models.PositiveIntegerField(_("人数"))

    class Meta:
        verbose_name = verbose_name_plural = _("分群人数")
        ordering = ["segment", "-day"]
        constraints = [models.UniqueConstraint(fields=["segment", "day"], name="one_size_a_day")]

    def __str__(self) -> str:
        return f"{self.segment} {self.day} {self.size}"


class SegmentMember(models.Model):
    """Who carried a segment's WeChat tag when it was last filled; the difference is what the next night sends."""

    pk = models.CompositePrimaryKey("segment", "follower_id")
    segment = models.ForeignKey(
        Segment, on_delete=models.CASCADE, db_constraint=False, db_index=False, related_name="members"
    )
    follower_id = models.BigIntegerField()

    class Meta:
        verbose_name = verbose_name_plural = _("分群成员")

    def __str__(self) -> str:
        return f"{self.segment_id} {self.follower_id}"
