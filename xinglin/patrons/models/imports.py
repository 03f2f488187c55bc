"""Imports of readers: the file as it was read, row by row, and what became of each row."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from xinglin.consortium.models import Library, Staff
from xinglin.patrons.models.patrons import Patron


class BatchState(models.TextChoices):
    UPLOADED = "uploaded", _("待确认")
    RUNNING = "running", _("导入中")
    DONE = "done", _("已完成")
    UNDONE = "undone", _("已撤销")


class ImportBatch(models.Model):
    """One file of readers. The same file for the same library is the same batch, unless it was undone."""

    library = models.ForeignKey(Library, verbose_name=_("导入到"), on_delete=models.PROTECT, related_name="+")
    file_name = models.CharField(_("文件名"), max_length=200)
    sha256 = models.CharField(_("文件指纹"), max_length=64)
    headings = models.JSONField(_("列名"), default=list)
    mapping = models.JSONField(_("列对应"), default=dict)
    state = models.CharField(_("状态"), max_length=10, choices=BatchState, default=BatchState.UPLOADED)
    uploaded_by = models.ForeignKey(
        Staff, verbose_name=_("上传人"), null=True, on_delete=models.SET_NULL, related_name="+"
    )
    uploaded_at = models.DateTimeField(_("上传时间"))
    finished_at = models.DateTimeField(_("完成时间"), null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("读者导入")
        ordering = ["-uploaded_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["library", "sha256"],
                condition=~models.Q(state=BatchState.UNDONE),
                name="a_file_of_readers_once_a_library",
            ),
        ]

    def __str__(self) -> str:
        return self.file_name


class RowState(models.TextChoices):
    WAITING = "waiting", _("等待")
    CREATED = "created", _("新增")
    UPDATED = "updated", _("更新")
    UNCHANGED = "unchanged", _("无变化")
    REFUSED = "refused", _("未导入")
    UNDONE = "undone", _("已撤销")


class ImportRow(models.Model):
    """One row of the file: its cells as read, what became of it, and what was there before."""

    batch = models.ForeignKey(
        ImportBatch, verbose_name=_("导入"), on_delete=models.CASCADE, related_name="rows"
    )
    number = models.PositiveIntegerField(_("行号"))
    cells = models.JSONField(_("内容"))
    state = models.CharField(_("结果"), max_length=10, choices=RowState, default=RowState.WAITING)
    # [{"column": …, "value": …, "reason": …}]
    problems = models.JSONField(_("问题"), default=list)
    patron = models.ForeignKey(
        Patron, verbose_name=_("读者"), null=True, on_delete=models.SET_NULL, related_name="import_rows"
    )
    before = models.JSONField(_("原值"), default=dict)
    # The reader's version when this row had been taken: a higher one means that something happened since.
    version = models.PositiveIntegerField(_("导入后版本"), null=True)

    class Meta:
        verbose_name = verbose_name_plural = _("导入行")
        ordering = ["batch", "number"]
        constraints = [
            models.UniqueConstraint(fields=["batch", "number"], name="a_row_once_a_batch"),
        ]
        indexes = [models.Index(fields=["batch", "state", "number"], name="rows_by_state")]

    def __str__(self) -> str:
        return f"{self.batch} #{self.number}"
