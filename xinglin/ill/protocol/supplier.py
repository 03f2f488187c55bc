"""The supplying side, pure: a requester's message is applied to where another library's request stands with us."""

from dataclasses import dataclass, replace
from datetime import datetime

from xinglin.ill.lifecycle import SUPPLIED_CLOSED, UNSENT, Supplied, supplied_goes_to
from xinglin.ill.protocol.messages import RequesterMessage
from xinglin.ill.protocol.vocabulary import Action, Reason, Status


@dataclass(frozen=True)
class Supply:
    """Where a request stands with us."""

    state: Supplied = Supplied.RECEIVED
    cancel_asked: bool = False
    renew_asked: bool = False
    overdue: bool = False
    recalled: bool = False
    arrived: bool = False
    due: datetime | None = None

    @property
    def is_closed(self) -> bool:
        return self.state in SUPPLIED_CLOSED

    @property
    def status(self) -> Status:
        """The standard's word for it."""
        if self.state == Supplied.LOANED and (self.recalled or self.overdue):
            return Status.RECALLED if self.recalled else Status.OVERDUE
        return STATUS_OF[self.state]


STATUS_OF = {
    Supplied.RECEIVED: Status.REQUEST_RECEIVED,
    Supplied.EXPECTED: Status.EXPECT_TO_SUPPLY,
    Supplied.WILL_SUPPLY: Status.WILL_SUPPLY,
    Supplied.CONDITION: Status.WILL_SUPPLY,
    Supplied.RETRY: Status.RETRY_POSSIBLE,
    Supplied.LOANED: Status.LOANED,
    Supplied.RETURNED: Status.LOANED,
    Supplied.COMPLETED: Status.LOAN_COMPLETED,
    Supplied.COPIED: Status.COPY_COMPLETED,
    Supplied.UNFILLED: Status.UNFILLED,
    Supplied.CANCELLED: Status.CANCELLED,
    Supplied.LOST: Status.COMPLETED_WITHOUT_RETURN,
}


@dataclass(frozen=True)
class Answer:
    """What the house answers at once, without a person."""

    reason: Reason
    answer: bool | None = None


@dataclass(frozen=True)
class Asked:
    """What a requester's message did, and what is answered at once."""

    supply: Supply
    deed: str = ""
    news: str = ""
    answer: Answer | None = None


def hear(supply: Supply, message: RequesterMessage) -> Asked:
    """Return what a requester's message does to a request with us."""
    action = message.action
    if action == Action.STATUS_REQUEST:
        return Asked(supply, answer=Answer(Reason.STATUS_REQUEST_RESPONSE))
    if action == Action.CANCEL:
        return _cancel(supply)
    if action == Action.RENEW:
        return _renew(supply)
    if action == Action.RECEIVED:
        if supply.state in (Supplied.LOANED, Supplied.RETURNED, Supplied.COPIED) and not supply.arrived:
            return Asked(replace(supply, arrived=True), news="arrived")
        return Asked(supply, news="late")
    if action in (Action.SHIPPED_RETURN, Action.SHIPPED_FORWARD):
        there = supplied_goes_to(supply.state, "shipped_return") if action == Action.SHIPPED_RETURN else None
        if there is None:
            return Asked(supply, news="late")
        return Asked(replace(supply, state=there, arrived=True, renew_asked=False), deed="shipped_return")
    return Asked(supply, news="notification")


def _cancel(supply: Supply) -> Asked:
    """A cancel is asked of a person while nothing was sent; after that it is too late, and that is said at once."""
    if supply.state == Supplied.CANCELLED:
        return Asked(supply, answer=Answer(Reason.CANCEL_RESPONSE, True))
    if supply.state == Supplied.RECEIVED:
        # Nobody has begun to work on it: no person need be asked.
        return Asked(
            replace(supply, state=Supplied.CANCELLED),
            deed="agree_to_cancel",
            answer=Answer(Reason.CANCEL_RESPONSE, True),
        )
    if supply.state in UNSENT:
        return Asked(replace(supply, cancel_asked=True), news="cancel_asked")
    return Asked(supply, answer=Answer(Reason.CANCEL_RESPONSE, False))


def _renew(supply: Supply) -> Asked:
    if supply.state == Supplied.LOANED and not supply.recalled:
        return Asked(replace(supply, renew_asked=True), news="renew_asked")
    return Asked(supply, answer=Answer(Reason.RENEW_RESPONSE, False))


def do(supply: Supply, deed: str, *, due: datetime | None = None, yes: bool | None = None) -> Supply | None:
    """Return a request after a deed of ours, or None where the table does not have it now."""
    there = supplied_goes_to(supply.state, deed)
    if there is None:
        return None
    moved = replace(supply, state=there)
    if deed == "loan":
        return replace(moved, due=due, cancel_asked=False)
    if deed == "call_overdue":
        return replace(moved, overdue=True)
    if deed == "recall":
        return replace(moved, recalled=True, due=due or supply.due)
    if deed == "answer_renewal":
        renewed = replace(moved, renew_asked=False)
        return replace(renewed, due=due or supply.due, overdue=False) if yes else renewed
    if there in SUPPLIED_CLOSED:
        return replace(moved, cancel_asked=False, renew_asked=False, overdue=False, recalled=False)
    return moved
