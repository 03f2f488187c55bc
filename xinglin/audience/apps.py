"""The room of the audience."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _

from xinglin.commons import criteria


class AudienceConfig(AppConfig):
    name = "xinglin.audience"
    label = "audience"
    verbose_name = _("受众")

    def ready(self) -> None:
        """Ask every room by what it lets people be selected; lay the first dimensions out, as newsroom its columns."""
        criteria.discover()
        post_migrate.connect(_lay_out_dimensions, sender=self)


def _lay_out_dimensions(**_about: object) -> None:
    from xinglin.audience.services.dimensions import lay_out_dimensions

    lay_out_dimensions()
