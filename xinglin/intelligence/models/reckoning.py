"""The account of a file that was taken in, whatever stands in it."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from xinglin.commons import clock


class Reckoning(models.Model):
    """One file and its account: declared = taken + refused. ``refused`` holds line, reason and excerpt of each."""

    file_name = models.CharField(_("文件"), max_length=200)
    declared = models.PositiveIntegerField(_("声明"), default=0)
    taken = models.PositiveIntegerField(_("读入"), default=0)
    refused = models.JSONField(_("未读入"), default=list)
    at = models.DateTimeField(_("时间"), default=clock.now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("导入人"), null=True, on_delete=models.SET_NULL, related_name="+"
    )  # fmt: skip

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.file_name

    @property
    def refused_count(self) -> int:
        """How many lines were refused, by the account: lists need not load the lines."""
        return self.declared - self.taken
