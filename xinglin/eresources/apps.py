"""The room of electronic resources."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class EResourcesConfig(AppConfig):
    name = "xinglin.eresources"
    label = "eresources"
    verbose_name = _("电子资源")
