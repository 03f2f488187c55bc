"""Libraries of the consortium, their hours and whom to call there."""

from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from xinglin.consortium.fields import validate_network_ranges


class LibraryKind(models.TextChoices):
    MAIN = "main", _("总馆")
    BRANCH = "branch", _("分馆")
    OTHER = "other", _("其他成员馆")


class Weekday(models.IntegerChoices):
    """Days as ``date.weekday()`` counts them."""

    MONDAY = 0, _("星期一")
    TUESDAY = 1, _("星期二")
    WEDNESDAY = 2, _("星期三")
    THURSDAY = 3, _("星期四")
    FRIDAY = 4, _("星期五")
    SATURDAY = 5, _("星期六")
    SUNDAY = 6, _("星期日")


class Library(models.Model):
    """A library of the consortium: the main one, a branch, or a branch of a branch."""

    code = models.CharField(
        _("馆代码"),
        max_length=20,
        unique=True,
        validators=[RegexValidator(r"^[A-Za-z0-9][A-Za-z0-9-]*$", _("馆代码只用字母、数字和连字符。"))],
    )
    name = models.CharField(_("馆名"), max_length=120)
    short_name = models.CharField(_("简称"), max_length=40, blank=True)
    kind = models.CharField(_("类型"), max_length=10, choices=LibraryKind, default=LibraryKind.BRANCH)
    parent = models.ForeignKey(
        "self",
        verbose_name=_("上级馆"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="children",
    )
    introduction = models.TextField(_("馆情简介"), blank=True)
    specialities = models.TextField(_("特色与专科"), blank=True)
    rules = models.TextField(_("入馆与借阅规则"), blank=True)
    address = models.CharField(_("地址"), max_length=200, blank=True)
    phone = models.CharField(_("电话"), max_length=40, blank=True)
    email = models.EmailField(_("邮箱"), blank=True)
    # GCJ-02, as Chinese maps and the location messages of WeChat give it: distances need one system.
    latitude = models.DecimalField(
        _("纬度"),
        max_digits=9,
        decimal_places=6,
        null=True,
        blank=True,
        validators=[MinValueValidator(-90), MaxValueValidator(90)],
    )
    longitude = models.DecimalField(
        _("经度"),
        max_digits=9,
        decimal_places=6,
        null=True,
        blank=True,
        validators=[MinValueValidator(-180), MaxValueValidator(180)],
    )
    network_ranges = models.JSONField(_("网络地址段"), default=list, blank=True)
    floor_map = models.FileField(_("平面图"), upload_to="libraries/", blank=True)
    floor_map_caption = models.CharField(_("平面图说明"), max_length=200, blank=True)
    is_open_to_public = models.BooleanField(_("对外公开"), default=True)
    active = models.BooleanField(_("运行中"), default=True)

    class Meta:
        verbose_name = verbose_name_plural = _("图书馆")
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(condition=~Q(parent=F("id")), name="library_is_not_its_own_parent"),
            models.CheckConstraint(
                condition=Q(latitude__isnull=True, longitude__isnull=True)
                | Q(latitude__isnull=False, longitude__isnull=False),
                name="library_has_both_coordinates_or_none",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        validate_network_ranges(self.network_ranges)

    @property
    def label(self) -> str:
        """The name for narrow places."""
        return self.short_name or self.name


class OpeningHours(models.Model):
    """One span of an ordinary week; a library may have several on one day."""

    library = models.ForeignKey(
        Library, verbose_name=_("图书馆"), on_delete=models.CASCADE, related_name="opening_hours"
    )
    weekday = models.PositiveSmallIntegerField(_("星期"), choices=Weekday)
    opens = models.TimeField(_("开门"))
    # Midnight as a closing time is the end of the day, so 00:00 to 00:00 is open all day.
    closes = models.TimeField(_("关门"))

    class Meta:
        verbose_name = verbose_name_plural = _("开馆时间")
        ordering = ["library", "weekday", "opens"]
        constraints = [
            models.UniqueConstraint(
                fields=["library", "weekday", "opens"], name="one_opening_at_a_time_of_the_week"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_weekday_display()} {self.opens:%H:%M}–{self.closes:%H:%M}"


class OpeningException(models.Model):
    """A day that does not follow the week: closed (no times), or open at other hours (调休).

    A day with several spans has a row for each; a closed day has one row without times.
    """

    library = models.ForeignKey(
        Library, verbose_name=_("图书馆"), on_delete=models.CASCADE, related_name="opening_exceptions"
    )
    day = models.DateField(_("日期"))
    opens = models.TimeField(_("开门"), null=True, blank=True)
    closes = models.TimeField(_("关门"), null=True, blank=True)
    reason = models.CharField(_("原因"), max_length=100, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("例外日期")
        ordering = ["library", "day", "opens"]
        constraints = [
            models.UniqueConstraint(
                fields=["library", "day", "opens"], nulls_distinct=False, name="one_exception_at_a_time"
            ),
            models.CheckConstraint(
                condition=Q(opens__isnull=True, closes__isnull=True)
                | Q(opens__isnull=False, closes__isnull=False),
                name="exception_is_closed_or_has_both_times",
            ),
        ]

    def __str__(self) -> str:
        hours = f"{self.opens:%H:%M}–{self.closes:%H:%M}" if self.opens and self.closes else _("闭馆")
        return f"{self.day:%Y-%m-%d} {hours} {self.reason}"


class Contact(models.Model):
    """Whom to call about what."""

    library = models.ForeignKey(
        Library, verbose_name=_("图书馆"), on_delete=models.CASCADE, related_name="contacts"
    )
    duty = models.CharField(_("事务"), max_length=60)
    name = models.CharField(_("联系人"), max_length=60, blank=True)
    phone = models.CharField(_("电话"), max_length=40, blank=True)
    email = models.EmailField(_("邮箱"), blank=True)
    position = models.PositiveSmallIntegerField(_("顺序"), default=0)

    class Meta:
        verbose_name = verbose_name_plural = _("联系人")
        ordering = ["library", "position", "pk"]

    def __str__(self) -> str:
        return f"{self.duty} {self.name} {self.phone}"
