"""Reading ISO 18626 liberally: any prefix or none, any order, unknown elements passed over, loose moments.

What cannot be understood is refused with the standard's own error type and the value that is wrong, so that the
sender can mend it.
"""

import re
from collections.abc import Callable
from datetime import datetime

from xinglin.ill.protocol.messages import (
    Agency,
    Bibliographic,
    Coded,
    Confirmation,
    Header,
    Message,
    Place,
    PossibleSupplier,
    Publication,
    Request,
    RequesterMessage,
    Service,
    SupplierMessage,
)
from xinglin.ill.protocol.tree import LARGEST, Node, Refused, body_of, moment_in
from xinglin.ill.protocol.vocabulary import (
    Action,
    ErrorType,
    MessageKind,
    Reason,
    RequestSubType,
    RequestType,
    ServiceType,
    Status,
)

__all__ = ["LARGEST", "Refused", "moment_in", "read", "read_confirmation"]

_LIBERAL = (Reason.CANCEL_RESPONSE, Reason.RENEW_RESPONSE, Reason.NOTIFICATION)


def read(data: bytes) -> Message:
    """Return the message in some bytes. Raises ``Refused``."""
    kind, body = body_of(data)
    known: dict[MessageKind, Callable[[Node], Message]] = {
        MessageKind.REQUEST: _request,
        MessageKind.SUPPLIER: _supplier,
        MessageKind.REQUESTER: _requester,
    }
    reader = known.get(kind)
    if reader is None:
        raise Refused(ErrorType.UNRECOGNISED_ELEMENT, kind, kind=kind)
    header: Header | None = None
    try:
        header = _header(body)
        return reader(body)
    except Refused as refused:
        refused.kind, refused.header = kind, header
        raise


def read_confirmation(data: bytes, *, now: datetime) -> Confirmation:
    """Return the confirmation in some bytes, taken as made now where it says no moment. Raises ``Refused``."""
    kind, body = body_of(data)
    head = body.child("confirmationHeader")
    if head is None or not kind.endswith("Confirmation"):
        raise Refused(ErrorType.BADLY_FORMED, "confirmationHeader", kind=kind)
    status = head.text("messageStatus")
    if status not in ("OK", "ERROR"):
        raise Refused(ErrorType.UNRECOGNISED_VALUE, f"messageStatus: {status}", kind=kind)
    trouble = body.child("errorData")
    error = trouble.word("errorType", ErrorType) if trouble else None
    if status == "ERROR" and error is None:
        error = ErrorType.BADLY_FORMED
    received = head.moment("timestampReceived") or now
    return Confirmation(
        kind=kind,
        received_at=received,
        timestamp=head.moment("timestamp") or received,
        supplier=head.agency("supplyingAgencyId"),
        requester=head.agency("requestingAgencyId"),
        request_id=head.text("requestingAgencyRequestId"),
        group_id=head.text("multipleItemRequestId"),
        error=error if status == "ERROR" else None,
        error_value=trouble.text("errorValue") if trouble else "",
        reason=body.word("reasonForMessage", Reason),
        action=body.word("action", Action),
    )


# -- the three messages -----------------------------------------------------------------------------


def _header(body: Node) -> Header:
    head = body.need("header")
    requester = head.agency("requestingAgencyId")
    if requester is None:
        raise Refused(ErrorType.BADLY_FORMED, "missing element: requestingAgencyId")
    made = head.moment("timestamp")
    if made is None:
        raise Refused(ErrorType.BADLY_FORMED, "missing element: timestamp")
    who = head.child("requestingAgencyAuthentication")
    return Header(
        # ReShare leaves it out of requests to whoever reads them.
        supplier=head.agency("supplyingAgencyId") or Agency(""),
        requester=requester,
        timestamp=made,
        request_id=head.text("requestingAgencyRequestId"),
        group_id=head.text("multipleItemRequestId"),
        supplier_request_id=head.text("supplyingAgencyRequestId"),
        account=who.text("accountId") if who else "",
        security_code=who.text("securityCode") if who else "",
    )


def _request(body: Node) -> Request:
    what = body.need("bibliographicInfo")
    library, patron, billing = (
        body.child("requestingAgencyInfo"), body.child("patronInfo"), body.child("billingInfo"),
    )  # fmt: skip
    places = [_place(each.child("address")) for each in body.children("requestedDeliveryInfo")]
    return Request(
        header=_header(body),
        what=_bibliographic(what),
        publication=_publication(body.child("publicationInfo")),
        service=_service(body.child("serviceInfo")),
        suppliers=tuple(_possible(each) for each in body.children("supplierInfo")),
        deliver_to=tuple(place for place in places if place is not None),
        library_name=library.text("name") if library else "",
        library_contact=library.text("contactName") if library else "",
        patron_id=patron.text("patronId") if patron else "",
        patron_type=patron.text("patronType") if patron else "",
        most_cost=billing.cost("maximumCosts") if billing else None,
    )


def _bibliographic(node: Node) -> Bibliographic:
    return Bibliographic(
        record_id=node.text("supplierUniqueRecordId"),
        title=node.text("title"),
        author=node.text("author"),
        subtitle=node.text("subtitle"),
        series=node.text("seriesTitle"),
        edition=node.text("edition"),
        part_title=node.text("titleOfComponent"),
        part_author=node.text("authorOfComponent"),
        volume=node.text("volume"),
        issue=node.text("issue"),
        pages=node.text("pagesRequested"),
        estimated_pages=node.text("estimatedNoPages"),
        item_ids=_coded(node, "bibliographicItemId", "bibliographicItemIdentifier"),
        record_ids=_coded(node, "bibliographicRecordId", "bibliographicRecordIdentifier"),
        sponsor=node.text("sponsor"),
        information_source=node.text("informationSource"),
    )


