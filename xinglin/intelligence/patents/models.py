"""Sets of patents, each from one table, with the reckoning of its rows."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from xinglin.commons import clock
from xinglin.intelligence.models.topics import Topic
from xinglin.intelligence.patents.reading import Patent


class PatentSet(models.Model):
    """The patents of one table; they are kept as they were read and never change."""

    topic = models.ForeignKey(Topic, verbose_name=_("专题"), on_delete=models.PROTECT, related_name="patents")
    title = models.CharField(_("名称"), max_length=120)
    file_name = models.CharField(_("文件"), max_length=200)
    digest = models.CharField("SHA-256", max_length=64)
    mapping = models.JSONField(_("列对应"), default=dict)
    rows = models.JSONField(default=list, editable=False)
    declared = models.PositiveIntegerField(_("声明"), default=0)
    taken = models.PositiveIntegerField(_("读入"), default=0)
    refused = models.JSONField(_("未读入"), default=list)
    at = models.DateTimeField(_("时间"), default=clock.now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("导入人"),
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )

    class Meta:
        verbose_name = verbose_name_plural = _("专利数据")
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return self.title

    @property
    def refused_count(self) -> int:
        return len(self.refused)

    @property
    def patents(self) -> list[Patent]:
        """The patents as they were read."""
        return [Patent.from_plain(each) for each in self.rows]
