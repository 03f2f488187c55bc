"""What document delivery does when there is news: tell readers, mail copies, forget who was erased."""

from xinglin.commons.bulletin import listens_to
from xinglin.commons.history import history_of
from xinglin.delivery import intake, services, telling
from xinglin.delivery.events import (
    AccessDecided,
    DocumentDelivered,
    DocumentRequested,
    EmailCopyWanted,
    ReaderAskedBack,
    RequestDeclined,
)
from xinglin.delivery.lifecycle import State
from xinglin.delivery.models import AccessRequest, DocumentRequest, Urgency
from xinglin.delivery.telling import Word
from xinglin.notices.services import owe
from xinglin.patrons.events import PatronErased, PatronLeft


@listens_to(DocumentRequested)
def look_up_what_is_asked(event: DocumentRequested) -> None:
    """Ask the sources of literature what it is, before a person does: the whole reference, retractions, free texts.

    What may be read freely is delivered at once as an address. A source that is silent raises: tried again later.
    """
    row = DocumentRequest.objects.get(pk=event.request_id)
    if row.state != State.SUBMITTED:
        return
    work = intake.looked_up(doi=row.doi, pmid=row.pmid, asked_as=row.asked_as, title=row.title)
    if work is not None:
        services.describe(request=row, work=work)


@listens_to(ReaderAskedBack)
def tell_what_is_missing(event: ReaderAskedBack) -> None:
    """Tell the reader what the librarian needs, unless it was answered meanwhile."""
    row = DocumentRequest.objects.select_related("patron", "library").get(pk=event.request_id)
    if row.state == State.ASKED_BACK:
        _tell_of(row, telling.asked_back(row))


@listens_to(DocumentDelivered)
def tell_that_it_is_there(event: DocumentDelivered) -> None:
    """Tell the reader where the document is read; mail a copy where that was wished."""
    row = DocumentRequest.objects.select_related("patron", "library").get(pk=event.request_id)
    if row.state == State.DELIVERED:
        _tell_of(row, telling.delivered(row))


@listens_to(DocumentDelivered)
def mail_a_copy(event: DocumentDelivered) -> None:
    """Mail a copy to the reader who wished it."""
    row = DocumentRequest.objects.get(pk=event.request_id)
    if row.wants_email and row.state == State.DELIVERED:
        _mail(row)


@listens_to(EmailCopyWanted)
def mail_the_copy_asked_for(event: EmailCopyWanted) -> None:
    """Mail a copy to the reader who asked for it on the page."""
    _mail(DocumentRequest.objects.get(pk=event.request_id))


@listens_to(RequestDeclined)
def tell_that_it_cannot_be_had(event: RequestDeclined) -> None:
    """Tell the reader why."""
    row = DocumentRequest.objects.select_related("patron", "library").get(pk=event.request_id)
    if row.state == State.DECLINED:
        _tell_of(row, telling.declined(row))


@listens_to(AccessDecided)
def tell_what_was_decided(event: AccessDecided) -> None:
    """Tell the reader what became of the application."""
    row = AccessRequest.objects.select_related("patron", "database").get(pk=event.access_id)
    word = telling.access_decided(row)
    owe(
        patron=row.patron,
        kind=word.kind,
        key=f"{row.pk}-{row.state}-{row.granted_until or ''}",
        title=word.heading,
        text=word.text,
        link=word.path,
        fields={"name": row.database.name},
        library=row.library,
    )


@listens_to(PatronLeft)
def give_up_what_who_left_waits_for(event: PatronLeft) -> None:
    """Cancel the open requests of a reader who left."""
    services.give_up_open(patron_id=event.patron_id, reason="读者已离开")


@listens_to(PatronErased)
def forget_the_erased(event: PatronErased) -> None:
    """Cancel what is open, delete files and pictures, and part the rest from the reader."""
    services.give_up_open(patron_id=event.patron_id, reason="读者资料已删除")
    services.forget_reader(patron_id=event.patron_id)


def _mail(row: DocumentRequest) -> None:
    file = next((each for each in row.files.all() if each.is_readable), None)
    if file is not None:
        services.email_copy(file=file)


def _tell_of(row: DocumentRequest, word: Word) -> None:
    """Owe the reader a word; clinical ones do not wait for the morning. Once for each turn of the request."""
    if row.patron is None:
        return
    turns = history_of(row).filter(deed__in=("ask_back", "deliver", "decline")).count()
    owe(
        patron=row.patron,
        kind=word.kind,
        key=f"{row.pk}-{turns}",
        title=word.heading,
        text=word.text,
        link=word.path,
        fields={"number": row.number, "title": row.label[:100]},
        library=row.library,
        urgent=row.urgency == Urgency.CLINICAL,
    )
