"""The pace at which all processes together ask the sources."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class HostPace(models.Model):
    """When a source may be asked next. One row a host; taken and moved on in one statement."""

    host = models.CharField(_("主机"), max_length=255, primary_key=True)
    next_at = models.FloatField(_("下次可用"))

    class Meta:
        verbose_name = verbose_name_plural = _("来源限速")

    def __str__(self) -> str:
        return self.host
