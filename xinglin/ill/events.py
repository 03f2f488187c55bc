"""News of inter-library loan; ids only."""

from dataclasses import dataclass

from xinglin.commons.bulletin import Event


@dataclass(frozen=True)
class WishMade(Event):
    """A reader asked for something that another library may have."""

    wish_id: int


@dataclass(frozen=True)
class WishSought(Event):
    """A request is ready to be sent, and partners' catalogues are asked first who has it."""

    wish_id: int


@dataclass(frozen=True)
class WishMoved(Event):
    """Something became of a request: found, sent, arrived, ended, recalled; ``news`` says what."""

    wish_id: int
    news: str


@dataclass(frozen=True)
class SupplyAsked(Event):
    """Another library asks us for something."""

    supply_id: int
