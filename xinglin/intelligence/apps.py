from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class IntelligenceConfig(AppConfig):
    name = "xinglin.intelligence"
    label = "intelligence"
    verbose_name = _("情报")

    def ready(self) -> None:
        # It registers itself: released papers for those who search articles.
        from xinglin.intelligence import own_harvest  # noqa: F401
