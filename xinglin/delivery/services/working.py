"""The librarian's side: take, assign, ask back, look elsewhere, pass on, decline, correct, and the fee."""

from django.db import transaction
from django.utils.translation import gettext as _

from xinglin.commons import clock, history
from xinglin.commons.bulletin import announce
from xinglin.consortium import access
from xinglin.consortium.models import Library, Staff
from xinglin.consortium.queries import timetable_of
from xinglin.delivery import deadlines, finding, queries
from xinglin.delivery.errors import HandlerUnfit, NothingAsked, NothingOwed
from xinglin.delivery.events import DocumentDelivered, ReaderAskedBack, RequestDeclined
from xinglin.delivery.lifecycle import FeeState, State
from xinglin.delivery.models import DocumentKind, DocumentRequest
from xinglin.delivery.services.dealing_out import deal_out
from xinglin.delivery.services.locking import actor, for_staff, locked, move
from xinglin.delivery.works import Work

_DESCRIBED = (
    "title", "authors", "container", "year", "volume", "issue", "page_range", "doi", "pmid", "issn",
)  # fmt: skip


@transaction.atomic
def take(*, request: DocumentRequest, by: Staff) -> DocumentRequest:
    """Take a request up. Raises ``MoveNotPossible``, ``NotAllowed``."""
    request = for_staff(request, by)
    move(request, "take")
    request.assigned_to, request.taken_at = by, clock.now()
    request.save(update_fields=["state", "assigned_to", "taken_at"])
    history.record(request, "take", by=actor(by))
    return request


@transaction.atomic
def assign(*, request: DocumentRequest, to: Staff, by: Staff | None) -> DocumentRequest:
    """Give a request to a colleague who may handle it. Raises ``HandlerUnfit``, ``MoveNotPossible``."""
    request = for_staff(request, by)
    if not to.active or request.library_id not in access.libraries_of(to, queries.HANDLE):
        raise HandlerUnfit(
            _("%(name)s 不能处理%(library)s的申请；请选择有权限的在职馆员。"),
            name=str(to),
            library=request.library.label,
        )
    move(request, "assign")
    before, request.assigned_to = request.assigned_to, to
    request.save(update_fields=["state", "assigned_to"])
    history.record(request, "assign", by=actor(by), changes={"assigned_to": [str(before or ""), str(to)]})
    return request


@transaction.atomic
def ask_back(*, request: DocumentRequest, question: str, by: Staff | None) -> DocumentRequest:
    """Ask the reader for what is missing; meanwhile the library's clock stands.

    Raises ``NothingAsked`` for an empty question, ``MoveNotPossible``, ``NotAllowed``.
    """
    request = for_staff(request, by)
    if not question.strip():
        raise NothingAsked(_("请写明要读者补充什么。"))
    move(request, "ask_back")
    request.question, request.answer = question.strip()[:400], ""
    request.save(update_fields=["state", "question", "answer"])
    history.record(request, "ask_back", by=actor(by), changes={"question": request.question})
    announce(ReaderAskedBack(request_id=request.pk))
    return request


@transaction.atomic
def look_elsewhere(*, request: DocumentRequest, where: str, by: Staff | None) -> DocumentRequest:
    """Note that another institution was asked. Raises ``MoveNotPossible``, ``NotAllowed``."""
    request = for_staff(request, by)
    move(request, "look_elsewhere")
    request.elsewhere = where.strip()[:120]
    request.taken_at = request.taken_at or clock.now()
    request.save(update_fields=["state", "elsewhere", "taken_at"])
    history.record(request, "look_elsewhere", by=actor(by), changes={"elsewhere": request.elsewhere})
    return request


@transaction.atomic
def pass_on(*, request: DocumentRequest, library: Library, by: Staff | None, reason: str) -> DocumentRequest:
    """Hand a request over to another library, whose terms hold from now on.

    Raises ``MoveNotPossible``, ``HandlerUnfit`` when the library is closed for good or the same, ``NotAllowed``.
    """
    request = for_staff(request, by)
    if not library.active or library.pk == request.library_id:
        raise HandlerUnfit(_("请选择另一个正在运行的馆。"))
    move(request, "pass_on")
    before, request.library = request.library, library
    now = clock.now()
    request.assigned_to = None
    request.due_at = deadlines.due(now, queries.promise_for(library, request.urgency), timetable_of(library))
    request.promised_at = max(request.promised_at, request.due_at)
    request.save(update_fields=["state", "library", "assigned_to", "due_at", "promised_at"])
    history.record(
        request, "pass_on", by=actor(by), changes={"library": [before.label, library.label]}, reason=reason
    )
    deal_out(request)
    return request


