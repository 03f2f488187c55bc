"""Money for purchases, and those who sell."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from xinglin.consortium.models import Library


class Fund(models.Model):
    """A year's money of a library for one purpose; ``department`` where it is a department's.

    What is bound and spent is counted from the lines of orders, never kept beside them, so the two cannot differ.
    """

    library = models.ForeignKey(
        Library, verbose_name=_("图书馆"), on_delete=models.PROTECT, related_name="funds"
    )
    year = models.PositiveSmallIntegerField(_("年度"))
    code = models.CharField(_("代码"), max_length=20)
    name = models.CharField(_("名称"), max_length=60)
    department = models.CharField(_("科室"), max_length=80, blank=True)
    budget_fen = models.PositiveBigIntegerField(_("预算（分）"))
    active = models.BooleanField(_("使用中"), default=True)

    class Meta:
        verbose_name = verbose_name_plural = _("经费")
        ordering = ["-year", "library__code", "code"]
        constraints = [
            models.UniqueConstraint(fields=["library", "year", "code"], name="one_fund_of_a_code_in_a_year")
        ]

    def __str__(self) -> str:
        return f"{self.year} {self.name}（{self.library.label}）"


class Vendor(models.Model):
    """Who sells; ``columns`` says how the vendor's lists name our columns."""

    code = models.CharField(_("代码"), max_length=20, unique=True)
    name = models.CharField(_("名称"), max_length=120)
    contact = models.CharField(_("联系人"), max_length=60, blank=True)
    phone = models.CharField(_("电话"), max_length=30, blank=True)
    email = models.EmailField(_("邮箱"), blank=True)
    columns = models.JSONField(_("列名对照"), default=dict, blank=True)
    active = models.BooleanField(_("使用中"), default=True)

    class Meta:
        verbose_name = verbose_name_plural = _("书商")
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name
