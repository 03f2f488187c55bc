"""Giving a request to somebody: by skill, load and turn."""

from django.db import transaction

from xinglin.commons import clock, history
from xinglin.delivery import queries
from xinglin.delivery.assigning import chosen
from xinglin.delivery.models import DocumentKind, DocumentRequest, Handler, Urgency
from xinglin.delivery.works import Work, skill_for


@transaction.atomic
def deal_out(request: DocumentRequest) -> Handler | None:
    """Give a request to the handler whose it is; it stays in the common queue when nobody has room.

    The desk's rows are locked: two requests of one moment do not both go to the one who had room for one.
    """
    desk = list(queries.handlers_at(request.library).select_for_update(of=("self",)).order_by("pk"))
    work = Work(
        kind=DocumentKind(request.kind),
        title=request.title,
        asked_as=request.asked_as,
        container=request.container,
    )
    handler = chosen(
        desk,
        skill_for(work, Urgency(request.urgency)),
        queries.load_of(each.staff_id for each in desk),
    )
    if handler is None:
        return None
    request.assigned_to = handler.staff
    request.save(update_fields=["assigned_to"])
    handler.given_at = clock.now()
    handler.save(update_fields=["given_at"])
    history.record(request, "assign", by="系统", changes={"assigned_to": str(handler.staff)})
    return handler
