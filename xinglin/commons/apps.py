"""The commons: small and dull things that every room uses."""

from django.apps import AppConfig


class CommonsConfig(AppConfig):
    name = "xinglin.commons"
    label = "commons"
