"""Imports of MARC files: the profile of a library, a batch, and what became of each record in it."""

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from xinglin.catalog.lifecycle import WITHOUT_EFFECT, BatchState, Condition, Outcome
from xinglin.catalog.models.holdings import ItemType
from xinglin.catalog.models.records import Flavour, Format, Record

_subfield = RegexValidator(r"^[0-9a-z]?$", _("子字段代码是一个小写字母或数字。"))


class OnMatch(models.TextChoices):
    """What happens to a record that the catalogue has already."""

    KEEP = "keep", _("保留现有书目，只挂馆藏")
    REPLACE = "replace", _("用新书目更新（保留本地字段）")


class ImportProfile(models.Model):
    """How a library's files are to be read: where its holdings stand, what its records are called.

    CNMARC has no agreed holdings field: 905 is each library's own (library systems sheet 2.3), so the
    meaning of its subfields is kept here. A library without a row gets these defaults.
    """

    library = models.OneToOneField(
        "consortium.Library", verbose_name=_("馆"), on_delete=models.CASCADE, related_name="import_profile"
    )
    agency = models.CharField(
        _("来源机构"),
        max_length=60,
        blank=True,
        help_text=_("本馆系统导出的记录没有写明来源机构（003 或 801$b）时，视为这个机构的记录。"),
    )
    holdings_tag = models.CharField(
        _("馆藏字段"),
        max_length=3,
        default="905",
        validators=[RegexValidator(r"^[0-9]{3}$", _("字段号是三位数字。"))],
    )
    library_subfield = models.CharField(
        _("馆代码"), max_length=1, default="a", validators=[_subfield], blank=True
    )
    library_codes = models.JSONField(
        _("馆代码对照"),
        default=dict,
        blank=True,
        help_text=_("文件里的馆代码 → 联盟的馆代码；没有列出的，记为导入的馆。"),
    )
    location_subfield = models.CharField(
        _("馆藏地点"), max_length=1, default="l", validators=[_subfield], blank=True
    )
    class_subfield = models.CharField(
        _("分类号"), max_length=1, default="d", validators=[_subfield], blank=True
    )
    book_number_subfield = models.CharField(
        _("书次号"), max_length=1, default="e", validators=[_subfield], blank=True
    )
    call_number_subfield = models.CharField(
        _("索书号"), max_length=1, default="f", validators=[_subfield], blank=True
    )
    barcode_subfield = models.CharField(
        _("条码"), max_length=1, default="b", validators=[_subfield], blank=True
    )
    volume_subfield = models.CharField(
        _("卷册"), max_length=1, default="v", validators=[_subfield], blank=True
    )
    price_subfield = models.CharField(
        _("价格"), max_length=1, default="p", validators=[_subfield], blank=True
    )
    item_type = models.CharField(_("单册类型"), max_length=12, choices=ItemType, default=ItemType.BOOK)
    condition = models.CharField(_("单册状态"), max_length=20, choices=Condition, default=Condition.ON_SHELF)

    class Meta:
        verbose_name = verbose_name_plural = _("导入配置")

    def __str__(self) -> str:
        return f"{self.library} {self.holdings_tag}"


