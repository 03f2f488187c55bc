"""What our readers want of others, and the suppliers asked for it in turn."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from xinglin.catalog.models import Record
from xinglin.circulation.models import Hold
from xinglin.consortium.models import Library
from xinglin.ill.lifecycle import WAITING, WANTED_CLOSED, LegState, Wanted
from xinglin.ill.models.partners import Partner
from xinglin.patrons.models import Patron


class Service(models.TextChoices):
    LOAN = "Loan", _("借书")
    COPY = "Copy", _("复制")
    COPY_OR_LOAN = "CopyOrLoan", _("复制或借书")


class Parcel(models.TextChoices):
    """How a thing travels."""

    COURIER = "courier", _("快递")
    STAFF = "staff", _("馆员捎带")
    PICKUP = "pickup", _("自取")


class Described(models.Model):
    """What is wanted, in the words of a title page; the same on both sides."""

    service = models.CharField(_("服务"), max_length=12, choices=Service, default=Service.LOAN)
    title = models.CharField(_("题名"), max_length=500)
    author = models.CharField(_("责任者"), max_length=300, blank=True)
    publisher = models.CharField(_("出版者"), max_length=200, blank=True)
    year = models.CharField(_("年"), max_length=20, blank=True)
    edition = models.CharField(_("版本"), max_length=60, blank=True)
    volume = models.CharField(_("卷"), max_length=60, blank=True)
    issue = models.CharField(_("期"), max_length=60, blank=True)
    pages = models.CharField(_("页码"), max_length=60, blank=True)
    isbn = models.CharField("ISBN", max_length=20, blank=True)
    issn = models.CharField("ISSN", max_length=9, blank=True)

    class Meta:
        abstract = True


class Wish(Described):
    """Something a reader wants and none of our shelves may have; or that we broker for another library.

    The flags are the protocol's: what was asked of the supplier and is not answered yet.
    """

    number = models.CharField(_("编号"), max_length=20, blank=True, db_index=True)
    patron = models.ForeignKey(
        Patron, verbose_name=_("读者"), null=True, on_delete=models.SET_NULL, related_name="ill_wishes"
    )
    library = models.ForeignKey(
        Library, verbose_name=_("取书馆"), on_delete=models.PROTECT, related_name="ill_wishes"
    )
    upstream = models.OneToOneField(
        "ill.SupplyRequest",
        verbose_name=_("代谁请求"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="wish",
    )
    state = models.CharField(_("状态"), max_length=12, choices=Wanted, default=Wanted.SEEKING)
    urgent = models.BooleanField(_("临床急用"), default=False)
    most_fen = models.PositiveIntegerField(_("愿付费用上限"), default=0)
    need_before = models.DateField(_("最晚需要"), null=True, blank=True)
    note = models.CharField(_("说明"), max_length=400, blank=True)
    record = models.ForeignKey(
        Record, verbose_name=_("书目记录"), null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    hold = models.OneToOneField(
        Hold,
        verbose_name=_("预约"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="ill_wish",
    )
    leg = models.ForeignKey(
        "ill.Leg",
        verbose_name=_("当前供应馆"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    cancel_asked = models.BooleanField(_("已请求取消"), default=False)
    renew_asked = models.BooleanField(_("已请求续借"), default=False)
    overdue = models.BooleanField(_("对方称逾期"), default=False)
    recalled = models.BooleanField(_("对方召回"), default=False)
    condition = models.CharField(_("对方条件"), max_length=300, blank=True)
    due_at = models.DateTimeField(_("应还对方"), null=True, blank=True)
    item_id = models.CharField(_("对方条码"), max_length=100, blank=True)
    sent_via = models.CharField(_("寄送方式"), max_length=60, blank=True)
    return_to = models.CharField(_("还到"), max_length=300, blank=True)
    cost_fen = models.PositiveIntegerField(_("费用"), default=0)
    # A supplier that was passed over has sent something all the same.
    stray = models.CharField(_("意外寄来"), max_length=200, blank=True)
    asked_at = models.DateTimeField(_("申请时间"))
    arrived_at = models.DateTimeField(_("到馆时间"), null=True, blank=True)
    closed_at = models.DateTimeField(_("结束时间"), null=True, blank=True)
    closing_reason = models.CharField(_("结束原因"), max_length=300, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("互借申请")
        ordering = ["-asked_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state=Wanted.LOCAL) | Q(hold__isnull=False) | Q(closed_at__isnull=False),
                name="a_local_supply_is_a_hold",
            ),
        ]
        indexes = [
            models.Index(fields=["library", "state", "-asked_at"], name="ill_wishes_of_a_library"),
            models.Index(fields=["patron", "-asked_at"], name="ill_wishes_of_a_patron"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"

    @property
    def is_open(self) -> bool:
        return self.state not in WANTED_CLOSED

    @property
    def is_waiting(self) -> bool:
        return self.state in WAITING


class Leg(models.Model):
    """One supplier of the rota of one wish, asked under a request id of its own."""

    wish = models.ForeignKey(Wish, verbose_name=_("申请"), on_delete=models.CASCADE, related_name="legs")
    partner = models.ForeignKey(
        Partner, verbose_name=_("供应馆"), on_delete=models.PROTECT, related_name="legs"
    )
    order = models.PositiveSmallIntegerField(_("顺序"))
    state = models.CharField(_("结果"), max_length=12, choices=LegState, default=LegState.ASKED)
    request_id = models.CharField(_("请求号"), max_length=40, unique=True)
    supplier_request_id = models.CharField(_("对方请求号"), max_length=100, blank=True)
    asked_at = models.DateTimeField(_("发出"))
    answer_by = models.DateTimeField(_("答复期限"))
    ended_at = models.DateTimeField(_("结束"), null=True, blank=True)
    reason = models.CharField(_("原因"), max_length=200, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("供应馆轮询")
        ordering = ["wish", "order"]
        constraints = [models.UniqueConstraint(fields=["wish", "order"], name="a_leg_at_an_order")]
        indexes = [
            models.Index(
                fields=["answer_by"], condition=Q(state=LegState.ASKED), name="ill_legs_to_time_out"
            ),
            models.Index(fields=["partner", "state"], name="ill_legs_of_a_partner"),
        ]

    def __str__(self) -> str:
        return f"{self.partner} {self.get_state_display()}"
