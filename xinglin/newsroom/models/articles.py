"""An article, what was ever written in it, and how often it was opened."""

from datetime import date
from functools import cached_property

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from xinglin.commons import clock
from xinglin.consortium.models import Library, Staff
from xinglin.newsroom.blocks import Content, read_content
from xinglin.newsroom.lifecycle import State
from xinglin.newsroom.models.columns import Column


class Article(models.Model):
    """An article of a library. ``newest`` is what its writers see, ``shown`` what readers see.

    The two differ while a published article is being rewritten: readers keep the old text until the new
    one is published.
    """

    library = models.ForeignKey(
        Library, verbose_name=_("图书馆"), on_delete=models.PROTECT, related_name="articles"
    )
    column = models.ForeignKey(
        Column, verbose_name=_("栏目"), on_delete=models.PROTECT, related_name="articles"
    )
    state = models.CharField(_("状态"), max_length=12, choices=State, default=State.DRAFT)
    newest = models.ForeignKey(
        "Revision", verbose_name=_("最新稿"), null=True, on_delete=models.PROTECT, related_name="+"
    )
    shown = models.ForeignKey(
        "Revision", verbose_name=_("发布稿"), null=True, on_delete=models.PROTECT, related_name="+"
    )
    for_branches = models.BooleanField(_("同时给下级馆"), default=False, help_text=_("下级馆的读者也会看到"))
    pinned = models.BooleanField(_("置顶"), default=False)
    expires_on = models.DateField(
        _("有效期至"), null=True, blank=True, help_text=_("过了这一天，不再列出；不填为长期有效")
    )
    published_at = models.DateTimeField(_("发布时间"), null=True, blank=True, editable=False)
    changed_at = models.DateTimeField(_("修改时间"), default=clock.now, editable=False)
    # Goes up with every change: what two people do to one article at once is never lost silently.
    version = models.PositiveIntegerField(_("版本"), default=1, editable=False)

    class Meta:
        verbose_name = verbose_name_plural = _("文章")
        ordering = ["-changed_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state=State.PUBLISHED) | Q(shown__isnull=False, published_at__isnull=False),
                name="published_article_shows_a_revision",
            ),
        ]
        indexes = [
            models.Index(
                fields=["library", "column", "-pinned", "-published_at"],
                condition=Q(state=State.PUBLISHED),
                name="published_articles",
            ),
            models.Index(fields=["library", "-changed_at"], name="articles_by_change"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def title(self) -> str:
        """The title of the newest revision."""
        return self.newest.title if self.newest else ""

    @property
    def has_unpublished_changes(self) -> bool:
        """Whether writers have gone further than what readers see."""
        return self.state == State.PUBLISHED and self.newest_id != self.shown_id

    @property
    def has_expired(self) -> bool:
        return self.expired_by(clock.today())

    def expired_by(self, day: date) -> bool:
        """Whether the article is out of date on a day; the day named is still good."""
        return self.expires_on is not None and self.expires_on < day


class Revision(models.Model):
    """What an article said at one time. The database refuses to change a row (migration 0002)."""

    article = models.ForeignKey(
        Article, verbose_name=_("文章"), on_delete=models.CASCADE, related_name="revisions"
    )
    number = models.PositiveIntegerField(_("稿次"))
    title = models.CharField(_("标题"), max_length=100)
    digest = models.CharField(_("摘要"), max_length=300, blank=True)
    cover = models.CharField(_("封面"), max_length=80, blank=True)
    blocks = models.JSONField(_("内容块"), default=list)
    about = models.JSONField(_("作者与来源"), default=dict, blank=True)
    sha256 = models.CharField(_("内容指纹"), max_length=64)
    author = models.ForeignKey(
        Staff, verbose_name=_("作者"), null=True, on_delete=models.PROTECT, related_name="+"
    )
    at = models.DateTimeField(_("时间"))

    class Meta:
        verbose_name = verbose_name_plural = _("稿次")
        ordering = ["article", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["article", "number"], name="one_revision_of_a_number"),
        ]

    def __str__(self) -> str:
        return f"{self.title} · {self.number}"

    @cached_property
    def content(self) -> Content:
        """What the revision says, read by the same rules as what comes from outside."""
        return read_content(
            {
                "title": self.title,
                "digest": self.digest,
                "cover": self.cover,
                "blocks": self.blocks,
                "about": self.about,
            }
        )


class ArticleViews(models.Model):
    """How often an article was opened on one day; who opened it is not kept."""

    article = models.ForeignKey(
        Article, verbose_name=_("文章"), on_delete=models.CASCADE, related_name="views"
    )
    day = models.DateField(_("日期"))
    count = models.PositiveIntegerField(_("次数"), default=0)

    class Meta:
        verbose_name = verbose_name_plural = _("阅读次数")
        ordering = ["article", "day"]
        constraints = [
            models.UniqueConstraint(fields=["article", "day"], name="views_once_an_article_and_day"),
        ]

    def __str__(self) -> str:
        return f"{self.article_id} {self.day} {self.count}"


class EditLock(models.Model):
    """Who has an article open, and until when that is believed."""

    article = models.OneToOneField(Article, on_delete=models.CASCADE, related_name="lock")
    holder = models.ForeignKey(Staff, on_delete=models.CASCADE, related_name="+")
    until = models.DateTimeField()

    class Meta:
        verbose_name = verbose_name_plural = _("正在修改")

    def __str__(self) -> str:
        return f"{self.article_id} {self.holder}"


class ArticleTemplate(models.Model):
    """Blocks to begin with, for who has never written an article."""

    name = models.CharField(_("模板"), max_length=60)
    library = models.ForeignKey(
        Library, verbose_name=_("图书馆"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    column = models.ForeignKey(
        Column, verbose_name=_("栏目"), null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    blocks = models.JSONField(_("内容块"), default=list)

    class Meta:
        verbose_name = verbose_name_plural = _("文章模板")
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                fields=["name", "library"], nulls_distinct=False, name="one_template_a_name"
            ),
        ]

    def __str__(self) -> str:
        return self.name
