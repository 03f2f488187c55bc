"""Days on which coming back late costs nothing (免罚日)."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from xinglin.commons import clock
from xinglin.consortium.models import Library, Staff


class Amnesty(models.Model):
    """What is lent by a library, or by all, and comes back on these days is charged nothing for lateness."""

    library = models.ForeignKey(
        Library, verbose_name=_("馆"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    begins = models.DateField(_("第一天"))
    ends = models.DateField(_("最后一天"))
    reason = models.CharField(_("缘由"), max_length=120)
    made_at = models.DateTimeField(_("登记时间"), default=clock.now)
    made_by = models.ForeignKey(
        Staff, verbose_name=_("登记人"), null=True, on_delete=models.SET_NULL, related_name="+"
    )
    cancelled_at = models.DateTimeField(_("取消时间"), null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("免罚日")
        ordering = ["-begins", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(ends__gte=F("begins")), name="an_amnesty_has_a_day"),
        ]

    def __str__(self) -> str:
        return f"{self.library.label if self.library else _('所有馆')} {self.begins} – {self.ends}"
