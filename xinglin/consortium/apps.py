"""The room of libraries, staff and roles."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ConsortiumConfig(AppConfig):
    name = "xinglin.consortium"
    label = "consortium"
    verbose_name = _("总分馆联盟")
