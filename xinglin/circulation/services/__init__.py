"""Every change in circulation: one public function, one deed, one transaction."""

from xinglin.circulation.services.branch_systems import connect_branch_system, switch_branch_system
from xinglin.circulation.services.devices import (
    add_device,
    amend_device,
    forget_device_messages,
    settle_device_message,
    switch_device,
)
from xinglin.circulation.services.dues import lift_suspension, pay, waive
from xinglin.circulation.services.filling import arrive, expire_unfetched, hand_over, put_back, set_aside
from xinglin.circulation.services.lending import Renewal, lend, renew, renew_all, what_stands_against
from xinglin.circulation.services.mishaps import claim_returned, lose, mark_damaged, not_on_the_shelf, send
from xinglin.circulation.services.queue import cancel, change_pickup, place
from xinglin.circulation.services.reminding import forget_loans_of, forget_old_loans, owe_notices
from xinglin.circulation.services.returning import Charge, CheckIn, Next, check_in
from xinglin.circulation.services.rules import add_rule, amend_rule, retire_rule

__all__ = [
    "Charge",
    "CheckIn",
    "Next",
    "Renewal",
    "add_device",
    "add_rule",
    "amend_device",
    "amend_rule",
    "arrive",
    "cancel",
    "change_pickup",
    "check_in",
    "claim_returned",
    "connect_branch_system",
    "expire_unfetched",
    "forget_device_messages",
    "forget_loans_of",
    "forget_old_loans",
    "hand_over",
    "lend",
    "lift_suspension",
    "lose",
    "mark_damaged",
    "not_on_the_shelf",
    "owe_notices",
    "pay",
    "place",
    "put_back",
    "renew",
    "renew_all",
    "retire_rule",
    "send",
    "set_aside",
    "settle_device_message",
    "switch_branch_system",
    "switch_device",
    "waive",
    "what_stands_against",
]
