from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class LiteratureConfig(AppConfig):
    name = "xinglin.literature"
    label = "literature"
    verbose_name = _("文献来源")
