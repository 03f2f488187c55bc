"""The journals and books of a database, as its provider's KBART file lists them (NISO RP-9-2014)."""

from datetime import date

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from xinglin.commons import clock
from xinglin.consortium.models import Staff
from xinglin.eresources.coverage import Cover, Window, embargo_words, window_of
from xinglin.eresources.models.databases import Database


class TitleList(models.Model):
    """One package of a database: the file that was taken last, and what became of its rows.

    ``declared`` = ``taken`` + the refused rows: none is lost between the file and the table.
    """

    database = models.ForeignKey(
        Database, verbose_name=_("数据库"), on_delete=models.CASCADE, related_name="title_lists"
    )
    name = models.CharField(_("清单名称"), max_length=120)
    file_name = models.CharField(_("文件名"), max_length=200)
    declared = models.PositiveIntegerField(_("文件行数"))
    taken = models.PositiveIntegerField(_("导入"))
    # [row, reason, what it said] of each row that was not taken.
    refused = models.JSONField(_("未导入"), default=list, blank=True)
    at = models.DateTimeField(_("导入时间"), default=clock.now)
    by = models.ForeignKey(
        Staff, verbose_name=_("导入人"), null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        verbose_name = verbose_name_plural = _("收录清单")
        ordering = ["database", "name"]
        constraints = [
            models.UniqueConstraint(fields=["database", "name"], name="one_title_list_of_a_name"),
        ]

    def __str__(self) -> str:
        return f"{self.database} · {self.name}"

    @property
    def refused_count(self) -> int:
        return self.declared - self.taken


class TitleKind(models.TextChoices):
    SERIAL = "serial", _("期刊")
    MONOGRAPH = "monograph", _("图书")


class Depth(models.TextChoices):
    """How much of a title there is (coverage_depth)."""

    FULL = "fulltext", _("全文")
    SELECTED = "selected", _("部分文章")
    ABSTRACTS = "abstracts", _("仅文摘")


class LicensedTitle(models.Model):
    """One row of a list. Empty ends of the coverage are open; ``embargo`` moves with the day."""

    title_list = models.ForeignKey(
        TitleList, verbose_name=_("收录清单"), on_delete=models.CASCADE, related_name="titles"
    )
    kind = models.CharField(_("类型"), max_length=9, choices=TitleKind)
    title = models.CharField(_("题名"), max_length=400)
    title_key = models.CharField(_("检索键"), max_length=600)
    # ISSN as 1234-567X, ISBN as thirteen digits; print and online together.
    numbers = ArrayField(models.CharField(max_length=13), verbose_name=_("ISSN / ISBN"), default=list)
    publisher = models.CharField(_("出版者"), max_length=200, blank=True)
    first_on = models.DateField(_("起"), null=True, blank=True)
    last_on = models.DateField(_("止"), null=True, blank=True)
    first_volume = models.CharField(_("起卷"), max_length=40, blank=True)
    last_volume = models.CharField(_("止卷"), max_length=40, blank=True)
    embargo = models.CharField(_("时滞"), max_length=20, blank=True)
    depth = models.CharField(_("收录深度"), max_length=9, choices=Depth, default=Depth.FULL)
    is_free = models.BooleanField(_("免费"), default=False)
    url = models.CharField(_("网址"), max_length=1000, blank=True)
    note = models.CharField(_("附注"), max_length=400, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("收录的刊和书")
        ordering = ["title_key", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(first_on__isnull=True) | Q(last_on__isnull=True) | Q(last_on__gte=F("first_on")),
                name="coverage_ends_after_it_begins",
            ),
        ]
        indexes = [
            GinIndex(fields=["numbers"], name="licensed_titles_by_number"),
            models.Index(fields=["title_key"], name="licensed_titles_by_name"),
        ]

    def __str__(self) -> str:
        return self.title

    def window(self, today: date) -> Window:
        """Return what can be read on a day: the coverage, narrowed by the embargo."""
        return window_of(self.first_on, self.last_on, self.embargo, today)

    @property
    def embargo_words(self) -> str:
        """The embargo as a librarian says it."""
        return embargo_words(self.embargo)

    def covers(self, year: int | None) -> Cover:
        """Whether what was published in a year can be read today."""
        if self.depth == Depth.ABSTRACTS:
            return Cover.NO
        if self.kind == TitleKind.MONOGRAPH:
            return Cover.WHOLE
        cover = self.window(clock.today()).cover_of(year)
        return min(cover, Cover.PART) if self.depth == Depth.SELECTED else cover

    @property
    def coverage_words(self) -> str:
        """The coverage as a reader reads it: 「2001-2015」, 「2001 至今，最近 1 年除外」."""
        if self.kind == TitleKind.MONOGRAPH:
            return ""
        return self.window(clock.today()).words
