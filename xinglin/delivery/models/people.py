"""Who works on requests, what they are good at, and how much they take."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from xinglin.consortium.models import Library, Staff


class Skill(models.TextChoices):
    CHINESE = "chinese", _("中文文献")
    FOREIGN = "foreign", _("外文文献")
    BOOKS = "books", _("图书与学位论文")
    CLINICAL = "clinical", _("临床急用")


class Handler(models.Model):
    """One librarian on the desk of a library: skills, and how many open requests they hold at most."""

    staff = models.ForeignKey(
        Staff, verbose_name=_("馆员"), on_delete=models.CASCADE, related_name="delivery_desks"
    )
    library = models.ForeignKey(
        Library, verbose_name=_("受理馆"), on_delete=models.CASCADE, related_name="delivery_handlers"
    )
    skills = models.JSONField(_("擅长"), default=list, blank=True)
    most_open = models.PositiveSmallIntegerField(_("最多同时处理"), default=20)
    active = models.BooleanField(_("在岗"), default=True)
    given_at = models.DateTimeField(_("上次分到"), null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("受理人")
        ordering = ["library", "staff"]
        constraints = [
            models.UniqueConstraint(fields=["staff", "library"], name="a_handler_once_at_a_desk"),
        ]

    def __str__(self) -> str:
        return f"{self.staff} · {self.library.label}"

    @property
    def skill_words(self) -> list[str]:
        return [str(Skill(each).label) for each in self.skills]
