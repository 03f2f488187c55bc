"""Orders to vendors: lines, what came of them, and the numbers given to what came."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from xinglin.acquisitions.lifecycle import OrderState
from xinglin.acquisitions.models.funds import Fund, Vendor
from xinglin.acquisitions.models.suggestions import Suggestion
from xinglin.catalog.models import Item, Record
from xinglin.commons import clock
from xinglin.consortium.models import Library, Staff


class PurchaseOrder(models.Model):
    """One order of a library to one vendor."""

    number = models.CharField(_("订单编号"), max_length=20, unique=True)
    library = models.ForeignKey(
        Library, verbose_name=_("订购馆"), on_delete=models.PROTECT, related_name="purchase_orders"
    )
    vendor = models.ForeignKey(
        Vendor, verbose_name=_("书商"), on_delete=models.PROTECT, related_name="orders"
    )
    state = models.CharField(_("状态"), max_length=10, choices=OrderState, default=OrderState.DRAFT)
    note = models.CharField(_("附注"), max_length=300, blank=True)
    made_at = models.DateTimeField(_("建立时间"), default=clock.now)
    placed_at = models.DateTimeField(_("下单时间"), null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("采购订单")
        ordering = ["-made_at", "-pk"]
        indexes = [models.Index(fields=["library", "state", "-made_at"], name="purchase_orders_by_work")]

    def __str__(self) -> str:
        return f"{self.number} {self.vendor}"


class OrderLine(models.Model):
    """One work for one library on an order, paid from one fund.

    Bound money: price × (copies − cancelled − invoiced). Spent: ``spent_fen``, what invoices said.
    """

    order = models.ForeignKey(PurchaseOrder, on_delete=models.PROTECT, related_name="lines")
    fund = models.ForeignKey(Fund, verbose_name=_("经费"), on_delete=models.PROTECT, related_name="lines")
    library = models.ForeignKey(
        Library, verbose_name=_("收藏馆"), on_delete=models.PROTECT, related_name="order_lines"
    )
    suggestion = models.ForeignKey(
        Suggestion,
        verbose_name=_("荐购"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="lines",
    )
    record = models.ForeignKey(
        Record, verbose_name=_("书目"), null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    isbn = models.CharField(_("ISBN"), max_length=13, blank=True)
    title = models.CharField(_("题名"), max_length=300)
    author = models.CharField(_("著者"), max_length=200, blank=True)
    publisher = models.CharField(_("出版社"), max_length=120, blank=True)
    year = models.PositiveSmallIntegerField(_("出版年"), null=True, blank=True)
    class_number = models.CharField(_("分类号"), max_length=20, blank=True)
    price_fen = models.PositiveIntegerField(_("单价（分）"))
    copies = models.PositiveSmallIntegerField(_("册数"))
    received = models.PositiveSmallIntegerField(_("已到"), default=0)
    cancelled = models.PositiveSmallIntegerField(_("已取消"), default=0)
    invoiced = models.PositiveSmallIntegerField(_("已开票"), default=0)
    spent_fen = models.PositiveBigIntegerField(_("已付（分）"), default=0)

    class Meta:
        verbose_name = verbose_name_plural = _("订购行")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=Q(copies__gte=1), name="a_line_orders_something"),
            models.CheckConstraint(
                condition=Q(copies__gte=F("received") + F("cancelled")), name="no_more_comes_than_was_ordered"
            ),
            models.CheckConstraint(
                condition=Q(received__gte=F("invoiced")), name="only_what_came_is_paid_for"
            ),
        ]
        indexes = [models.Index(fields=["isbn"], name="order_lines_by_isbn")]

    def __str__(self) -> str:
        return self.title

    @property
    def outstanding(self) -> int:
        """How many copies are still to come."""
        return self.copies - self.received - self.cancelled

    @property
    def amount_fen(self) -> int:
        """What the line comes to at its price, without what was cancelled."""
        return self.price_fen * (self.copies - self.cancelled)


class Accession(models.Model):
    """The number under which a library took one copy in (登录号); never given twice."""

    library = models.ForeignKey(Library, on_delete=models.PROTECT, related_name="accessions")
    number = models.CharField(_("登录号"), max_length=30)
    serial = models.PositiveIntegerField(_("流水号"))
    item = models.OneToOneField(
        Item, null=True, blank=True, on_delete=models.SET_NULL, related_name="accession"
    )
    line = models.ForeignKey(OrderLine, on_delete=models.PROTECT, related_name="accessions")
    at = models.DateTimeField(_("登录时间"), default=clock.now)
    reversed_at = models.DateTimeField(_("撤销时间"), null=True, blank=True)
    reversal_reason = models.CharField(_("撤销原因"), max_length=300, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("登录号")
        ordering = ["library", "serial"]
        constraints = [
            models.UniqueConstraint(fields=["library", "serial"], name="one_accession_of_a_serial"),
            models.UniqueConstraint(fields=["library", "number"], name="one_accession_of_a_number"),
        ]

    def __str__(self) -> str:
        return self.number


class Invoice(models.Model):
    """A vendor's invoice, matched to what was received. Amounts are fen of renminbi."""

    number = models.CharField(_("发票号码"), max_length=40)
    order = models.ForeignKey(PurchaseOrder, on_delete=models.PROTECT, related_name="invoices")
    vendor = models.ForeignKey(Vendor, on_delete=models.PROTECT, related_name="invoices")
    dated_on = models.DateField(_("开票日期"))
    goods_fen = models.PositiveBigIntegerField(_("货款（分）"))
    tax_fen = models.PositiveBigIntegerField(_("税额（分）"), default=0)
    # How a foreign price came to renminbi: "USD 45.00 @ 7.12". Counted is what was paid.
    currency_note = models.CharField(_("币种说明"), max_length=100, blank=True)
    entered_at = models.DateTimeField(_("登记时间"), default=clock.now)
    by = models.ForeignKey(Staff, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    reversed_at = models.DateTimeField(_("冲销时间"), null=True, blank=True)
    reversal_reason = models.CharField(_("冲销原因"), max_length=300, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("发票")
        ordering = ["-entered_at", "-pk"]
        constraints = [
            # One that was reversed may be entered again, rightly this time.
            models.UniqueConstraint(
                fields=["vendor", "number"],
                condition=Q(reversed_at__isnull=True),
                name="one_invoice_of_a_number_of_a_vendor",
            )
        ]

    def __str__(self) -> str:
        return self.number


class InvoiceLine(models.Model):
    """What an invoice says of one line: copies, money, and its share of the tax."""

    invoice = models.ForeignKey(Invoice, on_delete=models.PROTECT, related_name="lines")
    line = models.ForeignKey(OrderLine, on_delete=models.PROTECT, related_name="invoice_lines")
    copies = models.PositiveSmallIntegerField(_("册数"))
    goods_fen = models.PositiveBigIntegerField(_("货款（分）"))
    tax_fen = models.PositiveBigIntegerField(_("税额（分）"), default=0)

    class Meta:
        verbose_name = verbose_name_plural = _("发票行")
        constraints = [models.UniqueConstraint(fields=["invoice", "line"], name="a_line_once_on_an_invoice")]

    def __str__(self) -> str:
        return f"{self.invoice} {self.line}"
