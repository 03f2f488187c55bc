"""How it was read: runs with their lists of numbers, imported files, and tasks for people."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from xinglin.commons import clock
from xinglin.consortium.models import Library
from xinglin.intelligence.lifecycle import ItemState, RunState
from xinglin.intelligence.models.reckoning import Reckoning
from xinglin.intelligence.models.topics import Source, Topic


class RunKind(models.TextChoices):
    NEW = "new", _("新文献")
    REVISED = "revised", _("修订")
    RECONCILE = "reconcile", _("核对")


class Run(models.Model):
    """One asking of a source, provable: the query as asked and as understood, the window, the counts, the times.

    The numbers are written down before anything is fetched; a run that was broken off goes on where it was.
    """

    source = models.ForeignKey(Source, verbose_name=_("来源"), on_delete=models.CASCADE, related_name="runs")
    kind = models.CharField(_("种类"), max_length=10, choices=RunKind)
    state = models.CharField(_("状态"), max_length=10, choices=RunState, default=RunState.LISTING)
    query = models.TextField(_("检索式"))
    query_version = models.PositiveIntegerField(_("检索式版本"))
    translation = models.TextField(_("来源的理解"), blank=True)
    window_from = models.DateField(_("自"))
    window_to = models.DateField(_("至"))
    declared = models.PositiveIntegerField(_("来源报数"), default=0)
    cursor = models.CharField(_("游标"), max_length=300, blank=True)
    # An answer that came and was not yet written into the records: whoever dies in between need not ask again.
    answer = models.BinaryField(null=True, editable=False)
    requests = models.PositiveIntegerField(_("请求次数"), default=0)
    troubles = models.PositiveIntegerField(_("出错次数"), default=0)
    restarts = models.PositiveSmallIntegerField(default=0, editable=False)
    new_records = models.PositiveIntegerField(_("新记录"), default=0)
    changed_records = models.PositiveIntegerField(_("有变更"), default=0)
    note = models.TextField(_("说明"), blank=True)
    started_at = models.DateTimeField(_("开始"), default=clock.now)
    finished_at = models.DateTimeField(_("结束"), null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("运行")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["source", "kind"],
                condition=models.Q(state__in=[RunState.LISTING, RunState.FETCHING]),
                name="one_open_run_a_source",
            )
        ]

    def __str__(self) -> str:
        return _("%(source)s 第 %(number)d 次") % {"source": self.source, "number": self.pk}

    @property
    def is_open(self) -> bool:
        return self.state in (RunState.LISTING, RunState.FETCHING)


class RunItem(models.Model):
    """One number of a run's list and what became of it."""

    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="items")
    number = models.CharField(_("编号"), max_length=120)
    state = models.CharField(_("状态"), max_length=12, choices=ItemState, default=ItemState.TO_GET)
    tries = models.PositiveSmallIntegerField(_("次数"), default=0)
    note = models.CharField(_("说明"), max_length=200, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("运行的编号")
        constraints = [models.UniqueConstraint(fields=["run", "number"], name="one_item_a_number")]
        indexes = [models.Index(fields=["run", "state"], name="run_item_state")]

    def __str__(self) -> str:
        return self.number


class FileImport(Reckoning):
    """One file of references."""

    library = models.ForeignKey(Library, verbose_name=_("图书馆"), on_delete=models.PROTECT, related_name="+")
    topic = models.ForeignKey(
        Topic,
        verbose_name=_("专题"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="imports",
    )
    digest = models.CharField(max_length=64)
    form = models.CharField(_("格式"), max_length=40)
    encoding = models.CharField(_("编码"), max_length=20, blank=True)
    new_records = models.PositiveIntegerField(_("新记录"), default=0)

    class Meta:
        verbose_name = verbose_name_plural = _("引文导入")
        ordering = ["-pk"]


class HandTask(models.Model):
    """A look that only a person can take: a site that keeps machines out, a feed that may have lost something."""

    source = models.ForeignKey(Source, verbose_name=_("来源"), on_delete=models.CASCADE, related_name="tasks")
    reason = models.CharField(_("原因"), max_length=300)
    made_at = models.DateTimeField(_("提出时间"), default=clock.now)
    done_at = models.DateTimeField(_("完成时间"), null=True, blank=True)
    done_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("完成人"),
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )

    class Meta:
        verbose_name = verbose_name_plural = _("人工任务")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return self.reason
