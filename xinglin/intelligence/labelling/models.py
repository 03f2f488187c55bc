"""The headings of a topic, and which papers are filed under which of them, or by which study type."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from xinglin.commons import clock
from xinglin.intelligence.labelling.lifecycle import FilingState
from xinglin.intelligence.learning.studies import STUDY_WORDS, Study
from xinglin.intelligence.models.screening import Finding
from xinglin.intelligence.models.topics import Topic


class Heading(models.Model):
    """One heading by which a desk sorts the papers of a topic; a retired one takes no more papers."""

    topic = models.ForeignKey(
        Topic, verbose_name=_("专题"), on_delete=models.CASCADE, related_name="headings"
    )
    name = models.CharField(_("类目"), max_length=40)
    scope = models.CharField(_("收什么"), max_length=200, blank=True)
    active = models.BooleanField(_("在用"), default=True)
    made_at = models.DateTimeField(_("建立时间"), default=clock.now)

    class Meta:
        verbose_name = verbose_name_plural = _("类目")
        ordering = ["topic", "pk"]
        constraints = [models.UniqueConstraint(fields=["topic", "name"], name="one_heading_a_name")]

    def __str__(self) -> str:
        return self.name


class FilingOrigin(models.TextChoices):
    LEARNED = "learned", _("从本馆的归类学来")
    RULE = "rule", _("按字句")
    PERSON = "person", _("人工")


class Filing(models.Model):
    """One paper of a topic under one heading, or of one study type, with the words it was suggested for."""

    finding = models.ForeignKey(
        Finding, verbose_name=_("专题文献"), on_delete=models.CASCADE, related_name="filings"
    )
    heading = models.ForeignKey(
        Heading,
        verbose_name=_("类目"),
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="filings",
    )
    study = models.CharField(
        _("研究类型"),
        max_length=20,
        blank=True,
        choices=[(study.value, STUDY_WORDS[study]) for study in Study],
    )
    state = models.CharField(_("状态"), max_length=10, choices=FilingState, default=FilingState.SUGGESTED)
    origin = models.CharField(_("由来"), max_length=10, choices=FilingOrigin)
    sureness = models.FloatField(_("把握"), null=True, blank=True)
    words = models.JSONField(_("依据的词"), default=list)
    at = models.DateTimeField(_("时间"), default=clock.now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("归类人"), null=True, on_delete=models.SET_NULL, related_name="+"
    )  # fmt: skip

    class Meta:
        verbose_name = verbose_name_plural = _("归类")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["finding", "heading"], condition=~models.Q(heading=None), name="one_filing_a_heading"
            ),
            models.UniqueConstraint(
                fields=["finding", "study"], condition=~models.Q(study=""), name="one_filing_a_study"
            ),
            models.CheckConstraint(
                condition=models.Q(heading=None, study__gt="") | models.Q(heading__isnull=False, study=""),
                name="a_heading_or_a_study",
            ),
        ]
        indexes = [models.Index(fields=["state", "finding"], name="filings_by_state")]

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        """The heading or the study type in words. Ask with the heading selected."""
        return self.heading.name if self.heading is not None else str(self.get_study_display())
