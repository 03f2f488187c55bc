"""Profiles with their readers and liked papers, and every paper that was brought to somebody."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from xinglin.commons import clock
from xinglin.consortium.models import Library, Staff
from xinglin.consortium.models.libraries import Weekday
from xinglin.intelligence.models.records import Publication
from xinglin.intelligence.models.topics import Topic
from xinglin.intelligence.sdi.lifecycle import MemberState, ProfileState
from xinglin.intelligence.sdi.timing import Schedule
from xinglin.literature.articles import Article
from xinglin.patrons.models import Patron


class ProfileKind(models.TextChoices):
    READER = "reader", _("读者")
    TEAM = "team", _("课题组")
    SUBJECT = "subject", _("学科")


class Verdict(models.TextChoices):
    USEFUL = "useful", _("有用")
    USELESS = "useless", _("没用")


class Profile(models.Model):
    """What is looked for, for whom. ``library`` and ``department`` say which liaison looks after it.

    ``owner`` is the reader whose own it is; a team's and a subject's have none.
    """

    kind = models.CharField(_("种类"), max_length=10, choices=ProfileKind)
    name = models.CharField(_("名称"), max_length=60)
    library = models.ForeignKey(Library, verbose_name=_("图书馆"), on_delete=models.PROTECT, related_name="+")
    department = models.CharField(_("科室/院系"), max_length=80, blank=True)
    owner = models.ForeignKey(
        Patron, verbose_name=_("读者"), null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    words = models.CharField(_("检索词"), max_length=500, blank=True)
    topics = models.ManyToManyField(Topic, verbose_name=_("只看专题"), blank=True, related_name="+")
    schedule = models.CharField(_("多久一次"), max_length=10, choices=Schedule, default=Schedule.WEEKLY)
    weekday = models.PositiveSmallIntegerField(_("星期几"), choices=Weekday, default=Weekday.MONDAY)
    most = models.PositiveSmallIntegerField(_("每次最多几篇"), default=10)
    is_open = models.BooleanField(
        _("读者可自行加入"), default=False, help_text=_("同馆的读者在“我的文献推送”里能看到并加入")
    )
    state = models.CharField(_("状态"), max_length=10, choices=ProfileState, default=ProfileState.RUNNING)
    next_at = models.DateTimeField(_("下次推送"))
    ran_at = models.DateTimeField(_("上次推送"), null=True, blank=True)
    made_at = models.DateTimeField(_("建立时间"), default=clock.now)
    changed_at = models.DateTimeField(_("修改时间"), default=clock.now)
    changed_by = models.ForeignKey(
        Staff, verbose_name=_("最近修改的馆员"), null=True, on_delete=models.SET_NULL, related_name="+"
    )
    version = models.PositiveIntegerField(_("版本"), default=1, editable=False)

    class Meta:
        verbose_name = verbose_name_plural = _("定题推送")
        ordering = ["name", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind=ProfileKind.READER, owner__isnull=False)
                | Q(~Q(kind=ProfileKind.READER), owner__isnull=True),
                name="a_readers_profile_has_its_reader",
            )
        ]
        indexes = [
            models.Index(fields=["next_at"], condition=Q(state=ProfileState.RUNNING), name="profiles_to_run"),
            models.Index(fields=["library", "department"], name="profiles_of_a_department"),
        ]

    def __str__(self) -> str:
        return self.name


class Member(models.Model):
    """A reader of a profile, and whether they want it."""

    profile = models.ForeignKey(
        Profile, verbose_name=_("定题推送"), on_delete=models.CASCADE, related_name="members"
    )
    patron = models.ForeignKey(Patron, verbose_name=_("读者"), on_delete=models.CASCADE, related_name="+")
    state = models.CharField(_("状态"), max_length=10, choices=MemberState, default=MemberState.ACTIVE)
    since = models.DateTimeField(_("加入时间"), default=clock.now)
    changed_at = models.DateTimeField(_("变更时间"), default=clock.now)

    class Meta:
        verbose_name = verbose_name_plural = _("推送对象")
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["profile", "patron"], name="one_member_a_profile")]

    def __str__(self) -> str:
        return f"{self.patron} · {self.profile}"


class Example(models.Model):
    """A paper that says what is wanted. ``wanted`` is a number that a source has still to be asked for."""

    profile = models.ForeignKey(Profile, on_delete=models.CASCADE, related_name="examples")
    publication = models.ForeignKey(
        Publication, verbose_name=_("文献"), null=True, on_delete=models.SET_NULL, related_name="+"
    )
    title = models.CharField(_("题名"), max_length=500)
    article = models.JSONField(_("内容"), default=dict)
    wanted = models.CharField(_("待查编号"), max_length=300, blank=True)
    trouble = models.CharField(_("说明"), max_length=200, blank=True)
    added_at = models.DateTimeField(_("加入时间"), default=clock.now)
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("加入的馆员"),
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )

    class Meta:
        verbose_name = verbose_name_plural = _("喜欢的文献")
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["profile", "title"], name="one_example_a_title")]

    def __str__(self) -> str:
        return self.title

    @property
    def read(self) -> Article:
        """What is known of the paper: at least its title."""
        return Article.from_plain(self.article) if self.article else Article(title=self.title)


class Push(models.Model):
    """One delivery of papers to one reader."""

    profile = models.ForeignKey(
        Profile, verbose_name=_("定题推送"), on_delete=models.CASCADE, related_name="pushes"
    )
    patron = models.ForeignKey(Patron, verbose_name=_("读者"), on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField(_("推送时间"), default=clock.now)
    opened_at = models.DateTimeField(_("打开时间"), null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("推送")
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["patron", "-at"], name="pushes_of_a_reader")]

    def __str__(self) -> str:
        return f"{self.profile} {clock.local(self.at):%Y-%m-%d}"


class PushedPaper(models.Model):
    """A paper that was brought to a reader, why, and what the reader said of it. The same one never twice."""

    push = models.ForeignKey(Push, on_delete=models.CASCADE, related_name="papers")
    patron = models.ForeignKey(Patron, verbose_name=_("读者"), on_delete=models.CASCADE, related_name="+")
    publication = models.ForeignKey(
        Publication, verbose_name=_("文献"), on_delete=models.CASCADE, related_name="pushed"
    )
    place = models.PositiveSmallIntegerField(_("序号"))
    score = models.FloatField(_("相关度"))
    why = models.JSONField(_("理由"), default=list)
    verdict = models.CharField(_("读者评价"), max_length=10, choices=Verdict, blank=True)
    judged_at = models.DateTimeField(_("评价时间"), null=True, blank=True)
    retraction_told_at = models.DateTimeField(_("已告知撤稿"), null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("推送的文献")
        ordering = ["push", "place"]
        constraints = [
            models.UniqueConstraint(
                fields=["patron", "publication"], name="a_paper_is_pushed_once_to_a_reader"
            )
        ]

    def __str__(self) -> str:
        return self.publication.title


class Liaison(models.Model):
    """Which member of staff looks after which department."""

    library = models.ForeignKey(Library, verbose_name=_("图书馆"), on_delete=models.PROTECT, related_name="+")
    department = models.CharField(_("科室/院系"), max_length=80)
    staff = models.ForeignKey(
        Staff, verbose_name=_("学科馆员"), on_delete=models.CASCADE, related_name="departments"
    )
    since = models.DateField(_("从哪天起"), default=clock.today)

    class Meta:
        verbose_name = verbose_name_plural = _("学科馆员分工")
        ordering = ["library", "department", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["library", "department", "staff"], name="one_liaison_a_department"
            )
        ]

    def __str__(self) -> str:
        return f"{self.staff.name} · {self.department}"
