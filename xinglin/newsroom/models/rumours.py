"""Rumour cards: what is told, what is true of it, and who stands for that."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from xinglin.commons import clock
from xinglin.consortium.models import Library, Staff
from xinglin.newsroom.models.articles import Article


class Verdict(models.TextChoices):
    FALSE = "false", _("谣言")
    PARTLY = "partly", _("部分属实")
    UNPROVEN = "unproven", _("没有证据")
    TRUE = "true", _("属实")


class RumourState(models.TextChoices):
    """``rumours/lifecycle.py`` says which may follow which."""

    DRAFT = "draft", _("草稿")
    APPROVED = "approved", _("已把关，对外回答")
    RETIRED = "retired", _("已停用")


class Rumour(models.Model):
    """One claim that goes round, with a verdict that a gatekeeper stands for."""

    library = models.ForeignKey(
        Library, verbose_name=_("图书馆"), on_delete=models.PROTECT, related_name="rumours"
    )
    claim = models.CharField(_("说法"), max_length=200)
    # One way of saying it a line: what readers write is compared with each.
    wordings = models.TextField(_("别的说法，一行一个"), max_length=1000, blank=True)
    verdict = models.CharField(_("结论"), max_length=10, choices=Verdict, default=Verdict.FALSE)
    truth = models.TextField(_("真相"), max_length=600)
    sources = models.TextField(_("依据，一行一条"), max_length=1000)
    article = models.ForeignKey(
        Article,
        verbose_name=_("详细文章"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="rumours",
    )
    state = models.CharField(_("状态"), max_length=10, choices=RumourState, default=RumourState.DRAFT)
    made_by = models.ForeignKey(
        Staff, verbose_name=_("作者"), null=True, on_delete=models.PROTECT, related_name="+"
    )
    approved_by = models.ForeignKey(
        Staff, verbose_name=_("把关人"), null=True, on_delete=models.PROTECT, related_name="+"
    )
    licence = models.CharField(_("执业证号"), max_length=40, blank=True)
    licensed_until = models.DateField(_("执业证有效期至"), null=True)
    approved_at = models.DateTimeField(_("把关时间"), null=True)
    answered = models.PositiveIntegerField(_("回答次数"), default=0)
    made_at = models.DateTimeField(_("时间"), default=clock.now)

    class Meta:
        verbose_name = verbose_name_plural = _("辟谣")
        ordering = ["-made_at"]
        constraints = [
            # What answers readers was approved by somebody with a licence: the database says so too.
            models.CheckConstraint(
                condition=~models.Q(state=RumourState.APPROVED)
                | models.Q(approved_by__isnull=False, licensed_until__isnull=False),
                name="an_answering_rumour_was_approved",
            ),
        ]

    def __str__(self) -> str:
        return self.claim
