"""Columns: the shelves that articles stand on, the same for the whole consortium."""

from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _


class ColumnKind(models.TextChoices):
    """What a column is for (N1). Pages and the chat look for a kind; names are each consortium's own."""

    NOTICES = "notices", _("通知公告")
    OVERVIEW = "overview", _("馆情概览")
    MEDICAL_NEWS = "medical_news", _("医学资讯")
    POLICY = "policy", _("时事政策")
    HEALTH_EDUCATION = "health_education", _("健康教育")
    HOW_TO = "how_to", _("使用指南")
    READING = "reading", _("阅读推广")


class Column(models.Model):
    """A column, and which hands its articles must pass through before readers see them."""

    code = models.CharField(
        _("代码"),
        max_length=30,
        unique=True,
        validators=[RegexValidator(r"^[a-z][a-z0-9-]*$", _("栏目代码只用小写字母、数字和连字符。"))],
    )
    name = models.CharField(_("名称"), max_length=30, unique=True)
    kind = models.CharField(_("类型"), max_length=20, choices=ColumnKind)
    introduction = models.CharField(_("说明"), max_length=200, blank=True)
    needs_review = models.BooleanField(
        _("须审核"), default=True, help_text=_("须审核的栏目，一个人不能自行发布")
    )
    needs_gatekeeper = models.BooleanField(
        _("须医学把关"), default=False, help_text=_("健康内容须由有执业资格的把关人审核")
    )
    position = models.PositiveSmallIntegerField(_("顺序"), default=50)
    active = models.BooleanField(_("使用中"), default=True)

    class Meta:
        verbose_name = verbose_name_plural = _("栏目")
        ordering = ["position", "pk"]
        constraints = [
            # A gatekeeper is one of the reviewers: without review there is nobody to ask for a licence.
            models.CheckConstraint(
                condition=models.Q(needs_gatekeeper=False) | models.Q(needs_review=True),
                name="gatekeeping_is_part_of_review",
            ),
        ]

    def __str__(self) -> str:
        return self.name
