"""The room of records, holdings and items, and of finding them."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CatalogConfig(AppConfig):
    name = "xinglin.catalog"
    label = "catalog"
    verbose_name = _("联合目录")
