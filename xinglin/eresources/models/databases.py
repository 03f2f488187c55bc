"""Databases, which libraries may use them, readers' favourites, and visits counted by the day."""

from datetime import date

from django.core.validators import RegexValidator, URLValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from xinglin.catalog.classes import caption_of
from xinglin.commons import clock
from xinglin.consortium.models import Library
from xinglin.eresources.lifecycle import State
from xinglin.eresources.text import letter_of, name_key_of
from xinglin.patrons.models import Patron

_WEB_ADDRESS = URLValidator(
    schemes=["http", "https"], message=_("网址要以 http:// 或 https:// 开头，并写完整。")
)


class Kind(models.TextChoices):
    LICENSED = "licensed", _("已购")
    TRIAL = "trial", _("试用")
    OPEN = "open", _("开放获取")


class ContentType(models.TextChoices):
    """What a database holds; one may hold several things."""

    FULL_TEXT = "full_text", _("全文")
    ABSTRACT_INDEX = "abstract_index", _("文摘索引")
    CITATION_INDEX = "citation_index", _("引文索引")
    EVIDENCE = "evidence", _("循证医学")
    POINT_OF_CARE = "point_of_care", _("临床决策")
    REGISTRY = "registry", _("注册登记")
    OPEN_ACCESS = "open_access", _("开放资源")
    EBOOKS = "ebooks", _("电子图书")
    JOURNALS = "journals", _("电子期刊")
    THESES = "theses", _("学位论文")
    VIDEO = "video", _("视频")
    DRUGS = "drugs", _("药物")
    STATISTICS = "statistics", _("统计数据")
    TOOL = "tool", _("工具")
    DOCUMENT_SUPPLY = "document_supply", _("文献传递")
    OWN_COLLECTION = "own_collection", _("自建特色库")


class Language(models.TextChoices):
    """Languages of content, by the codes of MARC (ISO 639-2/B)."""

    CHINESE = "chi", _("中文")
    ENGLISH = "eng", _("英文")
    JAPANESE = "jpn", _("日文")
    RUSSIAN = "rus", _("俄文")
    GERMAN = "ger", _("德文")
    FRENCH = "fre", _("法文")
    OTHER = "mul", _("多语种")


class Database(models.Model):
    """One electronic resource. ``keeper`` is the library that subscribes to it and keeps this entry."""

    code = models.CharField(
        _("代码"),
        max_length=40,
        unique=True,
        validators=[RegexValidator(r"^[a-z0-9][a-z0-9_-]*$", _("数据库代码只用小写字母、数字和连字符。"))],
    )
    name = models.CharField(_("名称"), max_length=120)
    other_name = models.CharField(_("别名"), max_length=120, blank=True)
    name_key = models.CharField(_("检索键"), max_length=600, editable=False)
    keeper = models.ForeignKey(
        Library, verbose_name=_("管理馆"), on_delete=models.PROTECT, related_name="databases_kept"
    )
    provider = models.CharField(_("提供方"), max_length=120, blank=True)
    kind = models.CharField(_("性质"), max_length=10, choices=Kind, default=Kind.LICENSED)
    types = models.JSONField(_("类型"), default=list, blank=True)
    subjects = models.JSONField(_("学科"), default=list, blank=True)
    languages = models.JSONField(_("语种"), default=list, blank=True)
    description = models.CharField(_("一句话介绍"), max_length=200, blank=True)
    guide = models.TextField(_("使用指南"), blank=True)
    url = models.CharField(_("网址"), max_length=1000, validators=[_WEB_ADDRESS])
    url_outside = models.CharField(
        _("馆外网址"),
        max_length=1000,
        blank=True,
        validators=[_WEB_ADDRESS],
        help_text=_("与馆内不同时填写，如远程访问入口"),
    )
    access_in_house = models.TextField(_("馆内访问说明"), blank=True)
    access_outside = models.TextField(_("馆外访问说明"), blank=True)
    video_url = models.CharField(_("视频教程"), max_length=1000, blank=True, validators=[_WEB_ADDRESS])
    trial_until = models.DateField(_("试用至"), null=True, blank=True)
    state = models.CharField(_("状态"), max_length=10, choices=State, default=State.ACTIVE)
    # Goes up with every change: two people who amend one database do not overwrite each other.
    version = models.PositiveIntegerField(_("版本"), default=1, editable=False)

    class Meta:
        verbose_name = verbose_name_plural = _("数据库")
        ordering = ["name_key", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(kind=Kind.TRIAL) | Q(trial_until__isnull=False), name="trial_has_an_end"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: object, **kwargs: object) -> None:
        self.name_key = name_key_of(self.name, self.other_name)
        super().save(*args, **kwargs)  # type: ignore[arg-type]

    @property
    def letter(self) -> str:
        """The letter it stands under from A to Z."""
        return letter_of(self.name_key)

    @property
    def trial_days_left(self) -> int | None:
        """How many days of a trial are left, today included; 0 when it is over, None when it is no trial."""
        if self.kind != Kind.TRIAL or self.trial_until is None:
            return None
        return max(0, (self.trial_until - clock.today()).days + 1)

    @property
    def trial_is_over(self) -> bool:
        return self.trial_days_left == 0

    @property
    def type_words(self) -> list[str]:
        return [str(ContentType(each).label) for each in self.types]

    @property
    def language_words(self) -> list[str]:
        return [str(Language(each).label) for each in self.languages]

    @property
    def subject_words(self) -> list[str]:
        return [subject_word(each) for each in self.subjects]

    def address(self, *, in_house: bool) -> str:
        """Return where it is reached from this side of the library's network."""
        return self.url if in_house or not self.url_outside else self.url_outside


