"""The rules of purchase: the consortium's, and where a library has its own."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from xinglin.consortium.models import Library


class PurchaseRules(models.Model):
    """One set of rules; ``library`` is empty for the consortium's, which hold where a library has none."""

    library = models.OneToOneField(
        Library,
        verbose_name=_("图书馆"),
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="purchase_rules",
    )
    most_open_suggestions = models.PositiveSmallIntegerField(_("每位读者最多待处理荐购数"), default=10)
    price_limit_fen = models.PositiveIntegerField(_("单价上限（分）"), default=100_000)
    most_copies = models.PositiveSmallIntegerField(_("每馆每种最多复本数"), default=3)
    # Whether a class that another library builds may be ordered only with a reason.
    duties_bind = models.BooleanField(_("按建设分工订购"), default=True)
    accession_is_barcode = models.BooleanField(_("登录号用作条码"), default=True)

    class Meta:
        verbose_name = verbose_name_plural = _("采购规则")
        ordering = ["library__code"]
        constraints = [
            models.UniqueConstraint(
                fields=["library"],
                nulls_distinct=False,
                name="one_set_of_purchase_rules",
            )
        ]

    def __str__(self) -> str:
        return self.library.label if self.library else str(_("全联盟"))
