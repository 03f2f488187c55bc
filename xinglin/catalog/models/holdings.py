"""What the libraries own of a record: holdings, and the single copies in them."""

from django.db import models
from django.db.models import ExpressionWrapper, Q
from django.utils.translation import gettext_lazy as _

from xinglin.catalog.lifecycle import Condition
from xinglin.catalog.models.records import Record


class ItemType(models.TextChoices):
    """What circulation's rules go by."""

    BOOK = "book", _("普通图书")
    REFERENCE = "reference", _("工具书（仅供阅览）")
    JOURNAL = "journal", _("期刊")
    MEDIA = "media", _("视听资料")
    EQUIPMENT = "equipment", _("设备")


STAYS_IN_THE_LIBRARY = (ItemType.REFERENCE,)


class Holding(models.Model):
    """A record at one place of one library, under one call number."""

    record = models.ForeignKey(
        Record, verbose_name=_("书目记录"), on_delete=models.PROTECT, related_name="holdings"
    )
    library = models.ForeignKey(
        "consortium.Library", verbose_name=_("馆"), on_delete=models.PROTECT, related_name="holdings"
    )
    location = models.CharField(_("馆藏地点"), max_length=120, blank=True)
    call_number = models.CharField(_("索书号"), max_length=120, blank=True)
    # What a serial's or a set's holding covers: "1998-2020", "v.1-3".
    coverage = models.CharField(_("所藏卷期"), max_length=500, blank=True)
    note = models.CharField(_("附注"), max_length=500, blank=True)
    added_at = models.DateTimeField(_("登记时间"))

    class Meta:
        verbose_name = verbose_name_plural = _("馆藏")
        ordering = ["library__code", "location", "call_number", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["record", "library", "location", "call_number"],
                name="one_holding_at_a_place_and_call_number",
            )
        ]

    def __str__(self) -> str:
        return " ".join(part for part in (self.location, self.call_number) if part) or str(_("未排架"))


class Item(models.Model):
    """One copy. Its row number is the one name of it in the consortium; a barcode is its library's own.

    Barcodes of libraries that joined later collide (library systems sheet 1.4, dp2 issue 24), so an
    ambiguous scan asks for the branch. ``available`` is what readers are told and what the index
    counts as on the shelf: made by the database from condition and use, so the two cannot disagree.
    """

    holding = models.ForeignKey(
        Holding, verbose_name=_("馆藏"), on_delete=models.PROTECT, related_name="items"
    )
    library = models.ForeignKey(
        "consortium.Library", verbose_name=_("馆"), on_delete=models.PROTECT, related_name="items"
    )
    barcode = models.CharField(_("条码"), max_length=60, blank=True)
    item_type = models.CharField(_("单册类型"), max_length=12, choices=ItemType, default=ItemType.BOOK)
    condition = models.CharField(_("状况"), max_length=20, choices=Condition, default=Condition.ON_SHELF)
    # On loan, under way or kept for a reader: circulation says so through ``services.set_available``.
    in_use = models.BooleanField(_("使用中"), default=False)
    available = models.GeneratedField(
        expression=ExpressionWrapper(
            Q(condition=Condition.ON_SHELF, in_use=False), output_field=models.BooleanField()
        ),
        output_field=models.BooleanField(_("现在可用")),
        db_persist=True,
    )
    price_fen = models.PositiveIntegerField(_("价格"), null=True, blank=True)
    copy = models.CharField(_("复本号"), max_length=20, blank=True)
    volume = models.CharField(_("卷册"), max_length=60, blank=True)
    note = models.CharField(_("附注"), max_length=500, blank=True)
    version = models.PositiveIntegerField(_("版次"), default=1)
    added_at = models.DateTimeField(_("登记时间"))
    updated_at = models.DateTimeField(_("更新时间"))

    class Meta:
        verbose_name = verbose_name_plural = _("单册")
        ordering = ["holding", "volume", "copy", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["library", "barcode"],
                condition=~Q(barcode=""),
                name="one_item_of_a_barcode_in_a_library",
            )
        ]
        indexes = [models.Index(fields=["barcode"], name="item_barcode")]

    def __str__(self) -> str:
        return self.barcode or f"#{self.pk}"

    @property
    def stays_in_the_library(self) -> bool:
        return self.item_type in STAYS_IN_THE_LIBRARY
