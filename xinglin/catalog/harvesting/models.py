"""Catalogues that are harvested, the runs, and which record of a source came when."""

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from xinglin.catalog.harvesting.lifecycle import OPEN, HarvestState
from xinglin.catalog.models.imports import ImportBatch, ImportRow, OnMatch

without_spaces = RegexValidator(r"^[\x21-\x7e]*$", _("只能是没有空格的英文代码。"))


class Every(models.TextChoices):
    """How often a source is asked."""

    BY_HAND = "by_hand", _("只在点“立即收割”时")
    DAY = "day", _("每天夜里")
    WEEK = "week", _("每周一次")


class HarvestSource(models.Model):
    """A repository that a library harvests for the common catalogue."""

    name = models.CharField(_("名称"), max_length=120, unique=True)
    library = models.ForeignKey(
        "consortium.Library", verbose_name=_("导入的馆"), on_delete=models.PROTECT, related_name="+"
    )
    address = models.CharField(
        _("地址"), max_length=300, help_text=_("OAI-PMH 的网址，例如 https://example.org/oai")
    )
    metadata_prefix = models.CharField(
        _("元数据格式"),
        max_length=60,
        default="marcxml",
        validators=[without_spaces],
        help_text=_("对方的 metadataPrefix，例如 marcxml、marc21、unimarc、oai_dc"),
    )
    set_spec = models.CharField(
        _("集合"),
        max_length=120,
        blank=True,
        validators=[without_spaces],
        help_text=_("对方的 setSpec；空着收割全部"),
    )
    every = models.CharField(_("时间"), max_length=10, choices=Every, default=Every.BY_HAND)
    on_match = models.CharField(_("目录里已有的书"), max_length=10, choices=OnMatch, default=OnMatch.KEEP)
    with_items = models.BooleanField(_("登记馆藏和单册"), default=False)
    starts_by_itself = models.BooleanField(
        _("预览后自动导入"),
        default=False,
        help_text=_("不勾选时，每批等馆员在“导入”里确认；拿不准的总要查重"),
    )
    active = models.BooleanField(_("启用"), default=True)
    version = models.PositiveIntegerField(_("版次"), default=1)
    # Everything that changed before this moment of the repository's own clock has come, as it wrote it.
    harvested_until = models.CharField(_("已收割到"), max_length=20, blank=True)
    repository = models.CharField(_("对方名称"), max_length=200, blank=True)
    by = models.ForeignKey(
        "consortium.Staff", verbose_name=_("维护人"), null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        verbose_name = verbose_name_plural = _("收割来源")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class HarvestRun(models.Model):
    """One harvest: its window, how far it has come, and the batch that what came stands in."""

    source = models.ForeignKey(
        HarvestSource, verbose_name=_("来源"), on_delete=models.PROTECT, related_name="runs"
    )
    state = models.CharField(_("状态"), max_length=10, choices=HarvestState, default=HarvestState.RUNNING)
    batch = models.ForeignKey(
        ImportBatch, verbose_name=_("导入批次"), null=True, on_delete=models.PROTECT, related_name="+"
    )
    by = models.ForeignKey(
        "consortium.Staff", verbose_name=_("收割人"), null=True, on_delete=models.PROTECT, related_name="+"
    )
    since = models.CharField(_("从"), max_length=20, blank=True)
    until = models.CharField(_("到"), max_length=20, blank=True)
    # A window that somebody named says nothing about what came before it: the source's mark stays.
    moves_the_mark = models.BooleanField(default=True)
    # The repository's clock at the first answer: the next run asks from here.
    answered_at = models.CharField(max_length=20, blank=True)
    identified = models.BooleanField(default=False)
    # Where a run that was broken off goes on; written with the rows of the page it came with.
    token = models.TextField(blank=True)
    pages = models.PositiveIntegerField(_("页数"), default=0)
    announced = models.PositiveIntegerField(_("对方报告的总数"), null=True, blank=True)
    records = models.PositiveIntegerField(_("收到"), default=0)
    refused = models.PositiveIntegerField(_("拒收"), default=0)
    deleted = models.PositiveIntegerField(_("对方已删除"), default=0)
    unknown = models.PositiveIntegerField(_("对方已删除、从未收到"), default=0)
    restarts = models.PositiveSmallIntegerField(_("从头再来"), default=0)
    troubles = models.PositiveSmallIntegerField(_("出错次数"), default=0)
    failure = models.TextField(_("问题"), blank=True)
    started_at = models.DateTimeField(_("开始时间"))
    finished_at = models.DateTimeField(_("完成时间"), null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("收割")
        ordering = ["-started_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["source"], condition=Q(state__in=OPEN), name="one_open_harvest_of_a_source"
            )
        ]

    def __str__(self) -> str:
        return f"{self.source.name} #{self.pk}"


class HarvestedRecord(models.Model):
    """A record of a source as it came last: what a later deletion, which brings only its name, is about."""

    source = models.ForeignKey(HarvestSource, on_delete=models.CASCADE, related_name="harvested")
    identifier = models.CharField(max_length=400)
    datestamp = models.CharField(max_length=40)
    deleted = models.BooleanField(default=False)
    run = models.ForeignKey(HarvestRun, on_delete=models.CASCADE, related_name="+")
    row = models.ForeignKey(ImportRow, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        verbose_name = verbose_name_plural = _("收割到的记录")
        constraints = [
            models.UniqueConstraint(fields=["source", "identifier"], name="one_record_of_an_identifier")
        ]

    def __str__(self) -> str:
        return self.identifier
