"""What the room of readers announces."""

from dataclasses import dataclass

from xinglin.commons.bulletin import Event


@dataclass(frozen=True)
class PatronRegistered(Event):
    patron_id: int


@dataclass(frozen=True)
class PatronSuspended(Event):
    patron_id: int


@dataclass(frozen=True)
class PatronReinstated(Event):
    patron_id: int


@dataclass(frozen=True)
class PatronLeft(Event):
    patron_id: int


@dataclass(frozen=True)
class PatronErased(Event):
    """The reader's personal data is gone; rooms above erase or make anonymous what they keep."""

    patron_id: int


@dataclass(frozen=True)
class CardReplaced(Event):
    """A new card takes the place of an old one, whose number stays an alias or is barred as lost."""

    patron_id: int
    old_card_id: int
    new_card_id: int


@dataclass(frozen=True)
class ErasureAsked(Event):
    """A reader asked for the erasure of their data (PIPL art. 47)."""

    patron_id: int
