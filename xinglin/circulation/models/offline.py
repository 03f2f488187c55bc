"""Scans of a spell without network, as they came in afterwards: each has one outcome, and none is lost."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from xinglin.catalog.models import Item
from xinglin.circulation.lifecycle import ScanState
from xinglin.circulation.models.loans import Loan
from xinglin.consortium.models import Library, Staff


class ScanKind(models.TextChoices):
    LEND = "lend", _("借书")
    RETURN = "return", _("还书")


class OfflineScan(models.Model):
    """One scan that a desk kept while it had no network.

    ``key`` was made by the browser: the same scan sent twice has one effect and hears the same answer.
    """

    key = models.UUIDField(_("标识"), unique=True, editable=False)
    library = models.ForeignKey(Library, verbose_name=_("馆"), on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey(
        Staff, verbose_name=_("经手人"), null=True, on_delete=models.SET_NULL, related_name="+"
    )
    kind = models.CharField(_("事项"), max_length=6, choices=ScanKind)
    card = models.CharField(_("读者证号"), max_length=60, blank=True)
    barcode = models.CharField(_("条码"), max_length=60)
    scanned_at = models.DateTimeField(_("扫描时间"))
    received_at = models.DateTimeField(_("上传时间"))
    state = models.CharField(_("结果"), max_length=8, choices=ScanState)
    words = models.CharField(_("说明"), max_length=300, blank=True)
    item = models.ForeignKey(
        Item, verbose_name=_("单册"), null=True, on_delete=models.SET_NULL, related_name="+"
    )
    loan = models.ForeignKey(
        Loan, verbose_name=_("借阅"), null=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        verbose_name = verbose_name_plural = _("离线扫描")
        ordering = ["-scanned_at", "-pk"]
        indexes = [
            models.Index(fields=["library", "-scanned_at"], name="offline_scans_of_a_library"),
            models.Index(
                fields=["library"], condition=Q(state=ScanState.CONFLICT), name="offline_scans_to_settle"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.barcode}"
