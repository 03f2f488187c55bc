"""The room of statistics."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class StatsConfig(AppConfig):
    name = "xinglin.stats"
    label = "stats"
    verbose_name = _("统计")

    def ready(self) -> None:
        """Count the reader's pages from now on."""
        from xinglin.mobile.registry import set_visit_counter
        from xinglin.stats.services.visits import count_visit

        set_visit_counter(count_visit)
