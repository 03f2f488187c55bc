"""Messages in: known by their digest, judged, applied, confirmed; the same one twice has one effect.

A message is confirmed in the exchange that brought it. What it asks of people stands in their lists.
"""

import logging
from dataclasses import dataclass, replace

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from xinglin.circulation.queries import free_items
from xinglin.commons import clock, history
from xinglin.commons.bulletin import announce
from xinglin.commons.text import plain
from xinglin.consortium.models import Library
from xinglin.ill import queries, signing
from xinglin.ill.events import SupplyAsked, WishMoved
from xinglin.ill.lifecycle import LegState, Wanted
from xinglin.ill.models import (
    Direction,
    IllMessage,
    Leg,
    MessageState,
    Partner,
    Service,
    SupplyRequest,
    Symbol,
    Wish,
)
from xinglin.ill.protocol import requester, supplier
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
from xinglin.ill.protocol.vocabulary import (
    CONFIRMATION_OF,
    Action,
    ErrorType,
    MessageKind,
    Reason,
    RequestType,
)
from xinglin.ill.protocol.writing import write
from xinglin.ill.services import broking, wishing
from xinglin.ill.services.sending import post, said_in
from xinglin.ill.services.wording import (
    action_of,
    answer_of,
    describe,
    keep_standing,
    keep_supply,
    standing_of,
    supply_of,
)

log = logging.getLogger(__name__)
_CONSORTIUM_MONEY = "CNY"


@dataclass(frozen=True)
class Taken:
    """The answer to some bytes: the status of HTTP, and the confirmation as bytes."""

    status: int
    body: bytes


class _No(Exception):
    """A well-formed message that cannot be acted upon."""

    def __init__(self, error: ErrorType, value: str) -> None:
        super().__init__(value)
        self.error, self.value = error, value


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
            except _No as no:
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
        raise _No(ErrorType.UNRECOGNISED_VALUE, "requestingAgencyRequestId is empty")
    if isinstance(message, Request):
        kept.supply = _asked(partner, message)
    elif isinstance(message, SupplierMessage):
        kept.wish = _told(partner, message)
    else:
        kept.supply = _acted(partner, message)


# -- a request -------------------------------------------------------------------------------------------


def _asked(partner: Partner, message: Request) -> SupplyRequest:
    head, asks = message.header, message.asks
    library, is_broker = _addressed(head.supplier)
    before = SupplyRequest.objects.filter(partner=partner, request_id=head.request_id).first()
    if before is not None:
        if asks.request_type == RequestType.REMINDER:
            history.record(before, "remind", by=partner.name)
            return before
        raise _No(ErrorType.UNRECOGNISED_VALUE, f"requestingAgencyRequestId is taken: {head.request_id}")
    if asks.request_type == RequestType.REMINDER:
        raise _No(ErrorType.UNRECOGNISED_VALUE, f"no such request: {head.request_id}")
    if asks.request_type == RequestType.RETRY:
        previous = asks.previous_request_id
        known = SupplyRequest.objects.filter(partner=partner, request_id=previous).exists()
        if not previous or not known:
            raise _No(ErrorType.UNRECOGNISED_VALUE, f"no request to retry: {previous}")
    row = SupplyRequest(
        partner=partner,
        library=library,
        our_symbol=str(head.supplier)[:90],
        request_id=head.request_id[:100],
        group_id=head.group_id[:100],
        previous_id=asks.previous_request_id[:100],
        urgent=asks.level.casefold() in ("urgent", "express", "rush"),
        most_fen=int(message.most_cost.amount * 100)
        if message.most_cost and message.most_cost.currency == _CONSORTIUM_MONEY
        else 0,
        deliver_to="；".join(_place_words(message))[:400],
        note=plain(asks.note)[:2000],
        received_at=clock.now(),
    )
    describe(row, message)
    held_at = _who_holds(row) if is_broker else None
    row.library, row.is_brokered = held_at or library, is_broker and held_at is None
    row.save()
    row.number = f"GJ{clock.local(row.received_at):%Y}{row.pk:06d}"
    row.save(update_fields=["number"])
    history.record(row, "ask", by=partner.name)
    post(partner, answer_of(row, Reason.REQUEST_RESPONSE), supply=row)
    if row.is_brokered:
        _broker(row)
    else:
        announce(SupplyAsked(supply_id=row.pk))
    return row


