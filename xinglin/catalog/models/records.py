"""Bibliographic records, and the log of their changes that every node's index follows."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q
from django.db.models.expressions import RawSQL
from django.utils.translation import gettext_lazy as _


class Format(models.TextChoices):
    """How a record's bytes are written down."""

    ISO2709 = "iso2709", _("ISO 2709")
    MARCXML = "marcxml", _("MARCXML")
    TEXT = "text", _("字段文本")
    NONE = "none", _("无 MARC")


class Flavour(models.TextChoices):
    """Which standard gives a record's tags their meaning."""

    CNMARC = "cnmarc", _("CNMARC")
    UNIMARC = "unimarc", _("UNIMARC")
    MARC21 = "marc21", _("MARC 21")


class Kind(models.TextChoices):
    """What a reader would call the thing; the values are those of ``marc.facts.Kind``."""

    BOOK = "book", _("图书")
    SERIAL = "serial", _("期刊")
    ARTICLE = "article", _("文章")
    THESIS = "thesis", _("学位论文")
    STANDARD = "standard", _("标准")
    PATENT = "patent", _("专利")
    CONFERENCE = "conference", _("会议录")
    MAP = "map", _("地图")
    SCORE = "score", _("乐谱")
    AUDIO = "audio", _("录音")
    VIDEO = "video", _("录像")
    IMAGE = "image", _("图像")
    ELECTRONIC = "electronic", _("电子资源")
    MANUSCRIPT = "manuscript", _("手稿")
    KIT = "kit", _("多媒体套件")
    AUTHORITY = "authority", _("规范记录")
    HOLDINGS = "holdings", _("馆藏记录")
    OTHER = "other", _("其他")


class RecordState(models.TextChoices):
    ACTIVE = "active", _("有效")
    MERGED = "merged", _("已合并")
    DELETED = "deleted", _("已删除")


