"""Readers' pages: search, the record with what every library has of it, new arrivals, classes."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from xinglin.catalog import discovery, queries
from xinglin.catalog.asking import FACETS, PARAMETER_OF, SORTS, Asked
from xinglin.catalog.classes import MAIN_CLASSES, MEDICINE, ClassChoice, caption_of
from xinglin.catalog.discovery import Discovery, Found
from xinglin.catalog.languages import LANGUAGES, name_of_language
from xinglin.catalog.lifecycle import Condition
from xinglin.catalog.missing.services import note_missed
from xinglin.catalog.mobile_parts import (
    RecordAction,
    add_record_action,
    found_beside,
    nothing_found_tools,
    record_actions,
    search_tools,
)
from xinglin.catalog.models import Holding, Item, Kind, Record
from xinglin.catalog.search.numbers import class_key, class_path
from xinglin.catalog.search.query import Facet, Filters, Query
from xinglin.catalog.served.schema_org import json_ld_block
from xinglin.consortium.mobile import public_libraries_of
from xinglin.consortium.models import Library
from xinglin.mobile.libraries import library_of
from xinglin.mobile.paging import Paged
from xinglin.mobile.registry import Tab, Tile, add_tab, add_tile, page

__all__ = ["RecordAction", "add_record_action"]

PAGE = 20
NEW_ARRIVALS = 30
_LONGEST_CLASS = 40

add_tab(Tab(_("检索"), icon="search", url="mobile:search", order=20))
add_tile(Tile(_("馆藏检索"), icon="search", url="mobile:search", order=10, note=_("书名、作者、ISBN")))
add_tile(Tile(_("新书通报"), icon="sparkles", url="mobile:new", order=20, note=_("最近入藏")))
add_tile(Tile(_("分类浏览"), icon="category", url="mobile:classes", order=30, note=_("按中图法")))


@dataclass(frozen=True)
class FacetLink:
    """One value of a facet: what it is called, how many records, and the search narrowed by it."""

    label: str
    count: int
    url: str


@dataclass(frozen=True)
class FacetGroup:
    title: str | Promise
    links: tuple[FacetLink, ...]


@dataclass(frozen=True)
class Chosen:
    """A filter in force, with the search that drops it."""

    label: str
    url: str


@page("search/", name="search", title=_("检索"), tab="search")
def search(request: HttpRequest) -> HttpResponse:
    """Search the union catalogue; an empty question shows what there is, newest first."""
    asked = Asked.read(request.GET.dict())
    known = public_libraries_of(request)
    result = discovery.discover(asked.query(size=PAGE, facets=FACETS), known=known)
    path = reverse("mobile:search")
    libraries = {library.code: library.label for library in known}
    if not result.total and request.method == "GET":
        chosen = library_of(request)
        note_missed(
            asked, library_id=next((each.pk for each in known if chosen and each.code == chosen.code), None)
        )
    context = {
        "asked": asked,
        "result": result,
        "facets": _facets(result, asked, path, libraries),
        "chosen": _chosen(asked, path, libraries),
        "sorts": [(sort.value, label) for sort, label in SORTS.items()],
        "kinds": Kind.choices,
        "languages": list(LANGUAGES.items()),
        "libraries": list(libraries.items()),
        "page": _turning(result, asked, path),
        "tools": [(tool.label, asked.url(reverse(tool.url))) for tool in search_tools],
        "beside": found_beside(request, asked),
        "nothing_found": [(tool.label, asked.url(reverse(tool.url))) for tool in nothing_found_tools],
        "meant_url": asked.url(path, q=result.did_you_mean) if result.did_you_mean else "",
    }
    return render(request, "catalog/mobile/search.html", context)


@page("record/<int:pk>/", name="record", title=_("书目"), tab="search")
def record(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a work and where its copies stand; the address is permanent and follows a merge."""
    shown = queries.record_by_id(pk)
    if shown.pk != pk:
        return redirect("mobile:record", pk=shown.pk, permanent=True)
    offered = (offer(request, shown) for _order, offer in record_actions)
    context = {
        "record": shown,
        "facts": list(_facts_of(shown)),
        "places": _places(shown),
        "record_actions": [action for action in offered if action is not None],
        "classes": [(number, caption_of(number)) for number in shown.classes if ":" not in number],
        "for_search_engines": json_ld_block(shown, queries.availability(shown)),
    }
    return render(request, "catalog/mobile/record.html", context)


