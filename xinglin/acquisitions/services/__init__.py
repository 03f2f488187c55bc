"""Every change in the acquisitions room; each deed is one transaction."""

from xinglin.acquisitions.services.deciding import (
    approve,
    arrive,
    consider,
    decline,
    describe,
    note_ordered,
    reconsider,
)
from xinglin.acquisitions.services.lists import ListOutcome, take_list
from xinglin.acquisitions.services.rules import set_rules
from xinglin.acquisitions.services.suggesting import Suggested, forget_reader, suggest, vote, withdraw
from xinglin.acquisitions.services.telling import tell_of_arrival, tell_of_decision

__all__ = [
    "ListOutcome",
    "Suggested",
    "approve",
    "arrive",
    "consider",
    "decline",
    "describe",
    "forget_reader",
    "note_ordered",
    "reconsider",
    "set_rules",
    "suggest",
    "take_list",
    "tell_of_arrival",
    "tell_of_decision",
    "vote",
    "withdraw",
]
