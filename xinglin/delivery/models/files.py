"""What was delivered: files under a link that ends, and every opening of them."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from xinglin.commons import clock
from xinglin.consortium.models import Staff
from xinglin.delivery.models.requests import DocumentRequest


class DeliveredFile(models.Model):
    """One marked file for one reader. The unmarked one is not kept: it is no stock of ours."""

    request = models.ForeignKey(
        DocumentRequest, verbose_name=_("申请"), on_delete=models.PROTECT, related_name="files"
    )
    # Random, 256 bits: who has the link has still to be its reader.
    token = models.CharField(_("链接"), max_length=64, unique=True, editable=False)
    file = models.CharField(_("存储"), max_length=120)
    sha256 = models.CharField(_("指纹"), max_length=64)
    size = models.PositiveIntegerField(_("字节"))
    pages = models.PositiveSmallIntegerField(_("页数"))
    fetched_from = models.CharField(_("取自"), max_length=1000, blank=True)
    made_at = models.DateTimeField(_("生成时间"))
    made_by = models.ForeignKey(
        Staff, verbose_name=_("上传人"), null=True, on_delete=models.SET_NULL, related_name="+"
    )
    expires_at = models.DateTimeField(_("链接到期"))
    most_downloads = models.PositiveSmallIntegerField(_("可下载次数"), default=3)
    downloads = models.PositiveSmallIntegerField(_("已下载"), default=0)
    emailed_at = models.DateTimeField(_("已发邮件"), null=True, blank=True)
    purged_at = models.DateTimeField(_("已清除"), null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("已送文件")
        ordering = ["-made_at", "-pk"]
        indexes = [
            models.Index(
                fields=["expires_at"], condition=models.Q(purged_at=None), name="delivered_files_to_purge"
            )
        ]

    def __str__(self) -> str:
        return f"{self.request.number} · {self.pages}"

    @property
    def is_readable(self) -> bool:
        """Whether its reader may still open it."""
        return self.purged_at is None and self.expires_at > clock.now()

    @property
    def downloads_left(self) -> int:
        return max(0, self.most_downloads - self.downloads)


class OpeningKind(models.TextChoices):
    READ = "read", _("阅读")
    DOWNLOAD = "download", _("下载")
    EMAIL = "email", _("邮件")
    STAFF = "staff", _("馆员查看")


class FileOpening(models.Model):
    """That a delivered file was opened: when, in which way; never from where."""

    file = models.ForeignKey(
        DeliveredFile, verbose_name=_("文件"), on_delete=models.CASCADE, related_name="openings"
    )
    kind = models.CharField(_("方式"), max_length=8, choices=OpeningKind)
    at = models.DateTimeField(_("时间"))
    by = models.ForeignKey(
        Staff, verbose_name=_("馆员"), null=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        verbose_name = verbose_name_plural = _("打开记录")
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.at:%Y-%m-%d %H:%M}"