@transaction.atomic
def decline(*, request: DocumentRequest, reason: str, by: Staff | None) -> DocumentRequest:
    """End a request that cannot be fulfilled; the reader reads the reason.

    Raises ``NothingAsked`` for an empty reason, ``MoveNotPossible``, ``NotAllowed``.
    """
    request = for_staff(request, by)
    if not reason.strip():
        raise NothingAsked(_("请写明为什么不能提供、读者还可以怎么办。"))
    move(request, "decline")
    request.closed_at, request.closing_reason = clock.now(), reason.strip()[:400]
    request.save(update_fields=["state", "closed_at", "closing_reason"])
    history.record(request, "decline", by=actor(by), reason=reason)
    announce(RequestDeclined(request_id=request.pk))
    return request


@transaction.atomic
def correct(*, request: DocumentRequest, work: Work, by: Staff | None) -> DocumentRequest:
    """Write down what the document really is, for a picture or free text first of all.

    Raises ``NotAllowed``, ``NothingAsked``.
    """
    request = for_staff(request, by)
    work = work.tidied()
    if not work.says_something:
        raise NothingAsked(_("请至少写明标题或一个编号。"))
    changes: dict[str, object] = {}
    fields = (
        "kind", "title", "authors", "container", "year", "volume", "issue", "page_range", "doi", "pmid",
        "isbn", "issn",
    )  # fmt: skip
    for name in fields:
        if getattr(request, name) != getattr(work, name):
            changes[name] = [getattr(request, name), getattr(work, name)]
            setattr(request, name, getattr(work, name))
    # The key may meet another open request of the same reader: then both stay, and a person sees both.
    twin = DocumentRequest.objects.filter(patron=request.patron, work_key=work.key).exclude(pk=request.pk)
    if not twin.exists():
        request.work_key = work.key
    request.save(update_fields=[*fields, "work_key"])
    if changes:
        history.record(request, "amend", by=actor(by), changes=changes)
    return request


@transaction.atomic
def describe(*, request: DocumentRequest, work: Work) -> bool:
    """Complete a request by what the sources of literature know, and deliver at once what may be read freely.

    What the reader or a librarian wrote stays. Returns whether the reader can read it now.
    """
    request = locked(request)
    if not request.is_open:
        return False
    work = work.tidied()
    changes: dict[str, object] = {}
    for name in _DESCRIBED:
        known = getattr(work, name)
        if known and not getattr(request, name):
            setattr(request, name, known)
            changes[name] = known
    if work.is_retracted and not request.is_retracted:
        request.is_retracted, changes["is_retracted"] = True, True
    addresses = {copy.get("url") for copy in request.found}
    # Now that journal and year are known, our own shelves and licences are asked again.
    more = finding.copies_of(_as_known(request, work.open_url), patron=request.patron)
    request.found = [each.as_plain() for each in more if each.url not in addresses] + request.found
    request.save(update_fields=[*_DESCRIBED, "is_retracted", "found"])
    if changes:
        history.record(request, "amend", by="文献来源", changes=changes)
    # Who saw the free copy and asked all the same wants a person's help.
    if not work.open_url.startswith(("http://", "https://")) or work.open_url in addresses:
        return False
    if request.state != State.SUBMITTED:
        return False
    request.link = work.open_url
    request.closing_reason = _("开放获取，可以直接阅读；打不开请退回，馆员接着办。")
    move(request, "deliver")
    request.delivered_at = request.closed_at = clock.now()
    request.save(update_fields=["state", "link", "closing_reason", "delivered_at", "closed_at"])
    history.record(request, "deliver", by="系统", changes={"link": request.link})
    announce(DocumentDelivered(request_id=request.pk))
    return True


def _as_known(request: DocumentRequest, open_url: str) -> Work:
    return Work(
        kind=DocumentKind(request.kind),
        title=request.title,
        container=request.container,
        year=request.year,
        doi=request.doi,
        pmid=request.pmid,
        isbn=request.isbn,
        issn=request.issn,
        open_url=open_url,
    )


@transaction.atomic
def pay(*, request: DocumentRequest, by: Staff | None) -> DocumentRequest:
    """Note that the fee was paid at the desk. Raises ``NothingOwed``, ``NotAllowed``."""
    return _settle(request, by, FeeState.PAID, "pay", "")


@transaction.atomic
def waive(*, request: DocumentRequest, reason: str, by: Staff | None) -> DocumentRequest:
    """Write the fee off. Raises ``NothingOwed``, ``NotAllowed``."""
    return _settle(request, by, FeeState.WAIVED, "waive", reason)


def _settle(
    request: DocumentRequest, by: Staff | None, state: FeeState, deed: str, reason: str
) -> DocumentRequest:
    request = for_staff(request, by)
    access.require(by, "delivery.take_payment", request.library_id)
    if request.fee_state != FeeState.OPEN:
        raise NothingOwed(_("这个申请没有未缴的费用。"))
    request.fee_state = state
    request.save(update_fields=["fee_state"])
    if deed == "pay":
        history.record(request, "pay", by=actor(by), changes={"fee_fen": request.fee_fen})
    else:
        history.record(request, "waive", by=actor(by), changes={"fee_fen": request.fee_fen}, reason=reason)
    return request
