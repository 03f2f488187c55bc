"""Books that come to the reader: to a ward or home, and on a cart with stops."""

from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from xinglin.catalog.models import Item
from xinglin.circulation.lifecycle import BRINGING_OPEN, BringingState, RunState
from xinglin.circulation.models.holds import Hold
from xinglin.circulation.models.loans import Loan
from xinglin.consortium.models import Library, Staff


class Weekday(models.IntegerChoices):
    MONDAY = 0, _("周一")
    TUESDAY = 1, _("周二")
    WEDNESDAY = 2, _("周三")
    THURSDAY = 3, _("周四")
    FRIDAY = 4, _("周五")
    SATURDAY = 5, _("周六")
    SUNDAY = 6, _("周日")


class CartRoute(models.Model):
    """A book cart that goes the same way every week (流动书车)."""

    library = models.ForeignKey(
        Library, verbose_name=_("馆"), on_delete=models.PROTECT, related_name="cart_routes"
    )
    name = models.CharField(_("名称"), max_length=60)
    weekday = models.PositiveSmallIntegerField(_("星期"), choices=Weekday, validators=[MaxValueValidator(6)])
    starts = models.TimeField(_("出车时间"))
    active = models.BooleanField(_("运行"), default=True)

    class Meta:
        verbose_name = verbose_name_plural = _("书车路线")
        ordering = ["library__code", "weekday", "starts"]
        constraints = [models.UniqueConstraint(fields=["library", "name"], name="one_cart_route_of_a_name")]

    def __str__(self) -> str:
        return f"{self.library.label} {self.name}"


class CartStop(models.Model):
    """A place where the cart stands for some minutes."""

    route = models.ForeignKey(
        CartRoute, verbose_name=_("路线"), on_delete=models.CASCADE, related_name="stops"
    )
    position = models.PositiveSmallIntegerField(_("次序"))
    place = models.CharField(_("站点"), max_length=80)
    at = models.TimeField(_("到站时间"))

    class Meta:
        verbose_name = verbose_name_plural = _("书车站点")
        ordering = ["route", "position"]
        constraints = [models.UniqueConstraint(fields=["route", "position"], name="one_stop_at_a_position")]

    def __str__(self) -> str:
        return f"{self.at:%H:%M} {self.place}"


class CartRun(models.Model):
    """One journey of a cart on one day."""

    route = models.ForeignKey(
        CartRoute, verbose_name=_("路线"), on_delete=models.PROTECT, related_name="runs"
    )
    day = models.DateField(_("日期"))
    state = models.CharField(_("状态"), max_length=8, choices=RunState, default=RunState.LOADING)
    by = models.ForeignKey(
        Staff, verbose_name=_("随车馆员"), null=True, on_delete=models.SET_NULL, related_name="+"
    )
    set_out_at = models.DateTimeField(_("出车时间"), null=True, blank=True)
    back_at = models.DateTimeField(_("收车时间"), null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("书车出车")
        ordering = ["-day", "-pk"]
        constraints = [models.UniqueConstraint(fields=["route", "day"], name="one_run_a_day")]

    def __str__(self) -> str:
        return f"{self.route.name} {self.day}"


class CartItem(models.Model):
    """A copy on a cart: lent on the way, or brought back."""

    run = models.ForeignKey(CartRun, verbose_name=_("出车"), on_delete=models.CASCADE, related_name="items")
    item = models.ForeignKey(Item, verbose_name=_("单册"), on_delete=models.PROTECT, related_name="+")
    loaded_at = models.DateTimeField(_("上车时间"))
    off_at = models.DateTimeField(_("下车时间"), null=True, blank=True)
    stop = models.ForeignKey(
        CartStop, verbose_name=_("站点"), null=True, on_delete=models.SET_NULL, related_name="+"
    )
    loan = models.ForeignKey(
        Loan, verbose_name=_("借阅"), null=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        verbose_name = verbose_name_plural = _("车上的书")
        ordering = ["run", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["item"], condition=Q(off_at__isnull=True), name="a_copy_on_one_cart"
            )
        ]

    def __str__(self) -> str:
        return str(self.item)


class Bringing(models.Model):
    """A copy that waits for its reader is brought to a ward, home, or to a stop of the cart (送书上门)."""

    class Where(models.TextChoices):
        WARD = "ward", _("科室病区")
        HOME = "home", _("家里")
        CART = "cart", _("书车站点")

    hold = models.ForeignKey(Hold, verbose_name=_("预约"), on_delete=models.CASCADE, related_name="bringings")
    where = models.CharField(_("送到"), max_length=4, choices=Where)
    address = models.CharField(_("地址"), max_length=160, blank=True)
    phone = models.CharField(_("联系电话"), max_length=30, blank=True)
    stop = models.ForeignKey(
        CartStop, verbose_name=_("站点"), null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    wish = models.CharField(_("时间要求"), max_length=80, blank=True)
    state = models.CharField(_("状态"), max_length=10, choices=BringingState, default=BringingState.ASKED)
    asked_at = models.DateTimeField(_("请求时间"))
    set_out_at = models.DateTimeField(_("出发时间"), null=True, blank=True)
    ended_at = models.DateTimeField(_("结束时间"), null=True, blank=True)
    by = models.ForeignKey(
        Staff, verbose_name=_("送书人"), null=True, on_delete=models.SET_NULL, related_name="+"
    )
    reason = models.CharField(_("原因"), max_length=200, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("送书上门")
        ordering = ["-asked_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["hold"], condition=Q(state__in=BRINGING_OPEN), name="one_open_bringing_a_hold"
            )
        ]

    def __str__(self) -> str:
        return f"{self.hold} → {self.get_where_display()}"
