"""The reader's pages of electronic resources: the navigation, one database, and the way out to it."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import groupby

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from xinglin.commons.onscreen import Words
from xinglin.consortium.mobile import public_libraries_of
from xinglin.consortium.models import Library
from xinglin.eresources import queries, services
from xinglin.eresources.models import Database
from xinglin.eresources.text import OTHER_LETTER, name_key_of
from xinglin.mobile.libraries import library_of
from xinglin.mobile.registry import MyEntry, Tab, Tile, add_my_entry, add_tab, add_tile, page
from xinglin.patrons.models import Patron
from xinglin.wechat.links import patron_of

LONGEST_SEARCH = 60

add_tab(Tab(gettext_lazy("资源"), icon="database", url="mobile:databases", order=30))
add_tile(Tile(gettext_lazy("电子资源"), icon="database", url="mobile:databases", order=30))
add_my_entry(MyEntry(gettext_lazy("收藏的数据库"), icon="star", url="mobile:favourite_databases", order=60))


@dataclass(frozen=True)
class Group:
    """Databases under one heading: a letter, a subject, a type."""

    heading: Words
    databases: list[Database]

    @property
    def anchor(self) -> str:
        return f"to-{self.heading}"


@dataclass(frozen=True)
class Way:
    """One way to look through the databases."""

    value: str
    title: Words


WAYS = (
    Way("", gettext_lazy("字母")),
    Way("subject", gettext_lazy("学科")),
    Way("type", gettext_lazy("类型")),
    Way("language", gettext_lazy("语种")),
)


@page("databases/", name="databases", title=gettext_lazy("资源导航"))
def databases(request: HttpRequest) -> HttpResponse:
    """List what the readers of a library may use: from A to Z, by subject, type or language, or by words."""
    library = library_looked_at(request)
    usable = queries.databases_for(library)
    words = request.GET.get("q", "").strip()[:LONGEST_SEARCH]
    way = request.GET.get("by", "")
    patron = patron_of(request)
    if words:
        groups = [Group("", list(queries.matching(usable, words)))]
    else:
        groups = grouped(usable, way)
    context = {
        "groups": groups,
        "found": sum(len(group.databases) for group in groups) if words else 0,
        "words": words,
        "ways": WAYS,
        "way": way if way in {each.value for each in WAYS} else "",
        "most_used": [] if words else queries.most_used(usable, library=library),
        "favourites": list(queries.favourites_of(patron, usable)) if patron and not words else [],
        "reach": reach_of(request),
        "library": library,
    }
    return render(request, "eresources/mobile/list.html", context)


@page(
    "databases/favourites/",
    name="favourite_databases",
    title=gettext_lazy("收藏的数据库"),
    needs_identity=True,
    tab="databases",
)
def favourite_databases(request: HttpRequest) -> HttpResponse:
    """List the databases that the reader has marked, also those that other libraries' readers use."""
    patron = patron_of(request)
    kept = list(queries.favourites_of(patron, queries.databases_for(None))) if patron else []
    return render(request, "eresources/mobile/favourites.html", {"databases": kept})


@page("databases/<slug:code>/", name="database", title=gettext_lazy("数据库"), tab="databases")
def database(request: HttpRequest, code: str) -> HttpResponse:
    """Show what a database is, how it is used, and how it is reached from where the reader is."""
    shown = queries.database_by_code(code)
    library, reach, patron = library_looked_at(request), reach_of(request), patron_of(request)
    entitled = queries.entitled_libraries(shown)
    context = {
        "database": shown,
        "library": library,
        "reach": reach,
        "direct": reach.library is not None and queries.may_use(shown, reach.library),
        "may_use": queries.may_use(shown, library),
        "entitled": entitled,
        "two_ways": bool(shown.url_outside and shown.url_outside != shown.url),
        "patron": patron,
        "is_favourite": patron is not None and _is_favourite(patron, shown),
    }
    return render(request, "eresources/mobile/database.html", context)


@page("databases/<slug:code>/go/", name="database_go", title=gettext_lazy("数据库"), tab="databases")
@require_safe
def go(request: HttpRequest, code: str) -> HttpResponse:
    """Count a visit and lead to the database: to the address that is kept for it, and to no other.

    ``from=outside`` or ``from=in_house`` is the reader's own word; without it the network decides.
    """
    wanted = queries.database_by_code(code)
    said = request.GET.get("from", "")
    in_house = reach_of(request).in_house if said not in ("outside", "in_house") else said == "in_house"
    if request.method == "GET":
        services.count_visit(database=wanted, library=library_looked_at(request), in_house=in_house)
    answer = HttpResponseRedirect(wanted.address(in_house=in_house))
    # Where the reader comes from is nothing that a provider needs to know.
    answer["Referrer-Policy"] = "no-referrer"
    return answer


@page(
    "databases/<slug:code>/favourite/",
    name="database_favourite",
    title=gettext_lazy("收藏数据库"),
    tab="databases",
    needs_identity=True,
)
@require_POST
def favourite(request: HttpRequest, code: str) -> HttpResponse:
    """Keep a database at hand, or put it back."""
    wanted, patron = queries.database_by_code(code), patron_of(request)
    if patron is not None and request.POST.get("keep") == "yes":
        services.mark_favourite(database=wanted, patron=patron)
        messages.success(request, _("已收藏，可以在“我的”里找到。"))
    elif patron is not None:
        services.drop_favourite(database=wanted, patron=patron)
        messages.success(request, _("已取消收藏。"))
    return redirect("mobile:database", code=wanted.code)


def library_looked_at(request: HttpRequest) -> Library | None:
    """Return the library that the reader looks at, or None where none is known."""
    choice = library_of(request)
    known = public_libraries_of(request)
    return next((library for library in known if choice and library.code == choice.code), None)


def reach_of(request: HttpRequest) -> queries.Reach:
    """Return where the request comes from: the network of one of our libraries, or outside."""
    return queries.reach_of(request.META.get("REMOTE_ADDR", ""))


_WORDS: dict[str, Callable[[Database], list[str]]] = {
    "subject": lambda database: database.subject_words,
    "type": lambda database: database.type_words,
    "language": lambda database: database.language_words,
}


def grouped(rows: Iterable[Database], way: str) -> list[Group]:
    """Return databases under their letters, or under each of their subjects, types or languages.

    The largest group stands first, the letters in their order; what has no word for it comes last.
    """
    if way not in _WORDS:
        ordered = sorted(rows, key=lambda each: (each.letter == OTHER_LETTER, each.name_key))
        return [
            Group(letter, list(these)) for letter, these in groupby(ordered, key=lambda each: each.letter)
        ]
    under: dict[str, list[Database]] = {}
    for database in rows:
        for word in _WORDS[way](database) or [str(_("其他"))]:
            under.setdefault(word, []).append(database)
    return [
        Group(word, under[word])
        for word in sorted(under, key=lambda word: (-len(under[word]), name_key_of(word)))
    ]


def _is_favourite(patron: Patron, database: Database) -> bool:
    return queries.favourites_of(patron, Database.objects.filter(pk=database.pk)).exists()


from xinglin.eresources import mobile_titles  # noqa: E402, F401
