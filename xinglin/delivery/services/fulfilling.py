"""Delivering: the file is marked, copyright counted at this moment, the fee billed, the reader told."""

import hashlib
import secrets
from dataclasses import dataclass, field
from datetime import timedelta

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection, transaction
from django.utils.translation import gettext as _

from xinglin.commons import clock, history
from xinglin.commons.bulletin import announce
from xinglin.consortium import access
from xinglin.consortium.models import Staff
from xinglin.delivery import copyright as engine
from xinglin.delivery import fetching, queries
from xinglin.delivery.errors import CopyrightLimitReached, FetchFailed, RequestUnknown
from xinglin.delivery.events import DocumentDelivered
from xinglin.delivery.lifecycle import FeeState, State
from xinglin.delivery.models import (
    CopyUse,
    DeliveredFile,
    DocumentKind,
    DocumentRequest,
    LicensedSource,
    Onward,
    Over,
)
from xinglin.delivery.papers.running import marked
from xinglin.delivery.services.locking import actor, for_staff, locked, move
from xinglin.delivery.works import squeezed
from xinglin.patrons.models import Patron

LINK_DAYS = 7
MOST_DOWNLOADS = 3


@dataclass(frozen=True, kw_only=True)
class Supply:
    """What a librarian says of a delivery. ``permission`` names the licence or fee by which a limit is passed."""

    items: int = 1
    book_pages: int = 0
    permission: str = ""
    fetched_from: str = ""
    charges: bool = True
    words: str = field(default="")


def deliver_file(*, request: DocumentRequest, data: bytes, supply: Supply, by: Staff | None) -> DeliveredFile:
    """Mark a PDF for its reader and deliver it under a link that ends.

    The file is opened and marked before the transaction: that takes seconds, and no row is held for them.

    Raises ``PdfUnfit``, ``FontMissing``, ``CopyrightLimitReached``, ``MoveNotPossible``, ``NotAllowed``.
    """
    access.require(by, queries.HANDLE, request.library_id)
    paper = marked(data, line=_line(request), foot=_foot(request))
    with transaction.atomic():
        request = for_staff(request, by)
        _bill(request, supply, pages=paper.pages)
        _count(request, supply, pages=paper.pages)
        _close(request, supply, pages=paper.pages)
        now = clock.now()
        token = secrets.token_urlsafe(32)
        path = default_storage.save(
            f"delivery/files/{now:%Y/%m}/{secrets.token_hex(16)}.pdf", ContentFile(paper.data)
        )
        made = DeliveredFile.objects.create(
            request=request,
            token=token,
            file=path,
            sha256=hashlib.sha256(paper.data).hexdigest(),
            size=len(paper.data),
            pages=paper.pages,
            fetched_from=supply.fetched_from[:1000],
            made_at=now,
            made_by=by,
            expires_at=now + timedelta(days=LINK_DAYS),
            most_downloads=MOST_DOWNLOADS,
        )
        _tell(request, supply, by)
    return made


def deliver_from_address(
    *, request: DocumentRequest, address: str, supply: Supply, by: Staff | None
) -> DeliveredFile:
    """Fetch a PDF and deliver it. Raises ``FetchFailed`` and what ``deliver_file`` does."""
    access.require(by, queries.HANDLE, request.library_id)
    data = fetching.fetch(address)
    return deliver_file(
        request=request,
        data=data,
        supply=Supply(
            items=supply.items,
            book_pages=supply.book_pages,
            permission=supply.permission,
            fetched_from=address,
            charges=supply.charges,
            words=supply.words,
        ),
        by=by,
    )


@transaction.atomic
def deliver_link(
    *, request: DocumentRequest, address: str, supply: Supply, by: Staff | None
) -> DocumentRequest:
    """Deliver an address where the reader may read it (open access, a licensed page): no copy is made.

    Raises ``FetchFailed`` for what is no web address, ``MoveNotPossible``, ``NotAllowed``.
    """
    request = for_staff(request, by)
    if not address.strip().startswith(("http://", "https://")):
        raise FetchFailed(_("地址要以 http:// 或 https:// 开头，并写完整。"))
    request.link = address.strip()[:1000]
    _close(request, supply, pages=0)
    _tell(request, supply, by)
    return request


@transaction.atomic
def reopen(
    *, request: DocumentRequest, reason: str, by: Staff | None = None, patron: Patron | None = None
) -> DocumentRequest:
    """Take a delivery back into work: the wrong article, a page missing. What it used of the limits is released.

    Raises ``MoveNotPossible``, ``RequestUnknown``, ``NotAllowed``.
    """
    request = locked(request)
    if patron is not None and (request.patron_id != patron.pk or request.state != State.DELIVERED):
        raise RequestUnknown(_("没有这个文献传递申请，或者不是您的申请。"))
    access.require(by, queries.HANDLE, request.library_id)
    move(request, "reopen")
    now = clock.now()
    request.copy_uses.filter(released_at=None).update(released_at=now)
    for file in request.files.filter(purged_at=None):
        _purge(file)
    request.closed_at = request.delivered_at = None
    request.pages, request.link, request.closing_reason = 0, "", ""
    if request.fee_state == FeeState.OPEN:
        request.fee_fen, request.fee_state = 0, FeeState.NONE
    request.stars, request.praise, request.rated_at = None, "", None
    request.save()
    history.record(request, "reopen", by=actor(by), reason=reason)
    return request


