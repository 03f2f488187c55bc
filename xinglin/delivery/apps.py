from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DeliveryConfig(AppConfig):
    name = "xinglin.delivery"
    label = "delivery"
    verbose_name = _("文献传递")

    def ready(self) -> None:
        # They register themselves: what a leaving reader still owes, and Chinese words for English sources.
        from xinglin.delivery import clearance, headings  # noqa: F401
