from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class IntelligenceConfig(AppConfig):
    name = "xinglin.intelligence"
    label = "intelligence"
    verbose_name = _("情报")
