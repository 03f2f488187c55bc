"""The room of lectures and training."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class LearningConfig(AppConfig):
    name = "xinglin.learning"
    label = "learning"
    verbose_name = _("讲座培训")
