"""A hold: a reader's place in the queue for a title, and later the copy that is kept for them."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from xinglin.catalog.models import Item, Record
from xinglin.circulation.lifecycle import CAPTURED, NOT_FETCHED, OPEN, HoldState
from xinglin.commons import clock
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
    # Who treats a patient is served before who does not; said by a librarian, with a reason (sheet 4.2.5).
    urgent = models.BooleanField(_("临床急用"), default=False)
    urgent_reason = models.CharField(_("急用理由"), max_length=200, blank=True)
    # Passed over until this day, and keeps its place (sheet 4.2.2).
    not_before = models.DateField(_("暂停到"), null=True, blank=True)
    # How often all copies were asked for in vain; then a librarian decides (sheet 4.2.7).
    rounds = models.PositiveSmallIntegerField(_("找书轮次"), default=0)
    stuck_at = models.DateTimeField(_("找不到复本"), null=True, blank=True)
    source = models.CharField(_("来源"), max_length=8, choices=HoldSource)
    placed_at = models.DateTimeField(_("预约时间"))
    ready_at = models.DateTimeField(_("到书时间"), null=True, blank=True)
    told_at = models.DateTimeField(_("已通知时间"), null=True, blank=True)
    # The last day on which the copy waits; counted from arrival at the pickup library (sheet 4.2.6).
    kept_until = models.DateField(_("保留至"), null=True, blank=True)
    # When a copy that nobody fetched was taken from the hold shelf.
    left_shelf_at = models.DateTimeField(_("离架时间"), null=True, blank=True)
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
            models.Index(
                fields=["item"],
                condition=Q(state__in=NOT_FETCHED, ready_at__isnull=False, left_shelf_at__isnull=True),
                name="holds_to_clear",
            ),
            models.Index(fields=["kept_until"], condition=Q(state=HoldState.READY), name="holds_to_expire"),
        ]

    def __str__(self) -> str:
        return f"{self.record} · {self.patron}"

    @property
    def is_paused(self) -> bool:
        """Whether the reader asked to be passed over for now."""
        return self.not_before is not None and self.not_before > clock.today()

    @property
    def is_open(self) -> bool:
        return self.state in OPEN


class PickOutcome(models.TextChoices):
    FOUND = "found", _("找到")
    PASSED = "passed", _("逾时未找")
    MISSING = "missing", _("架上没有")
    DROPPED = "dropped", _("不再需要")


class PickRequest(models.Model):
    """That a library was asked to fetch one copy for one hold, and what came of it."""

    hold = models.ForeignKey(Hold, verbose_name=_("预约"), on_delete=models.CASCADE, related_name="picks")
    item = models.ForeignKey(Item, verbose_name=_("单册"), on_delete=models.PROTECT, related_name="+")
    library = models.ForeignKey(Library, verbose_name=_("馆"), on_delete=models.PROTECT, related_name="+")
    round = models.PositiveSmallIntegerField(_("轮次"), default=0)
    asked_at = models.DateTimeField(_("请求时间"))
    ended_at = models.DateTimeField(_("结束时间"), null=True, blank=True)
    outcome = models.CharField(_("结果"), max_length=8, choices=PickOutcome, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("取书请求")
        ordering = ["-asked_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["hold"], condition=Q(ended_at__isnull=True), name="one_copy_asked_for_a_hold"
            ),
            models.UniqueConstraint(
                fields=["item"], condition=Q(ended_at__isnull=True), name="a_copy_asked_for_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.hold} · {self.item}"
