"""The policy as data: how soon, at what price, how much the law and our caution allow, what licences say.

Numbers of copyright are practice, not law (library systems sheet 4.9): a library has them checked by counsel
and changes the rows.
"""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from xinglin.consortium.models import Library
from xinglin.delivery.models.requests import DocumentKind, DocumentRequest, Urgency
from xinglin.eresources.models import Database
from xinglin.patrons.models import Patron


class Counting(models.TextChoices):
    OPEN = "open", _("只计开馆时间")
    CLOCK = "clock", _("按钟点计")


class ServiceTerms(models.Model):
    """How soon a class of requests is to be done, and what it costs; empty library: all that have no own terms."""

    library = models.ForeignKey(
        Library, verbose_name=_("受理馆"), null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    urgency = models.CharField(_("等级"), max_length=10, choices=Urgency)
    minutes = models.PositiveIntegerField(_("完成时限（分钟）"))
    counting = models.CharField(_("计时"), max_length=8, choices=Counting, default=Counting.OPEN)
    take_minutes = models.PositiveIntegerField(_("受理时限（分钟）"))
    fee_fen = models.PositiveIntegerField(_("每篇费用"), default=0)
    page_fee_fen = models.PositiveIntegerField(_("每页费用"), default=0)

    class Meta:
        verbose_name = verbose_name_plural = _("时限与收费")
        ordering = ["library", "urgency"]
        constraints = [
            models.UniqueConstraint(
                fields=["library", "urgency"], nulls_distinct=False, name="terms_once_a_library_and_class"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.library.label if self.library else _('各馆')} · {self.get_urgency_display()}"


class Per(models.TextChoices):
    READER = "reader", _("每位读者")
    LIBRARY = "library", _("每个馆")


class Over(models.TextChoices):
    """What is counted together."""

    ISSUE = "issue", _("同一期")
    TITLE = "title", _("同一种刊")
    BOOK = "book", _("同一本书")
    EVERYTHING = "everything", _("全部文献")


class Within(models.TextChoices):
    YEAR = "year", _("一个自然年内")
    DAY = "day", _("一天内")
    EVER = "ever", _("不限时间")


class Unit(models.TextChoices):
    ITEMS = "items", _("篇")
    PERCENT = "percent", _("占全书页数的百分比")


class CopyrightLimit(models.Model):
    """One limit: at most ``most`` of ``unit``, per reader or library, of one issue, title or book, within a time.

    ``recent_years`` confines it to what was published within so many years (CONTU counts five).
    Retired, never changed: what was delivered stands under the rule of its day.
    """

    name = models.CharField(_("名称"), max_length=80)
    per = models.CharField(_("按"), max_length=8, choices=Per)
    over = models.CharField(_("范围"), max_length=12, choices=Over)
    within = models.CharField(_("期间"), max_length=6, choices=Within)
    unit = models.CharField(_("计量"), max_length=8, choices=Unit, default=Unit.ITEMS)
    most = models.PositiveSmallIntegerField(_("上限"))
    kinds = models.JSONField(_("文献类型"), default=list, blank=True)
    recent_years = models.PositiveSmallIntegerField(_("只计近几年出版"), null=True, blank=True)
    basis = models.CharField(_("依据"), max_length=200, blank=True)
    advice = models.CharField(_("超限时怎么办"), max_length=200)
    since = models.DateTimeField(_("起用"))
    retired_at = models.DateTimeField(_("停用"), null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("版权限额")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=Q(most__gte=1), name="a_copyright_limit_allows_something"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def kind_words(self) -> str:
        return "、".join(str(DocumentKind(each).label) for each in self.kinds)


class Onward(models.TextChoices):
    """What a licence allows us to pass on to readers of the consortium."""

    NO = "no", _("不得传递")
    PRINT = "print", _("只可打印件")
    SECURE = "secure", _("可安全电子传递")


class LicensedSource(models.Model):
    """That a database holds a journal, or whatever a DOI prefix names, and what its licence lets us pass on."""

    database = models.ForeignKey(
        Database, verbose_name=_("数据库"), on_delete=models.CASCADE, related_name="licensed_sources"
    )
    title = models.CharField(_("刊名"), max_length=300, blank=True)
    issn = models.CharField("ISSN", max_length=9, blank=True, db_index=True)
    doi_prefix = models.CharField(_("DOI 前缀"), max_length=40, blank=True, db_index=True)
    from_year = models.PositiveSmallIntegerField(_("起年"), null=True, blank=True)
    to_year = models.PositiveSmallIntegerField(_("止年"), null=True, blank=True)
    onward = models.CharField(_("授权"), max_length=8, choices=Onward, default=Onward.NO)
    without_limits = models.BooleanField(_("不受限额约束"), default=False)

    class Meta:
        verbose_name = verbose_name_plural = _("授权收录")
        ordering = ["database", "title", "issn", "doi_prefix"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(issn="", doi_prefix=""), name="a_licensed_source_names_something"
            ),
            models.UniqueConstraint(
                fields=["database", "issn", "doi_prefix", "from_year"],
                nulls_distinct=False,
                name="a_licensed_source_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.database} · {self.title or self.issn or self.doi_prefix}"


class CopyUse(models.Model):
    """What one delivery uses of the limits: written when it is delivered, released when it is taken back."""

    request = models.ForeignKey(
        DocumentRequest, verbose_name=_("申请"), on_delete=models.PROTECT, related_name="copy_uses"
    )
    patron = models.ForeignKey(
        Patron, verbose_name=_("读者"), null=True, on_delete=models.SET_NULL, related_name="+"
    )
    library = models.ForeignKey(
        Library, verbose_name=_("读者所属馆"), on_delete=models.PROTECT, related_name="+"
    )
    kind = models.CharField(_("文献类型"), max_length=10, choices=DocumentKind)
    title_key = models.CharField(_("刊名键"), max_length=200, blank=True)
    issue_key = models.CharField(_("期键"), max_length=200, blank=True)
    book_key = models.CharField(_("书键"), max_length=200, blank=True)
    published_year = models.PositiveSmallIntegerField(_("出版年"), null=True)
    pages = models.PositiveIntegerField(_("页数"), default=0)
    percent = models.PositiveSmallIntegerField(_("占全书"), default=0)
    permission = models.CharField(_("许可"), max_length=200, blank=True)
    at = models.DateTimeField(_("时间"))
    released_at = models.DateTimeField(_("释放时间"), null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("版权计数")
        ordering = ["-at", "-pk"]
        indexes = [
            models.Index(fields=["library", "title_key", "at"], name="copies_of_a_title"),
            models.Index(fields=["patron", "at"], name="copies_of_a_patron"),
            models.Index(fields=["library", "book_key"], name="copies_of_a_book"),
        ]

    def __str__(self) -> str:
        return f"{self.request_id} {self.at:%Y-%m-%d}"
