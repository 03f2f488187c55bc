"""Sources to copy from, what was taken over from where, and what branches propose to the main library."""

from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from xinglin.catalog.copying.lifecycle import ProposalState
from xinglin.catalog.models.records import Flavour, Format, Record


class SourceKind(models.TextChoices):
    """How a source is asked."""

    SRU = "sru", _("SRU")
    Z3950 = "z3950", _("Z39.50")


class SourceCharset(models.TextChoices):
    """What a Z39.50 target wants terms in. Its records say for themselves what they are written in."""

    UTF8 = "utf-8", _("UTF-8")
    GB18030 = "gb18030", _("GBK / GB18030")


class CopySource(models.Model):
    """A catalogue elsewhere that the consortium copies from; kept by the main library for all."""

    name = models.CharField(_("名称"), max_length=120, unique=True)
    kind = models.CharField(_("协议"), max_length=10, choices=SourceKind, default=SourceKind.SRU)
    address = models.CharField(
        _("地址"),
        max_length=300,
        help_text=_("SRU 填网址，例如 https://example.org/sru；Z39.50 填 主机:端口，例如 example.org:210"),
    )
    database = models.CharField(_("数据库"), max_length=120, blank=True, help_text=_("Z39.50 的数据库名"))
    charset = models.CharField(
        _("检索词字符集"),
        max_length=12,
        choices=SourceCharset,
        default=SourceCharset.UTF8,
        help_text=_("只用于 Z39.50 的检索词；返回的记录逐条自动识别"),
    )
    record_schema = models.CharField(
        _("记录格式"),
        max_length=120,
        default="marcxml",
        validators=[RegexValidator(r"^[\x21-\x7e]+$", _("记录格式只能是没有空格的英文代码。"))],
        help_text=_("SRU 的 recordSchema，例如 marcxml；Z39.50 的记录语法，例如 usmarc、unimarc"),
    )
    order = models.PositiveSmallIntegerField(_("次序"), default=50)
    active = models.BooleanField(_("启用"), default=True)
    version = models.PositiveIntegerField(_("版次"), default=1)

    class Meta:
        verbose_name = verbose_name_plural = _("套录来源")
        ordering = ["order", "name"]

    def __str__(self) -> str:
        return self.name


class CopiedRecord(models.Model):
    """A library took over the description of a title: from a source, or from our own central records.

    ``source`` is empty for the latter. A title that a library holds and that stands neither here nor
    was held by another library before was described by the library itself (``reuse.py``).
    """

    library = models.ForeignKey(
        "consortium.Library", verbose_name=_("馆"), on_delete=models.PROTECT, related_name="copied_records"
    )
    record = models.ForeignKey(
        Record, verbose_name=_("书目记录"), on_delete=models.PROTECT, related_name="copies_taken"
    )
    source = models.ForeignKey(
        CopySource, verbose_name=_("来源"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    by = models.ForeignKey(
        "consortium.Staff", verbose_name=_("套录人"), null=True, on_delete=models.PROTECT, related_name="+"
    )
    at = models.DateTimeField(_("时间"))

    class Meta:
        verbose_name = verbose_name_plural = _("套录记录")
        ordering = ["-at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["library", "record"], name="one_taking_over_of_a_title_by_a_library"
            )
        ]

    def __str__(self) -> str:
        return f"{self.library_id}: {self.record_id}"


class RecordProposal(models.Model):
    """What a branch would have changed in a record that other libraries hold too.

    The proposed bytes are whole, so that accepting is one amendment; for a record without MARC the
    proposed description stands alone. ``base_version`` is what the branch had before its eyes.
    """

    record = models.ForeignKey(
        Record, verbose_name=_("书目记录"), on_delete=models.PROTECT, related_name="proposals"
    )
    library = models.ForeignKey(
        "consortium.Library", verbose_name=_("提出馆"), on_delete=models.PROTECT, related_name="+"
    )
    base_version = models.PositiveIntegerField(_("依据版次"))
    description = models.JSONField(_("建议的描述"))
    marc = models.BinaryField(_("建议的 MARC"), blank=True, default=b"")
    before = models.BinaryField(_("提出时的 MARC"), blank=True, default=b"")
    format = models.CharField(_("格式"), max_length=10, choices=Format, default=Format.NONE)
    charset = models.CharField(_("字符集"), max_length=20, blank=True)
    flavour = models.CharField(_("机读格式"), max_length=10, choices=Flavour, blank=True)
    # Field by field, as people compare them: [[label, before, after], ...].
    differences = models.JSONField(_("改动"), default=list)
    reason = models.CharField(_("理由"), max_length=500)
    state = models.CharField(_("状态"), max_length=12, choices=ProposalState, default=ProposalState.OPEN)
    proposed_by = models.ForeignKey(
        "consortium.Staff", verbose_name=_("提出人"), null=True, on_delete=models.PROTECT, related_name="+"
    )
    proposed_at = models.DateTimeField(_("提出时间"))
    decided_by = models.ForeignKey(
        "consortium.Staff", verbose_name=_("处理人"), null=True, on_delete=models.PROTECT, related_name="+"
    )
    decided_at = models.DateTimeField(_("处理时间"), null=True, blank=True)
    answer = models.CharField(_("答复"), max_length=500, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("书目修改建议")
        ordering = ["-proposed_at", "-pk"]
        indexes = [
            models.Index(
                fields=["proposed_at"],
                condition=models.Q(state=ProposalState.OPEN),
                name="record_proposal_open",
            )
        ]

    def __str__(self) -> str:
        return f"#{self.pk} {self.record_id}"
