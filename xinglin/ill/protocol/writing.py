"""Writing ISO 18626 strictly: every element in the schema's order, nothing empty that may not be, version 1.2."""

from datetime import UTC, datetime

from lxml import etree

from xinglin.ill.protocol.messages import (
    Agency,
    Bibliographic,
    Coded,
    Confirmation,
    Cost,
    Header,
    Message,
    Place,
    Request,
    RequesterMessage,
    Service,
    SupplierMessage,
)

NAMESPACE = "http://illtransactions.org/2013/iso18626"
VERSION = "1.2"
_Element = etree._Element
# XML 1.0 (section 2.2) forbids most control characters, however they are written.
_FORBIDDEN = dict.fromkeys((*range(9), 11, 12, *range(14, 32), 65534, 65535, *range(55296, 57344)))


def write(message: Message | Confirmation) -> bytes:
    """Return the bytes of a message."""
    root = etree.Element(f"{{{NAMESPACE}}}ISO18626Message", nsmap={"iso": NAMESPACE})
    root.set(f"{{{NAMESPACE}}}version", VERSION)
    body = _into(root, message.kind)
    if isinstance(message, Request):
        _request(body, message)
    elif isinstance(message, SupplierMessage):
        _supplier(body, message)
    elif isinstance(message, RequesterMessage):
        _header(body, message.header)
        _text(body, "action", message.action)
        _text(body, "note", message.note)
    else:
        _confirmation(body, message)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")


def _into(parent: _Element, name: str) -> _Element:
    return etree.SubElement(parent, f"{{{NAMESPACE}}}{name}")


def _text(parent: _Element, name: str, value: str, *, always: bool = False) -> None:
    if value or always:
        _into(parent, name).text = str(value).translate(_FORBIDDEN)


def _moment(parent: _Element, name: str, value: datetime | None) -> None:
    if value is not None:
        written = value.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
        _into(parent, name).text = written


def _agency(parent: _Element, name: str, agency: Agency) -> None:
    node = _into(parent, name)
    _text(node, "agencyIdType", agency.type, always=True)
    _text(node, "agencyIdValue", agency.value, always=True)


def _cost(parent: _Element, name: str, cost: Cost | None) -> None:
    if cost is not None:
        node = _into(parent, name)
        _text(node, "currencyCode", cost.currency, always=True)
        # xs:decimal knows no exponent.
        _text(node, "monetaryValue", f"{cost.amount:f}", always=True)


def _header(body: _Element, header: Header) -> None:
    node = _into(body, "header")
    _agency(node, "supplyingAgencyId", header.supplier)
    _agency(node, "requestingAgencyId", header.requester)
    _text(node, "multipleItemRequestId", header.group_id, always=True)
    _moment(node, "timestamp", header.timestamp)
    _text(node, "requestingAgencyRequestId", header.request_id, always=True)
    _text(node, "supplyingAgencyRequestId", header.supplier_request_id)
    if header.account or header.security_code:
        who = _into(node, "requestingAgencyAuthentication")
        _text(who, "accountId", header.account)
        _text(who, "securityCode", header.security_code)


def _request(body: _Element, message: Request) -> None:
    _header(body, message.header)
    _bibliographic(_into(body, "bibliographicInfo"), message.what)
    if message.publication is not None:
        node = _into(body, "publicationInfo")
        _text(node, "publisher", message.publication.publisher)
        _text(node, "publicationType", message.publication.type)
        _text(node, "publicationDate", message.publication.date)
        _text(node, "placeOfPublication", message.publication.place)
    if message.service is not None:
        _service(_into(body, "serviceInfo"), message.service)
    for supplier in message.suppliers:
        node = _into(body, "supplierInfo")
        _text(node, "sortOrder", "" if supplier.order is None else str(supplier.order))
        if supplier.agency is not None:
            _agency(node, "supplierCode", supplier.agency)
        _text(node, "supplierDescription", supplier.description)
        _text(node, "callNumber", supplier.call_number)
        _text(node, "summaryHoldings", supplier.holdings)
        _text(node, "availabilityNote", supplier.availability)
    for order, place in enumerate(message.deliver_to, start=1):
        node = _into(body, "requestedDeliveryInfo")
        _text(node, "sortOrder", str(order))
        _place(_into(node, "address"), place)
    if message.library_name or message.library_contact:
        node = _into(body, "requestingAgencyInfo")
        _text(node, "name", message.library_name)
        _text(node, "contactName", message.library_contact)
    if message.patron_id or message.patron_type:
        node = _into(body, "patronInfo")
        _text(node, "patronId", message.patron_id)
        _text(node, "patronType", message.patron_type)
    if message.most_cost is not None:
        _cost(_into(body, "billingInfo"), "maximumCosts", message.most_cost)