@page("new/", name="new", title=_("新书通报"), tab="search")
def new_arrivals(request: HttpRequest) -> HttpResponse:
    """List what entered the catalogue last."""
    asked = Asked.read(request.GET.dict())
    result = discovery.newest(size=NEW_ARRIVALS, page=asked.page)
    turning = _turning(result, asked, reverse("mobile:new"), size=NEW_ARRIVALS)
    return render(request, "catalog/mobile/new.html", {"result": result, "page": turning})


@page("classes/", name="classes", title=_("分类浏览"), tab="search")
def classes(request: HttpRequest) -> HttpResponse:
    """List the classes there are records in: medicine first, by its second level."""
    main = dict(
        discovery.engine().search(Query(size=0, facets=(Facet.CLASS,), facet_size=40)).facets[Facet.CLASS]
    )
    context = {
        "medicine": [choice for choice in _counted(MEDICINE) if choice.count],
        "main": [
            ClassChoice(number, str(caption), main[number])
            for number, caption in MAIN_CLASSES.items()
            if main.get(number)
        ],
        "path": reverse("mobile:search"),
    }
    return render(request, "catalog/mobile/classes.html", context)


@page("classes/<str:number>/", name="class", title=_("分类浏览"), tab="search")
def one_class(request: HttpRequest, number: str) -> HttpResponse:
    """Show a class: those above it, those right below it with how much is in each, and the way to its books."""
    key = class_key(number)[:_LONGEST_CLASS]
    query = Query(size=0, filters=Filters(classes=(key,)), facets=(Facet.CLASS,), facet_size=60)
    result = discovery.engine().search(query)
    steps = class_path(key)
    context = {
        "number": key,
        "caption": caption_of(key),
        "count": result.total,
        "above": [(step, caption_of(step)) for step in steps[:-1]],
        "below": [
            ClassChoice(step, caption_of(step), count) for step, count in sorted(result.facets[Facet.CLASS])
        ],
        "path": reverse("mobile:search"),
    }
    return render(request, "catalog/mobile/class.html", context)


def _counted(captions: dict[str, Promise]) -> Iterator[ClassChoice]:
    """Count two levels of R in two aggregations: R71–R79 stand below R7, which has no caption of its own."""
    counts: dict[str, int] = {}
    for above in ("R", "R7"):
        query = Query(size=0, filters=Filters(classes=(above,)), facets=(Facet.CLASS,), facet_size=40)
        counts.update(discovery.engine().search(query).facets[Facet.CLASS])
    for number, caption in captions.items():
        yield ClassChoice(number, str(caption), counts.get(number, 0))


def _turning(result: Discovery, asked: Asked, path: str, *, size: int = PAGE) -> Paged[Found]:
    more = result.total > asked.page * size
    return Paged(
        rows=result.found,
        number=asked.page,
        total=result.total,
        next_url=asked.url(path, page=asked.page + 1) if more else "",
        previous_url=asked.url(path, page=asked.page - 1) if asked.page > 1 else "",
    )


_FACET_TITLES = {
    Facet.LIBRARY: _("馆"),
    Facet.KIND: _("类型"),
    Facet.LANGUAGE: _("语种"),
    Facet.DECADE: _("年代"),
    Facet.CLASS: _("分类"),
    Facet.SUBJECT: _("主题"),
}


def _facets(result: Discovery, asked: Asked, path: str, libraries: dict[str, str]) -> list[FacetGroup]:
    groups = []
    for facet in FACETS:
        parameter = PARAMETER_OF[facet]
        values = [
            (value, count)
            for value, count in result.facets.get(facet, [])
            if asked.values.get(parameter) != value
        ]
        if len(values) < 2 and facet is not Facet.CLASS:
            continue
        links = tuple(
            FacetLink(_facet_label(facet, value, libraries), count, asked.url(path, **{parameter: value}))
            for value, count in values
        )
        if links:
            groups.append(FacetGroup(_FACET_TITLES[facet], links))
    return groups


