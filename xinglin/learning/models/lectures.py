"""A lecture: what, who, when, where, how many; and the links that belong to it."""

from datetime import datetime, timedelta

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from xinglin.consortium.models import Library
from xinglin.learning.lifecycle import LectureState

# Attendance is taken from so long before the lecture until so long after it.
DOORS_OPEN_BEFORE, DOORS_CLOSE_AFTER = timedelta(minutes=30), timedelta(minutes=15)


class LectureKind(models.TextChoices):
    LECTURE = "lecture", _("讲座")
    TRAINING = "training", _("培训")
    ACTIVITY = "activity", _("活动")


class Lecture(models.Model):
    """A lecture, a training or an activity of a library that readers register for."""

    library = models.ForeignKey(
        Library, verbose_name=_("主办馆"), on_delete=models.PROTECT, related_name="lectures"
    )
    kind = models.CharField(_("类型"), max_length=10, choices=LectureKind, default=LectureKind.LECTURE)
    title = models.CharField(_("题目"), max_length=120)
    summary = models.TextField(_("内容简介"), max_length=4000, blank=True)
    speaker = models.CharField(_("主讲人"), max_length=120, blank=True)
    place = models.CharField(_("地点"), max_length=120, blank=True)
    live_link = models.URLField(_("直播链接"), max_length=1000, blank=True)
    begins_at = models.DateTimeField(_("开始时间"))
    ends_at = models.DateTimeField(_("结束时间"))
    seats = models.PositiveIntegerField(_("名额"), default=0, help_text=_("0 表示不限。"))
    registration_opens_at = models.DateTimeField(_("报名开始"), null=True, blank=True)
    registration_closes_at = models.DateTimeField(_("报名截止"), null=True, blank=True)
    state = models.CharField(_("状态"), max_length=10, choices=LectureState, default=LectureState.DRAFT)
    code = models.CharField(_("签到码"), max_length=20, unique=True, editable=False)
    cancelled_because = models.CharField(_("取消原因"), max_length=200, blank=True)
    announced_at = models.DateTimeField(_("发布时间"), null=True, blank=True, editable=False)
    # Goes up with every change: two people who amend the same lecture do not overwrite each other.
    version = models.PositiveIntegerField(_("版本"), default=1, editable=False)

    class Meta:
        verbose_name = verbose_name_plural = _("讲座")
        ordering = ["-begins_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(ends_at__gt=F("begins_at")), name="a_lecture_has_a_length"),
        ]
        indexes = [
            models.Index(fields=["state", "begins_at"], name="lectures_by_state"),
            models.Index(fields=["library", "-begins_at"], name="lectures_of_a_library"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def doors_open_at(self) -> datetime:
        """From when on attendance is taken."""
        return self.begins_at - DOORS_OPEN_BEFORE

    @property
    def doors_close_at(self) -> datetime:
        """Until when readers take their attendance themselves."""
        return self.ends_at + DOORS_CLOSE_AFTER

    @property
    def closes_at(self) -> datetime:
        """Until when one may register: as said, and never after the beginning."""
        return min(self.registration_closes_at or self.begins_at, self.begins_at)

    def takes_registrations_at(self, moment: datetime) -> bool:
        """Whether readers may register themselves at a moment."""
        opens = self.registration_opens_at
        return (
            self.state == LectureState.ANNOUNCED
            and (opens is None or moment >= opens)
            and moment < self.closes_at
        )

    def has_open_doors_at(self, moment: datetime) -> bool:
        """Whether readers take their own attendance at a moment."""
        running = self.state in (LectureState.ANNOUNCED, LectureState.HELD)
        return running and self.doors_open_at <= moment <= self.doors_close_at


class MaterialKind(models.TextChoices):
    MATERIAL = "material", _("资料")
    RECORDING = "recording", _("录像")


class Material(models.Model):
    """A link that belongs to a lecture: slides, exercises, the recording."""

    lecture = models.ForeignKey(
        Lecture, verbose_name=_("讲座"), on_delete=models.CASCADE, related_name="materials"
    )
    kind = models.CharField(_("类型"), max_length=10, choices=MaterialKind, default=MaterialKind.MATERIAL)
    title = models.CharField(_("名称"), max_length=120)
    link = models.URLField(_("链接"), max_length=1000)
    added_at = models.DateTimeField(_("添加时间"))

    class Meta:
        verbose_name = verbose_name_plural = _("讲座资料")
        ordering = ["lecture", "pk"]

    def __str__(self) -> str:
        return self.title