def _purge(file: DeliveredFile) -> None:
    default_storage.delete(file.file)
    file.purged_at = clock.now()
    file.save(update_fields=["purged_at"])


def _line(request: DocumentRequest) -> str:
    name = request.patron.name if request.patron else request.home_library.label
    return f"{name} · {request.number} · {clock.local(clock.now()):%Y-%m-%d}"


def _foot(request: DocumentRequest) -> str:
    said = _(
        "%(library)s文献传递 %(number)s，%(day)s，仅供 %(name)s 个人学习、研究使用，请勿转发或公开传播。"
    )
    return said % {
        "library": request.library.name,
        "number": request.number,
        "day": f"{clock.local(clock.now()):%Y-%m-%d}",
        "name": request.patron.name if request.patron else request.home_library.label,
    }


def _bill(request: DocumentRequest, supply: Supply, *, pages: int) -> None:
    promise = queries.promise_for(request.library, request.urgency)
    owed = promise.fee_fen * supply.items + promise.page_fee_fen * pages
    if supply.charges and owed and request.fee_state == FeeState.NONE:
        request.fee_fen, request.fee_state = owed, FeeState.OPEN


def _close(request: DocumentRequest, supply: Supply, *, pages: int) -> None:
    move(request, "deliver")
    now = clock.now()
    request.taken_at = request.taken_at or now
    request.delivered_at = request.closed_at = now
    request.items, request.pages = max(1, supply.items), pages
    request.closing_reason = supply.words[:400]
    request.save()


def _tell(request: DocumentRequest, supply: Supply, by: Staff | None) -> None:
    changes: dict[str, object] = {"pages": request.pages, "items": request.items, "link": request.link}
    history.record(request, "deliver", by=actor(by), changes=changes, reason=supply.permission)
    announce(DocumentDelivered(request_id=request.pk))


# -- copyright ------------------------------------------------------------------------------------


def use_of(request: DocumentRequest, *, pages: int, book_pages: int) -> engine.Use:
    """Return what a delivery of so many pages would use of the limits."""
    is_part = request.kind == DocumentKind.CHAPTER
    title = request.issn or squeezed(request.container)[:160]
    title_key = "" if is_part else title
    issue_key = f"{title}:{request.year}:{request.volume}:{request.issue}" if title and request.issue else ""
    book_key = (request.isbn or squeezed(request.container)[:160]) if is_part else ""
    return engine.Use(
        patron_id=request.patron_id,
        library_id=request.home_library_id,
        kind=request.kind,
        title_key=title_key,
        issue_key="" if is_part else issue_key[:200],
        book_key=book_key,
        published_year=request.year,
        # Up: a third of a book is passed by the first page over it.
        percent=-(-pages * 100 // book_pages) if book_pages else 0,
        at=clock.now(),
    )


def passed_limits(request: DocumentRequest, *, pages: int, book_pages: int) -> list[engine.Passed]:
    """Return the limits that a delivery would pass now; for the screen and for the deed."""
    if _free_by_licence(request):
        return []
    wanted = use_of(request, pages=pages, book_pages=book_pages)
    rows = queries.uses_in_sight(
        patron=request.patron,
        library=request.home_library,
        title_key=wanted.title_key,
        book_key=wanted.book_key,
    )
    return engine.passed(queries.limits_in_force(), wanted, [engine.Use.of(row) for row in rows])


def _free_by_licence(request: DocumentRequest) -> bool:
    return any(source.without_limits and source.onward != Onward.NO for source in _licences(request))


def _licences(request: DocumentRequest) -> list[LicensedSource]:
    return queries.licences_for(doi=request.doi, issn=request.issn, year=request.year)


def _count(request: DocumentRequest, supply: Supply, *, pages: int) -> None:
    """Check the limits as they stand now and write down what is used.

    An advisory lock for the library and the reader keeps two deliveries of one moment from both slipping under.
    """
    with connection.cursor() as cursor:
        for key in sorted({request.home_library_id, -(request.patron_id or 0)}):
            cursor.execute("select pg_advisory_xact_lock(%s, %s)", [0x0D1C, key % 2**31])
    wanted = use_of(request, pages=pages, book_pages=supply.book_pages)
    over = passed_limits(request, pages=pages, book_pages=supply.book_pages)
    if over and not supply.permission.strip():
        first = over[0]
        raise CopyrightLimitReached(
            _("超过版权限额「%(name)s」：已有 %(used)d，这次 %(adds)d，上限 %(most)d。%(advice)s"),
            name=first.limit.name,
            used=first.used,
            adds=first.adds,
            most=first.limit.most,
            advice=first.limit.advice,
        )
    CopyUse.objects.create(
        request=request,
        patron=request.patron,
        library=request.home_library,
        kind=wanted.kind,
        title_key=wanted.title_key,
        issue_key=wanted.issue_key,
        book_key=wanted.book_key,
        published_year=wanted.published_year,
        pages=pages,
        percent=min(wanted.percent, 1000),
        permission=supply.permission.strip()[:200],
        at=wanted.at,
    )


def needs_book_pages(request: DocumentRequest) -> bool:
    """Whether a limit in percent of the book speaks of this request, so that the book's pages must be told."""
    return (
        request.kind == DocumentKind.CHAPTER
        and queries.limits_in_force().filter(over=Over.BOOK, unit="percent").exists()
    )
