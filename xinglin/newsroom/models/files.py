"""Stored files of articles: pictures and attachments, each named by its content."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from xinglin.consortium.models import Library, Staff


class StoredFile(models.Model):
    """One file. Its name is the SHA-256 of its bytes and an ending that its bytes prove."""

    name = models.CharField(_("存储名"), max_length=80, unique=True)
    media_type = models.CharField(_("类型"), max_length=100)
    size = models.PositiveIntegerField(_("字节"))
    called = models.CharField(_("原文件名"), max_length=200, blank=True)
    library = models.ForeignKey(Library, verbose_name=_("图书馆"), on_delete=models.PROTECT, related_name="+")
    uploaded_by = models.ForeignKey(
        Staff, verbose_name=_("上传人"), null=True, on_delete=models.PROTECT, related_name="+"
    )
    at = models.DateTimeField(_("上传时间"))

    class Meta:
        verbose_name = verbose_name_plural = _("文件")
        ordering = ["-at"]

    def __str__(self) -> str:
        return self.called or self.name

    @property
    def is_picture(self) -> bool:
        return self.media_type.startswith("image/")

    @property
    def sort(self) -> str:
        """What a block may do with it: "picture", "audio", "video" or "document"."""
        family = self.media_type.partition("/")[0]
        return {"image": "picture", "audio": "audio", "video": "video"}.get(family, "document")

    @property
    def path(self) -> str:
        """Where it lies under the media folder; spread over folders by its first two letters."""
        return f"newsroom/{self.name[:2]}/{self.name}"
