"""Reports that were issued, which never change; and a library's own Word template."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from xinglin.commons import clock
from xinglin.consortium.models import Library, Staff
from xinglin.reference.models.orders import Order, OrderKind


class Report(models.Model):
    """One issued report. Only that it was replaced may still be noted; the database refuses the rest.

    ``sha256`` is of the PDF; ``content`` is what it was made from, frozen.
    """

    order = models.ForeignKey(Order, verbose_name=_("委托"), on_delete=models.PROTECT, related_name="reports")
    number = models.CharField(_("报告编号"), max_length=40, unique=True)
    verification_code = models.CharField(_("验证码"), max_length=20, unique=True)
    content = models.JSONField(_("内容"))
    sha256 = models.CharField("SHA-256", max_length=64)
    pdf = models.CharField("PDF", max_length=200)
    docx = models.CharField("DOCX", max_length=200)
    pages = models.PositiveSmallIntegerField(_("页数"))
    issued_at = models.DateTimeField(_("出具时间"))
    issued_by = models.ForeignKey(Staff, verbose_name=_("审核员"), on_delete=models.PROTECT, related_name="+")
    replaced_at = models.DateTimeField(_("作废时间"), null=True, blank=True)
    replaced_because = models.TextField(_("作废原因"), blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("报告")
        ordering = ["-issued_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["order"],
                condition=models.Q(replaced_at__isnull=True),
                name="one_valid_report_an_order",
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def is_valid(self) -> bool:
        return self.replaced_at is None


class ReportTemplate(models.Model):
    """A library's own Word template for one kind of report, with the fields of docxtpl."""

    library = models.ForeignKey(Library, verbose_name=_("图书馆"), on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(_("类型"), max_length=10, choices=OrderKind)
    file = models.CharField(_("文件"), max_length=200)
    called = models.CharField(_("文件名"), max_length=200)
    by = models.ForeignKey(
        Staff, verbose_name=_("上传人"), null=True, on_delete=models.SET_NULL, related_name="+"
    )
    at = models.DateTimeField(_("上传时间"), default=clock.now)

    class Meta:
        verbose_name = verbose_name_plural = _("报告模板")
        ordering = ["library", "kind"]
        constraints = [models.UniqueConstraint(fields=["library", "kind"], name="one_template_a_kind")]

    def __str__(self) -> str:
        return f"{self.library.label} {self.get_kind_display()}"
