"""The room of readers and cards."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PatronsConfig(AppConfig):
    name = "xinglin.patrons"
    label = "patrons"
    verbose_name = _("读者")
