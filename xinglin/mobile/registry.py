"""The register of the reader's front: rooms leave pages, tabs, tiles and entries in ``mobile.py``."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path
from django.utils.cache import patch_cache_control
from django.utils.module_loading import autodiscover_modules

from xinglin.commons.onscreen import Words
from xinglin.mobile.identity import binding_guide, identity_of
from xinglin.mobile.libraries import library_of, remember_library

View = Callable[..., HttpResponse]


def _to_everyone(request: HttpRequest) -> bool:
    return True


def _no_badge(request: HttpRequest) -> int | None:
    return None


@dataclass(frozen=True)
class Tab:
    """A tab of the bar at the foot of every page; ``url`` is a URL name."""

    title: Words
    icon: str
    url: str
    order: int = 50


@dataclass(frozen=True)
class Tile:
    """A tile of the grid on the home page."""

    title: Words
    icon: str
    url: str
    order: int = 50
    note: Words = ""
    shown_to: Callable[[HttpRequest], bool] = _to_everyone


@dataclass(frozen=True)
class MyEntry:
    """A line of the 我的 page, with a number where something waits."""

    title: Words
    icon: str
    url: str
    order: int = 50
    badge: Callable[[HttpRequest], int | None] = _no_badge
    shown_to: Callable[[HttpRequest], bool] = _to_everyone


@dataclass(frozen=True)
class Panel:
    """A block of the home page with a template of its room's own; not shown when there is no context."""

    template: str
    context: Callable[[HttpRequest], dict[str, object] | None]
    order: int = 50
    above: bool = False


@dataclass(frozen=True)
class PageEntry:
    """A page: its address, and the tab that is lit while it is shown."""

    url: URLPattern
    name: str
    title: Words
    tab: str


def _count_nothing(page: str, library: str) -> None:
    return None


_count_visit: Callable[[str, str], None] = _count_nothing


def set_visit_counter(counter: Callable[[str, str], None]) -> None:
    """Name the function that counts pages shown, by their name and the library looked at."""
    global _count_visit
    _count_visit = counter


tabs: dict[str, Tab] = {}
tiles: dict[str, Tile] = {}
my_entries: dict[str, MyEntry] = {}
panels: dict[str, Panel] = {}
pages: dict[str, PageEntry] = {}


def add_tab(tab: Tab) -> None:
    """Put a tab into the bar."""
    tabs[tab.url] = tab


def add_tile(tile: Tile) -> None:
    """Put a tile onto the home page."""
    tiles[f"{tile.url} {tile.title}"] = tile


def add_my_entry(entry: MyEntry) -> None:
    """Put a line onto the 我的 page."""
    my_entries[f"{entry.url} {entry.title}"] = entry


def add_panel(
    *,
    template: str,
    context: Callable[[HttpRequest], dict[str, object] | None],
    order: int = 50,
    above: bool = False,
) -> None:
    """Put a block onto the home page, below the tiles, or above them (a search box, an alarm)."""
    panels[template] = Panel(template, context, order, above)


def page(
    address: str, *, name: str, title: Words, tab: str = "", needs_identity: bool = False
) -> Callable[[View], View]:
    """Register a reader's page under ``/m/``.

    A page that ``needs_identity`` is not called for an unknown reader: they read how to bind a card.
    Pages are private to the reader: no cache between us and the phone keeps them. Two pages of one name are
    a programmer's mistake: links would lead to whichever room was read last.
    """

    def register(view: View) -> View:
        @wraps(view)
        def shown(request: HttpRequest, **where: object) -> HttpResponse:
            library = library_of(request)  # one that is not there is refused before the page does anything
            if needs_identity and identity_of(request) is None:
                guide = {"guide": binding_guide(request), "wanted": title}
                response = render(request, "mobile/please_bind.html", guide, status=403)
            else:
                response = view(request, **where)
            if request.method == "GET" and response.status_code == 200:
                _count_visit(name, library.code if library else "")
            remember_library(request, response)
            patch_cache_control(response, private=True, no_cache=True)
            return response

        known = pages.get(name)
        if known is not None and str(known.url.pattern) != address:
            raise ValueError(f"two pages are named {name!r}: {known.url.pattern} and {address}")
        pages[name] = PageEntry(path(address, shown, name=name), name, title, tab)
        return view

    return register


def discover() -> None:
    """Import every room's ``mobile.py``, once the applications are ready."""
    autodiscover_modules("mobile")