class ImportBatch(models.Model):
    """One file that was sent in, and how far it has come.

    The file lives in its rows: every byte of every record is staged in ``ImportRow.raw`` before
    anything is done, so that any node can preview, run, resume and undo it.
    """

    library = models.ForeignKey(
        "consortium.Library", verbose_name=_("馆"), on_delete=models.PROTECT, related_name="import_batches"
    )
    file_name = models.CharField(_("文件名"), max_length=200)
    sha256 = models.CharField(_("文件指纹"), max_length=64)
    size = models.PositiveBigIntegerField(_("字节数"))
    format = models.CharField(_("格式"), max_length=10, choices=Format)
    on_match = models.CharField(_("查重命中时"), max_length=10, choices=OnMatch, default=OnMatch.KEEP)
    with_items = models.BooleanField(_("导入馆藏和单册"), default=True)
    # Came by itself (drop folder, harvest): it starts by itself, and touches that library's own only.
    is_nightly = models.BooleanField(_("夜间导入"), default=False)
    state = models.CharField(_("状态"), max_length=12, choices=BatchState, default=BatchState.UPLOADED)
    by = models.ForeignKey(
        "consortium.Staff", verbose_name=_("导入人"), null=True, on_delete=models.PROTECT, related_name="+"
    )
    records = models.PositiveIntegerField(_("记录数"), default=0)
    # The last row that preview, import or undo has finished: where a job that died goes on.
    checkpoint = models.PositiveIntegerField(_("已处理到"), default=0)
    failure = models.TextField(_("中断原因"), blank=True)
    uploaded_at = models.DateTimeField(_("上传时间"))
    started_at = models.DateTimeField(_("开始时间"), null=True, blank=True)
    finished_at = models.DateTimeField(_("完成时间"), null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("导入批次")
        ordering = ["-uploaded_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["library", "sha256"],
                condition=~Q(state__in=WITHOUT_EFFECT),
                name="one_effective_import_of_a_file",
            )
        ]

    def __str__(self) -> str:
        return f"{self.file_name} #{self.pk}"


class ImportRow(models.Model):
    """One record of a file: its bytes, what became of it and why, and what is needed to take it back."""

    batch = models.ForeignKey(
        ImportBatch, verbose_name=_("批次"), on_delete=models.CASCADE, related_name="rows"
    )
    number = models.PositiveIntegerField(_("序号"))
    raw = models.BinaryField(_("原始数据"))
    size = models.PositiveIntegerField(_("字节数"))
    charset = models.CharField(_("字符集"), max_length=20, blank=True)
    flavour = models.CharField(_("机读格式"), max_length=10, choices=Flavour, blank=True)
    title = models.TextField(_("题名"), blank=True)
    # What the preview foresaw; the run decides again, for the catalogue moves on.
    foreseen = models.CharField(_("预计"), max_length=10, choices=Outcome, default=Outcome.WAITING)
    outcome = models.CharField(_("结果"), max_length=10, choices=Outcome, default=Outcome.WAITING)
    code = models.CharField(_("原因代码"), max_length=40, blank=True)
    reason = models.TextField(_("原因"), blank=True)
    remarks = models.JSONField(_("说明"), default=list, blank=True)
    record = models.ForeignKey(
        Record, verbose_name=_("书目记录"), null=True, on_delete=models.PROTECT, related_name="import_rows"
    )
    candidates = models.JSONField(_("疑似重复"), default=list, blank=True)
    # What the preview read in the bytes, so that the run need not read them again; emptied by the run.
    understood = models.JSONField(_("读出的内容"), null=True)
    # What is needed to take it back: holdings and items made, and how a replaced record was written.
    trace = models.JSONField(_("回溯"), default=dict, blank=True)
    before = models.BinaryField(_("更新前的数据"), null=True)
    version = models.PositiveIntegerField(_("导入后的版次"), default=0)
    undone = models.BooleanField(_("已撤销"), default=False)
    undo_remark = models.TextField(_("撤销说明"), blank=True)
    decided_by = models.ForeignKey(
        "consortium.Staff", verbose_name=_("查重人"), null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        verbose_name = verbose_name_plural = _("导入记录")
        ordering = ["batch", "number"]
        constraints = [
            models.UniqueConstraint(fields=["batch", "number"], name="one_row_of_a_number_in_a_batch")
        ]
        indexes = [
            models.Index(fields=["batch", "outcome", "number"], name="import_row_outcome"),
            models.Index(fields=["batch"], condition=Q(outcome=Outcome.REVIEW), name="import_row_in_review"),
        ]

    def __str__(self) -> str:
        return f"{self.batch_id}/{self.number}"
