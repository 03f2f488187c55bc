"""News of document delivery; ids only."""

from dataclasses import dataclass

from xinglin.commons.bulletin import Event


@dataclass(frozen=True)
class DocumentRequested(Event):
    """A reader asked for a document; it stands in a library's queue."""

    request_id: int


@dataclass(frozen=True)
class ReaderAskedBack(Event):
    """A librarian needs something of the reader before the work can go on."""

    request_id: int


@dataclass(frozen=True)
class DocumentDelivered(Event):
    """A document is ready for its reader: a file under a link of ours, or an address where it may be read."""

    request_id: int


@dataclass(frozen=True)
class RequestDeclined(Event):
    """A document cannot be supplied; the reason is told."""

    request_id: int


@dataclass(frozen=True)
class RequestEscalated(Event):
    """A request was not taken up in time, or is overdue."""

    request_id: int
    level: int


@dataclass(frozen=True)
class AccessDecided(Event):
    """A reader's application for an electronic title was granted or declined."""

    access_id: int


@dataclass(frozen=True)
class EmailCopyWanted(Event):
    """A delivered file is to be sent to the reader's mailbox as well."""

    request_id: int
