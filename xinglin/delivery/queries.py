"""What is read of document delivery by more than one caller."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db.models import Count, F, Q, QuerySet, Value
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from xinglin.commons import clock
from xinglin.consortium import access
from xinglin.consortium.models import Library, Staff
from xinglin.consortium.queries import timetables_of
from xinglin.delivery.deadlines import PROMISES, Promise
from xinglin.delivery.errors import LinkOver, RequestUnknown
from xinglin.delivery.lifecycle import OPEN, OURS, AccessState, State
from xinglin.delivery.models import (
    AccessRequest,
    CopyrightLimit,
    CopyUse,
    Counting,
    DeliveredFile,
    DocumentRequest,
    Handler,
    LicensedSource,
    ServiceTerms,
    Urgency,
)
from xinglin.patrons.models import Patron

VIEW = "delivery.view_request"
HANDLE = "delivery.handle_request"
EXPERIENCE = 50


def requests_visible_to(staff: Staff) -> QuerySet[DocumentRequest]:
    """Return the requests that a librarian's libraries work on, and those of their own readers."""
    libraries = access.libraries_of(staff, VIEW)
    return (
        DocumentRequest.objects.filter(Q(library__in=libraries) | Q(home_library__in=libraries))
        .select_related("patron", "library", "home_library", "assigned_to__user")
        .defer("sought")
    )


def with_words(rows: QuerySet[DocumentRequest], text: str) -> QuerySet[DocumentRequest]:
    """Return the requests that hold every word of a text (eight at most): in what they are looked up by, or in the
    reader's name. Capitals and small letters are the same."""
    for word in text.split()[:8]:
        named = Patron.objects.filter(name__icontains=word)
        rows = rows.filter(Q(sought__contains=Lower(Value(word))) | Q(patron__in=named))
    return rows


def requests_of(patron: Patron) -> QuerySet[DocumentRequest]:
    """Return a reader's own requests, the newest first."""
    return (
        DocumentRequest.objects.filter(patron=patron)
        .select_related("library")
        .prefetch_related("files")
        .order_by("-asked_at", "-pk")
    )


def open_requests_of(patron: Patron) -> QuerySet[DocumentRequest]:
    """Return what a reader still waits for."""
    return requests_of(patron).filter(state__in=OPEN)


def request_of(patron: Patron, pk: int) -> DocumentRequest:
    """Return one of a reader's own requests; another reader's is not found. Raises ``RequestUnknown``."""
    found = requests_of(patron).filter(pk=pk).first()
    if found is None:
        raise RequestUnknown(_("没有这个文献传递申请，或者不是您的申请。"))
    return found


def file_for(patron: Patron, token: str) -> DeliveredFile:
    """Return a delivered file that its reader may open now. Raises ``RequestUnknown``, ``LinkOver``."""
    found = (
        DeliveredFile.objects.select_related("request__patron", "request__library")
        .filter(token=token, request__patron=patron)
        .first()
    )
    if found is None:
        raise RequestUnknown(_("没有这份文献，或者它不是送给您的；链接不能转给他人使用。"))
    if not found.is_readable:
        raise LinkOver(_("这个链接已到期，文件已清除。还需要时请重新申请，我们会尽快再送一次。"))
    return found


def promise_for(library: Library, urgency: str) -> Promise:
    """Return the terms of a class at a library: its own, those of all, or what the house assumes."""
    rows = {
        row.library_id: row
        for row in ServiceTerms.objects.filter(Q(library=library) | Q(library__isnull=True), urgency=urgency)
    }
    row = rows.get(library.pk) or rows.get(None)
    if row is None:
        return PROMISES[Urgency(urgency)]
    return Promise(row.minutes, row.take_minutes, Counting(row.counting), row.fee_fen, row.page_fee_fen)


def experience_of(library: Library, urgency: str) -> list[timedelta]:
    """Return how long the latest deliveries of a class took at a library."""
    done = DocumentRequest.objects.filter(
        library=library, urgency=urgency, state=State.DELIVERED, delivered_at__isnull=False
    ).order_by("-delivered_at")
    moments = done.values_list("asked_at", "delivered_at")[:EXPERIENCE]
    return [delivered - asked for asked, delivered in moments if delivered is not None]


def library_on_duty(home: Library, urgency: str, at: datetime) -> Library:
    """Return the library that takes a reader's request up.

    The reader's own where it has a desk for it, else the ones above it, else any that has. What is clinical goes
    to the first of these that is open now, or opens soonest.
    """
    ways = _desks_in_order(home)
    if urgency != Urgency.CLINICAL or len(ways) == 1:
        return ways[0]
    hours = timetables_of(library.pk for library in ways)
    far = at + timedelta(days=3650)

    def opens(library: Library) -> datetime:
        table = hours[library.pk]
        if not table.is_known:
            return at + timedelta(days=1)
        return at if table.is_open(at) else table.opens_next(at) or far

    return min(ways, key=lambda library: (opens(library), ways.index(library)))


