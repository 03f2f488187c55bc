from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DeliveryConfig(AppConfig):
    name = "xinglin.delivery"
    label = "delivery"
    verbose_name = _("文献传递")

    def ready(self) -> None:
        from xinglin.delivery import clearance  # noqa: F401  (registers what a leaving reader still owes)
