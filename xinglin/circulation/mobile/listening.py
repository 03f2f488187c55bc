"""The audiobook shelf (有声书架): what is heard on the phone at once, and what is fetched or brought."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from xinglin.catalog import discovery
from xinglin.catalog.queries import audio_records
from xinglin.mobile.paging import paged
from xinglin.mobile.registry import Tile, add_tile, page

add_tile(Tile(_("有声书架"), icon="headphones", url="mobile:listening", order=37, note=_("在线听、借光盘")))


@page("listening/", name="listening", title=_("有声书架"), tab="search")
def listening(request: HttpRequest) -> HttpResponse:
    """List what can be listened to: by link first, then the newest recordings on the shelves."""
    shown = paged(request, audio_records(), size=20)
    books = [
        (each, _("可在线听") if each.record.links else "") for each in discovery.found_of(list(shown.rows))
    ]
    return render(request, "circulation/mobile/listening.html", {"page": shown, "books": books})
