"""The room of acquisitions."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AcquisitionsConfig(AppConfig):
    name = "xinglin.acquisitions"
    label = "acquisitions"
    verbose_name = _("采访")
