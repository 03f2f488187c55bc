"""What the catalogue announces, always with row numbers and after the commit."""

from dataclasses import dataclass

from xinglin.commons.bulletin import Event


@dataclass(frozen=True)
class RecordAdded(Event):
    """A record entered the catalogue by hand; an import announces itself once (``ImportFinished``)."""

    record_id: int


@dataclass(frozen=True)
class RecordChanged(Event):
    """The description of a record was amended."""

    record_id: int


@dataclass(frozen=True)
class RecordDeleted(Event):
    """A record left the catalogue; its row stays as a tombstone."""

    record_id: int


@dataclass(frozen=True)
class ItemAdded(Event):
    """A copy was registered."""

    item_id: int
    record_id: int
    library_id: int


@dataclass(frozen=True)
class ItemChanged(Event):
    """The condition of a copy changed."""

    item_id: int
    condition: str


@dataclass(frozen=True)
class ImportFinished(Event):
    """An import has run to its end."""

    batch_id: int


@dataclass(frozen=True)
class ImportUndone(Event):
    """An import was taken back."""

    batch_id: int