def _addressed(agency: Agency) -> tuple[Library, bool]:
    """Return which of our libraries is addressed, and whether it stands for all of us."""
    symbol = (
        Symbol.objects.filter(value__iexact=agency.value, type__iexact=agency.type)
        .select_related("library")
        .first()
    )
    if symbol is None:
        raise _No(ErrorType.UNRECOGNISED_VALUE, f"supplyingAgencyId is not ours: {agency}")
    return symbol.library, symbol.is_broker


def _who_holds(row: SupplyRequest) -> Library | None:
    """Return a library of ours that has a free copy now."""
    record = queries.record_on_our_shelves(isbn=row.isbn, issn=row.issn)
    item = free_items(record).order_by("library__code", "pk").first() if record is not None else None
    return item.library if item is not None else None


def _broker(row: SupplyRequest) -> None:
    """Ask others on behalf of the library that asked us."""
    wish = Wish.objects.create(
        upstream=row, library=row.library, service=Service(row.service), title=row.title, author=row.author,
        publisher=row.publisher, year=row.year, edition=row.edition, volume=row.volume, issue=row.issue,
        pages=row.pages, isbn=row.isbn, issn=row.issn, urgent=row.urgent, most_fen=row.most_fen,
        asked_at=clock.now(),
    )  # fmt: skip
    wish.number = f"HJ{clock.local(wish.asked_at):%Y}{wish.pk:06d}"
    wish.save(update_fields=["number"])
    history.record(wish, "ask", by=row.partner.name)
    wishing.advance(wish=wish)


def _place_words(message: Request) -> list[str]:
    return [
        place.data
        or " ".join(part for part in (place.locality, place.line1, place.line2, place.postal_code) if part)
        for place in message.deliver_to
    ]


# -- a supplier speaks -----------------------------------------------------------------------------------


def _told(partner: Partner, message: SupplierMessage) -> Wish:
    head = message.header
    leg = Leg.objects.filter(request_id=head.request_id, partner=partner).select_related("wish").first()
    if leg is None:
        raise _No(ErrorType.UNRECOGNISED_VALUE, f"no such request: {head.request_id}")
    wish = wishing.locked(leg.wish)
    leg = Leg.objects.select_related("partner", "wish__library").get(pk=leg.pk)
    if head.supplier_request_id and not leg.supplier_request_id:
        leg.supplier_request_id = head.supplier_request_id[:100]
        leg.save(update_fields=["supplier_request_id"])
    heard = requester.hear(standing_of(wish), message, from_current=wish.leg_id == leg.pk)
    if heard.stray:
        wish.stray = _("%(partner)s 说已寄出") % {"partner": partner.name}
        wish.save(update_fields=["stray"])
        history.record(wish, "stray", by=partner.name, reason=message.note)
        return wish
    was = wish.state
    keep_standing(wish, heard.standing)
    _note_details(wish, message, heard.deed)
    if wish.state in (Wanted.COMPLETED, Wanted.CANCELLED, Wanted.LOST) and wish.closed_at is None:
        wish.closed_at = clock.now()
    wish.save()
    _end_leg(leg, heard.deed, message)
    if heard.deed or heard.news not in ("late", "acknowledged"):
        history.record(
            wish, "hear", by=partner.name, changes={"said": said_in(message), "state": wish.get_state_display()},
            reason=message.note or message.reason_unfilled,
        )  # fmt: skip
    broking.pass_up(wish, heard.deed or heard.news, due=wish.due_at)
    if heard.deed == "unfilled" and wish.state == Wanted.SEEKING:
        wishing.advance(wish=wish)
    elif wish.state != was or heard.news in (
        "overdue",
        "recalled",
        "renewed",
        "renewal_refused",
        "cancel_refused",
    ):
        announce(WishMoved(wish_id=wish.pk, news=heard.deed or heard.news))
    return wish


def _note_details(wish: Wish, message: SupplierMessage, deed: str) -> None:
    if message.item_id:
        wish.item_id = message.item_id[:100]
    if message.sent_via:
        wish.sent_via = message.sent_via[:60]
    cost = message.delivery_cost or message.offered_cost
    if cost is not None and cost.currency == _CONSORTIUM_MONEY:
        wish.cost_fen = max(0, min(int(cost.amount * 100), 2**31 - 1))
    if message.return_name or message.return_to:
        place = message.return_to.line1 if message.return_to else ""
        wish.return_to = f"{message.return_name} {place}".strip()[:300]
    if deed == "copy_completed":
        wish.closing_reason = _("复制件已由对方送出")


