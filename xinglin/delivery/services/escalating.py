"""What is not taken up in time moves on; what is overdue is put before more eyes. Run every few minutes."""

from django.db import transaction

from xinglin.commons import clock, history
from xinglin.commons.bulletin import announce
from xinglin.consortium.queries import timetable_of, timetables_of
from xinglin.delivery import deadlines, queries
from xinglin.delivery.events import RequestEscalated
from xinglin.delivery.lifecycle import OURS, State
from xinglin.delivery.models import DocumentRequest, Handler, Urgency
from xinglin.delivery.services.dealing_out import deal_out
from xinglin.delivery.services.locking import locked

NOT_TAKEN, OVERDUE = 1, 2
AT_ONCE = 500


def escalate_late() -> int:
    """Raise every request that is late by one level at most; return how many were raised."""
    raised = 0
    for pk in _suspects():
        with transaction.atomic():
            raised += _raise(locked(DocumentRequest(pk=pk)))
    return raised


def _suspects() -> list[int]:
    now = clock.now()
    overdue = DocumentRequest.objects.filter(state__in=OURS, due_at__lte=now, escalation__lt=OVERDUE)
    waiting = DocumentRequest.objects.filter(state=State.SUBMITTED, escalation=0, due_at__gt=now)
    ids = [*overdue.values_list("pk", flat=True)[:AT_ONCE]]
    rows = list(waiting.select_related("library").order_by("due_at")[:AT_ONCE])
    hours = timetables_of({request.library_id for request in rows})
    promises: dict[tuple[int, str], deadlines.Promise] = {}
    for request in rows:
        terms = (request.library_id, request.urgency)
        if terms not in promises:
            promises[terms] = queries.promise_for(request.library, request.urgency)
        if deadlines.take_by(request.asked_at, promises[terms], hours[request.library_id]) <= now:
            ids.append(request.pk)
    return ids


def _raise(request: DocumentRequest) -> bool:
    """Raise one request: an untaken one goes to a colleague, a clinical one to the next library that is open."""
    if request.state not in OURS:
        return False
    level = OVERDUE if request.due_at <= clock.now() else NOT_TAKEN
    if request.escalation >= level:
        return False
    request.escalation = level
    request.save(update_fields=["escalation"])
    history.record(request, "escalate", by="系统", changes={"escalation": level})
    if request.state == State.SUBMITTED:
        _move_on(request)
    announce(RequestEscalated(request_id=request.pk, level=level))
    return True


def _move_on(request: DocumentRequest) -> None:
    if request.urgency == Urgency.CLINICAL:
        others = Handler.objects.filter(active=True, library__active=True).exclude(library=request.library_id)
        desks = {each.library_id: each.library for each in others.select_related("library")}
        now = clock.now()
        for library in sorted(desks.values(), key=lambda each: (each.kind != "main", each.code)):
            if timetable_of(library).is_open(now):
                before, request.library, request.assigned_to = request.library, library, None
                request.save(update_fields=["library", "assigned_to"])
                history.record(
                    request, "pass_on", by="系统", changes={"library": [before.label, library.label]}
                )
                break
    held = request.assigned_to
    request.assigned_to = None
    request.save(update_fields=["assigned_to"])
    if deal_out(request) is None and held is not None:
        request.assigned_to = held
        request.save(update_fields=["assigned_to"])
