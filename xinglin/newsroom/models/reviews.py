"""Rows of review: the steps of a column, who sits at them, rounds, their record, remarks, phone links."""

from collections.abc import Sequence
from datetime import date, datetime

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from xinglin.commons import clock
from xinglin.consortium.models import Library, Staff
from xinglin.newsroom.models.articles import Article, Revision
from xinglin.newsroom.models.columns import Column
from xinglin.newsroom.review.lifecycle import Hand, Lane, ReviewState
from xinglin.newsroom.review.rules import Step


class ColumnStep(models.Model):
    """A step that articles of a column pass; a column without rows passes the three ordinary ones."""

    column = models.ForeignKey(Column, verbose_name=_("栏目"), on_delete=models.CASCADE, related_name="steps")
    place = models.PositiveSmallIntegerField(_("第几级"))
    hand = models.CharField(_("谁审"), max_length=12, choices=Hand)
    hours = models.PositiveSmallIntegerField(
        _("时限（小时）"), default=24, validators=[MinValueValidator(1), MaxValueValidator(720)]
    )

    class Meta:
        verbose_name = verbose_name_plural = _("审核步骤")
        ordering = ["column", "place"]
        constraints = [
            models.UniqueConstraint(fields=["column", "place"], name="one_step_a_place"),
            models.UniqueConstraint(fields=["column", "hand"], name="one_step_a_hand"),
            models.CheckConstraint(
                condition=~Q(hand=Hand.SECOND), name="second_reviewer_is_of_the_fast_lane"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.column} {self.place + 1} {self.get_hand_display()}"


class ReviewPost(models.Model):
    """Who sits at a step in a library. Where nobody is named, everyone with the right may review."""

    library = models.ForeignKey(
        Library, verbose_name=_("图书馆"), on_delete=models.PROTECT, related_name="review_posts"
    )
    hand = models.CharField(_("哪一级"), max_length=12, choices=Hand)
    person = models.ForeignKey(Staff, verbose_name=_("审核人"), on_delete=models.PROTECT, related_name="+")
    deputy = models.ForeignKey(
        Staff, verbose_name=_("代理人"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    away_from = models.DateField(_("请假从"), null=True, blank=True)
    away_until = models.DateField(_("请假到"), null=True, blank=True)
    duty_from = models.DateTimeField(_("值班从"), null=True, blank=True)
    duty_until = models.DateTimeField(_("值班到"), null=True, blank=True)
    active = models.BooleanField(_("使用中"), default=True)

    class Meta:
        verbose_name = verbose_name_plural = _("审核岗位")
        ordering = ["library", "hand", "person"]
        constraints = [
            models.UniqueConstraint(fields=["library", "hand", "person"], name="one_post_a_person_and_hand"),
            models.CheckConstraint(
                condition=Q(deputy__isnull=True) | ~Q(deputy=F("person")), name="nobody_is_their_own_deputy"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.library.label} · {self.get_hand_display()} · {self.person}"

    def is_away(self, day: date) -> bool:
        """Whether the person is away on a day, so that the deputy reviews."""
        return (
            self.away_from is not None
            and self.away_from <= day
            and (self.away_until is None or day <= self.away_until)
        )

    def is_on_duty(self, moment: datetime) -> bool:
        """Whether the person is on duty for emergencies."""
        return (
            self.duty_from is not None
            and self.duty_until is not None
            and self.duty_from <= moment <= self.duty_until
        )


class Review(models.Model):
    """A round of review of one text."""

    article = models.ForeignKey(
        Article, verbose_name=_("文章"), on_delete=models.PROTECT, related_name="reviews"
    )
    revision = models.ForeignKey(Revision, verbose_name=_("稿次"), on_delete=models.PROTECT, related_name="+")
    column = models.ForeignKey(Column, verbose_name=_("栏目"), on_delete=models.PROTECT, related_name="+")
    sha256 = models.CharField(_("内容指纹"), max_length=64)
    lane = models.CharField(_("通道"), max_length=10, choices=Lane, default=Lane.ORDINARY)
    # [{"hand": "operator", "hours": 24}]: as the column had it when the article was handed in.
    planned = models.JSONField(_("审核步骤"), default=list)
    needs_gatekeeper = models.BooleanField(_("须医学把关"), default=False)
    state = models.CharField(_("状态"), max_length=10, choices=ReviewState, default=ReviewState.WAITING)
    hand = models.CharField(_("现在轮到"), max_length=12, choices=Hand, blank=True)
    due_at = models.DateTimeField(_("本级截止"), null=True, blank=True)
    overdue_noted_at = models.DateTimeField(null=True, editable=False)
    submitted_by = models.ForeignKey(
        Staff, verbose_name=_("送审人"), null=True, on_delete=models.PROTECT, related_name="+"
    )
    submitted_at = models.DateTimeField(_("送审时间"), default=clock.now)
    closed_at = models.DateTimeField(_("结束时间"), null=True, blank=True)
    reason = models.CharField(_("说明"), max_length=500, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("审稿")
        ordering = ["-submitted_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["article"],
                condition=Q(state__in=[ReviewState.WAITING, ReviewState.PASSED]),
                name="one_open_review_an_article",
            ),
        ]
        indexes = [
            models.Index(
                fields=["due_at"], condition=Q(state=ReviewState.WAITING), name="reviews_by_deadline"
            )
        ]

    def __str__(self) -> str:
        return self.revision.title

    @property
    def steps(self) -> Sequence[Step]:
        """The steps that were planned."""
        return [Step(Hand(each["hand"]), int(each["hours"])) for each in self.planned]

    @property
    def is_overdue(self) -> bool:
        """Whether the step that is waited for is late."""
        return self.state == ReviewState.WAITING and self.due_at is not None and self.due_at < clock.now()


class ReviewEntry(models.Model):
    """One line of an article's review record, chained to the line before it by its hash.

    The database refuses to change or delete a line (migration 0004); ``record.breaks_in`` finds what
    somebody changed beneath it.
    """

    article = models.ForeignKey(
        Article, verbose_name=_("文章"), on_delete=models.PROTECT, related_name="review_entries"
    )
    review = models.ForeignKey(
        Review, verbose_name=_("审稿"), null=True, on_delete=models.PROTECT, related_name="entries"
    )
    number = models.PositiveIntegerField(_("序号"))
    at = models.DateTimeField(_("时间"))
    deed = models.CharField(_("事项"), max_length=20)
    place = models.PositiveSmallIntegerField(_("第几级"), null=True)
    hand = models.CharField(_("谁审"), max_length=12, choices=Hand, blank=True)
    person = models.ForeignKey(
        Staff, verbose_name=_("人员"), null=True, on_delete=models.PROTECT, related_name="+"
    )
    person_name = models.CharField(_("姓名"), max_length=200, blank=True)
    licence = models.CharField(_("执业证号"), max_length=40, blank=True)
    licensed_until = models.DateField(_("执业证有效期至"), null=True)
    on_duty = models.BooleanField(_("值班"), default=False)
    via = models.CharField(_("途径"), max_length=10, blank=True)
    revision = models.ForeignKey(
        Revision, verbose_name=_("稿次"), null=True, on_delete=models.PROTECT, related_name="+"
    )
    sha256 = models.CharField(_("内容指纹"), max_length=64, blank=True)
    remark = models.TextField(_("意见"), blank=True)
    before = models.CharField(_("上一条的链码"), max_length=64, blank=True)
    seal = models.CharField(_("链码"), max_length=64)

    class Meta:
        verbose_name = verbose_name_plural = _("审核记录")
        ordering = ["article", "number"]
        constraints = [
            models.UniqueConstraint(fields=["article", "number"], name="one_review_entry_a_number"),
        ]

    def __str__(self) -> str:
        return f"{self.article_id} {self.number} {self.deed}"


class Remark(models.Model):
    """A comment on a passage of a revision; open until somebody says it is done."""

    article = models.ForeignKey(
        Article, verbose_name=_("文章"), on_delete=models.CASCADE, related_name="remarks"
    )
    revision = models.ForeignKey(Revision, verbose_name=_("稿次"), on_delete=models.PROTECT, related_name="+")
    review = models.ForeignKey(
        Review, verbose_name=_("审稿"), null=True, on_delete=models.SET_NULL, related_name="remarks"
    )
    # Counted from 1; 0 is the title and digest.
    block = models.PositiveSmallIntegerField(_("第几块"), default=0)
    quote = models.CharField(_("原文"), max_length=300, blank=True)
    text = models.TextField(_("意见"), max_length=1000)
    author = models.ForeignKey(
        Staff, verbose_name=_("提出人"), null=True, on_delete=models.PROTECT, related_name="+"
    )
    at = models.DateTimeField(_("时间"), default=clock.now)
    settled_at = models.DateTimeField(_("处理时间"), null=True, blank=True)
    settled_by = models.ForeignKey(
        Staff, verbose_name=_("处理人"), null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        verbose_name = verbose_name_plural = _("批注")
        ordering = ["block", "pk"]

    def __str__(self) -> str:
        return self.text[:40]


class ToldBy(models.TextChoices):
    """How a reviewer was told."""

    NOTICE = "notice", _("提醒（微信、邮箱）")
    EMAIL = "email", _("邮件")
    NONE = "none", _("没有可用的途径")


class ReviewLink(models.Model):
    """A link by which one named person decides once on the phone, after signing in; only its hash is kept."""

    review = models.ForeignKey(Review, on_delete=models.CASCADE, related_name="links")
    person = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    digest = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField(default=clock.now)
    made_by = models.ForeignKey(Staff, null=True, on_delete=models.PROTECT, related_name="+")
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = verbose_name_plural = _("手机审核链接")

    def __str__(self) -> str:
        return f"{self.review} · {self.person}"


class ReviewTold(models.Model):
    """Somebody was told that a step waits for them, or is late; written down before it is sent, once for a step."""

    review = models.ForeignKey(Review, on_delete=models.CASCADE, related_name="told")
    place = models.PositiveSmallIntegerField(_("第几级"))
    person = models.ForeignKey(Staff, verbose_name=_("审核人"), on_delete=models.PROTECT, related_name="+")
    overdue = models.BooleanField(_("超时提醒"), default=False)
    way = models.CharField(_("途径"), max_length=10, choices=ToldBy)
    at = models.DateTimeField(_("时间"), default=clock.now)

    class Meta:
        verbose_name = verbose_name_plural = _("审核通知")
        ordering = ["at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["review", "place", "person", "overdue"], name="told_once_a_step_and_person"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.review} · {self.person}"
