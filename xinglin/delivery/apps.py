"""The room of document delivery."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class DeliveryConfig(AppConfig):
    name = "xinglin.delivery"
    label = "delivery"
    verbose_name = _("文献传递")

    def ready(self) -> None:
        # They register themselves: what a leaving reader still owes, and Chinese words for English sources.
        from xinglin.delivery import clearance, headings  # noqa: F401

        # Rows that the room counts on; a test that empties the database finds them again.
        post_migrate.connect(_lay_out_limits, sender=self)


def _lay_out_limits(**_about: object) -> None:
    from xinglin.delivery.practice import lay_out_limits

    lay_out_limits()