def _desks_in_order(home: Library) -> list[Library]:
    staffed = set(Handler.objects.filter(active=True).values_list("library_id", flat=True))
    way: list[Library] = []
    at: Library | None = home
    while at is not None and at not in way:
        way.append(at)
        at = at.parent
    others = Library.objects.filter(pk__in=staffed, active=True).exclude(pk__in=[each.pk for each in way])
    desks = [library for library in (*way, *others.order_by("kind", "code")) if library.pk in staffed]
    return desks or [home]


def handlers_at(library: Library) -> QuerySet[Handler]:
    """Return who works on requests at a library."""
    return Handler.objects.filter(library=library, active=True, staff__active=True).select_related("staff")


def handlers_visible_to(staff: Staff) -> QuerySet[Handler]:
    """Return the desks of a librarian's libraries."""
    libraries = access.libraries_of(staff, VIEW)
    return Handler.objects.filter(library__in=libraries).select_related("staff__user", "library")


def load_of(staff_ids: Iterable[int]) -> dict[int, int]:
    """Return how many open requests each of some people holds."""
    counted = (
        DocumentRequest.objects.filter(assigned_to__in=list(staff_ids), state__in=OURS)
        .order_by()
        .values("assigned_to")
        .annotate(held=Count("pk"))
    )
    return {row["assigned_to"]: row["held"] for row in counted}


def limits_in_force() -> QuerySet[CopyrightLimit]:
    """Return the copyright limits that hold now."""
    return CopyrightLimit.objects.filter(retired_at=None)


def limits_visible_to(staff: Staff) -> QuerySet[CopyrightLimit]:
    """Return all limits, retired ones too: the policy is no secret among librarians."""
    return CopyrightLimit.objects.all() if access.may_anywhere(staff, VIEW) else CopyrightLimit.objects.none()


def terms_visible_to(staff: Staff) -> QuerySet[ServiceTerms]:
    """Return the terms of every library: what others promise is no secret."""
    if not access.may_anywhere(staff, VIEW):
        return ServiceTerms.objects.none()
    return ServiceTerms.objects.select_related("library")


def sources_visible_to(staff: Staff) -> QuerySet[LicensedSource]:
    """Return what databases hold, as far as their licence was written down."""
    if not access.may_anywhere(staff, VIEW):
        return LicensedSource.objects.none()
    return LicensedSource.objects.select_related("database__keeper")


def licences_for(*, doi: str, issn: str, year: int | None) -> list[LicensedSource]:
    """Return the databases that hold what a DOI or an ISSN names, in that year."""
    prefix = doi.partition("/")[0].lower()
    named = Q(pk__in=[])
    if prefix:
        named |= Q(doi_prefix__iexact=prefix)
    if issn:
        named |= Q(issn__iexact=issn)
    rows = LicensedSource.objects.filter(named).select_related("database")
    if year is not None:
        rows = rows.filter(
            Q(from_year__isnull=True) | Q(from_year__lte=year), Q(to_year__isnull=True) | Q(to_year__gte=year)
        )
    return list(rows)


def uses_in_sight(*, patron: Patron | None, library: Library, title_key: str, book_key: str) -> list[CopyUse]:
    """Return what was delivered and may count with one more delivery: this reader's, and of this title or book."""
    of_work = Q(pk__in=[])
    if title_key:
        of_work |= Q(library=library, title_key=title_key)
    if book_key:
        of_work |= Q(library=library, book_key=book_key)
    if patron is not None:
        of_work |= Q(patron=patron)
    # A limit over everything a library asks for would need its whole year: kept apart, it is asked by day or year.
    if limits_in_force().filter(per="library", over="everything").exists():
        since = clock.now() - timedelta(days=366)
        of_work |= Q(library=library, at__gte=since)
    return list(CopyUse.objects.filter(of_work, released_at=None))


def access_requests_visible_to(staff: Staff) -> QuerySet[AccessRequest]:
    """Return the applications of the readers of a librarian's libraries, and for databases these keep."""
    libraries = access.libraries_of(staff, "delivery.view_access")
    return AccessRequest.objects.filter(
        Q(library__in=libraries) | Q(database__keeper__in=libraries)
    ).select_related("patron", "database__keeper", "library", "decided_by__user")


def access_requests_of(patron: Patron) -> QuerySet[AccessRequest]:
    """Return a reader's own applications."""
    return AccessRequest.objects.filter(patron=patron).select_related("database")


def has_grant(patron: Patron, database_id: int) -> bool:
    """Whether a reader was granted a database of their own for today."""
    return AccessRequest.objects.filter(
        patron=patron,
        database=database_id,
        state=AccessState.GRANTED,
        granted_until__gte=clock.today(),
    ).exists()


def late() -> QuerySet[DocumentRequest]:
    """Return what should be done by now and is not, the latest first."""
    return DocumentRequest.objects.filter(state__in=OURS, due_at__lte=clock.now()).order_by(F("due_at"))