def _coded(node: Node, name: str, value: str) -> tuple[Coded, ...]:
    pairs = ((each.text(f"{value}Code"), each.text(value)) for each in node.children(name))
    return tuple(Coded(code, number) for code, number in pairs if number)


def _publication(node: Node | None) -> Publication | None:
    if node is None:
        return None
    return Publication(
        publisher=node.text("publisher"),
        type=node.text("publicationType"),
        date=node.text("publicationDate"),
        place=node.text("placeOfPublication"),
    )


def _service(node: Node | None) -> Service | None:
    if node is None:
        return None
    kind = node.word("serviceType", ServiceType)
    if kind is None:
        raise Refused(ErrorType.BADLY_FORMED, "missing element: serviceType")
    sub_types = [Node(each.element) for each in node.children("requestSubType") if each.own]
    return Service(
        type=kind,
        request_type=node.word("requestType", RequestType) or RequestType.NEW,
        sub_types=tuple(_sub_type(each.own) for each in sub_types),
        previous_request_id=node.text("requestingAgencyPreviousRequestId"),
        level=node.text("serviceLevel"),
        format=node.text("preferredFormat"),
        need_before=node.moment("needBeforeDate"),
        copyright=node.text("copyrightCompliance"),
        any_edition=node.yes("anyEdition"),
        starts=node.moment("startDate"),
        ends=node.moment("endDate"),
        note=node.lines("note"),
    )


def _sub_type(written: str) -> RequestSubType:
    try:
        return RequestSubType(written)
    except ValueError:
        raise Refused(ErrorType.UNRECOGNISED_VALUE, f"requestSubType: {written}") from None


def _possible(node: Node) -> PossibleSupplier:
    order = node.text("sortOrder")
    if order and not re.fullmatch(r"[+-]?\d{1,9}", order):
        raise Refused(ErrorType.UNRECOGNISED_VALUE, f"sortOrder: {order}")
    return PossibleSupplier(
        order=int(order) if order else None,
        agency=node.agency("supplierCode"),
        description=node.text("supplierDescription"),
        call_number=node.text("callNumber"),
        holdings=node.text("summaryHoldings"),
        availability=node.text("availabilityNote"),
    )


def _place(node: Node | None) -> Place | None:
    if node is None:
        return None
    electronic, physical = node.child("electronicAddress"), node.child("physicalAddress")
    if electronic is not None:
        return Place(
            kind=electronic.text("electronicAddressType"), data=electronic.text("electronicAddressData")
        )
    return _physical(physical) if physical is not None else None


def _physical(node: Node) -> Place:
    return Place(
        line1=node.text("line1"),
        line2=node.text("line2"),
        locality=node.text("locality"),
        postal_code=node.text("postalCode"),
        region=node.text("region"),
        country=node.text("country"),
    )


def _supplier(body: Node) -> SupplierMessage:
    info = body.need("messageInfo")
    reason = info.word("reasonForMessage", Reason, ErrorType.UNSUPPORTED_REASON)
    if reason is None:
        raise Refused(ErrorType.BADLY_FORMED, "missing element: reasonForMessage")
    state, parcel, home = body.child("statusInfo"), body.child("deliveryInfo"), body.child("returnInfo")
    status = state.word("status", Status) if state else None
    if status is None and reason not in _LIBERAL:
        raise Refused(ErrorType.BADLY_FORMED, "missing element: status")
    answer = info.yes("answerYesNo")
    if answer is None and reason in (Reason.CANCEL_RESPONSE, Reason.RENEW_RESPONSE) and status is None:
        raise Refused(ErrorType.BADLY_FORMED, "missing element: answerYesNo")
    physical = home.child("physicalAddress") if home else None
    return SupplierMessage(
        header=_header(body),
        reason=reason,
        status=status,
        last_change=state.moment("lastChange") if state else None,
        answer=answer,
        note=info.lines("note"),
        reason_unfilled=info.text("reasonUnfilled"),
        reason_retry=info.text("reasonRetry"),
        offered_cost=info.cost("offeredCosts"),
        retry_after=info.moment("retryAfter"),
        retry_before=info.moment("retryBefore"),
        expected=state.moment("expectedDeliveryDate") if state else None,
        due=state.moment("dueDate") if state else None,
        sent_at=parcel.moment("dateSent") if parcel else None,
        item_id=parcel.text("itemId") if parcel else "",
        sent_via=parcel.text("sentVia") if parcel else "",
        condition=parcel.text("loanCondition") if parcel else "",
        delivered_format=parcel.text("deliveredFormat") if parcel else "",
        delivery_cost=parcel.cost("deliveryCosts") if parcel else None,
        return_name=home.text("name") if home else "",
        return_to=_physical(physical) if physical is not None else None,
    )


def _requester(body: Node) -> RequesterMessage:
    action = body.word("action", Action, ErrorType.UNSUPPORTED_ACTION)
    if action is None:
        raise Refused(ErrorType.BADLY_FORMED, "missing element: action")
    return RequesterMessage(header=_header(body), action=action, note=body.lines("note"))
