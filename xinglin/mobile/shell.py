"""The shell around every page: the tabs, the library, the reader, the size of the type."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.http import HttpRequest
from django.urls import reverse

from xinglin.commons.errors import Refusal
from xinglin.commons.onscreen import Words
from xinglin.mobile import registry
from xinglin.mobile.identity import Identity, identity_of
from xinglin.mobile.libraries import LibraryChoice, libraries_of, library_of

LARGE_TYPE_COOKIE = "large_type"


@dataclass(frozen=True)
class TabView:
    """A tab as the bar shows it."""

    title: Words
    icon: str
    url: str
    current: bool


@dataclass(frozen=True)
class Shell:
    """What the base template shows around a page."""

    title: Words
    tabs: Sequence[TabView]
    library: LibraryChoice | None
    has_choice: bool
    identity: Identity | None
    large: bool
    top: bool


def shell_of(request: HttpRequest) -> Shell:
    """Return the shell for a request; a page outside the register (a refusal) has one too."""
    here = registry.pages.get(request.resolver_match.url_name or "") if request.resolver_match else None
    lit = f"mobile:{here.tab or here.name}" if here else ""
    return Shell(
        title=here.title if here else "",
        tabs=[
            TabView(tab.title, tab.icon, reverse(tab.url), tab.url == lit)
            for tab in sorted(registry.tabs.values(), key=lambda tab: tab.order)
        ],
        library=_library(request),
        has_choice=len(libraries_of(request)) > 1,
        identity=identity_of(request),
        large=request.COOKIES.get(LARGE_TYPE_COOKIE) == "on",
        top=here is not None and f"mobile:{here.name}" in registry.tabs,
    )


def _library(request: HttpRequest) -> LibraryChoice | None:
    """Return the library, or None on the page that tells there is no such library."""
    try:
        return library_of(request)
    except Refusal:
        return None
