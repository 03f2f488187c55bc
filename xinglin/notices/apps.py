"""The room of notices."""

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _


class NoticesConfig(AppConfig):
    name = "xinglin.notices"
    label = "notices"
    verbose_name = _("读者提醒")

    def ready(self) -> None:
        """Find the kinds and the channels that the rooms have left."""
        autodiscover_modules("notice_kinds")
        autodiscover_modules("channels")
