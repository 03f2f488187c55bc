"""Where a copy is when it is not at home, and its way between libraries."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from xinglin.catalog.models import Item
from xinglin.circulation.models.holds import Hold
from xinglin.consortium.models import Library, Staff


class Whereabouts(models.Model):
    """The library where a copy is, as long as that is not its own."""

    item = models.OneToOneField(
        Item, verbose_name=_("单册"), on_delete=models.CASCADE, primary_key=True, related_name="whereabouts"
    )
    library = models.ForeignKey(Library, verbose_name=_("所在馆"), on_delete=models.PROTECT, related_name="+")
    since = models.DateTimeField(_("自"))

    class Meta:
        verbose_name = verbose_name_plural = _("单册所在")

    def __str__(self) -> str:
        return f"{self.item} · {self.library}"


class TransitReason(models.TextChoices):
    HOLD = "hold", _("送预约")
    HOME = "home", _("送回所属馆")
    REPAIR = "repair", _("送修")


class Box(models.Model):
    """A box of copies on its way from one library to another, with a number on its lid."""

    number = models.CharField(_("箱号"), max_length=20, unique=True)
    from_library = models.ForeignKey(
        Library, verbose_name=_("发出馆"), on_delete=models.PROTECT, related_name="+"
    )
    to_library = models.ForeignKey(
        Library, verbose_name=_("送往"), on_delete=models.PROTECT, related_name="+"
    )
    sealed_at = models.DateTimeField(_("封箱时间"))
    sealed_by = models.ForeignKey(
        Staff, verbose_name=_("封箱人"), null=True, on_delete=models.SET_NULL, related_name="+"
    )
    opened_at = models.DateTimeField(_("开箱时间"), null=True, blank=True)
    opened_by = models.ForeignKey(
        Staff, verbose_name=_("开箱人"), null=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        verbose_name = verbose_name_plural = _("书箱")
        ordering = ["-sealed_at", "-pk"]

    def __str__(self) -> str:
        return self.number


class Transit(models.Model):
    """One way of one copy from a library to another; open until a library has scanned it.

    Who received it need not be who it was sent to: a copy in the wrong box is sent on, and both ways stand.
    """

    item = models.ForeignKey(Item, verbose_name=_("单册"), on_delete=models.PROTECT, related_name="transits")
    from_library = models.ForeignKey(
        Library, verbose_name=_("发出馆"), on_delete=models.PROTECT, related_name="transits_out"
    )
    to_library = models.ForeignKey(
        Library, verbose_name=_("送往"), on_delete=models.PROTECT, related_name="transits_in"
    )
    reason = models.CharField(_("事由"), max_length=8, choices=TransitReason)
    hold = models.ForeignKey(
        Hold,
        verbose_name=_("预约"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="transits",
    )
    box = models.ForeignKey(
        Box, verbose_name=_("书箱"), null=True, blank=True, on_delete=models.SET_NULL, related_name="transits"
    )
    sent_at = models.DateTimeField(_("发出时间"))
    sent_by = models.ForeignKey(
        Staff, verbose_name=_("发出人"), null=True, on_delete=models.SET_NULL, related_name="+"
    )
    received_at = models.DateTimeField(_("收到时间"), null=True, blank=True)
    received_in = models.ForeignKey(
        Library, verbose_name=_("收到馆"), null=True, on_delete=models.PROTECT, related_name="+"
    )
    received_by = models.ForeignKey(
        Staff, verbose_name=_("签收人"), null=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        verbose_name = verbose_name_plural = _("调拨")
        ordering = ["-sent_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["item"], condition=Q(received_at__isnull=True), name="one_open_transit_an_item"
            ),
            models.CheckConstraint(
                condition=~Q(from_library=F("to_library")), name="a_transit_leads_elsewhere"
            ),
        ]
        indexes = [
            models.Index(fields=["from_library", "-sent_at"], name="transits_out_of_a_library"),
            models.Index(fields=["to_library", "-sent_at"], name="transits_into_a_library"),
        ]

    def __str__(self) -> str:
        return f"{self.item} · {self.from_library.label} → {self.to_library.label}"

    @property
    def is_open(self) -> bool:
        return self.received_at is None
