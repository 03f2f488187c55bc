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
        """Ask every room by what it lets people be selected; say what is mass-sent here; lay the dimensions out."""
        criteria.discover()
        _count_our_mass_sends()
        post_migrate.connect(_lay_out_dimensions, sender=self)


def _lay_out_dimensions(**_about: object) -> None:
    from xinglin.audience.services.dimensions import lay_out_dimensions

    lay_out_dimensions()


def _count_our_mass_sends() -> None:
    from xinglin.audience.services.counting import mass_sends
    from xinglin.newsroom.publishing.quotas import count_also

    count_also(mass_sends)
