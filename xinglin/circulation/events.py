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


@dataclass(frozen=True)
class HoldStuck(Event):
    """All copies were asked for in vain, or there is none any more; a librarian decides."""

    hold_id: int


@dataclass(frozen=True)
class LoanMade(Event):
    """A copy was lent."""

    loan_id: int


@dataclass(frozen=True)
class LoanRenewed(Event):
    """A loan has a later due date."""

    loan_id: int


@dataclass(frozen=True)
class LoanRecalled(Event):
    """A loan was called back for a reader who waits: its due date came nearer."""

    loan_id: int


@dataclass(frozen=True)
class LoanReturned(Event):
    """A lent copy is back in some library of the consortium."""

    loan_id: int
    item_id: int


@dataclass(frozen=True)
class LoanLost(Event):
    """A lent copy was given up; its price was billed."""

    loan_id: int
    item_id: int


@dataclass(frozen=True)
class LoanDueSoon(Event):
    """A loan is due within the days its rule names; announced once for a due date."""

    loan_id: int


@dataclass(frozen=True)
class LoanOverdue(Event):
    """A loan is late by a number of days; announced once for each step."""

    loan_id: int
    after_days: int


@dataclass(frozen=True)
class ItemSent(Event):
    """A copy was put into the box for another library."""

    transit_id: int


@dataclass(frozen=True)
class FeeBilled(Event):
    """A reader owes a sum."""

    fee_id: int
