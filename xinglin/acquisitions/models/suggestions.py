"""What readers wish the library to buy, and who wishes it."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext as __
from django.utils.translation import gettext_lazy as _

from xinglin.acquisitions.lifecycle import STANDING, SuggestionState
from xinglin.catalog.models import Record
from xinglin.commons import clock
from xinglin.consortium.models import Library
from xinglin.patrons.models import Patron


class SuggestionSource(models.TextChoices):
    """Which way a suggestion came."""

    CHAT = "chat", _("微信对话")
    H5 = "h5", _("手机页面")
    DESK = "desk", _("服务台")
    LIST = "list", _("表格导入")


class Suggestion(models.Model):
    """One work that readers of a library wish; the same wish again is a vote for it."""

    number = models.CharField(_("编号"), max_length=20, unique=True)
    library = models.ForeignKey(
        Library, verbose_name=_("图书馆"), on_delete=models.PROTECT, related_name="suggestions"
    )
    state = models.CharField(
        _("状态"), max_length=12, choices=SuggestionState, default=SuggestionState.SUGGESTED
    )
    isbn = models.CharField(_("ISBN"), max_length=13, blank=True)
    title = models.CharField(_("题名"), max_length=300, blank=True)
    author = models.CharField(_("著者"), max_length=200, blank=True)
    publisher = models.CharField(_("出版社"), max_length=120, blank=True)
    year = models.PositiveSmallIntegerField(_("出版年"), null=True, blank=True)
    price_fen = models.PositiveIntegerField(_("单价（分）"), null=True, blank=True)
    class_number = models.CharField(_("分类号"), max_length=20, blank=True)
    # Made by works.key_of: what tells whether two wishes are for the same work.
    work_key = models.CharField(_("同书键"), max_length=280, editable=False)
    title_key = models.CharField(_("题名匹配键"), max_length=240, blank=True, editable=False)
    # Of whoever asked first: what a budget by department goes by.
    department = models.CharField(_("科室"), max_length=80, blank=True)
    source = models.CharField(_("来源"), max_length=8, choices=SuggestionSource)
    record = models.ForeignKey(
        Record,
        verbose_name=_("书目"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="suggestions",
    )
    reason = models.CharField(_("答复"), max_length=500, blank=True)
    remark = models.CharField(_("到书说明"), max_length=200, blank=True)
    suggested_at = models.DateTimeField(_("荐购时间"), default=clock.now)
    decided_at = models.DateTimeField(_("决定时间"), null=True, blank=True)
    arrived_at = models.DateTimeField(_("到馆时间"), null=True, blank=True)
    turn = models.PositiveIntegerField(_("决定次数"), default=0, editable=False)

    class Meta:
        verbose_name = verbose_name_plural = _("荐购")
        ordering = ["-suggested_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["library", "work_key"],
                condition=Q(state__in=[state.value for state in STANDING]),
                name="one_standing_suggestion_of_a_work",
            ),
        ]
        indexes = [
            models.Index(fields=["library", "state", "-suggested_at"], name="suggestions_by_work"),
            models.Index(fields=["isbn"], name="suggestions_by_isbn"),
            models.Index(fields=["title_key"], name="suggestions_by_title"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.label}"

    @property
    def label(self) -> str:
        """The title, or the number where nothing else is known yet."""
        return self.title or f"ISBN {self.isbn}"

    @property
    def about(self) -> str:
        """Author, publisher and year in one line."""
        return " / ".join(part for part in (self.author, self.publisher, str(self.year or "")) if part)

    @property
    def is_decided(self) -> bool:
        return self.state not in (SuggestionState.SUGGESTED, SuggestionState.CONSIDERED)


class Vote(models.Model):
    """One reader who wishes a work. ``patron`` is empty after an erasure; the vote still counts."""

    suggestion = models.ForeignKey(Suggestion, on_delete=models.CASCADE, related_name="votes")
    patron = models.ForeignKey(
        Patron,
        verbose_name=_("读者"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="votes_for_purchase",
    )
    note = models.CharField(_("理由"), max_length=300, blank=True)
    at = models.DateTimeField(_("时间"), default=clock.now)

    class Meta:
        verbose_name = verbose_name_plural = _("荐购人")
        ordering = ["at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["suggestion", "patron"], name="one_vote_of_a_reader"),
        ]
        indexes = [models.Index(fields=["patron", "-at"], name="votes_of_a_reader")]

    def __str__(self) -> str:
        return self.patron.name if self.patron else __("已注销的读者")
