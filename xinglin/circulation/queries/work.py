"""What is read of the work besides the desk: machines, counting, rooms, carts, scans without network."""

from django.db.models import Exists, OuterRef, QuerySet

from xinglin.circulation.models import (
    BranchSystem,
    Bringing,
    CartRoute,
    CartRun,
    Device,
    DeviceMessage,
    DeviceSession,
    OfflineScan,
    ReadingRoom,
    SeatBooking,
    StockTake,
)
from xinglin.consortium import access
from xinglin.consortium.models import Staff


def devices_visible_to(staff: Staff) -> QuerySet[Device]:
    """Return the self-check machines and gates of someone's libraries, with whether each has a connection now."""
    return (
        Device.objects.filter(library__in=access.libraries_of(staff, "circulation.view_device"))
        .select_related("library")
        .annotate(connected=Exists(DeviceSession.objects.filter(device=OuterRef("pk"), closed_at=None)))
    )


def device_messages_visible_to(staff: Staff) -> QuerySet[DeviceMessage]:
    """Return what those machines said."""
    return DeviceMessage.objects.filter(device__in=devices_visible_to(staff)).select_related(
        "device__library", "session"
    )


def branch_systems_visible_to(staff: Staff) -> QuerySet[BranchSystem]:
    """Return the connections to the own systems of someone's libraries."""
    return BranchSystem.objects.filter(
        library__in=access.libraries_of(staff, "circulation.view_branch_system")
    ).select_related("library")


def offline_scans_visible_to(staff: Staff) -> QuerySet[OfflineScan]:
    """Return what the desks of this librarian's libraries scanned without network."""
    libraries = access.libraries_of(staff, "circulation.view_loan")
    return OfflineScan.objects.filter(library__in=libraries).select_related(
        "library", "by", "item__holding__record"
    )


def counts_visible_to(staff: Staff) -> QuerySet[StockTake]:
    """Return the countings of this librarian's libraries."""
    libraries = access.libraries_of(staff, "circulation.count_stock")
    return StockTake.objects.filter(library__in=libraries).select_related("library", "begun_by__user")


def rooms_visible_to(staff: Staff) -> QuerySet[ReadingRoom]:
    """Return the reading rooms of this librarian's libraries."""
    libraries = access.libraries_of(staff, "circulation.release_seat")
    return ReadingRoom.objects.filter(library__in=libraries).select_related("library")


def sittings_visible_to(staff: Staff) -> QuerySet[SeatBooking]:
    """Return who has, or had, a seat in this librarian's libraries."""
    libraries = access.libraries_of(staff, "circulation.release_seat")
    return SeatBooking.objects.filter(seat__room__library__in=libraries).select_related(
        "seat__room__library", "patron"
    )


def routes_visible_to(staff: Staff) -> QuerySet[CartRoute]:
    """Return the cart routes of this librarian's libraries."""
    libraries = access.libraries_of(staff, "circulation.plan_cart")
    return CartRoute.objects.filter(library__in=libraries).select_related("library")


def runs_visible_to(staff: Staff) -> QuerySet[CartRun]:
    """Return the journeys of the carts of this librarian's libraries."""
    libraries = access.libraries_of(staff, "circulation.plan_cart")
    return CartRun.objects.filter(route__library__in=libraries).select_related("route__library", "by__user")


def bringings_visible_to(staff: Staff) -> QuerySet[Bringing]:
    """Return what is to be brought to readers from this librarian's libraries."""
    libraries = access.libraries_of(staff, "circulation.fill_hold")
    return Bringing.objects.filter(hold__pickup_library__in=libraries).select_related(
        "hold__patron", "hold__record", "hold__item", "hold__pickup_library", "stop__route", "by__user"
    )