def _facet_label(facet: Facet, value: str, libraries: dict[str, str]) -> str:
    match facet:
        case Facet.LIBRARY:
            return libraries.get(value, value)
        case Facet.KIND:
            return str(Kind(value).label) if value in Kind else value
        case Facet.LANGUAGE:
            return name_of_language(value)
        case Facet.DECADE:
            return f"{value}—{int(value) + 9}"
        case Facet.CLASS:
            return f"{value} {caption_of(value)}".strip()
        case _:
            return value


def _chosen(asked: Asked, path: str, libraries: dict[str, str]) -> list[Chosen]:
    chosen = [
        Chosen(_facet_label(facet, asked.values[parameter], libraries), asked.url(path, **{parameter: None}))
        for facet, parameter in PARAMETER_OF.items()
        if parameter in asked.values
    ]
    if "author" in asked.values:
        chosen.append(Chosen(asked.values["author"], asked.url(path, author=None)))
    if "from" in asked.values or "to" in asked.values:
        years = f"{asked.values.get('from', '')}—{asked.values.get('to', '')}"
        chosen.append(Chosen(years, asked.url(path, **{"from": None, "to": None})))
    if "shelf" in asked.values:
        chosen.append(Chosen(str(_("只看在架")), asked.url(path, shelf=None)))
    return chosen


@dataclass(frozen=True)
class Copy:
    """One copy as a reader sees it."""

    item: Item
    state: str | Promise
    tone: str


@dataclass(frozen=True)
class Shelf:
    """A holding with its copies."""

    holding: Holding
    copies: tuple[Copy, ...]


@dataclass(frozen=True)
class Place:
    """One library with its holdings of a work."""

    library: Library
    shelves: tuple[Shelf, ...]

    @property
    def on_shelf(self) -> int:
        return sum(copy.item.available for shelf in self.shelves for copy in shelf.copies)

    @property
    def copies(self) -> int:
        return sum(len(shelf.copies) for shelf in self.shelves)


def _places(shown: Record) -> list[Place]:
    holdings = queries.holdings_of(shown)
    return [
        Place(library, tuple(Shelf(each, tuple(map(_copy, each.items.all()))) for each in held))
        for library, held in groupby(holdings, key=lambda holding: holding.library)
    ]


def _copy(item: Item) -> Copy:
    if item.available:
        if item.stays_in_the_library:
            return Copy(item, _("在架 · 仅供阅览"), "active")
        return Copy(item, _("在架 · 可借"), "good")
    if item.condition == Condition.ON_SHELF:
        return Copy(item, _("已借出或保留中"), "waiting")
    return Copy(item, Condition(item.condition).label, "quiet")


def _facts_of(shown: Record) -> Iterator[tuple[str | Promise, str]]:
    """Yield what a reader reads of a description, leaving out what it does not say."""
    imprint = "，".join(part for part in (shown.place, shown.publisher, str(shown.year or "")) if part)
    for label, value in (
        (_("责任者"), shown.responsibility or "；".join(shown.authors)),
        (_("版本"), shown.edition),
        (_("出版"), imprint),
        (_("载体"), shown.extent),
        (_("丛编"), "；".join(shown.series)),
        (_("其他题名"), "；".join(shown.variant_titles)),
        ("ISBN", "　".join(shown.isbns)),
        ("ISSN", "　".join(shown.issns)),
        (_("语种"), "、".join(map(name_of_language, shown.languages))),
        (_("类型"), str(Kind(shown.kind).label)),
        (_("主题"), "；".join([*shown.subjects, *shown.keywords])),
    ):
        if value:
            yield label, value


# Pages of their own files; here, for the shell finds a room's pages by this module.
from xinglin.catalog import mobile_citing  # noqa: E402, F401
from xinglin.catalog.browsing import pages as browsing_pages  # noqa: E402, F401
from xinglin.catalog.watching import pages as watching_pages  # noqa: E402, F401
