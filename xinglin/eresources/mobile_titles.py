"""Journals and books of the licensed databases on the phone: by name, ISSN or ISBN, and beside a search for books."""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xinglin.catalog.mobile_parts import (
    Beside,
    RecordAction,
    SearchTool,
    add_record_action,
    look_beside,
    nothing_found_tools,
    search_tools,
)
from xinglin.catalog.models import Record
from xinglin.eresources import queries
from xinglin.eresources.mobile import LONGEST_SEARCH, library_looked_at, reach_of
from xinglin.eresources.models import LicensedTitle
from xinglin.mobile.paging import paged
from xinglin.mobile.registry import Tile, add_tile, page

MOST_BESIDE = 3

_TOOL = SearchTool(gettext_lazy("电子刊和电子书"), "mobile:eresources.titles")
search_tools.append(_TOOL)
nothing_found_tools.append(_TOOL)
add_tile(Tile(gettext_lazy("电子刊和电子书"), icon="news", url="mobile:eresources.titles", order=35))


@dataclass(frozen=True)
class Shown:
    """A title with where a tap leads: to it where the reader can read it at once, else to how it is reached."""

    title: LicensedTitle
    url: str

    @property
    def note(self) -> str:
        parts = [self.title.coverage_words, self.title.title_list.database.name, self.title.publisher]
        return " · ".join(part for part in parts if part)


def shown(title: LicensedTitle, *, in_house: bool) -> Shown:
    """Return a title as the phone shows it."""
    direct = title.url and (in_house or title.is_free)
    return Shown(
        title, title.url if direct else reverse("mobile:database", args=[title.title_list.database.code])
    )


def read_online(request: HttpRequest, record: Record) -> RecordAction | None:
    """Offer 「读电子版」 on the page of a journal or a book that the reader's library has licensed, or that is free."""
    numbers = (*record.issns, *record.isbns)
    listed = queries.titles_numbered(queries.titles_for(library_looked_at(request)), numbers).first()
    if listed is None:
        return None
    found = shown(listed, in_house=reach_of(request).in_house)
    note = found.note if found.url == listed.url else _("%(note)s · 点开先看怎样访问") % {"note": found.note}
    return RecordAction(_("读电子版"), found.url, note)


add_record_action(read_online, order=20)


@page("e-titles/", name="eresources.titles", title=gettext_lazy("电子刊和电子书"), tab="databases")
def titles(request: HttpRequest) -> HttpResponse:
    """List the journals and books that the readers of a library may read, by words or a number."""
    words = request.GET.get("q", "").strip()[:LONGEST_SEARCH]
    library, reach = library_looked_at(request), reach_of(request)
    rows = queries.titles_for(library)
    there = paged(request, queries.titles_matching(rows, words) if words else rows)
    context = {
        "words": words,
        "library": library,
        "reach": reach,
        "page": there,
        "titles": [shown(each, in_house=reach.in_house) for each in there.rows],
    }
    return render(request, "eresources/mobile/titles.html", context)


@look_beside
def titles_beside_books(request: HttpRequest, words: str) -> Beside | None:
    """Offer the journals and electronic books whose name begins with the words, or that have the number."""
    found = list(
        queries.titles_beginning(queries.titles_for(library_looked_at(request)), words)[:MOST_BESIDE]
    )
    if not found:
        return None
    in_house = reach_of(request).in_house
    lines = [
        (each.title.title, each.note, each.url) for each in (shown(row, in_house=in_house) for row in found)
    ]
    return Beside(
        _("电子刊和电子书"), lines, f"{reverse('mobile:eresources.titles')}?{urlencode({'q': words})}"
    )
