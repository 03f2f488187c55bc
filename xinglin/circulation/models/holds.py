"""A hold: a reader's place in the queue for a title, and later the copy that is kept for them."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from xinglin.catalog.models import Item, Record
from xinglin.circulation.lifecycle import CAPTURED, OPEN, HoldState
from xinglin.consortium.models import Library
from xinglin.patrons.models import Patron


class HoldSource(models.TextChoices):
    CHAT = "chat", _("微信对话")
    H5 = "h5", _("手机页面")
    DESK = "desk", _("服务台")
    IMPORT = "import", _("导入")


class Hold(models.Model):
    """One reader's request for a title, or for one item of it.

    ``position`` is 1, 2, 3 … without gaps among the waiting holds of a record, and empty for all
    others (library systems sheet 4.2.1). The unique constraint is checked at the end of the
    transaction, because renumbering passes through duplicates.
    """

    patron = models.ForeignKey(Patron, verbose_name=_("读者"), on_delete=models.PROTECT, related_name="holds")
    record = models.ForeignKey(
        Record, verbose_name=_("书目记录"), on_delete=models.PROTECT, related_name="holds"
    )
    # A hold for one item only takes that item (sheet 4.2.1); empty for the title as a whole.
    wanted_item = models.ForeignKey(
        Item, verbose_name=_("指定单册"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    item = models.ForeignKey(
        Item,
        verbose_name=_("留给读者的单册"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="holds",
    )
    pickup_library = models.ForeignKey(
        Library, verbose_name=_("取书馆"), on_delete=models.PROTECT, related_name="holds_to_fetch"
    )
    state = models.CharField(_("状态"), max_length=12, choices=HoldState, default=HoldState.WAITING)
    position = models.PositiveIntegerField(_("排队位置"), null=True, blank=True)
    source = models.CharField(_("来源"), max_length=8, choices=HoldSource)
    placed_at = models.DateTimeField(_("预约时间"))
    ready_at = models.DateTimeField(_("到书时间"), null=True, blank=True)
    told_at = models.DateTimeField(_("已通知时间"), null=True, blank=True)
    # The last day on which the copy waits; counted from arrival at the pickup library (sheet 4.2.6).
    kept_until = models.DateField(_("保留至"), null=True, blank=True)
    closed_at = models.DateTimeField(_("结束时间"), null=True, blank=True)
    closing_reason = models.CharField(_("结束原因"), max_length=200, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("预约")
        ordering = ["-placed_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["patron", "record"],
                condition=Q(state__in=OPEN),
                name="one_open_hold_a_title_a_patron",
            ),
            models.UniqueConstraint(
                fields=["item"], condition=Q(state__in=CAPTURED), name="one_hold_keeps_an_item"
            ),
            models.UniqueConstraint(
                fields=["record", "position"],
                name="one_hold_at_a_position",
                deferrable=models.Deferrable.DEFERRED,
            ),
            models.CheckConstraint(
                condition=Q(state=HoldState.WAITING, position__isnull=False, item__isnull=True)
                | (~Q(state=HoldState.WAITING) & Q(position__isnull=True)),
                name="a_position_while_waiting_only",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=CAPTURED) | Q(item__isnull=False), name="a_captured_hold_keeps_an_item"
            ),
        ]
        indexes = [
            models.Index(fields=["pickup_library", "state", "-placed_at"], name="holds_at_a_pickup_library"),
            models.Index(fields=["patron", "state"], name="holds_of_a_patron"),
            models.Index(fields=["kept_until"], condition=Q(state=HoldState.READY), name="holds_to_expire"),
        ]

    def __str__(self) -> str:
        return f"{self.record} · {self.patron}"

    @property
    def is_open(self) -> bool:
        return self.state in OPEN