def _bibliographic(node: _Element, what: Bibliographic) -> None:
    for name, value in (
        ("supplierUniqueRecordId", what.record_id), ("title", what.title), ("author", what.author),
        ("subtitle", what.subtitle), ("seriesTitle", what.series), ("edition", what.edition),
        ("titleOfComponent", what.part_title), ("authorOfComponent", what.part_author),
        ("volume", what.volume), ("issue", what.issue), ("pagesRequested", what.pages),
        ("estimatedNoPages", what.estimated_pages),
    ):  # fmt: skip
        _text(node, name, value)
    for each in what.item_ids:
        _coded(_into(node, "bibliographicItemId"), each, "bibliographicItemIdentifier", code_first=False)
    _text(node, "sponsor", what.sponsor)
    _text(node, "informationSource", what.information_source)
    for each in what.record_ids:
        _coded(_into(node, "bibliographicRecordId"), each, "bibliographicRecordIdentifier", code_first=True)


def _coded(node: _Element, each: Coded, name: str, *, code_first: bool) -> None:
    """Write a number and its scheme: the schema has them in one order for items and in the other for records."""
    if code_first:
        _text(node, f"{name}Code", each.code, always=True)
    _text(node, name, each.value, always=True)
    if not code_first:
        _text(node, f"{name}Code", each.code, always=True)


def _service(node: _Element, service: Service) -> None:
    _text(node, "requestType", service.request_type)
    for each in service.sub_types[:3]:
        _text(node, "requestSubType", each)
    _text(node, "requestingAgencyPreviousRequestId", service.previous_request_id)
    _text(node, "serviceType", service.type, always=True)
    _text(node, "serviceLevel", service.level)
    _text(node, "preferredFormat", service.format)
    _moment(node, "needBeforeDate", service.need_before)
    _text(node, "copyrightCompliance", service.copyright)
    if service.any_edition is not None:
        _text(node, "anyEdition", "Y" if service.any_edition else "N")
    _moment(node, "startDate", service.starts)
    _moment(node, "endDate", service.ends)
    _text(node, "note", service.note)


def _place(node: _Element, place: Place) -> None:
    if place.is_electronic:
        inner = _into(node, "electronicAddress")
        _text(inner, "electronicAddressType", place.kind, always=True)
        _text(inner, "electronicAddressData", place.data, always=True)
    else:
        _physical(_into(node, "physicalAddress"), place)


def _physical(node: _Element, place: Place) -> None:
    for name, value in (
        ("line1", place.line1), ("line2", place.line2), ("locality", place.locality),
        ("postalCode", place.postal_code), ("region", place.region), ("country", place.country),
    ):  # fmt: skip
        _text(node, name, value)


def _supplier(body: _Element, message: SupplierMessage) -> None:
    if message.status is None:
        raise ValueError("what we send says the status")
    _header(body, message.header)
    info = _into(body, "messageInfo")
    _text(info, "reasonForMessage", message.reason)
    if message.answer is not None:
        _text(info, "answerYesNo", "Y" if message.answer else "N")
    _text(info, "note", message.note)
    _text(info, "reasonUnfilled", message.reason_unfilled)
    _text(info, "reasonRetry", message.reason_retry)
    _cost(info, "offeredCosts", message.offered_cost)
    _moment(info, "retryAfter", message.retry_after)
    _moment(info, "retryBefore", message.retry_before)
    state = _into(body, "statusInfo")
    _text(state, "status", message.status)
    _moment(state, "expectedDeliveryDate", message.expected)
    _moment(state, "dueDate", message.due)
    _moment(state, "lastChange", message.last_change or message.header.timestamp)
    if message.sent_at is not None or message.item_id or message.condition:
        parcel = _into(body, "deliveryInfo")
        _moment(parcel, "dateSent", message.sent_at or message.header.timestamp)
        _text(parcel, "itemId", message.item_id)
        _text(parcel, "sentVia", message.sent_via)
        _text(parcel, "loanCondition", message.condition)
        _text(parcel, "deliveredFormat", message.delivered_format)
        _cost(parcel, "deliveryCosts", message.delivery_cost)
    if message.return_name or message.return_to is not None:
        home = _into(body, "returnInfo")
        _text(home, "name", message.return_name)
        if message.return_to is not None:
            _physical(_into(home, "physicalAddress"), message.return_to)


def _confirmation(body: _Element, message: Confirmation) -> None:
    head = _into(body, "confirmationHeader")
    if message.supplier is not None:
        _agency(head, "supplyingAgencyId", message.supplier)
    if message.requester is not None:
        _agency(head, "requestingAgencyId", message.requester)
    _moment(head, "timestamp", message.timestamp)
    _text(head, "requestingAgencyRequestId", message.request_id)
    _text(head, "multipleItemRequestId", message.group_id)
    _moment(head, "timestampReceived", message.received_at)
    _text(head, "messageStatus", "OK" if message.ok else "ERROR")
    if message.reason is not None:
        _text(body, "reasonForMessage", message.reason)
    if message.action is not None:
        _text(body, "action", message.action)
    if message.error is not None:
        trouble = _into(body, "errorData")
        _text(trouble, "errorType", message.error)
        _text(trouble, "errorValue", message.error_value)
