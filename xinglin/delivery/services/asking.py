"""The reader's side: ask, answer what is asked back, give up, rate."""

from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from xinglin.commons import clock, history
from xinglin.commons.bulletin import announce
from xinglin.commons.text import plain
from xinglin.consortium import access
from xinglin.consortium.models import Library, Staff
from xinglin.consortium.queries import timetable_of
from xinglin.delivery import deadlines, finding, queries
from xinglin.delivery.errors import (
    AlreadyAsked,
    AlreadyDelivered,
    MayNotAsk,
    NothingAsked,
    RatingUnfit,
    RequestUnknown,
    TooManyOpenRequests,
)
from xinglin.delivery.events import DocumentRequested
from xinglin.delivery.lifecycle import OPEN, State
from xinglin.delivery.models import DocumentRequest, Source, Urgency, Visit
from xinglin.delivery.services.dealing_out import deal_out
from xinglin.delivery.services.locking import actor, locked, move
from xinglin.delivery.works import Work, refuse_patients
from xinglin.patrons.models import Patron, Right

MOST_OPEN = 20
# What is asked within half an hour of each other was asked in one coming.
ONE_VISIT = timedelta(minutes=30)


@dataclass(frozen=True, kw_only=True)
class Asking:
    """How a document is asked for, beside what it is."""

    source: Source
    urgency: Urgency = Urgency.NORMAL
    note: str = ""
    wants_email: bool = False
    has_picture: bool = False
    # The reader saw what is there already and asks all the same.
    insists: bool = False


@transaction.atomic
def ask(*, patron: Patron, work: Work, asking: Asking, by: Staff | None = None) -> DocumentRequest:
    """Put a reader's request into the queue of the library on duty. ``by`` is None for the reader.

    The reader's row is locked, so that a doubled tap has one effect.

    Raises ``MayNotAsk``, ``NothingAsked``, ``PatientNamed``, ``TooManyOpenRequests``, ``AlreadyAsked``,
    ``AlreadyDelivered``, ``NotAllowed``.
    """
    access.require(by, queries.HANDLE, patron.home_library_id)
    patron = (
        Patron.objects.select_for_update(of=("self",))
        .select_related("home_library", "category")
        .get(pk=patron.pk)
    )
    if not patron.may(Right.DELIVERY):
        raise MayNotAsk(_("您的读者类别没有开通文献传递，或读者证已过期；请联系所属图书馆。"))
    work = work.tidied()
    if not work.says_something and not asking.has_picture:
        raise NothingAsked(_("请写明要哪一篇：标题、DOI、PMID、ISBN 或完整的参考文献，也可以拍照。"))
    note = plain(asking.note).strip()[:400]
    refuse_patients(work.asked_as, note, work.title)
    _refuse_again(patron, work, asking)
    now = clock.now()
    library = queries.library_on_duty(patron.home_library, asking.urgency, now)
    promise, hours = queries.promise_for(library, asking.urgency), timetable_of(library)
    due_at = deadlines.due(now, promise, hours)
    request = DocumentRequest.objects.create(
        visit=_visit(patron, asking.source),
        patron=patron,
        library=library,
        home_library=patron.home_library,
        urgency=asking.urgency,
        source=asking.source,
        kind=work.kind,
        title=work.title,
        authors=work.authors,
        container=work.container,
        year=work.year,
        volume=work.volume,
        issue=work.issue,
        page_range=work.page_range,
        doi=work.doi,
        pmid=work.pmid,
        isbn=work.isbn,
        issn=work.issn,
        asked_as=work.asked_as,
        work_key=work.key,
        is_retracted=work.is_retracted,
        found=[copy.as_plain() for copy in finding.copies_of(work, patron=patron)],
        note=note,
        wants_email=asking.wants_email and bool(patron.email),
        asked_at=now,
        due_at=due_at,
        promised_at=deadlines.honest(now, due_at, queries.experience_of(library, asking.urgency)),
    )
    request.number = f"WX{clock.local(now):%Y}{request.pk:06d}"
    request.save(update_fields=["number"])
    history.record(request, "ask", by=actor(by), changes={"urgency": request.get_urgency_display()})
    deal_out(request)
    announce(DocumentRequested(request_id=request.pk))
    return request


