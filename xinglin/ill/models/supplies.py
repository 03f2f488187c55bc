"""What other libraries want of us."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from xinglin.catalog.models import Item
from xinglin.circulation.models import Loan
from xinglin.consortium.models import Library
from xinglin.ill.lifecycle import SUPPLIED_CLOSED, Supplied
from xinglin.ill.models.partners import Partner
from xinglin.ill.models.wishes import Described


class SupplyRequest(Described):
    """One request of a partner, worked on by one of our libraries, or brokered to the next supplier."""

    number = models.CharField(_("编号"), max_length=20, blank=True, db_index=True)
    partner = models.ForeignKey(
        Partner, verbose_name=_("请求方"), on_delete=models.PROTECT, related_name="supplies"
    )
    library = models.ForeignKey(
        Library, verbose_name=_("供应馆"), on_delete=models.PROTECT, related_name="ill_supplies"
    )
    # Both symbols as the requester wrote them: the answer goes back under the same.
    our_symbol = models.CharField(_("本方代码"), max_length=90)
    request_id = models.CharField(_("对方请求号"), max_length=100)
    group_id = models.CharField(_("组号"), max_length=100, blank=True)
    previous_id = models.CharField(_("重试自"), max_length=100, blank=True)
    state = models.CharField(_("状态"), max_length=12, choices=Supplied, default=Supplied.RECEIVED)
    is_brokered = models.BooleanField(_("转请他馆"), default=False)
    urgent = models.BooleanField(_("急用"), default=False)
    most_fen = models.PositiveIntegerField(_("对方愿付上限"), default=0)
    deliver_to = models.CharField(_("送到"), max_length=400, blank=True)
    note = models.TextField(_("对方说明"), blank=True)
    item = models.ForeignKey(
        Item,
        verbose_name=_("单册"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="ill_supplies",
    )
    loan = models.OneToOneField(
        Loan,
        verbose_name=_("借阅"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="ill_supply",
    )
    cancel_asked = models.BooleanField(_("对方请求取消"), default=False)
    renew_asked = models.BooleanField(_("对方请求续借"), default=False)
    overdue = models.BooleanField(_("已催还"), default=False)
    recalled = models.BooleanField(_("已召回"), default=False)
    arrived = models.BooleanField(_("对方已收到"), default=False)
    condition = models.CharField(_("条件"), max_length=300, blank=True)
    cost_fen = models.PositiveIntegerField(_("费用"), default=0)
    due_at = models.DateTimeField(_("应还"), null=True, blank=True)
    sent_via = models.CharField(_("寄送方式"), max_length=60, blank=True)
    received_at = models.DateTimeField(_("收到时间"))
    closed_at = models.DateTimeField(_("结束时间"), null=True, blank=True)
    closing_reason = models.CharField(_("原因"), max_length=300, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("外馆请求")
        ordering = ["-received_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["partner", "request_id"],
                condition=~Q(request_id=""),
                name="a_request_of_a_partner_once",
            ),
        ]
        indexes = [
            models.Index(fields=["library", "state", "-received_at"], name="ill_supplies_of_a_library")
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"

    @property
    def is_open(self) -> bool:
        return self.state not in SUPPLIED_CLOSED
