"""Messages out: written down in the transaction that causes them, sent by a job, their answer kept."""

import httpx
from django.db import transaction
from django.utils.translation import gettext as _
from procrastinate.contrib.django import app

from xinglin.catalog.copying.addresses import CheckedTransport
from xinglin.catalog.copying.errors import AddressRefused
from xinglin.commons import clock
from xinglin.ill import signing
from xinglin.ill.errors import SendingFailed
from xinglin.ill.models import Direction, IllMessage, MessageState, Partner, SupplyRequest, Wish
from xinglin.ill.protocol.messages import Message, Request, SupplierMessage
from xinglin.ill.protocol.reading import LARGEST, Refused, read_confirmation
from xinglin.ill.protocol.writing import write

SEND = "ill.send_message"
TIMEOUT = httpx.Timeout(20.0, connect=8.0)
_TYPE = "application/xml; charset=utf-8"


def post(
    partner: Partner, message: Message, *, wish: Wish | None = None, supply: SupplyRequest | None = None
) -> IllMessage:
    """Write a message down, to be sent after the commit of the caller's transaction."""
    kept = IllMessage.objects.create(
        direction=Direction.OUT,
        partner=partner,
        wish=wish,
        supply=supply,
        kind=message.kind,
        said=said_in(message),
        xml=write(message),
        state=MessageState.QUEUED,
        at=clock.now(),
    )
    # One at a time to a partner, in the order in which they were written.
    app.configure_task(SEND, queue="ill", lock=f"ill-partner-{partner.pk}").defer(message_id=kept.pk)
    return kept


def said_in(message: Message) -> str:
    """Return in a few words what a message says, for lists."""
    if isinstance(message, Request):
        return f"{message.asks.request_type} {message.asks.type}"
    if isinstance(message, SupplierMessage):
        answer = {True: " Y", False: " N", None: ""}[message.answer]
        return f"{message.reason}{answer} {message.status or ''}".strip()
    return str(message.action)


def send_message(*, message_id: int) -> bool:
    """Bring one message to its partner and keep the confirmation; return whether it was taken.

    No row is locked while the network is waited for; the partner knows a doubled message by its digest.
    Raises ``SendingFailed`` when it could not be brought: the job tries again.
    """
    kept = IllMessage.objects.select_related("partner").get(pk=message_id)
    if kept.state != MessageState.QUEUED or kept.partner is None:
        return kept.state == MessageState.SENT
    data = bytes(kept.xml)
    headers = {"Content-Type": _TYPE, "User-Agent": "Xinglin ISO18626/1.2"}
    if kept.partner.secret:
        at = int(clock.now().timestamp())
        headers[signing.HEADER] = signing.signature(kept.partner.secret, data, at=at)
    try:
        answer = _posted(kept.partner.url, data, headers)
        confirmation = read_confirmation(answer, now=clock.now())
    except (httpx.HTTPError, httpx.InvalidURL, AddressRefused, Refused) as error:
        why = error.__class__.__name__ if isinstance(error, httpx.HTTPError) else str(error)
        IllMessage.objects.filter(pk=kept.pk).update(attempts=kept.attempts + 1, error=why[:500])
        raise SendingFailed(
            _("发给 %(partner)s 的消息没有送到（%(why)s），稍后再发。"), partner=kept.partner.name, why=why
        ) from None
    kept.attempts += 1
    kept.answer, kept.error = answer, f"{confirmation.error or ''} {confirmation.error_value}".strip()[:500]
    kept.state = MessageState.SENT if confirmation.ok else MessageState.REJECTED
    kept.save(update_fields=["attempts", "answer", "error", "state"])
    if not confirmation.ok and kept.wish is not None:
        from xinglin.ill.services.passing import refused_by_partner  # it sends by this module

        refused_by_partner(message=kept)
    return confirmation.ok


def _posted(url: str, data: bytes, headers: dict[str, str]) -> bytes:
    with (
        httpx.Client(transport=CheckedTransport(), timeout=TIMEOUT, trust_env=False) as client,
        client.stream("POST", url, content=data, headers=headers) as answer,
    ):
        body = bytearray()
        for piece in answer.iter_bytes():
            body += piece
            if len(body) > LARGEST:
                raise httpx.DecodingError("the answer is too large")
        if answer.status_code >= httpx.codes.INTERNAL_SERVER_ERROR:
            raise httpx.RemoteProtocolError(f"status {answer.status_code}")
        return bytes(body)


@transaction.atomic
def send_again(*, message: IllMessage) -> None:
    """Queue once more what failed for good. A rejected one is not sent again: its partner said no."""
    kept = IllMessage.objects.select_for_update().get(pk=message.pk)
    if kept.state in (MessageState.FAILED, MessageState.QUEUED) and kept.partner_id is not None:
        kept.state = MessageState.QUEUED
        kept.save(update_fields=["state"])
        app.configure_task(SEND, queue="ill", lock=f"ill-partner-{kept.partner_id}").defer(message_id=kept.pk)
