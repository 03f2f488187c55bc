"""馆情概览: the libraries, one library's page with hours, rules, contacts and map, and the nearest ones."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from xinglin.commons import clock
from xinglin.consortium import queries
from xinglin.consortium.errors import LibraryUnknown
from xinglin.consortium.fields import picture_kind
from xinglin.consortium.hours import Timetable
from xinglin.consortium.models import Library, LibraryKind
from xinglin.consortium.models.libraries import Weekday
from xinglin.mobile.libraries import LibraryChoice, set_library_provider
from xinglin.mobile.registry import Tile, add_tile, page

FEWEST_METRES_TOLD = 1000
_KEPT = "_public_libraries"


def _choices(request: HttpRequest) -> list[LibraryChoice]:
    """Return the public libraries: where the reader's network is first, then the main library."""
    shown = public_libraries_of(request)
    here = queries.library_of_address(request.META.get("REMOTE_ADDR", ""), among=shown)
    ordered = sorted(shown, key=lambda library: library != here)
    return [LibraryChoice(library.code, library.label, note=library.address) for library in ordered]


def public_libraries_of(request: HttpRequest) -> list[Library]:
    """Return the public libraries, the main one first: read once a request, whoever asks on the page."""
    if not hasattr(request, _KEPT):
        setattr(request, _KEPT, _main_first())
    found: list[Library] = getattr(request, _KEPT)
    return found


def _main_first() -> list[Library]:
    return sorted(
        queries.public_libraries(), key=lambda library: (library.kind != LibraryKind.MAIN, library.code)
    )


set_library_provider(_choices)
add_tile(
    Tile(_("馆情概览"), icon="building", url="mobile:libraries", order=40, note=_("开馆时间、规则、地址"))
)


def public_library(code: str) -> Library:
    """Return a library that readers are shown. Raises ``LibraryUnknown``, whether it is hidden or not there."""
    library = queries.public_libraries().filter(code__iexact=code).first()
    if library is None:
        raise LibraryUnknown(_("没有找到这个图书馆，它可能已经改名；请从馆情概览里重新选择。"))
    return library


def hours_now(timetable: Timetable) -> dict[str, object]:
    """Return what a reader at the door asks: the hours of today, is it open, when next."""
    now, today = clock.now(), clock.today()
    return {
        "is_known": timetable.is_known,
        "spans": timetable.on(today),
        "reason": timetable.reason_on(today),
        "closes_at": timetable.closes_at(now),
        "opens_next": timetable.opens_next(now),
    }


def _distance(metres: float) -> str:
    if metres < FEWEST_METRES_TOLD:
        return str(_("%(metres)d 米")) % {"metres": round(metres, -1)}
    return str(_("%(km).1f 公里")) % {"km": metres / 1000}


def _place(request: HttpRequest) -> tuple[float, float] | None:
    """Return where the reader says to be; nonsense is nowhere."""
    try:
        latitude, longitude = float(request.GET["latitude"]), float(request.GET["longitude"])
    except (KeyError, ValueError):
        return None
    return (latitude, longitude) if abs(latitude) <= 90 and abs(longitude) <= 180 else None


@page("libraries/", name="libraries", title=_("馆情概览"))
def libraries(request: HttpRequest) -> HttpResponse:
    """List the libraries with their hours of today; the nearest first when the place is told.

    A phone's browser tells WGS-84, our libraries stand in GCJ-02: in China the two lie up to some 700 m
    apart, so distances are told roughly.
    """
    place = _place(request)
    near = (
        {
            nearby.library.pk: nearby.metres
            for nearby in queries.nearest(latitude=place[0], longitude=place[1])
        }
        if place
        else {}
    )
    ordered = [library for _depth, library in queries.as_tree(_main_first())]
    if place:
        ordered.sort(key=lambda library: near.get(library.pk, float("inf")))
    timetables = queries.timetables_of([library.pk for library in ordered], since=clock.today())
    rows = [
        {
            "library": library,
            "hours": hours_now(timetables[library.pk]),
            "distance": _distance(near[library.pk]) if library.pk in near else "",
        }
        for library in ordered
    ]
    return render(request, "consortium/mobile/libraries.html", {"rows": rows, "by_distance": bool(place)})


@page("libraries/<str:code>/", name="library_page", title=_("图书馆"), tab="libraries")
def library_page(request: HttpRequest, code: str) -> HttpResponse:
    """Show one library."""
    library = public_library(code)
    timetable = queries.timetable_of(library, since=clock.today())
    context = {
        "library": library,
        "hours": hours_now(timetable),
        "week": [(day.label, timetable.week.get(day.value, ())) for day in Weekday],
        "special": sorted(timetable.special.items())[:12],
        "contacts": library.contacts.all(),
    }
    return render(request, "consortium/mobile/library.html", context)


@page("libraries/<str:code>/map/", name="library_map", title=_("平面图"), tab="libraries")
def library_map(request: HttpRequest, code: str) -> HttpResponse:
    """Send the picture of a library's floors, with the type that its bytes say."""
    library = public_library(code)
    if not library.floor_map:
        raise LibraryUnknown(_("这个馆还没有上传平面图。"))
    try:
        with library.floor_map.open("rb") as file:
            picture = file.read()
    except FileNotFoundError:
        raise LibraryUnknown(_("平面图的文件不在了，请联系图书馆重新上传。")) from None
    return HttpResponse(picture, content_type=picture_kind(picture[:16]) or "application/octet-stream")
