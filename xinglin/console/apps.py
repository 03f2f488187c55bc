"""The console's place among Django's applications."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ConsoleConfig(AppConfig):
    name = "xinglin.console"
    label = "console"
    verbose_name = _("工作台")

    def ready(self) -> None:
        from xinglin.console import wiring  # noqa: F401  (registers the check of names)
