"""The console's wiring: every room's screens into addresses, and a check that names lead somewhere."""

from collections.abc import Sequence

from django.apps.config import AppConfig
from django.core.checks import CheckMessage, Error, register
from django.urls import URLPattern

from xinglin.console import registry


def screen_urls() -> list[URLPattern]:
    """Return the addresses of all screens, after every room has been asked for its own."""
    registry.discover()
    return [url for shown in registry.screens.values() for url in shown.urls()]


@register
def names_lead_somewhere(app_configs: Sequence[AppConfig] | None, **kwargs: object) -> list[CheckMessage]:
    """Report each screen that names a list, detail or form which nobody registered."""
    registry.discover()
    return [
        Error(f"screen {shown.name!r}: {word} names {target!r}, which no room registers", id="console.E001")
        for shown in registry.screens.values()
        for word in ("listing", "detail", "create", "edit")
        if (target := getattr(shown, word, "")) and target not in registry.screens
    ]
