"""Second opinions: a sample of what one person decided, judged by another who does not see the decision."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from xinglin.commons import clock
from xinglin.intelligence.models.screening import Finding


class Opinion(models.Model):
    """What a second person would have done at the first look. It changes nothing of the paper."""

    finding = models.ForeignKey(
        Finding, verbose_name=_("专题文献"), on_delete=models.CASCADE, related_name="opinions"
    )
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("筛选人"), on_delete=models.CASCADE, related_name="+"
    )
    keeps = models.BooleanField(_("会入选"))
    at = models.DateTimeField(_("时间"), default=clock.now)

    class Meta:
        verbose_name = verbose_name_plural = _("抽查意见")
        ordering = ["-pk"]
        constraints = [models.UniqueConstraint(fields=["finding", "by"], name="one_opinion_a_person")]

    def __str__(self) -> str:
        return f"{self.finding_id} {self.keeps}"
