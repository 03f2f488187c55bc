"""What the channel announces to the rooms above."""

from dataclasses import dataclass

from xinglin.commons.bulletin import Event


@dataclass(frozen=True)
class FollowerJoined(Event):
    """Somebody follows an account, with the scene of the QR code they came by."""

    follower_id: int
    scene: str


@dataclass(frozen=True)
class FollowerLeft(Event):
    """Somebody left; rooms above delete what they kept of this follower."""

    follower_id: int


@dataclass(frozen=True)
class PatronBound(Event):
    follower_id: int
    patron_id: int


@dataclass(frozen=True)
class PatronUnbound(Event):
    follower_id: int
    patron_id: int


@dataclass(frozen=True)
class MessageUnanswered(Event):
    """Nobody understood a text: it stands in the no-answer log and the inbox."""

    message_id: int


@dataclass(frozen=True)
class MessageHandedOver(Event):
    """A librarian or a room handed a message over to the reference desk."""

    message_id: int


@dataclass(frozen=True)
class JobFinished(Event):
    """The platform reports on a mass send, a publication, a template message or a notice.

    ``message_id`` is the stored push, whose payload says everything; ``job_id`` is the platform's.
    """

    account_id: int
    message_id: int
    kind: str
    job_id: str
    status: str


@dataclass(frozen=True)
class FollowerMerged(Event):
    """Two rows turned out to be one person: rooms above put what is ``merged_id``'s to ``follower_id``."""

    follower_id: int
    merged_id: int
