"""Rows of planning: topics and the network of correspondents."""

from typing import TYPE_CHECKING

from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from xinglin.commons import clock
from xinglin.consortium.models import Library, Staff
from xinglin.newsroom.models.articles import Article
from xinglin.newsroom.models.columns import Column
from xinglin.newsroom.planning.lifecycle import Origin, TopicState

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise


def _points(words: "_StrPromise") -> "models.PositiveSmallIntegerField[int, int]":
    return models.PositiveSmallIntegerField(words, default=0, validators=[MaxValueValidator(5)])


class Expert(models.Model):
    """A physician or teacher who makes pieces together with the newsroom, and what they agreed to."""

    library = models.ForeignKey(
        Library, verbose_name=_("图书馆"), on_delete=models.PROTECT, related_name="experts"
    )
    name = models.CharField(_("姓名"), max_length=60)
    department = models.CharField(_("科室或院系"), max_length=60)
    position = models.CharField(_("职称"), max_length=60, blank=True)
    field = models.CharField(_("擅长"), max_length=200, blank=True)
    agreed_on = models.DateField(_("本人同意日期"), null=True, blank=True)
    agreed_until = models.DateField(_("同意到哪天"), null=True, blank=True)
    may_repost = models.BooleanField(_("同意发到其他平台"), default=False)
    rights = models.CharField(_("约定"), max_length=300, blank=True)
    active = models.BooleanField(_("合作中"), default=True)

    class Meta:
        verbose_name = verbose_name_plural = _("专家库")
        ordering = ["library", "department", "name"]
        constraints = [
            models.UniqueConstraint(fields=["library", "department", "name"], name="one_expert_a_department"),
        ]

    def __str__(self) -> str:
        return f"{self.name}（{self.department}）"

    @property
    def has_agreed(self) -> bool:
        """Whether the agreement stands today."""
        until = self.agreed_until
        return self.agreed_on is not None and (until is None or until >= clock.today())


class Topic(models.Model):
    """Something to write about: why, for whom, how it differs, and what it is worth."""

    library = models.ForeignKey(
        Library, verbose_name=_("图书馆"), on_delete=models.PROTECT, related_name="topics"
    )
    title = models.CharField(_("选题"), max_length=100)
    column = models.ForeignKey(
        Column, verbose_name=_("栏目"), null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    goal = models.CharField(_("目标"), max_length=200, blank=True)
    tasks = models.TextField(_("分解任务"), max_length=1000, blank=True)
    level = models.CharField(_("读者层次"), max_length=60, blank=True)
    form = models.CharField(_("形式"), max_length=60, blank=True)
    difference = models.CharField(_("和别人的不同"), max_length=200, blank=True)
    experts = models.ManyToManyField(Expert, verbose_name=_("合作专家"), blank=True, related_name="topics")
    joint_with = models.CharField(_("联合科室"), max_length=200, blank=True)
    origin = models.CharField(_("来源"), max_length=12, choices=Origin, default=Origin.HAND)
    quote = models.CharField(_("原话"), max_length=300, blank=True)
    # How many asked for it: the same question comes many times.
    asked = models.PositiveIntegerField(_("问过几次"), default=1)
    # Whose words these are, by number only ("f12", "p3"): what they asked is forgotten with them.
    askers = models.JSONField(default=list, blank=True, editable=False)
    need = _points(_("需求"))
    fits_goal = _points(_("合目标"))
    doable = _points(_("好完成"))
    priority = _points(_("优先级"))
    state = models.CharField(_("状态"), max_length=10, choices=TopicState, default=TopicState.POOL)
    planned_on = models.DateField(_("计划发布日"), null=True, blank=True)
    writer = models.ForeignKey(
        Staff, verbose_name=_("作者"), null=True, blank=True, on_delete=models.SET_NULL, related_name="topics"
    )
    due_on = models.DateField(_("交稿日"), null=True, blank=True)
    worth = models.PositiveSmallIntegerField(_("积分"), default=5)
    article = models.OneToOneField(
        Article,
        verbose_name=_("文章"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="topic",
    )
    made_by = models.ForeignKey(
        Staff, verbose_name=_("提出人"), null=True, on_delete=models.SET_NULL, related_name="+"
    )
    made_at = models.DateTimeField(_("提出时间"), default=clock.now)

    class Meta:
        verbose_name = verbose_name_plural = _("选题")
        ordering = ["-priority", "-made_at"]
        indexes = [models.Index(fields=["library", "planned_on"], name="topics_by_day")]

    def __str__(self) -> str:
        return self.title

    @property
    def score(self) -> int:
        """What speaks for the topic, out of a hundred; who asks often counts up to ten."""
        return 6 * (self.need + self.fits_goal) + 3 * (self.doable + self.priority) + min(self.asked, 10)

    @property
    def is_late(self) -> bool:
        """Whether the piece should have been handed in."""
        return self.state == TopicState.ASSIGNED and self.due_on is not None and self.due_on < clock.today()


class Correspondent(models.Model):
    """Who writes for which department (宣传网格员)."""

    library = models.ForeignKey(
        Library, verbose_name=_("图书馆"), on_delete=models.PROTECT, related_name="correspondents"
    )
    staff = models.ForeignKey(
        Staff, verbose_name=_("通讯员"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    department = models.CharField(_("科室"), max_length=60)
    active = models.BooleanField(_("在任"), default=True)
    since = models.DateField(_("从"), default=clock.today)

    class Meta:
        verbose_name = verbose_name_plural = _("通讯员网络")
        ordering = ["library", "department"]
        constraints = [
            models.UniqueConstraint(
                fields=["library", "department", "staff"],
                nulls_distinct=False,
                name="one_seat_a_department_and_person",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.department} · {self.staff or _('空缺')}"


SCORE = 6 * (F("need") + F("fits_goal")) + 3 * (F("doable") + F("priority"))
OPEN = Q(state__in=[TopicState.POOL, TopicState.PLANNED, TopicState.ASSIGNED, TopicState.WRITTEN])
