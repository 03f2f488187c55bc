"""Short surveys before and after a campaign: what people know of its subject, asked in two waves."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from xinglin.audience.lifecycle import SurveyState
from xinglin.audience.models.campaigns import Campaign
from xinglin.commons import clock
from xinglin.newsroom.models import Revision


class Wave(models.IntegerChoices):
    """Which of the two askings."""

    BASELINE = 1, _("前测")
    FOLLOW_UP = 2, _("后测")


class Survey(models.Model):
    """The same questions in both waves: those of one revision, which the database lets nobody change."""

    campaign = models.OneToOneField(
        Campaign, verbose_name=_("推送"), on_delete=models.CASCADE, related_name="survey"
    )
    questionnaire = models.ForeignKey(
        Revision, verbose_name=_("问卷"), on_delete=models.PROTECT, related_name="+"
    )
    known_from = models.PositiveSmallIntegerField(
        _("知晓标准（答对 %）"), default=80, help_text=_("一个人答对的题达到这个比例，算“知晓”")
    )
    state = models.CharField(_("状态"), max_length=10, choices=SurveyState, default=SurveyState.DRAFT)
    baseline_from = models.DateTimeField(_("前测开始"), null=True, editable=False)
    baseline_to = models.DateTimeField(_("前测结束"), null=True, editable=False)
    follow_up_from = models.DateTimeField(_("后测开始"), null=True, editable=False)
    follow_up_to = models.DateTimeField(_("后测结束"), null=True, editable=False)
    created_by = models.ForeignKey(
        "consortium.Staff", verbose_name=_("创建人"), null=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField(_("创建时间"), default=clock.now, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        verbose_name = verbose_name_plural = _("知晓率调查")
        ordering = ["-created_at", "-pk"]
        indexes = [models.Index(fields=["state"], name="surveys_by_state")]

    def __str__(self) -> str:
        return self.campaign.name

    @property
    def open_wave(self) -> Wave | None:
        """The wave that takes answers now."""
        return {SurveyState.BASELINE: Wave.BASELINE, SurveyState.FOLLOW_UP: Wave.FOLLOW_UP}.get(
            SurveyState(self.state)
        )

    def named(self, wave: Wave) -> str:
        """How the newsroom's answers name a wave of this survey."""
        return f"s{self.pk}-{wave.value}"
