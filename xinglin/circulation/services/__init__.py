"""Every change in circulation: one public function, one deed, one transaction."""

from xinglin.circulation.services.asking import ask_for_copies
from xinglin.circulation.services.boxing import open_box, seal_box
from xinglin.circulation.services.dues import accept_replacement, lift_suspension, pay, waive
from xinglin.circulation.services.filling import arrive, expire_unfetched, hand_over, put_back, set_aside
from xinglin.circulation.services.lending import (
    Renewal,
    lend,
    recall,
    renew,
    renew_all,
    what_stands_against,
)
from xinglin.circulation.services.mishaps import claim_returned, lose, mark_damaged, not_on_the_shelf, send
from xinglin.circulation.services.offline import force_scan, forget_old_scans, settle_scan, take_scan
from xinglin.circulation.services.queue import cancel, change_pickup, make_urgent, pause, place, retarget
from xinglin.circulation.services.reminding import forget_loans_of, forget_old_loans, owe_notices
from xinglin.circulation.services.returning import Charge, CheckIn, Next, check_in
from xinglin.circulation.services.rules import add_rule, amend_rule, retire_rule

__all__ = [
    "Charge",
    "CheckIn",
    "Next",
    "Renewal",
    "accept_replacement",
    "add_rule",
    "amend_rule",
    "arrive",
    "ask_for_copies",
    "cancel",
    "change_pickup",
    "check_in",
    "claim_returned",
    "expire_unfetched",
    "force_scan",
    "forget_loans_of",
    "forget_old_loans",
    "forget_old_scans",
    "hand_over",
    "lend",
    "lift_suspension",
    "lose",
    "make_urgent",
    "mark_damaged",
    "not_on_the_shelf",
    "open_box",
    "owe_notices",
    "pause",
    "pay",
    "place",
    "put_back",
    "recall",
    "renew",
    "renew_all",
    "retarget",
    "retire_rule",
    "seal_box",
    "send",
    "set_aside",
    "settle_scan",
    "take_scan",
    "waive",
    "what_stands_against",
]
