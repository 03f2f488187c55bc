"""A search that a reader keeps."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from xinglin.patrons.models import Patron


class SavedSearch(models.Model):
    """What a reader asked once and wants to ask again, as it stands in the address of the search page.

    ``told_until`` is the moment up to which new records have been told of (or were there when it was
    saved): what entered the catalogue since is news.
    """

    patron = models.ForeignKey(
        Patron, verbose_name=_("读者"), on_delete=models.CASCADE, related_name="saved_searches"
    )
    name = models.CharField(_("名称"), max_length=100)
    values = models.JSONField(_("检索条件"))
    key = models.CharField(_("条件指纹"), max_length=64)
    is_watched = models.BooleanField(_("有新书时提醒"), default=True)
    told_until = models.DateTimeField(_("已提醒到"))
    saved_at = models.DateTimeField(_("保存时间"))

    class Meta:
        verbose_name = verbose_name_plural = _("保存的检索")
        ordering = ["-saved_at", "-pk"]
        constraints = [models.UniqueConstraint(fields=["patron", "key"], name="one_saved_search_of_a_kind")]
        indexes = [
            models.Index(fields=["id"], condition=models.Q(is_watched=True), name="saved_search_watched")
        ]

    def __str__(self) -> str:
        return self.name
