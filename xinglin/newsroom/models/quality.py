"""Rows of quality: sketches of texts with their band table, collected sources, and the glossary of terms."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from xinglin.commons import clock
from xinglin.consortium.models import Library, Staff
from xinglin.newsroom.models.articles import Article


class CollectedSource(models.Model):
    """A text from elsewhere that articles are compared with: what was read, reprinted, handed round."""

    title = models.CharField(_("标题"), max_length=200)
    publisher = models.CharField(_("来源"), max_length=100, blank=True)
    url = models.URLField(_("链接"), max_length=1000, blank=True)
    text = models.TextField(_("正文"), max_length=100_000)
    library = models.ForeignKey(
        Library, verbose_name=_("图书馆"), null=True, on_delete=models.PROTECT, related_name="+"
    )
    at = models.DateTimeField(_("收集时间"), default=clock.now)

    class Meta:
        verbose_name = verbose_name_plural = _("比对来源")
        ordering = ["-at"]
        constraints = [
            models.UniqueConstraint(fields=["url"], condition=~Q(url=""), name="one_source_an_address"),
        ]

    def __str__(self) -> str:
        return self.title


class Sketch(models.Model):
    """The MinHash of one text: an article's newest, or a collected source's."""

    article = models.OneToOneField(Article, null=True, on_delete=models.CASCADE, related_name="sketch")
    source = models.OneToOneField(CollectedSource, null=True, on_delete=models.CASCADE, related_name="sketch")
    sha256 = models.CharField(max_length=64)
    # 128 hash values of four bytes each.
    signature = models.BinaryField(max_length=512)
    grams = models.PositiveIntegerField()

    class Meta:
        verbose_name = verbose_name_plural = _("文本指纹")
        constraints = [
            models.CheckConstraint(
                condition=Q(article__isnull=False, source__isnull=True)
                | Q(article__isnull=True, source__isnull=False),
                name="a_sketch_is_of_one_text",
            ),
        ]

    def __str__(self) -> str:
        return self.sha256[:12]


class Band(models.Model):
    """Rows of a sketch that meet those of a like text: the table that finds candidates by an index."""

    value = models.BigIntegerField()
    sketch = models.ForeignKey(Sketch, on_delete=models.CASCADE, related_name="bands")

    class Meta:
        verbose_name = verbose_name_plural = _("文本指纹分段")
        indexes = [models.Index(fields=["value"], include=["sketch"], name="sketches_by_band")]

    def __str__(self) -> str:
        return str(self.value)


class Term(models.Model):
    """A medical term, and how it is said to somebody who is no physician."""

    term = models.CharField(_("术语"), max_length=40)
    plain = models.CharField(_("通俗说法"), max_length=200)
    # Empty: for the whole consortium.
    library = models.ForeignKey(
        Library, verbose_name=_("图书馆"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    checked_by = models.ForeignKey(
        Staff, verbose_name=_("审定人"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    active = models.BooleanField(_("使用中"), default=True)

    class Meta:
        verbose_name = verbose_name_plural = _("医学术语")
        ordering = ["term"]
        constraints = [
            models.UniqueConstraint(
                fields=["term", "library"], nulls_distinct=False, name="one_meaning_a_term"
            ),
        ]

    def __str__(self) -> str:
        return self.term


class LinkReport(models.Model):
    """What came of the last try of an article's links: which lead nowhere, and since when some do."""

    article = models.OneToOneField(
        Article, verbose_name=_("文章"), on_delete=models.CASCADE, related_name="link_report"
    )
    tried_at = models.DateTimeField(_("试过的时间"), db_index=True)
    since = models.DateTimeField(_("从"), null=True)
    number = models.PositiveSmallIntegerField(_("失效链接"), default=0)
    # [[address, why], ...]
    broken = models.JSONField(_("打不开的"), default=list)

    class Meta:
        verbose_name = verbose_name_plural = _("失效链接")
        ordering = ["-since"]

    def __str__(self) -> str:
        return str(self.article)
