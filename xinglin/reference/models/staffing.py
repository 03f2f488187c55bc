"""Who may search and who may review: qualifications as they were shown."""

from datetime import date

from django.db import models
from django.utils.translation import gettext_lazy as _

from xinglin.consortium.models import Staff


class Skill(models.TextChoices):
    SEARCHER = "searcher", _("查新员")
    REVIEWER = "reviewer", _("审核员")


class Qualification(models.Model):
    """A certificate of a librarian for one kind of work; without an end it does not run out."""

    staff = models.ForeignKey(
        Staff, verbose_name=_("馆员"), on_delete=models.CASCADE, related_name="qualifications"
    )
    skill = models.CharField(_("资格"), max_length=10, choices=Skill)
    certificate = models.CharField(_("证书编号"), max_length=80)
    issued_by = models.CharField(_("发证单位"), max_length=120, blank=True)
    valid_until = models.DateField(_("有效期至"), null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("查新资格")
        ordering = ["staff", "skill"]
        constraints = [models.UniqueConstraint(fields=["staff", "skill"], name="one_qualification_a_skill")]

    def __str__(self) -> str:
        return f"{self.staff.name} · {self.get_skill_display()}"

    def holds_on(self, day: date) -> bool:
        """Whether it covers a day."""
        return self.valid_until is None or day <= self.valid_until
