"""What ISO 18626 says, as values. Names are ours, plain; ``writing`` knows the standard's."""

import hashlib
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import ClassVar

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


@dataclass(frozen=True)
class Agency:
    """A library by its symbol, in a scheme: ISIL as a rule."""

    value: str
    type: str = "ISIL"

    def __str__(self) -> str:
        return f"{self.type}:{self.value}"


@dataclass(frozen=True, kw_only=True)
class Header:
    """Who speaks with whom about which request. ``timestamp`` is when the message was made."""

    supplier: Agency
    requester: Agency
    timestamp: datetime
    request_id: str
    group_id: str = ""
    supplier_request_id: str = ""
    account: str = ""
    security_code: str = field(default="", repr=False)


@dataclass(frozen=True)
class Cost:
    """A sum of money in a currency of ISO 4217."""

    amount: Decimal
    currency: str = "CNY"


@dataclass(frozen=True)
class Coded:
    """A number with the scheme it is of: ("ISBN", "9787…")."""

    code: str
    value: str


@dataclass(frozen=True, kw_only=True)
class Bibliographic:
    """What is asked for."""

    record_id: str = ""
    title: str = ""
    author: str = ""
    subtitle: str = ""
    series: str = ""
    edition: str = ""
    part_title: str = ""
    part_author: str = ""
    volume: str = ""
    issue: str = ""
    pages: str = ""
    estimated_pages: str = ""
    item_ids: tuple[Coded, ...] = ()
    record_ids: tuple[Coded, ...] = ()
    sponsor: str = ""
    information_source: str = ""

    def number(self, *codes: str) -> str:
        """Return the first number of a scheme: ISBN, ISSN, DOI …"""
        wanted = {code.upper() for code in codes}
        return next((each.value for each in self.item_ids if each.code.upper() in wanted), "")


@dataclass(frozen=True, kw_only=True)
class Publication:
    publisher: str = ""
    type: str = ""
    date: str = ""
    place: str = ""


@dataclass(frozen=True, kw_only=True)
class Service:
    """How it is asked for. The schema lets it be absent: then anything is welcome."""

    type: ServiceType = ServiceType.COPY_OR_LOAN
    request_type: RequestType = RequestType.NEW
    sub_types: tuple[RequestSubType, ...] = ()
    previous_request_id: str = ""
    level: str = ""
    format: str = ""
    need_before: datetime | None = None
    copyright: str = ""
    any_edition: bool | None = None
    starts: datetime | None = None
    ends: datetime | None = None
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class Place:
    """An address: electronic (``kind`` and ``data``) or one where parcels go."""

    kind: str = ""
    data: str = ""
    line1: str = ""
    line2: str = ""
    locality: str = ""
    postal_code: str = ""
    region: str = ""
    country: str = ""

    @property
    def is_electronic(self) -> bool:
        return bool(self.data)


@dataclass(frozen=True, kw_only=True)
class PossibleSupplier:
    order: int | None = None
    agency: Agency | None = None
    description: str = ""
    call_number: str = ""
    holdings: str = ""
    availability: str = ""


@dataclass(frozen=True, kw_only=True)
class Request:
    """Ask a supplier for something."""

    kind: ClassVar[MessageKind] = MessageKind.REQUEST
    header: Header
    what: Bibliographic
    publication: Publication | None = None
    service: Service | None = None
    suppliers: tuple[PossibleSupplier, ...] = ()
    deliver_to: tuple[Place, ...] = ()
    library_name: str = ""
    library_contact: str = ""
    patron_id: str = ""
    patron_type: str = ""
    most_cost: Cost | None = None

    @property
    def asks(self) -> Service:
        return self.service or Service()


@dataclass(frozen=True, kw_only=True)
class SupplierMessage:
    """What a supplier tells a requester. ``status`` is None where a careless partner leaves it out of an answer."""

    kind: ClassVar[MessageKind] = MessageKind.SUPPLIER
    header: Header
    reason: Reason
    status: Status | None
    last_change: datetime | None = None
    answer: bool | None = None
    note: str = ""
    reason_unfilled: str = ""
    reason_retry: str = ""
    offered_cost: Cost | None = None
    retry_after: datetime | None = None
    retry_before: datetime | None = None
    expected: datetime | None = None
    due: datetime | None = None
    sent_at: datetime | None = None
    item_id: str = ""
    sent_via: str = ""
    condition: str = ""
    delivered_format: str = ""
    delivery_cost: Cost | None = None
    return_name: str = ""
    return_to: Place | None = None


@dataclass(frozen=True, kw_only=True)
class RequesterMessage:
    """What a requester tells a supplier."""

    kind: ClassVar[MessageKind] = MessageKind.REQUESTER
    header: Header
    action: Action
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class Confirmation:
    """The answer to every message, in the same exchange: taken, or not and why."""

    kind: MessageKind
    received_at: datetime
    timestamp: datetime
    supplier: Agency | None = None
    requester: Agency | None = None
    request_id: str = ""
    group_id: str = ""
    error: ErrorType | None = None
    error_value: str = ""
    reason: Reason | None = None
    action: Action | None = None

    @property
    def ok(self) -> bool:
        return self.error is None


Message = Request | SupplierMessage | RequesterMessage


def digest(message: Message) -> str:
    """Return what tells a message from every other: the same one sent twice has the same digest.

    ISO 18626 numbers no messages; who speaks, about what, what is said and when it was made stand for it.
    """
    head = message.header
    said: tuple[object, ...]
    if isinstance(message, Request):
        said = (message.asks.request_type, message.asks.previous_request_id)
    elif isinstance(message, SupplierMessage):
        said = (message.reason, message.status, message.answer, message.due, message.item_id)
    else:
        said = (message.action,)
    whole = (
        message.kind,
        head.supplier,
        head.requester,
        head.request_id,
        head.supplier_request_id,
        head.timestamp.isoformat(),
        *said,
    )
    return hashlib.sha256("\x1f".join(map(str, whole)).encode()).hexdigest()