def subject_word(subject: str) -> str:
    """Return what a subject is called: a class number by its caption, a word as it is."""
    return caption_of(subject) or subject


class Entitlement(models.Model):
    """That a library may use a database, from one day until another; open ends are empty."""

    database = models.ForeignKey(
        Database, verbose_name=_("数据库"), on_delete=models.CASCADE, related_name="entitlements"
    )
    library = models.ForeignKey(
        Library, verbose_name=_("可用馆"), on_delete=models.CASCADE, related_name="entitlements"
    )
    since = models.DateField(_("自"), null=True, blank=True)
    until = models.DateField(_("至"), null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("使用权")
        ordering = ["database", "library"]
        constraints = [
            models.UniqueConstraint(fields=["database", "library"], name="one_entitlement_a_library"),
            models.CheckConstraint(
                condition=Q(since__isnull=True) | Q(until__isnull=True) | Q(until__gte=F("since")),
                name="entitlement_ends_after_it_begins",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.database} · {self.library.label}"

    @property
    def holds_today(self) -> bool:
        return self.holds_on(clock.today())

    def holds_on(self, day: date) -> bool:
        """Whether the library may use the database on a day."""
        return (self.since is None or self.since <= day) and (self.until is None or day <= self.until)


class Favourite(models.Model):
    """A database that a reader keeps at hand."""

    patron = models.ForeignKey(
        Patron, verbose_name=_("读者"), on_delete=models.CASCADE, related_name="favourite_databases"
    )
    database = models.ForeignKey(
        Database, verbose_name=_("数据库"), on_delete=models.CASCADE, related_name="favourites"
    )
    at = models.DateTimeField(_("收藏时间"), default=clock.now)

    class Meta:
        verbose_name = verbose_name_plural = _("收藏")
        ordering = ["-at"]
        constraints = [
            models.UniqueConstraint(fields=["patron", "database"], name="one_favourite_a_database"),
        ]

    def __str__(self) -> str:
        return f"{self.patron_id} {self.database_id}"


class DailyVisits(models.Model):
    """How often a database was opened through us on one day, by the readers of one library.

    Who opened it is not kept. ``library`` is empty for readers who chose none.
    """

    database = models.ForeignKey(
        Database, verbose_name=_("数据库"), on_delete=models.CASCADE, related_name="visits"
    )
    library = models.ForeignKey(
        Library, verbose_name=_("图书馆"), null=True, on_delete=models.CASCADE, related_name="+"
    )
    day = models.DateField(_("日期"))
    in_house = models.PositiveIntegerField(_("馆内次数"), default=0)
    outside = models.PositiveIntegerField(_("馆外次数"), default=0)

    class Meta:
        verbose_name = verbose_name_plural = _("访问次数")
        ordering = ["-day"]
        constraints = [
            models.UniqueConstraint(
                fields=["database", "library", "day"], nulls_distinct=False, name="visits_once_a_day"
            ),
        ]
        indexes = [models.Index(fields=["day"], name="visits_by_day")]

    def __str__(self) -> str:
        return f"{self.database_id} {self.day} {self.in_house + self.outside}"
