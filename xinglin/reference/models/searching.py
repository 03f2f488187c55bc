"""What was searched, verbatim; what was found; and who cites whom."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from xinglin.commons import clock
from xinglin.consortium.models import Staff
from xinglin.reference.models.orders import Order


class Strategy(models.Model):
    """One search as it was run (GB/T 32003-2015): database, years, the expression verbatim, the day, the hits.

    The database forbids changes: a search that was noted wrongly is noted again, and ``replaces`` the first.
    """

    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="strategies")
    database = models.CharField(_("数据库"), max_length=120)
    coverage = models.CharField(_("年限"), max_length=60, blank=True)
    expression = models.TextField(_("检索式"))
    searched_on = models.DateField(_("检索日期"))
    hits = models.PositiveIntegerField(_("命中数"))
    relevant = models.PositiveIntegerField(_("相关数"), default=0)
    replaces = models.OneToOneField(
        "self",
        verbose_name=_("更正"),
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="replaced_by",
    )
    by = models.ForeignKey(Staff, verbose_name=_("检索人"), on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(_("记录时间"), default=clock.now)

    class Meta:
        verbose_name = verbose_name_plural = _("检索策略")
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.database}：{self.expression}"


class RelatedDocument(models.Model):
    """A document close to the project, compared point by point."""

    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="related_documents")
    citation = models.TextField(_("文献"))
    comparison = models.TextField(_("对比分析"), blank=True)
    point = models.PositiveSmallIntegerField(_("对应查新点"), default=0, help_text=_("0 为全部"))

    class Meta:
        verbose_name = verbose_name_plural = _("相关文献")
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.citation


class CitedArticle(models.Model):
    """An article of the client: where it is indexed, and its journal's figures with the year they hold for."""

    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="cited_articles")
    position = models.PositiveSmallIntegerField(_("序号"))
    title = models.CharField(_("题名"), max_length=500)
    authors = models.JSONField(_("作者"), default=list)
    source = models.CharField(_("出处"), max_length=300, help_text=_("刊名、年、卷期、页码"))
    doi = models.CharField("DOI", max_length=200, blank=True)
    indexed_in = models.JSONField(_("收录情况"), default=list, blank=True)
    impact_factor = models.CharField(_("影响因子"), max_length=12, blank=True)
    partition = models.CharField(_("分区"), max_length=60, blank=True)
    figures_year = models.PositiveSmallIntegerField(_("影响因子与分区年份"), null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("被引文献")
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["order", "position"], name="one_article_a_position")]

    def __str__(self) -> str:
        return f"{self.position}. {self.title}"


class CitingArticle(models.Model):
    """An article that cites one of the client's; whether by the same hand is said by the order's rule."""

    cited = models.ForeignKey(CitedArticle, on_delete=models.CASCADE, related_name="citing")
    title = models.CharField(_("题名"), max_length=500)
    authors = models.JSONField(_("作者"), default=list)
    source = models.CharField(_("出处"), max_length=300, blank=True)
    database = models.CharField(_("来源数据库"), max_length=60)

    class Meta:
        verbose_name = verbose_name_plural = _("施引文献")
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.title
