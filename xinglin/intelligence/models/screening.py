"""What people decide: a publication on a topic, and every look that was taken at it."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from xinglin.commons import clock
from xinglin.intelligence.lifecycle import FindingState
from xinglin.intelligence.models.records import Publication
from xinglin.intelligence.models.topics import Topic


class Finding(models.Model):
    """One publication as one topic sees it. ``look_again`` says why a released one must be seen anew."""

    topic = models.ForeignKey(
        Topic, verbose_name=_("专题"), on_delete=models.CASCADE, related_name="findings"
    )
    publication = models.ForeignKey(
        Publication, verbose_name=_("文献"), on_delete=models.CASCADE, related_name="findings"
    )
    state = models.CharField(_("状态"), max_length=10, choices=FindingState, default=FindingState.FOUND)
    score = models.FloatField(_("相关度"), null=True, blank=True)
    found_at = models.DateTimeField(_("发现时间"), default=clock.now)
    released_at = models.DateTimeField(_("发布时间"), null=True, blank=True)
    look_again = models.CharField(_("须重看"), max_length=200, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("专题文献")
        constraints = [models.UniqueConstraint(fields=["topic", "publication"], name="one_finding_a_topic")]
        indexes = [models.Index(fields=["topic", "state", "-found_at"], name="findings_by_state")]

    def __str__(self) -> str:
        return self.publication.title


class Screening(models.Model):
    """One look at a finding: who, when, which deed, why."""

    finding = models.ForeignKey(
        Finding, verbose_name=_("专题文献"), on_delete=models.CASCADE, related_name="screenings"
    )
    deed = models.CharField(_("决定"), max_length=12)
    reason = models.CharField(_("理由"), max_length=200, blank=True)
    at = models.DateTimeField(_("时间"), default=clock.now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("筛选人"),
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )

    class Meta:
        verbose_name = verbose_name_plural = _("筛选")
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.finding_id} {self.deed}"
