"""What circulation announces."""

from dataclasses import dataclass

from xinglin.commons.bulletin import Event


@dataclass(frozen=True)
class HoldPlaced(Event):
    """A reader took a place in the queue of a title."""

    hold_id: int


@dataclass(frozen=True)
class HoldReady(Event):
    """A copy stands on the hold shelf of the pickup library; never announced before it is there."""

    hold_id: int


@dataclass(frozen=True)
class HoldFilled(Event):
    """The reader has fetched the copy."""

    hold_id: int


@dataclass(frozen=True)
class HoldCancelled(Event):
    """A hold was given up, by the reader or for them."""

    hold_id: int
    by_the_reader: bool


@dataclass(frozen=True)
class HoldExpired(Event):
    """Nobody came for the copy in time; the next reader is served before it goes home."""

    hold_id: int
