"""Readers' pages: journals by letter, reading lists."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from xinglin.catalog import discovery
from xinglin.catalog.browsing import queries
from xinglin.mobile.paging import paged
from xinglin.mobile.registry import Tile, add_tile, page

add_tile(Tile(_("期刊导航"), icon="news", url="mobile:journals", order=32, note=_("按刊名音序")))
add_tile(Tile(_("书单"), icon="list-details", url="mobile:reading_lists", order=34, note=_("馆员推荐")))

_LANGUAGES = (("", _("全部")), ("chi", _("中文")), ("other", _("外文")))


@page("journals/", name="journals", title=_("期刊导航"), tab="search")
def journals(request: HttpRequest) -> HttpResponse:
    """List journals from A to Z, all or under one letter, Chinese or foreign."""
    letter = request.GET.get("letter", "")[:1].upper()
    language = request.GET.get("language", "")
    language = language if language in {code for code, _name in _LANGUAGES} else ""
    rows = paged(request, queries.journals(letter=letter, language=language), size=30)
    context = {
        "page": rows,
        "found": discovery.found_of(rows.rows),
        "letters": queries.letters_of_journals(),
        "letter": letter,
        "languages": _LANGUAGES,
        "language": language,
    }
    return render(request, "catalog/mobile/journals.html", context)


@page("lists/", name="reading_lists", title=_("书单"), tab="search")
def reading_lists(request: HttpRequest) -> HttpResponse:
    """List the reading lists."""
    return render(request, "catalog/mobile/lists.html", {"page": paged(request, queries.published_lists())})


@page("lists/<int:pk>/", name="reading_list", title=_("书单"), tab="search")
def reading_list(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one list with what the libraries have of each book."""
    shown = queries.published_list(pk)
    books = list(shown.books.select_related("record").filter(record__state="active"))
    remarks = {book.record_id: book.remark for book in books}
    found = discovery.found_of([book.record for book in books])
    context = {"list": shown, "books": [(each, remarks[each.record.pk]) for each in found]}
    return render(request, "catalog/mobile/list.html", context)
