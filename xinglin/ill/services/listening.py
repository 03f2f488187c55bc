"""Messages in: known by their digest, judged, applied, confirmed; the same one twice has one effect.

A message is confirmed in the exchange that brought it. What it asks of people stands in their lists.
"""

import logging
from dataclasses import dataclass

from django.db import IntegrityError, transaction

from xinglin.commons import clock
from xinglin.ill import queries, signing
from xinglin.ill.models import Direction, IllMessage, MessageState, Partner
from xinglin.ill.protocol.messages import (
    Agency,
    Confirmation,
    Message,
    Request,
    RequesterMessage,
    SupplierMessage,
    digest,
)
from xinglin.ill.protocol.reading import Refused, read
from xinglin.ill.protocol.vocabulary import CONFIRMATION_OF, ErrorType, MessageKind
from xinglin.ill.protocol.writing import write
from xinglin.ill.services.hearing import requesters, requests, suppliers
from xinglin.ill.services.hearing.declining import Declined
from xinglin.ill.services.sending import said_in

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Taken:
    """The answer to some bytes: the status of HTTP, and the confirmation as bytes."""

    status: int
    body: bytes


def take_message(*, data: bytes, signature: str) -> Taken:
    """Take one message from outside and return the confirmation; never another exception for what was sent.

    Unknown partners and wrong signatures are answered with a refusal and change nothing.
    """
    try:
        message = read(data)
    except Refused as refused:
        _keep_refused(data, refused)
        return _refused(refused)
    partner = queries.partner_of(_sender(message))
    if partner is None or not partner.active:
        return _answer(message, 403, ErrorType.UNRECOGNISED_VALUE, f"unknown agency: {_sender(message)}")
    now = int(clock.now().timestamp())
    signed = bool(partner.secret) and signing.is_signed(partner.secret, data, signature, now=now)
    if not signed and not (partner.accepts_unsigned and not signature):
        return _answer(message, 401, ErrorType.UNRECOGNISED_VALUE, "signature missing, wrong or too old")
    return _take_known(partner, message, data)


def _take_known(partner: Partner, message: Message, data: bytes) -> Taken:
    mark = digest(message)
    before = IllMessage.objects.filter(direction=Direction.IN, partner=partner, digest=mark).first()
    if before is not None:
        return Taken(200, bytes(before.answer))
    try:
        with transaction.atomic():
            # The partner's messages are taken one at a time: a doubled one waits and then finds the first.
            Partner.objects.select_for_update().get(pk=partner.pk)
            before = IllMessage.objects.filter(direction=Direction.IN, partner=partner, digest=mark).first()
            if before is not None:
                return Taken(200, bytes(before.answer))
            kept = IllMessage(
                direction=Direction.IN, partner=partner, kind=message.kind, said=said_in(message)[:120],
                digest=mark, xml=data, at=clock.now(), state=MessageState.TAKEN,
            )  # fmt: skip
            answer = _confirm(message)
            try:
                with transaction.atomic():
                    _apply(partner, message, kept)
            except Declined as no:
                answer = _confirm(message, no.error, no.value)
                kept.state, kept.error = MessageState.REFUSED, no.value[:500]
                kept.wish = kept.supply = None
            kept.answer = write(answer)
            kept.save()
            return Taken(200, bytes(kept.answer))
    except IntegrityError:
        before = IllMessage.objects.filter(direction=Direction.IN, partner=partner, digest=mark).first()
        if before is None:
            raise
        return Taken(200, bytes(before.answer))


def _apply(partner: Partner, message: Message, kept: IllMessage) -> None:
    if not message.header.request_id:
        raise Declined(ErrorType.UNRECOGNISED_VALUE, "requestingAgencyRequestId is empty")
    if isinstance(message, Request):
        kept.supply = requests.asked(partner, message)
    elif isinstance(message, SupplierMessage):
        kept.wish = suppliers.told(partner, message)
    else:
        kept.supply = requesters.acted(partner, message)


def _sender(message: Message) -> Agency:
    return message.header.supplier if isinstance(message, SupplierMessage) else message.header.requester


def _confirm(message: Message, error: ErrorType | None = None, value: str = "") -> Confirmation:
    head = message.header
    return Confirmation(
        kind=CONFIRMATION_OF[message.kind],
        received_at=clock.now(),
        timestamp=clock.now(),
        supplier=head.supplier if head.supplier.value else None,
        requester=head.requester,
        request_id=head.request_id,
        group_id=head.group_id,
        error=error,
        error_value=value,
        reason=message.reason if isinstance(message, SupplierMessage) else None,
        action=message.action if isinstance(message, RequesterMessage) else None,
    )


def _answer(message: Message, status: int, error: ErrorType, value: str) -> Taken:
    return Taken(status, write(_confirm(message, error, value)))


def _refused(refused: Refused) -> Taken:
    """Confirm what could not be read, under the kind that it seems to be; a request's when nothing is known."""
    kind = CONFIRMATION_OF.get(refused.kind or MessageKind.REQUEST, MessageKind.REQUEST_CONFIRMATION)
    head = refused.header
    confirmation = Confirmation(
        kind=kind,
        received_at=clock.now(),
        timestamp=clock.now(),
        supplier=head.supplier if head and head.supplier.value else None,
        requester=head.requester if head else None,
        request_id=head.request_id if head else "",
        error=refused.error,
        error_value=refused.value,
    )
    return Taken(200 if refused.kind else 400, write(confirmation))


def _keep_refused(data: bytes, refused: Refused) -> None:
    """Keep a refused message of a known partner, so that both can be asked; a stranger's is only counted in the log."""
    head = refused.header
    partner = None
    if head is not None:
        speaker = head.supplier if refused.kind == MessageKind.SUPPLIER else head.requester
        partner = queries.partner_of(speaker)
    if partner is None:
        log.warning("an ISO 18626 message was refused", extra={"error": refused.error, "size": len(data)})
        return
    IllMessage.objects.create(
        direction=Direction.IN, partner=partner, kind=refused.kind or "", said=str(refused.error)[:120],
        xml=data, at=clock.now(), state=MessageState.REFUSED, error=refused.value[:500],
    )  # fmt: skip
