"""The room of the audience."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from xinglin.commons import criteria


class AudienceConfig(AppConfig):
    name = "xinglin.audience"
    label = "audience"
    verbose_name = _("受众")

    def ready(self) -> None:
        """Ask every room by what it lets people be selected."""
        criteria.discover()
