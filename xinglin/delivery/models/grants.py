"""A reader's application for an electronic title, and what was granted until when."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from xinglin.commons import clock
from xinglin.consortium.models import Library, Staff
from xinglin.delivery.lifecycle import AccessState
from xinglin.eresources.models import Database
from xinglin.patrons.models import Patron


class AccessRequest(models.Model):
    """One reader, one database, for a time. ``decide_by`` is when the reader was promised an answer."""

    patron = models.ForeignKey(
        Patron, verbose_name=_("读者"), on_delete=models.CASCADE, related_name="access_requests"
    )
    database = models.ForeignKey(
        Database, verbose_name=_("数据库"), on_delete=models.CASCADE, related_name="access_requests"
    )
    library = models.ForeignKey(
        Library, verbose_name=_("读者所属馆"), on_delete=models.PROTECT, related_name="+"
    )
    state = models.CharField(_("状态"), max_length=10, choices=AccessState, default=AccessState.ASKED)
    purpose = models.CharField(_("用途"), max_length=400)
    wanted_until = models.DateField(_("希望用到"))
    asked_at = models.DateTimeField(_("申请时间"))
    decide_by = models.DateTimeField(_("应答复"))
    decided_at = models.DateTimeField(_("答复时间"), null=True, blank=True)
    decided_by = models.ForeignKey(
        Staff, verbose_name=_("审批人"), null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    reason = models.CharField(_("答复"), max_length=400, blank=True)
    granted_until = models.DateField(_("开通至"), null=True, blank=True)
    instructions = models.CharField(_("使用方法"), max_length=400, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("访问申请")
        ordering = ["-asked_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["patron", "database"],
                condition=Q(state__in=(AccessState.ASKED, AccessState.GRANTED)),
                name="one_standing_access_request_a_database",
            ),
            models.CheckConstraint(
                condition=~Q(state=AccessState.GRANTED) | Q(granted_until__isnull=False),
                name="a_grant_has_an_end",
            ),
        ]
        indexes = [
            models.Index(
                fields=["granted_until"], condition=Q(state=AccessState.GRANTED), name="grants_to_end"
            )
        ]

    def __str__(self) -> str:
        return f"{self.database} · {self.patron}"

    @property
    def holds_today(self) -> bool:
        """Whether the reader may use it now."""
        return (
            self.state == AccessState.GRANTED
            and self.granted_until is not None
            and self.granted_until >= clock.today()
        )
