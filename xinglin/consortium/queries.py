"""What is read of libraries and staff by more than one caller."""

import ipaddress
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from math import asin, cos, radians, sin, sqrt

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from xinglin.consortium import access
from xinglin.consortium.errors import LibraryUnknown
from xinglin.consortium.hours import Span, SpecialDay, Timetable
from xinglin.consortium.models import Library, OpeningException, OpeningHours, RoleGrant, Staff

EARTH_RADIUS = 6_371_008.8  # metres, mean radius R1 of the International Union of Geodesy and Geophysics


@dataclass(frozen=True)
class Nearby:
    """A library and how far it is, in metres, in a straight line."""

    library: Library
    metres: float


def libraries_visible_to(staff: Staff) -> QuerySet[Library]:
    """Return the libraries that someone may look after in the console."""
    return Library.objects.filter(pk__in=access.libraries_of(staff, "consortium.view_library"))


def staff_visible_to(staff: Staff) -> QuerySet[Staff]:
    """Return the staff of the libraries that someone may look after."""
    return Staff.objects.filter(
        library__in=access.libraries_of(staff, "consortium.view_staff")
    ).select_related("user", "library")


def grants_visible_to(staff: Staff) -> QuerySet[RoleGrant]:
    """Return the roles held by the staff that someone may see."""
    return RoleGrant.objects.filter(staff__in=staff_visible_to(staff)).select_related(
        "staff__user", "staff__library", "library"
    )


def public_libraries() -> QuerySet[Library]:
    """Return the libraries that readers are shown: open to the public and running."""
    return Library.objects.filter(is_open_to_public=True, active=True)


def library_by_code(code: str) -> Library:
    """Return a running library. Raises ``LibraryUnknown``."""
    library = Library.objects.filter(code__iexact=code, active=True).first()
    if library is None:
        raise LibraryUnknown(_("没有代码为「%(code)s」的图书馆；请核对馆代码。"), code=code)
    return library


def library_named(written: str) -> Library | None:
    """Return the running library that a person meant by its code, name or short name, or None."""
    matching = [
        library
        for library in Library.objects.filter(active=True)
        if written.strip().casefold()
        in {library.code.casefold(), library.name.casefold(), library.short_name.casefold()} - {""}
    ]
    return matching[0] if len(matching) == 1 else None


def below(library: Library) -> set[int]:
    """Return the ids of a library and of all below it."""
    children: dict[int | None, list[int]] = {}
    for pk, parent in Library.objects.values_list("pk", "parent_id"):
        children.setdefault(parent, []).append(pk)
    found = {library.pk}
    waiting = [library.pk]
    while waiting:
        waiting = [pk for at in waiting for pk in children.get(at, ()) if pk not in found]
        found.update(waiting)
    return found


def as_tree(libraries: Iterable[Library]) -> list[tuple[int, Library]]:
    """Return libraries in the order of a tree with their depth; a part of a tree keeps its own roots."""
    shown = {library.pk: library for library in libraries}
    children: dict[int | None, list[Library]] = {}
    for library in shown.values():
        above = library.parent_id if library.parent_id in shown else None
        children.setdefault(above, []).append(library)
    ordered: list[tuple[int, Library]] = []
    waiting = [(0, library) for library in reversed(children.get(None, []))]
    while waiting:
        depth, library = waiting.pop()
        ordered.append((depth, library))
        waiting.extend((depth + 1, child) for child in reversed(children.get(library.pk, [])))
    return ordered


def nearest(*, latitude: float, longitude: float, among: QuerySet[Library] | None = None) -> list[Nearby]:
    """Return public libraries by their distance (haversine), nearest first; those without a place left out."""
    places = (public_libraries() if among is None else among).filter(latitude__isnull=False)
    return sorted(
        (
            Nearby(
                library,
                metres_between(latitude, longitude, float(library.latitude), float(library.longitude)),
            )
            for library in places
            if library.latitude is not None and library.longitude is not None
        ),
        key=lambda nearby: nearby.metres,
    )


def metres_between(latitude: float, longitude: float, to_latitude: float, to_longitude: float) -> float:
    """Return the great-circle distance of two places."""
    phi, to_phi = radians(latitude), radians(to_latitude)
    half_chord = (
        sin((to_phi - phi) / 2) ** 2
        + cos(phi) * cos(to_phi) * sin(radians(to_longitude - longitude) / 2) ** 2
    )
    return 2 * EARTH_RADIUS * asin(min(1.0, sqrt(half_chord)))


def library_of_address(address: str, *, among: Iterable[Library] | None = None) -> Library | None:
    """Return the running library whose network an address is in: the narrowest range wins, or None.

    ``among`` are libraries that were read already; without it they are read.
    """
    try:
        asked = ipaddress.ip_address(address.strip())
    except ValueError:
        return None
    matches = [
        (network.prefixlen, library)
        for library in among or Library.objects.filter(active=True).exclude(network_ranges=[])
        for network in map(ipaddress.ip_network, library.network_ranges)
        if asked in network
    ]
    return max(matches, key=lambda match: match[0])[1] if matches else None


def timetable_of(library: Library, *, since: date | None = None) -> Timetable:
    """Return the hours of a library; ``since`` leaves older special days out."""
    return timetables_of([library.pk], since=since)[library.pk]


def timetables_of(library_ids: Iterable[int], *, since: date | None = None) -> dict[int, Timetable]:
    """Return the hours of several libraries in two queries."""
    ids = list(library_ids)
    weeks: dict[int, dict[int, tuple[Span, ...]]] = {pk: {} for pk in ids}
    regular = OpeningHours.objects.filter(library__in=ids).order_by("weekday", "opens")
    for pk, weekday, opens, closes in regular.values_list("library_id", "weekday", "opens", "closes"):
        weeks[pk][weekday] = (*weeks[pk].get(weekday, ()), Span(opens, closes))
    special: dict[int, dict[date, SpecialDay]] = {pk: {} for pk in ids}
    exceptions = OpeningException.objects.filter(library__in=ids)
    told = (exceptions.filter(day__gte=since) if since else exceptions).order_by("day", "opens", "pk")
    for pk, day, start, end, reason in told.values_list("library_id", "day", "opens", "closes", "reason"):
        known = special[pk].get(day, SpecialDay(reason=reason))
        more = (Span(start, end),) if start is not None and end is not None else ()
        special[pk][day] = SpecialDay((*known.spans, *more), known.reason)
    return {pk: Timetable(weeks[pk], special[pk]) for pk in ids}
