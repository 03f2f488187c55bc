"""Rows that belong to no room: the clock's offset and the history of every deed."""

from datetime import timedelta

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from xinglin.commons import deeds


class ClockOffset(models.Model):
    """How far the clock of a demonstration or a test has been moved; one row, or none."""

    offset = models.DurationField(_("偏移"), default=timedelta(0))

    class Meta:
        verbose_name = verbose_name_plural = _("时钟偏移")

    def __str__(self) -> str:
        return str(self.offset)


class HistoryEntry(models.Model):
    """One deed that someone did to something: who, when, what, and what changed.

    ``subject`` is "app_label.model:pk", not a generic foreign key: history outlives its subject.
    """

    at = models.DateTimeField(_("时间"))
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("操作人"),
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    # Kept beside the key: an account that is deleted must not empty the record of what it did.
    actor_name = models.CharField(_("操作人姓名"), max_length=150, blank=True)
    subject = models.CharField(_("对象"), max_length=120)
    deed = models.CharField(_("操作"), max_length=80)
    changes = models.JSONField(_("变化"), default=dict)
    reason = models.TextField(_("原因"), blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("操作记录")
        ordering = ["-at", "-pk"]
        indexes = [
            models.Index(fields=["subject", "-at"], name="history_of_subject"),
            models.Index(fields=["-at"]),
        ]

    def __str__(self) -> str:
        return f"{self.subject} {self.deed}"

    @property
    def deed_in_words(self) -> str:
        """How the deed is called on the screen."""
        return deeds.in_words(self.deed)
