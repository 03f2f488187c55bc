"""The requesting side, pure: a message of a supplier is applied to where a request stands.

    outcome = hear(standing, message, from_current=True)

Messages may come twice (the caller has dropped those by their digest), late, or in any order: a Loaned before its
WillSupply is taken, the WillSupply after it changes nothing. What is closed stays closed.
"""

from dataclasses import dataclass, replace
from datetime import datetime

from xinglin.ill.lifecycle import OUT, WAITING, WANTED_CLOSED, Wanted, wanted_goes_to
from xinglin.ill.protocol.messages import SupplierMessage
from xinglin.ill.protocol.vocabulary import Reason, Status


@dataclass(frozen=True)
class Standing:
    """Where a request of ours stands, as far as the protocol is concerned."""

    state: Wanted = Wanted.SEEKING
    cancel_asked: bool = False
    renew_asked: bool = False
    overdue: bool = False
    recalled: bool = False
    due: datetime | None = None
    condition: str = ""

    @property
    def is_closed(self) -> bool:
        return self.state in WANTED_CLOSED


@dataclass(frozen=True)
class Heard:
    """What a message did: the new standing, the deed of the table if there was one, and what a person should know.

    ``stray``: a former supplier, or one that speaks of a closed request, says that something is under way to us.
    """

    standing: Standing
    deed: str = ""
    news: str = ""
    stray: bool = False


_DEEDS = {
    Status.EXPECT_TO_SUPPLY: "expect",
    Status.WILL_SUPPLY: "will_supply",
    Status.RETRY_POSSIBLE: "retry_possible",
    Status.UNFILLED: "unfilled",
    Status.CANCELLED: "cancelled",
    Status.LOANED: "loaned",
    Status.COPY_COMPLETED: "copy_completed",
    Status.LOAN_COMPLETED: "loan_completed",
    Status.COMPLETED_WITHOUT_RETURN: "without_return",
}


def hear(standing: Standing, message: SupplierMessage, *, from_current: bool = True) -> Heard:
    """Return what a supplier's message does to a request."""
    sends = message.status in (Status.LOANED, Status.COPY_COMPLETED) and message.reason != Reason.NOTIFICATION
    if standing.is_closed or not from_current:
        return Heard(standing, news="stray" if sends else "late", stray=sends)
    if message.reason == Reason.NOTIFICATION:
        # A broker tells by it that one supplier has refused while others are still to be asked.
        return Heard(standing, news="notification")
    if message.reason == Reason.CANCEL_RESPONSE:
        return _cancel_answered(standing, message)
    if message.reason == Reason.RENEW_RESPONSE:
        return _renewal_answered(standing, message)
    return _status(standing, message)


def _cancel_answered(standing: Standing, message: SupplierMessage) -> Heard:
    if not standing.cancel_asked:
        return Heard(standing, news="late")
    agreed = message.answer if message.answer is not None else message.status == Status.CANCELLED
    asked = replace(standing, cancel_asked=False)
    if not agreed:
        return Heard(asked, news="cancel_refused")
    there = wanted_goes_to(standing.state, "cancelled")
    if there is None:  # what is under way to us cannot be unsent by a word
        return Heard(asked, news="cancel_too_late")
    return Heard(replace(asked, state=there), deed="cancelled")


def _renewal_answered(standing: Standing, message: SupplierMessage) -> Heard:
    if not standing.renew_asked or standing.state not in OUT:
        return Heard(standing, news="late")
    asked = replace(standing, renew_asked=False)
    if message.answer:
        return Heard(replace(asked, due=message.due or standing.due, overdue=False), news="renewed")
    return Heard(asked, news="renewal_refused")


def _status(standing: Standing, message: SupplierMessage) -> Heard:
    status = message.status
    if status in (None, Status.REQUEST_RECEIVED):
        return Heard(standing, news="acknowledged")
    if status in (Status.OVERDUE, Status.RECALLED):
        return _called(standing, message)
    deed = _DEEDS[status]
    if status == Status.WILL_SUPPLY and (message.condition or message.offered_cost is not None):
        deed = "condition"
    if status == Status.CANCELLED and not standing.cancel_asked:
        deed = "unfilled"  # they gave it up by themselves: another may have it
    there = wanted_goes_to(standing.state, deed)
    if there is None:
        # Older than what we know, or the same again; a new due date of a running loan is taken all the same.
        if status == Status.LOANED and standing.state in OUT and message.due is not None:
            return Heard(replace(standing, due=message.due), news="due_changed")
        return Heard(standing, news="late")
    moved = replace(standing, state=there)
    if deed == "loaned":
        moved = replace(moved, due=message.due, cancel_asked=False)
    if deed == "condition":
        moved = replace(moved, condition=message.condition or _cost_words(message))
    if deed in ("unfilled", "cancelled"):
        moved = replace(moved, cancel_asked=False, condition="")
        if deed == "unfilled" and standing.cancel_asked:
            moved = replace(moved, state=Wanted.CANCELLED)
            deed = "cancelled"
    if there in WANTED_CLOSED:
        moved = replace(moved, renew_asked=False, overdue=False, recalled=False)
    return Heard(moved, deed=deed)


def _called(standing: Standing, message: SupplierMessage) -> Heard:
    """Overdue or recalled: a loan of theirs is with us, even if its Loaned has not come through yet."""
    state = standing.state
    if state in WAITING:
        state = Wanted.SHIPPED
    elif state not in OUT:
        return Heard(standing, news="late")
    called = replace(
        standing,
        state=state,
        due=message.due or standing.due,
        overdue=standing.overdue or message.status == Status.OVERDUE,
        recalled=standing.recalled or message.status == Status.RECALLED,
    )
    deed = "loaned" if state != standing.state else ""
    return Heard(called, deed=deed, news="recalled" if message.status == Status.RECALLED else "overdue")


def _cost_words(message: SupplierMessage) -> str:
    cost = message.offered_cost
    return f"{cost.amount:f} {cost.currency}" if cost else ""
