"""Products with their frozen content, and who follows a topic."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from xinglin.commons import clock
from xinglin.consortium.models import Library
from xinglin.intelligence.models.topics import Topic
from xinglin.intelligence.products.lifecycle import READABLE, ProductState
from xinglin.newsroom.models import Article
from xinglin.patrons.models import Patron


class ProductKind(models.TextChoices):
    BIBLIOGRAPHY = "bibliography", _("专题书目")
    BULLETIN = "bulletin", _("每日快报")
    DIGEST = "digest", _("分类文摘")
    REPORT = "report", _("专题报告")
    ANALYSIS = "analysis", _("数据分析报告")
    PATENTS = "patents", _("专利分析")
    BRIEF = "brief", _("决策简报")


class Product(models.Model):
    """One issue of a product. ``content`` is all that its files say, ``sha256`` of it in one spelling."""

    library = models.ForeignKey(Library, verbose_name=_("图书馆"), on_delete=models.PROTECT, related_name="+")
    topic = models.ForeignKey(
        Topic,
        verbose_name=_("专题"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="products",
    )
    kind = models.CharField(_("类型"), max_length=20, choices=ProductKind)
    title = models.CharField(_("标题"), max_length=120)
    state = models.CharField(_("状态"), max_length=10, choices=ProductState, default=ProductState.DRAFT)
    period_from = models.DateField(_("自"))
    period_to = models.DateField(_("至"))
    content = models.JSONField(_("内容"))
    sha256 = models.CharField("SHA-256", max_length=64)
    pdf_sha256 = models.CharField(_("PDF 的 SHA-256"), max_length=64, blank=True)
    pdf = models.CharField("PDF", max_length=200, blank=True)
    made_at = models.DateTimeField(_("编制时间"), default=clock.now)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("编制人"),
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    released_at = models.DateTimeField(_("审定时间"), null=True, blank=True)
    released_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("审定人"),
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    sent_at = models.DateTimeField(_("推送时间"), null=True, blank=True)
    article = models.ForeignKey(
        Article,
        verbose_name=_("宣传文章"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    remark = models.CharField(_("审核意见"), max_length=300, blank=True)
    version = models.PositiveIntegerField(_("版本"), default=1, editable=False)

    class Meta:
        verbose_name = verbose_name_plural = _("情报产品")
        ordering = ["-made_at", "-pk"]

    def __str__(self) -> str:
        return self.title

    @property
    def count(self) -> int:
        """How many papers it tells of."""
        return len(self.content.get("entries", ()))

    @property
    def is_readable(self) -> bool:
        return self.state in READABLE


class Grouping(models.TextChoices):
    """How a product's papers are grouped."""

    KIND = "kind", _("按类型的惯例")
    HEADING = "heading", _("按类目")
    STUDY = "study", _("按研究类型")
    NONE = "none", _("不分组")


class ProductTemplate(models.Model):
    """What a library fills in of its products every time: title, preface, and how the papers are shown.

    In the title and the preface {topic}, {library}, {first} and {last} stand for the topic, the library and the days.
    """

    library = models.ForeignKey(Library, verbose_name=_("图书馆"), on_delete=models.PROTECT, related_name="+")
    name = models.CharField(_("模板"), max_length=60)
    kind = models.CharField(_("类型"), max_length=20, choices=ProductKind)
    title = models.CharField(_("标题"), max_length=120)
    preface = models.TextField(_("导语"), max_length=4_000, blank=True)
    grouping = models.CharField(_("分组"), max_length=10, choices=Grouping, default=Grouping.KIND)
    abstracts = models.BooleanField(_("带摘要"), default=True)
    active = models.BooleanField(_("在用"), default=True)

    class Meta:
        verbose_name = verbose_name_plural = _("产品模板")
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["library", "name"], name="one_product_template_a_name")
        ]

    def __str__(self) -> str:
        return self.name


class Following(models.Model):
    """A reader who is told of every product of a topic."""

    topic = models.ForeignKey(
        Topic, verbose_name=_("专题"), on_delete=models.CASCADE, related_name="followings"
    )
    patron = models.ForeignKey(Patron, verbose_name=_("读者"), on_delete=models.CASCADE, related_name="+")
    since = models.DateTimeField(_("订阅时间"), default=clock.now)

    class Meta:
        verbose_name = verbose_name_plural = _("专题订阅")
        constraints = [models.UniqueConstraint(fields=["topic", "patron"], name="one_following_a_topic")]

    def __str__(self) -> str:
        return f"{self.patron} → {self.topic}"


class Reading(models.Model):
    """That a reader opened a product: the receipt that a brief asks for."""

    product = models.ForeignKey(
        Product, verbose_name=_("产品"), on_delete=models.CASCADE, related_name="readings"
    )
    patron = models.ForeignKey(Patron, verbose_name=_("读者"), on_delete=models.CASCADE, related_name="+")
    first_at = models.DateTimeField(_("首次打开"), default=clock.now)
    confirmed_at = models.DateTimeField(_("回执"), null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("阅读回执")
        constraints = [models.UniqueConstraint(fields=["product", "patron"], name="one_reading_a_reader")]

    def __str__(self) -> str:
        return f"{self.patron} / {self.product}"
