"""Sets of patents, each from one table, with the reckoning of its rows."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from xinglin.intelligence.models.reckoning import Reckoning
from xinglin.intelligence.models.topics import Topic
from xinglin.intelligence.patents.lifecycle import PatentSetState
from xinglin.intelligence.patents.reading import Patent


class PatentSet(Reckoning):
    """The patents of one table; once read they are kept as they were read and never change.

    A table whose columns are not known waits as it came, in ``table``: the headings, then each row with its line.
    """

    topic = models.ForeignKey(Topic, verbose_name=_("专题"), on_delete=models.PROTECT, related_name="patents")
    title = models.CharField(_("名称"), max_length=120)
    state = models.CharField(_("状态"), max_length=10, choices=PatentSetState, default=PatentSetState.READ)
    digest = models.CharField("SHA-256", max_length=64)
    mapping = models.JSONField(_("列对应"), default=dict)
    rows = models.JSONField(default=list, editable=False)
    table = models.JSONField(default=list, editable=False)

    class Meta:
        verbose_name = verbose_name_plural = _("专利数据")
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return self.title

    @property
    def refused_count(self) -> int:
        return super().refused_count if self.state == PatentSetState.READ else 0

    @property
    def patents(self) -> list[Patent]:
        """The patents as they were read."""
        return [Patent.from_plain(each) for each in self.rows]
