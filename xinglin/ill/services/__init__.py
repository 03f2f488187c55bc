"""Every change in inter-library loan: one public function, one deed, one transaction."""

from xinglin.ill.services.asking import advance, ask
from xinglin.ill.services.ending import cancel, follow_hold, forget_reader, miss_hold
from xinglin.ill.services.listening import take_message
from xinglin.ill.services.looking import ask_catalogues
from xinglin.ill.services.partners import add_partner, amend_partner, list_holdings, name_symbol
from xinglin.ill.services.passing import pass_over, retry, time_out_legs
from xinglin.ill.services.sending import send_message
from xinglin.ill.services.supplying import (
    answer_cancel,
    answer_renewal,
    call_overdue,
    check_in,
    expect,
    follow_lateness,
    follow_loss,
    follow_return,
    give_copy,
    loan,
    offer_retry,
    recall,
    unfill,
    will_supply,
    write_off,
)
from xinglin.ill.services.wishing import (
    accept_condition,
    ask_renewal,
    give_back,
    lend,
    lose,
    receive,
    send_back,
)

__all__ = [
    "accept_condition",
    "add_partner",
    "advance",
    "amend_partner",
    "answer_cancel",
    "answer_renewal",
    "ask",
    "ask_catalogues",
    "ask_renewal",
    "call_overdue",
    "cancel",
    "check_in",
    "expect",
    "follow_hold",
    "follow_lateness",
    "follow_loss",
    "follow_return",
    "forget_reader",
    "give_back",
    "give_copy",
    "lend",
    "list_holdings",
    "loan",
    "lose",
    "miss_hold",
    "name_symbol",
    "offer_retry",
    "pass_over",
    "recall",
    "receive",
    "retry",
    "send_back",
    "send_message",
    "take_message",
    "time_out_legs",
    "unfill",
    "will_supply",
    "write_off",
]
