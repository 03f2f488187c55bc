"""The reader pages' place among Django's applications."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MobileConfig(AppConfig):
    name = "xinglin.mobile"
    label = "mobile"
    verbose_name = _("读者移动页面")
