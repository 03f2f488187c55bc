"""The room of articles."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class NewsroomConfig(AppConfig):
    name = "xinglin.newsroom"
    label = "newsroom"
    verbose_name = _("宣传")

    def ready(self) -> None:
        # Django's own way for rows that the code counts on: permissions and content types come so too,
        # and a test that empties the database finds them again.
        post_migrate.connect(_lay_out_columns, sender=self)


def _lay_out_columns(**_about: object) -> None:
    from xinglin.newsroom.quality.terms import lay_out_terms
    from xinglin.newsroom.services import lay_out_columns
    from xinglin.newsroom.services.templates import lay_out_templates

    lay_out_columns()
    lay_out_terms()
    lay_out_templates()