def _end_leg(leg: Leg, deed: str, message: SupplierMessage) -> None:
    ends = {
        "unfilled": LegState.REFUSED, "cancelled": LegState.PASSED_OVER, "loaned": LegState.DONE,
        "copy_completed": LegState.DONE, "will_supply": LegState.SUPPLYING, "condition": LegState.SUPPLYING,
    }  # fmt: skip
    if deed in ends:
        leg.state, leg.reason = ends[deed], (message.reason_unfilled or message.note)[:200]
        if leg.state != LegState.SUPPLYING:
            leg.ended_at = clock.now()
        leg.save(update_fields=["state", "reason", "ended_at"])
    elif deed == "expect":
        # It has answered that it looks: the time runs from there anew.
        leg.answer_by = clock.now() + (leg.answer_by - leg.asked_at)
        leg.save(update_fields=["answer_by"])


# -- a requester speaks ----------------------------------------------------------------------------------


def _acted(partner: Partner, message: RequesterMessage) -> SupplyRequest:
    head = message.header
    row = (
        SupplyRequest.objects.select_for_update(of=("self",))
        .select_related("partner", "library", "item")
        .filter(partner=partner, request_id=head.request_id)
        .first()
    )
    if row is None:
        raise _No(ErrorType.UNRECOGNISED_VALUE, f"no such request: {head.request_id}")
    asked = supplier.hear(supply_of(row), message)
    wish = Wish.objects.filter(upstream=row).first() if row.is_brokered else None
    if wish is not None and message.action == Action.CANCEL:
        _cancel_downstream(row, wish, message)
        return row
    keep_supply(row, asked.supply)
    if message.note and message.action == Action.NOTIFICATION:
        row.note = f"{row.note}\n{plain(message.note)}"[:4000]
    row.save()
    history.record(row, "hear", by=partner.name, changes={"said": said_in(message)}, reason=message.note)
    if wish is not None and message.action != Action.STATUS_REQUEST:
        _pass_down(wish, message)
    if asked.answer is not None and not (
        wish is not None and message.action == Action.RENEW and asked.supply.renew_asked
    ):
        post(partner, answer_of(row, asked.answer.reason, answer=asked.answer.answer), supply=row)
    return row


def _cancel_downstream(row: SupplyRequest, wish: Wish, message: RequesterMessage) -> None:
    """A cancel that is addressed to the broker ends the whole rota: the supplier that is asked now decides."""
    wish = wishing.locked(wish)
    now = supply_of(row)
    if wish.is_waiting and wish.leg is not None:
        keep_supply(row, replace(now, cancel_asked=True))
        row.save()
        wish.cancel_asked = True
        wish.save(update_fields=["cancel_asked"])
        post(wish.leg.partner, action_of(wish.leg, Action.CANCEL), wish=wish)
        return
    asked = supplier.hear(now, message)
    keep_supply(row, asked.supply)
    row.save()
    agreed = asked.answer.answer if asked.answer else False
    post(row.partner, answer_of(row, Reason.CANCEL_RESPONSE, answer=agreed), supply=row)


def _pass_down(wish: Wish, message: RequesterMessage) -> None:
    """What the library says for which we ask goes to the supplier, and moves our own side along."""
    wish = wishing.locked(wish)
    if wish.leg is None:
        return
    deeds = {
        Action.RECEIVED: ((Wanted.SHIPPED, Wanted.RECEIVED),),
        Action.SHIPPED_RETURN: ((Wanted.SHIPPED, Wanted.SENT_BACK), (Wanted.RECEIVED, Wanted.SENT_BACK)),
    }
    for here, there in deeds.get(message.action, ()):
        if wish.state == here:
            wish.state = there
            break
    if message.action == Action.RENEW:
        wish.renew_asked = True
    wish.save()
    post(wish.leg.partner, action_of(wish.leg, message.action, note=message.note), wish=wish)


# -- confirmations -----------------------------------------------------------------------------------------


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
