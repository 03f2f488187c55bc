"""Words that found nothing. Who typed them is not kept."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class MissedSearch(models.Model):
    """The same words on one day in one library, and how often."""

    library = models.ForeignKey(
        "consortium.Library", verbose_name=_("馆"), null=True, on_delete=models.CASCADE, related_name="+"
    )
    words = models.CharField(_("检索词"), max_length=40)
    key = models.CharField(max_length=60)
    on = models.DateField(_("日期"))
    times = models.PositiveIntegerField(_("次数"), default=1)

    class Meta:
        verbose_name = verbose_name_plural = _("没结果的检索")
        ordering = ["-on", "-times"]
        constraints = [
            models.UniqueConstraint(
                fields=["on", "library", "key"], nulls_distinct=False, name="words_once_a_day_and_library"
            )
        ]

    def __str__(self) -> str:
        return self.words
