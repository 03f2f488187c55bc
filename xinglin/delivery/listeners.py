"""What document delivery does when there is news: tell readers, mail copies, forget who was erased."""

from django.db import transaction

from xinglin.circulation.telling import tell_reader
from xinglin.commons.bulletin import listens_to
from xinglin.delivery import services, telling
from xinglin.delivery.events import (
    AccessDecided,
    DocumentDelivered,
    EmailCopyWanted,
    ReaderAskedBack,
    RequestDeclined,
)
from xinglin.delivery.lifecycle import State
from xinglin.delivery.models import AccessRequest, DocumentRequest
from xinglin.delivery.telling import Word
from xinglin.patrons.events import PatronErased, PatronLeft
from xinglin.patrons.models import Patron


@listens_to(ReaderAskedBack)
def tell_what_is_missing(event: ReaderAskedBack) -> None:
    """Tell the reader what the librarian needs, unless it was answered meanwhile."""
    row = DocumentRequest.objects.select_related("patron").get(pk=event.request_id)
    if row.state == State.ASKED_BACK and row.patron is not None:
        _tell(row.patron, telling.asked_back(row))


@listens_to(DocumentDelivered)
def tell_that_it_is_there(event: DocumentDelivered) -> None:
    """Tell the reader where the document is read; mail a copy where that was wished."""
    row = DocumentRequest.objects.select_related("patron").get(pk=event.request_id)
    if row.state == State.DELIVERED and row.patron is not None:
        _tell(row.patron, telling.delivered(row))


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
    row = DocumentRequest.objects.select_related("patron").get(pk=event.request_id)
    if row.state == State.DECLINED and row.patron is not None:
        _tell(row.patron, telling.declined(row))


@listens_to(AccessDecided)
def tell_what_was_decided(event: AccessDecided) -> None:
    """Tell the reader what became of the application."""
    row = AccessRequest.objects.select_related("patron", "database").get(pk=event.access_id)
    _tell(row.patron, telling.access_decided(row))


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


@transaction.atomic
def _tell(patron: Patron, word: Word) -> None:
    tell_reader(patron, word.text)
