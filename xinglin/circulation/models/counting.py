"""Counting a shelf: what was scanned, and what that says."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from xinglin.catalog.models import Item
from xinglin.consortium.models import Library, Staff


class Verdict(models.TextChoices):
    """What a scan at a shelf says of the copy."""

    RIGHT = "right", _("在位")
    MISPLACED = "misplaced", _("放错地方")
    ASTRAY = "astray", _("别馆的书")
    NOT_FREE = "not_free", _("登记为不在架")
    UNKNOWN = "unknown", _("没有登记")


class StockTake(models.Model):
    """One counting of a library's shelves, or of some of them, by their place and call numbers."""

    library = models.ForeignKey(Library, verbose_name=_("馆"), on_delete=models.PROTECT, related_name="+")
    location = models.CharField(_("馆藏地点"), max_length=120, blank=True)
    from_call_number = models.CharField(_("起始索书号"), max_length=120, blank=True)
    to_call_number = models.CharField(_("终止索书号"), max_length=120, blank=True)
    begun_at = models.DateTimeField(_("开始时间"))
    begun_by = models.ForeignKey(
        Staff, verbose_name=_("清点人"), null=True, on_delete=models.SET_NULL, related_name="+"
    )
    ended_at = models.DateTimeField(_("结束时间"), null=True, blank=True)
    expected = models.PositiveIntegerField(_("应有册数"), default=0)
    missing = models.PositiveIntegerField(_("缺少册数"), default=0)

    class Meta:
        verbose_name = verbose_name_plural = _("清点")
        ordering = ["-begun_at", "-pk"]

    def __str__(self) -> str:
        span = "–".join(part for part in (self.from_call_number, self.to_call_number) if part)
        return " ".join(part for part in (self.library.label, self.location, span) if part)

    @property
    def is_open(self) -> bool:
        return self.ended_at is None


class StockScan(models.Model):
    """One copy that was seen during a counting."""

    take = models.ForeignKey(
        StockTake, verbose_name=_("清点"), on_delete=models.CASCADE, related_name="scans"
    )
    barcode = models.CharField(_("条码"), max_length=60)
    item = models.ForeignKey(
        Item, verbose_name=_("单册"), null=True, on_delete=models.SET_NULL, related_name="+"
    )
    verdict = models.CharField(_("结果"), max_length=10, choices=Verdict)
    # The call number is before that of the copy scanned before it: it stands in the wrong order.
    out_of_order = models.BooleanField(_("顺序错"), default=False)
    scanned_at = models.DateTimeField(_("扫描时间"))
    scanned_by = models.ForeignKey(
        Staff, verbose_name=_("扫描人"), null=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        verbose_name = verbose_name_plural = _("清点扫描")
        ordering = ["-scanned_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["take", "barcode"], name="a_copy_counted_once"),
            models.CheckConstraint(
                condition=Q(verdict=Verdict.UNKNOWN) | ~Q(barcode=""), name="a_count_has_a_barcode"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.barcode} {self.get_verdict_display()}"
