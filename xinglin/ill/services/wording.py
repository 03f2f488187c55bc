"""Rows into messages and back: what both sides of ISO 18626 share."""

from datetime import datetime
from decimal import Decimal

from django.utils import timezone

from xinglin.commons import clock
from xinglin.ill.models import Described, Leg, SupplyRequest, Wish
from xinglin.ill.protocol.messages import (
    Agency,
    Bibliographic,
    Coded,
    Cost,
    Header,
    Place,
    Publication,
    Request,
    RequesterMessage,
    Service,
    SupplierMessage,
)
from xinglin.ill.protocol.requester import Standing
from xinglin.ill.protocol.supplier import Supply
from xinglin.ill.protocol.vocabulary import Action, Reason, RequestType, ServiceType, Status
from xinglin.ill.queries import our_symbol


def agency_in(written: str) -> Agency:
    """Return a symbol from the form ``ISIL:CN-1``."""
    kind, _colon, value = written.partition(":")
    return Agency(value, kind)


def header_of(leg: Leg) -> Header:
    """Return the header of what we say to a supplier."""
    return Header(
        supplier=Agency(leg.partner.symbol, leg.partner.symbol_type),
        requester=our_symbol(leg.wish.library),
        timestamp=clock.now(),
        request_id=leg.request_id,
        supplier_request_id=leg.supplier_request_id,
    )


def request_of(wish: Wish, leg: Leg, *, previous: str = "") -> Request:
    """Return what a supplier is asked for."""
    what = Bibliographic(
        title=wish.title,
        author=wish.author,
        edition=wish.edition,
        volume=wish.volume,
        issue=wish.issue,
        pages=wish.pages,
        item_ids=tuple(
            Coded(code, value) for code, value in (("ISBN", wish.isbn), ("ISSN", wish.issn)) if value
        ),
    )
    need = (
        timezone.make_aware(datetime.combine(wish.need_before, datetime.max.time()))
        if wish.need_before
        else None
    )
    return Request(
        header=header_of(leg),
        what=what,
        publication=Publication(publisher=wish.publisher, date=wish.year)
        if wish.publisher or wish.year
        else None,
        service=Service(
            type=ServiceType(wish.service),
            request_type=RequestType.RETRY if previous else RequestType.NEW,
            previous_request_id=previous,
            level="Urgent" if wish.urgent else "",
            need_before=need,
            note=wish.note,
        ),
        deliver_to=(Place(line1=wish.library.address or wish.library.name),),
        library_name=wish.library.name,
        most_cost=Cost(Decimal(wish.most_fen) / 100) if wish.most_fen else None,
    )


def action_of(leg: Leg, action: Action, *, note: str = "") -> RequesterMessage:
    """Return what a supplier is told."""
    return RequesterMessage(header=header_of(leg), action=action, note=note)


def answer_of(
    supply: SupplyRequest,
    reason: Reason,
    *,
    status: Status | None = None,
    answer: bool | None = None,
    note: str = "",
    unfilled: str = "",
    retry: str = "",
) -> SupplierMessage:
    """Return what a requester is told about its request."""
    now = clock.now()
    sent = supply.state in ("loaned", "copied") and reason == Reason.STATUS_CHANGE
    cost = Cost(Decimal(supply.cost_fen) / 100) if supply.cost_fen else None
    return SupplierMessage(
        header=Header(
            supplier=agency_in(supply.our_symbol),
            requester=Agency(supply.partner.symbol, supply.partner.symbol_type),
            timestamp=now,
            request_id=supply.request_id,
            group_id=supply.group_id,
            supplier_request_id=supply.number,
        ),
        reason=reason,
        status=status or supply_of(supply).status,
        last_change=now,
        answer=answer,
        note=note,
        reason_unfilled=unfilled,
        reason_retry=retry,
        offered_cost=cost if supply.state == "condition" else None,
        due=supply.due_at,
        sent_at=now if sent else None,
        item_id=supply.item.barcode if supply.item else "",
        sent_via=supply.sent_via,
        condition=supply.condition if supply.state == "condition" else "",
        delivery_cost=cost if sent else None,
        return_name=supply.library.name if sent else "",
        return_to=Place(line1=supply.library.address) if sent and supply.library.address else None,
    )


def describe(row: Described, request: Request) -> None:
    """Write what a request asks for into a row, cut to what its columns hold."""
    what, when = request.what, request.publication
    values = {
        "service": request.asks.type.value,
        "title": what.title or what.part_title or what.record_id or what.number("ISBN", "ISSN", "DOI") or "—",
        "author": what.author or what.part_author,
        "publisher": when.publisher if when else "",
        "year": when.date if when else "",
        "edition": what.edition,
        "volume": what.volume,
        "issue": what.issue,
        "pages": what.pages,
        "isbn": what.number("ISBN"),
        "issn": what.number("ISSN"),
    }
    for name, value in values.items():
        most = getattr(row._meta.get_field(name), "max_length", None)
        setattr(row, name, value[:most])


def standing_of(wish: Wish) -> Standing:
    """Return where a wish stands, for the pure side."""
    from xinglin.ill.lifecycle import Wanted

    return Standing(
        state=Wanted(wish.state),
        cancel_asked=wish.cancel_asked,
        renew_asked=wish.renew_asked,
        overdue=wish.overdue,
        recalled=wish.recalled,
        due=wish.due_at,
        condition=wish.condition,
    )


def keep_standing(wish: Wish, standing: Standing) -> None:
    """Write where a wish stands back into its row; not saved."""
    wish.state = standing.state
    wish.cancel_asked, wish.renew_asked = standing.cancel_asked, standing.renew_asked
    wish.overdue, wish.recalled = standing.overdue, standing.recalled
    wish.due_at, wish.condition = standing.due, standing.condition[:300]


def supply_of(row: SupplyRequest) -> Supply:
    """Return where a supply stands, for the pure side."""
    from xinglin.ill.lifecycle import Supplied

    return Supply(
        state=Supplied(row.state),
        cancel_asked=row.cancel_asked,
        renew_asked=row.renew_asked,
        overdue=row.overdue,
        recalled=row.recalled,
        arrived=row.arrived,
        due=row.due_at,
    )


def keep_supply(row: SupplyRequest, supply: Supply) -> None:
    """Write where a supply stands back into its row; not saved."""
    row.state = supply.state
    row.cancel_asked, row.renew_asked = supply.cancel_asked, supply.renew_asked
    row.overdue, row.recalled, row.arrived = supply.overdue, supply.recalled, supply.arrived
    row.due_at = supply.due
    if supply.is_closed and row.closed_at is None:
        row.closed_at = clock.now()
