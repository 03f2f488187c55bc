from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CirculationConfig(AppConfig):
    name = "xinglin.circulation"
    label = "circulation"
    verbose_name = _("流通")

    def ready(self) -> None:
        from xinglin.circulation import clearance  # noqa: F401  (registers what a leaving reader still has)
