"""What the acquisitions room announces."""

from dataclasses import dataclass

from xinglin.commons.bulletin import Event


@dataclass(frozen=True)
class PurchaseSuggested(Event):
    """A reader suggested a work that nobody had suggested yet."""

    suggestion_id: int


@dataclass(frozen=True)
class SuggestionDecided(Event):
    """A suggestion was approved or declined; ``turn`` tells one decision from the next."""

    suggestion_id: int
    turn: int


@dataclass(frozen=True)
class SuggestionArrived(Event):
    """What was suggested has come into the house."""

    suggestion_id: int


@dataclass(frozen=True)
class IssueClaimed(Event):
    """A letter about a late issue was written and can be mailed."""

    claim_id: int
