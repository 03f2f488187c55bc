"""A request comes: which library it is for, who of us has it, or whom we ask for it."""

from xinglin.circulation.queries import free_items
from xinglin.commons import clock, history
from xinglin.commons.bulletin import announce
from xinglin.commons.text import plain
from xinglin.consortium.models import Library
from xinglin.ill import queries
from xinglin.ill.events import SupplyAsked
from xinglin.ill.models import Partner, Service, SupplyRequest, Symbol, Wish
from xinglin.ill.protocol.messages import Agency, Request
from xinglin.ill.protocol.vocabulary import ErrorType, Reason, RequestType
from xinglin.ill.services.asking import seek
from xinglin.ill.services.hearing.declining import CONSORTIUM_MONEY, Declined
from xinglin.ill.services.sending import post
from xinglin.ill.services.wording import answer_of, describe


def asked(partner: Partner, message: Request) -> SupplyRequest:
    """Take a request of a partner. Raises ``Declined``."""
    head, asks = message.header, message.asks
    library, is_broker = _addressed(head.supplier)
    before = SupplyRequest.objects.filter(partner=partner, request_id=head.request_id).first()
    if before is not None:
        if asks.request_type == RequestType.REMINDER:
            history.record(before, "remind", by=partner.name)
            return before
        raise Declined(ErrorType.UNRECOGNISED_VALUE, f"requestingAgencyRequestId is taken: {head.request_id}")
    if asks.request_type == RequestType.REMINDER:
        raise Declined(ErrorType.UNRECOGNISED_VALUE, f"no such request: {head.request_id}")
    if asks.request_type == RequestType.RETRY:
        previous = asks.previous_request_id
        known = SupplyRequest.objects.filter(partner=partner, request_id=previous).exists()
        if not previous or not known:
            raise Declined(ErrorType.UNRECOGNISED_VALUE, f"no request to retry: {previous}")
    row = SupplyRequest(
        partner=partner,
        library=library,
        our_symbol=str(head.supplier)[:90],
        request_id=head.request_id[:100],
        group_id=head.group_id[:100],
        previous_id=asks.previous_request_id[:100],
        urgent=asks.level.casefold() in ("urgent", "express", "rush"),
        most_fen=int(message.most_cost.amount * 100)
        if message.most_cost and message.most_cost.currency == CONSORTIUM_MONEY
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
        raise Declined(ErrorType.UNRECOGNISED_VALUE, f"supplyingAgencyId is not ours: {agency}")
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
    seek(wish)


def _place_words(message: Request) -> list[str]:
    return [
        place.data
        or " ".join(part for part in (place.locality, place.line1, place.line2, place.postal_code) if part)
        for place in message.deliver_to
    ]
