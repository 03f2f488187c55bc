"""Who has a record open, and tables that wait for someone to say what their columns mean."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from xinglin.catalog.models.records import Record


class RecordEditing(models.Model):
    """Someone has a record open in the editor. A hint, not a lock: saving compares versions."""

    record = models.ForeignKey(
        Record, verbose_name=_("书目记录"), on_delete=models.CASCADE, related_name="editings"
    )
    staff = models.ForeignKey(
        "consortium.Staff", verbose_name=_("编目员"), on_delete=models.CASCADE, related_name="+"
    )
    seen_at = models.DateTimeField(_("最近活动"))

    class Meta:
        verbose_name = verbose_name_plural = _("正在编辑")
        constraints = [
            models.UniqueConstraint(fields=["record", "staff"], name="one_editing_of_a_record_each")
        ]

    def __str__(self) -> str:
        return f"{self.record_id} {self.staff_id}"


class TableDraft(models.Model):
    """A spreadsheet that was sent in and is not yet an import; it goes when it becomes one."""

    library = models.ForeignKey(
        "consortium.Library", verbose_name=_("馆"), on_delete=models.CASCADE, related_name="+"
    )
    file_name = models.CharField(_("文件名"), max_length=200)
    data = models.BinaryField(_("文件"))
    by = models.ForeignKey(
        "consortium.Staff", verbose_name=_("上传人"), null=True, on_delete=models.CASCADE, related_name="+"
    )
    uploaded_at = models.DateTimeField(_("上传时间"))

    class Meta:
        verbose_name = verbose_name_plural = _("待导入的表格")
        ordering = ["-uploaded_at"]

    def __str__(self) -> str:
        return self.file_name
