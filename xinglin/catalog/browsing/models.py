"""Reading lists: books that a librarian puts together for a course, a ward, a season."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from xinglin.catalog.models.records import Record


class ReadingList(models.Model):
    """A list of books with a word on each. Shown to readers once it is published."""

    title = models.CharField(_("名称"), max_length=100)
    introduction = models.TextField(_("说明"), max_length=2000, blank=True)
    library = models.ForeignKey(
        "consortium.Library", verbose_name=_("馆"), on_delete=models.PROTECT, related_name="reading_lists"
    )
    is_published = models.BooleanField(_("已发布"), default=False)
    version = models.PositiveIntegerField(_("版次"), default=1)
    made_at = models.DateTimeField(_("新增时间"))
    changed_at = models.DateTimeField(_("更新时间"))

    class Meta:
        verbose_name = verbose_name_plural = _("书单")
        ordering = ["-changed_at", "-pk"]

    def __str__(self) -> str:
        return self.title


class ListedBook(models.Model):
    """A book on a list, in its place."""

    reading_list = models.ForeignKey(
        ReadingList, verbose_name=_("书单"), on_delete=models.CASCADE, related_name="books"
    )
    record = models.ForeignKey(
        Record, verbose_name=_("书目记录"), on_delete=models.CASCADE, related_name="listed"
    )
    place = models.PositiveIntegerField(_("次序"))
    remark = models.CharField(_("推荐语"), max_length=300, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("书单中的书")
        ordering = ["place", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["reading_list", "record"], name="one_book_once_on_a_list")
        ]

    def __str__(self) -> str:
        return str(self.record_id)
