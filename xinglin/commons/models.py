"""Rows that belong to no room: the clock's offset and the history of every deed."""

from datetime import timedelta

from django.apps import apps
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
    def subject_in_words(self) -> str:
        """What the deed was done to, by the name its kind has on the screen: 读者 11."""
        label, _colon, key = self.subject.partition(":")
        try:
            return f"{apps.get_model(label)._meta.verbose_name} {key}"
        except (LookupError, ValueError):
            return self.subject

    @property
    def changes_in_words(self) -> str:
        """What changed, one after another, each by the name of its field."""
        return "；".join(f"{name}：{value}" for name, value in self.named_changes)

    @property
    def named_changes(self) -> list[tuple[str, str]]:
        """What changed, each under its field's name on the screen; under its own where it is no field."""
        label = self.subject.partition(":")[0]
        try:
            fields = {field.name: field.verbose_name for field in apps.get_model(label)._meta.fields}
        except (LookupError, ValueError):
            fields = {}
        return [(str(fields.get(name, name)), _plainly(value)) for name, value in self.changes.items()]

    @property
    def deed_in_words(self) -> str:
        """How the deed is called on the screen."""
        return deeds.in_words(self.deed)


def _plainly(value: object) -> str:
    if isinstance(value, list):
        return " / ".join(map(_plainly, value))
    return "—" if value is None or value == "" else str(value)