class Record(models.Model):
    """One work as catalogued: the bytes as they were received, and what we read in them.

    ``marc`` is the truth and is never rewritten unless the record is amended, so that an export is
    byte-identical. The other columns are its projection, made again from it at any time
    (``projection.py``); only a record without MARC is its columns.
    """

    marc = models.BinaryField(_("MARC"), blank=True, default=b"")
    format = models.CharField(_("格式"), max_length=10, choices=Format, default=Format.NONE)
    charset = models.CharField(_("字符集"), max_length=20, blank=True)
    flavour = models.CharField(_("机读格式"), max_length=10, choices=Flavour, blank=True)
    fingerprint = models.CharField(_("原始数据指纹"), max_length=64, blank=True, db_index=True)
    agency = models.CharField(_("来源机构"), max_length=60, blank=True)
    control_number = models.CharField(_("控制号"), max_length=100, blank=True)

    title = models.TextField(_("题名"))
    subtitle = models.TextField(_("副题名"), blank=True)
    volume = models.TextField(_("卷册"), blank=True)
    variant_titles = ArrayField(models.TextField(), verbose_name=_("其他题名"), default=list, blank=True)
    responsibility = models.TextField(_("责任说明"), blank=True)
    authors = ArrayField(models.TextField(), verbose_name=_("责任者"), default=list, blank=True)
    edition = models.TextField(_("版本"), blank=True)
    place = models.TextField(_("出版地"), blank=True)
    publisher = models.TextField(_("出版者"), blank=True)
    year = models.SmallIntegerField(_("出版年"), null=True, blank=True)
    extent = models.TextField(_("载体形态"), blank=True)
    series = ArrayField(models.TextField(), verbose_name=_("丛编"), default=list, blank=True)
    isbns = ArrayField(models.CharField(max_length=13), verbose_name=_("ISBN"), default=list, blank=True)
    issns = ArrayField(models.CharField(max_length=9), verbose_name=_("ISSN"), default=list, blank=True)
    identifiers = ArrayField(models.TextField(), verbose_name=_("其他编号"), default=list, blank=True)
    classes = ArrayField(models.TextField(), verbose_name=_("分类号"), default=list, blank=True)
    subjects = ArrayField(models.TextField(), verbose_name=_("主题词"), default=list, blank=True)
    keywords = ArrayField(models.TextField(), verbose_name=_("关键词"), default=list, blank=True)
    languages = ArrayField(models.CharField(max_length=10), verbose_name=_("语种"), default=list, blank=True)
    original_languages = ArrayField(
        models.CharField(max_length=10), verbose_name=_("原文语种"), default=list, blank=True
    )
    kind = models.CharField(_("类型"), max_length=12, choices=Kind, default=Kind.OTHER)
    is_electronic = models.BooleanField(_("电子版"), default=False)
    links = models.JSONField(_("链接"), default=list, blank=True)
    abstract = models.TextField(_("摘要"), blank=True)
    contents = models.TextField(_("目次"), blank=True)

    # Matching and sorting, made by the projection. PostgreSQL here has no ICU: pinyin is stored.
    title_key = models.CharField(_("题名匹配键"), max_length=240, blank=True)
    title_pinyin = models.CharField(_("题名排序键"), max_length=80, blank=True, db_collation="C")

    state = models.CharField(_("状态"), max_length=10, choices=RecordState, default=RecordState.ACTIVE)
    merged_into = models.ForeignKey(
        "self", verbose_name=_("并入"), null=True, blank=True, on_delete=models.PROTECT, related_name="merged"
    )
    version = models.PositiveIntegerField(_("版次"), default=1)
    added_at = models.DateTimeField(_("入库时间"))
    updated_at = models.DateTimeField(_("更新时间"))

    class Meta:
        verbose_name = verbose_name_plural = _("书目记录")
        ordering = ["-added_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["agency", "control_number"],
                condition=Q(state=RecordState.ACTIVE) & ~Q(agency="") & ~Q(control_number=""),
                name="one_active_record_of_a_control_number",
            ),
            models.CheckConstraint(
                condition=Q(state=RecordState.MERGED, merged_into__isnull=False)
                | (~Q(state=RecordState.MERGED) & Q(merged_into__isnull=True)),
                name="merged_record_names_its_heir",
            ),
            models.CheckConstraint(
                condition=~Q(merged_into=F("id")), name="record_is_not_merged_into_itself"
            ),
        ]
        indexes = [
            GinIndex(fields=["isbns"], name="record_isbns"),
            GinIndex(fields=["issns"], name="record_issns"),
            models.Index(fields=["title_key"], name="record_title_key"),
            models.Index(fields=["title_pinyin", "id"], name="record_title_pinyin"),
            models.Index(fields=["-added_at", "-id"], name="record_newest"),
            models.Index(
                fields=["title_pinyin", "id"], condition=Q(kind=Kind.SERIAL), name="record_journals"
            ),
            # Harvesters page through the catalogue by it (served/oai_lists.py).
            models.Index(fields=["updated_at", "id"], name="record_changed"),
        ]

    def __str__(self) -> str:
        return self.full_title

    @property
    def full_title(self) -> str:
        """Title, volume and subtitle as a line of a list shows them."""
        title = " ".join(part for part in (self.title, self.volume) if part)
        return f"{title}：{self.subtitle}" if self.subtitle else title

    @property
    def is_active(self) -> bool:
        return self.state == RecordState.ACTIVE


class RecordChange(models.Model):
    """A record, or its holdings and items, changed: written in the transaction that changed it.

    ``transaction`` is what a follower goes by. The row's own number is given out before the commit,
    so a slow transaction's lower number would be jumped over; see ``indexer.py``.
    No foreign key: the log outlives the record.
    """

    record_id = models.BigIntegerField(_("书目记录"))
    at = models.DateTimeField(_("时间"))
    transaction = models.BigIntegerField(
        _("事务号"), db_default=RawSQL("pg_current_xact_id()::text::bigint", ()), db_index=True
    )

    class Meta:
        verbose_name = verbose_name_plural = _("书目变更")
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.transaction}: {self.record_id}"