def _refuse_again(patron: Patron, work: Work, asking: Asking) -> None:
    open_now = DocumentRequest.objects.filter(patron=patron, state__in=OPEN)
    if open_now.count() >= MOST_OPEN:
        raise TooManyOpenRequests(
            _("您有 %(held)d 个申请还在处理，最多 %(limit)d 个；请等其中一些送达后再申请。"),
            held=open_now.count(),
            limit=MOST_OPEN,
        )
    if not work.key:
        return
    before = open_now.filter(work_key=work.key).first()
    if before is not None:
        raise AlreadyAsked(
            _("这篇您已经申请过（%(number)s，%(state)s），预计 %(when)s 前送达，不用再次申请。"),
            number=before.number,
            state=before.get_state_display(),
            when=f"{clock.local(before.promised_at):%m-%d %H:%M}",
        )
    delivered = DocumentRequest.objects.filter(
        Q(files__purged_at=None, files__expires_at__gt=clock.now()),
        patron=patron,
        work_key=work.key,
        state=State.DELIVERED,
    ).first()
    if delivered is not None and not asking.insists:
        raise AlreadyDelivered(
            _("这篇已经送给您了（%(number)s），链接还有效，请在「我的文献」里打开。"), number=delivered.number
        )


def _visit(patron: Patron, source: Source) -> Visit:
    now = clock.now()
    latest = patron.delivery_visits.filter(source=source).order_by("-at").first()
    if latest is not None:
        last = latest.requests.order_by("-asked_at").values_list("asked_at", flat=True).first() or latest.at
        if now - last <= ONE_VISIT:
            return latest
    return Visit.objects.create(patron=patron, library=patron.home_library, source=source, at=now)


@transaction.atomic
def answer(*, request: DocumentRequest, patron: Patron, text: str) -> DocumentRequest:
    """Give the librarian what was missing; the library's clock starts anew.

    Raises ``MoveNotPossible``, ``NothingAsked`` for an empty answer, ``PatientNamed``, ``RequestUnknown``.
    """
    request = _own(request, patron)
    text = plain(text).strip()[:1000]
    if not text:
        raise NothingAsked(_("请写明补充的内容再提交。"))
    refuse_patients(text)
    move(request, "answer")
    library: Library = request.library
    now = clock.now()
    request.answer = text
    request.due_at = deadlines.due(now, queries.promise_for(library, request.urgency), timetable_of(library))
    request.promised_at = max(request.promised_at, request.due_at)
    request.save(update_fields=["state", "answer", "due_at", "promised_at"])
    history.record(request, "answer", changes={"answer": text})
    return request


@transaction.atomic
def cancel(
    *, request: DocumentRequest, patron: Patron | None = None, by: Staff | None = None, reason: str = ""
) -> DocumentRequest:
    """Give up a request; ``patron`` when the reader does it, ``by`` a librarian.

    Raises ``MoveNotPossible``, ``RequestUnknown``, ``NotAllowed``.
    """
    request = _own(request, patron) if patron else locked(request)
    access.require(by, queries.HANDLE, request.library_id)
    move(request, "cancel")
    request.closed_at, request.closing_reason = clock.now(), reason[:400]
    request.save(update_fields=["state", "closed_at", "closing_reason"])
    history.record(request, "cancel", by=actor(by), reason=reason)
    return request


@transaction.atomic
def rate(*, request: DocumentRequest, patron: Patron, stars: int, praise: str = "") -> DocumentRequest:
    """Keep how content a reader is, one to five stars; the last word counts.

    Raises ``RatingUnfit``, ``MoveNotPossible`` before the delivery, ``RequestUnknown``.
    """
    request = _own(request, patron)
    if not 1 <= stars <= 5:
        raise RatingUnfit(_("请给 1 到 5 星。"))
    move(request, "rate")
    request.stars, request.praise, request.rated_at = stars, plain(praise).strip()[:400], clock.now()
    request.save(update_fields=["state", "stars", "praise", "rated_at"])
    history.record(request, "rate", changes={"stars": stars, "praise": request.praise})
    return request


def _own(request: DocumentRequest, patron: Patron) -> DocumentRequest:
    found = locked(request)
    if found.patron_id != patron.pk:
        raise RequestUnknown(_("没有这个文献传递申请，或者不是您的申请。"))
    return found
