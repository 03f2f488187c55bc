"""What is borrowed most: the titles that were lent most often of late."""

from datetime import timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from xinglin.catalog import discovery
from xinglin.catalog.queries import in_order
from xinglin.circulation import queries
from xinglin.commons import clock
from xinglin.mobile.registry import Tile, add_tile, page

DAYS = 365
SHOWN = 50

add_tile(Tile(_("借阅排行"), icon="flame", url="mobile:popular", order=36, note=_("近一年")))


@page("popular/", name="popular", title=_("借阅排行"), tab="search")
def popular(request: HttpRequest) -> HttpResponse:
    """List the titles lent most often in a year."""
    counts = dict(queries.most_borrowed(since=clock.now() - timedelta(days=DAYS), size=SHOWN))
    found = discovery.found_of(in_order(counts))
    books = [(each, _("借出 %(n)d 次") % {"n": counts[each.record.pk]}) for each in found]
    return render(request, "circulation/mobile/popular.html", {"books": books})
