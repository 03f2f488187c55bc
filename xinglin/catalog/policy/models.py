"""Who builds which class."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Depth(models.TextChoices):
    """How deep a class is built (RLG Conspectus, in three steps)."""

    BASIC = "basic", _("基本收藏")
    STUDY = "study", _("教学与临床")
    RESEARCH = "research", _("研究级")


class ClassDuty(models.Model):
    """One library's duty to build one class for the consortium."""

    library = models.ForeignKey(
        "consortium.Library", verbose_name=_("馆"), on_delete=models.CASCADE, related_name="class_duties"
    )
    number = models.CharField(_("分类号"), max_length=20)
    key = models.CharField(_("匹配键"), max_length=20)
    depth = models.CharField(_("收藏程度"), max_length=10, choices=Depth, default=Depth.STUDY)
    fewest_new = models.PositiveIntegerField(_("每年至少新增种数"), default=0)
    note = models.CharField(_("说明"), max_length=300, blank=True)
    version = models.PositiveIntegerField(_("版次"), default=1)

    class Meta:
        verbose_name = verbose_name_plural = _("建设分工")
        ordering = ["key", "library__code"]
        constraints = [
            models.UniqueConstraint(fields=["library", "key"], name="one_duty_of_a_class_in_a_library")
        ]

    def __str__(self) -> str:
        return self.number
