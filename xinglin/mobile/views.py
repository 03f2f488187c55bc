"""The shell's own pages: home, 我的, the library switcher, the size of the type, and nothing found."""

from collections.abc import Sequence
from typing import TypeVar

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from xinglin.commons.errors import NotFound
from xinglin.commons.web import own_address
from xinglin.mobile import registry
from xinglin.mobile.identity import binding_guide, identity_of
from xinglin.mobile.libraries import KEPT_FOR, libraries_of
from xinglin.mobile.registry import MyEntry, Panel, Tab, Tile, add_tab, page
from xinglin.mobile.shell import LARGE_TYPE_COOKIE

Ordered = TypeVar("Ordered", Tile, MyEntry, Panel)

add_tab(Tab(_("首页"), icon="home", url="mobile:home", order=10))
add_tab(Tab(_("我的"), icon="user", url="mobile:me", order=90))


@page("", name="home", title=_("首页"))
def home(request: HttpRequest) -> HttpResponse:
    """Show the tiles that the rooms have left, and their panels."""
    shown = [(panel, panel.context(request)) for panel in _in_order(registry.panels)]
    context = {
        "tiles": [(tile, reverse(tile.url)) for tile in _in_order(registry.tiles) if tile.shown_to(request)],
        "above": [(panel.template, about) for panel, about in shown if about is not None and panel.above],
        "below": [(panel.template, about) for panel, about in shown if about is not None and not panel.above],
    }
    return render(request, "mobile/home.html", context)


@page("me/", name="me", title=_("我的"))
def me(request: HttpRequest) -> HttpResponse:
    """Show who the reader is, or how to become known, and what the rooms keep for them."""
    identity = identity_of(request)
    entries = [
        (entry, reverse(entry.url), entry.badge(request) if identity else None)
        for entry in _in_order(registry.my_entries)
        if entry.shown_to(request)
    ]
    context = {"entries": entries, "guide": None if identity else binding_guide(request)}
    return render(request, "mobile/me.html", context)


@page("library/", name="library", title=_("选择图书馆"), tab="home")
def choose_library(request: HttpRequest) -> HttpResponse:
    """Show the libraries to choose from."""
    return render(request, "mobile/library.html", {"choices": libraries_of(request)})


@page("type/", name="type", title=_("字体大小"), tab="me")
def type_size(request: HttpRequest) -> HttpResponse:
    """Turn large type on or off, kept on this phone, and go back to the page it was asked on."""
    answer = redirect(own_address(request.POST.get("back", "")) or reverse("mobile:me"))
    if request.method == "POST":
        size = "on" if request.POST.get("large") == "on" else "off"
        answer.set_cookie(
            LARGE_TYPE_COOKIE,
            size,
            max_age=KEPT_FOR,
            path="/m/",
            samesite="Lax",
            httponly=True,
            secure=settings.SESSION_COOKIE_SECURE,
        )
    return answer


def nothing_here(request: HttpRequest, rest: str) -> HttpResponse:
    """Say that there is no such page. Raises ``NotFound``."""
    raise NotFound(_("没有这个页面，链接可能已经失效；请从首页重新进入。"))


def _in_order(entries: dict[str, Ordered]) -> Sequence[Ordered]:
    return sorted(entries.values(), key=lambda entry: entry.order)
