"""What was read: records as their sources gave them, in versions, and the publications that they are.

A record is never changed by another one: a publication only says which records are the same paper, so
every merge can be taken back and every source's values are kept.
"""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from xinglin.commons import clock
from xinglin.intelligence.lifecycle import DoubtState
from xinglin.literature.articles import KIND_WORDS, Article, Kind
from xinglin.literature.identifiers import doi_address

FILE = "file"
"""The source of a line of a file that names no database: its number is a hash of what it says."""
_SOURCE_WORDS = {
    "pubmed": "PubMed", "europepmc": "Europe PMC", "crossref": "Crossref", "openalex": "OpenAlex",
    FILE: _("引文文件"), "": _("引文文件"),
}  # fmt: skip


def source_word(source: str) -> str:
    """Return how a source is called on screens and in products."""
    return str(_SOURCE_WORDS.get(source, source))


class Publication(models.Model):
    """One paper, as its fullest record tells of it."""

    title = models.TextField(_("题名"))
    authors = models.TextField(_("作者"), blank=True)
    journal = models.CharField(_("刊名"), max_length=400, blank=True)
    year = models.PositiveSmallIntegerField(_("年"), null=True, blank=True)
    doi = models.CharField("DOI", max_length=300, blank=True)
    pmid = models.CharField("PMID", max_length=12, blank=True)
    retracted = models.BooleanField(_("已撤稿"), default=False)
    first_seen_at = models.DateTimeField(_("首次见到"), default=clock.now)

    class Meta:
        verbose_name = verbose_name_plural = _("文献")
        indexes = [models.Index(fields=["first_seen_at"], name="publication_first_seen")]

    def __str__(self) -> str:
        return self.title

    @property
    def doi_url(self) -> str:
        """Where the DOI leads a reader, or nothing (DOI Handbook: the proxy and the encoded name)."""
        return doi_address(self.doi)


class Record(models.Model):
    """One source's reading of a publication; (``source``, ``number``) is its identity."""

    source = models.CharField(_("来源"), max_length=60)
    number = models.CharField(_("来源编号"), max_length=300)
    article = models.JSONField(_("内容"))
    digest = models.CharField(max_length=64, editable=False)
    version = models.PositiveIntegerField(_("版本"), default=1)
    from_file = models.BooleanField(_("来自文件"), default=False)
    publication = models.ForeignKey(
        Publication, verbose_name=_("文献"), null=True, on_delete=models.SET_NULL, related_name="records"
    )
    entered_on = models.DateField(_("入库日期"), null=True, blank=True)
    first_seen_at = models.DateTimeField(_("首次见到"), default=clock.now)
    changed_at = models.DateTimeField(_("内容变更"), default=clock.now)
    gone_at = models.DateTimeField(_("来源已删除"), null=True, blank=True)
    merged_into = models.CharField(_("并入"), max_length=300, blank=True)
    unconfirmed_at = models.DateTimeField(_("复查时未见"), null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("来源记录")
        constraints = [models.UniqueConstraint(fields=["source", "number"], name="one_record_a_number")]

    def __str__(self) -> str:
        return f"{self.source}:{self.number}"

    @property
    def source_told(self) -> str:
        return source_word(self.source)

    @property
    def number_told(self) -> str:
        """The number by which the source knows it; a line of a file has none."""
        return "" if self.source == FILE else self.number

    @property
    def read(self) -> Article:
        """The article as the source gave it."""
        return Article.from_plain(self.article)

    @property
    def kind_word(self) -> str:
        return str(KIND_WORDS[Kind(self.article.get("kind", Kind.JOURNAL))])


class RecordVersion(models.Model):
    """How a record read at a time, with the bytes it came in."""

    record = models.ForeignKey(Record, on_delete=models.CASCADE, related_name="versions")
    version = models.PositiveIntegerField(_("版本"))
    article = models.JSONField(_("内容"))
    raw = models.BinaryField(blank=True, default=b"")
    raw_digest = models.CharField(max_length=64, blank=True)
    at = models.DateTimeField(_("时间"), default=clock.now)

    class Meta:
        verbose_name = verbose_name_plural = _("记录的版本")
        constraints = [models.UniqueConstraint(fields=["record", "version"], name="one_version_a_number")]

    def __str__(self) -> str:
        return f"{self.record_id} v{self.version}"


class BlockKey(models.Model):
    """Where doubles of a record are looked for."""

    key = models.BigIntegerField()
    record = models.ForeignKey(Record, on_delete=models.CASCADE, related_name="block_keys")

    class Meta:
        verbose_name = verbose_name_plural = _("查重键")
        constraints = [models.UniqueConstraint(fields=["key", "record"], name="one_key_a_record")]

    def __str__(self) -> str:
        return f"{self.key}"


class Doubt(models.Model):
    """Two records that may be one paper, the reasons, and what a person decided; a decision always holds."""

    one = models.ForeignKey(Record, verbose_name=_("一条"), on_delete=models.CASCADE, related_name="+")
    other = models.ForeignKey(Record, verbose_name=_("另一条"), on_delete=models.CASCADE, related_name="+")
    for_it = models.JSONField(_("相同"), default=list)
    against = models.JSONField(_("不同"), default=list)
    state = models.CharField(_("状态"), max_length=10, choices=DoubtState, default=DoubtState.OPEN)
    made_at = models.DateTimeField(_("提出时间"), default=clock.now)
    decided_at = models.DateTimeField(_("判断时间"), null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("判断人"),
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )

    class Meta:
        verbose_name = verbose_name_plural = _("疑似重复")
        constraints = [models.UniqueConstraint(fields=["one", "other"], name="one_doubt_a_pair")]

    def __str__(self) -> str:
        return f"{self.one_id} / {self.other_id}"
