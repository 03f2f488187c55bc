"""Every change in circulation: one public function, one deed, one transaction."""

from xinglin.circulation.services.amnesty import (
    call_off_amnesty,
    lay_down_amnesty,
)
from xinglin.circulation.services.asking import (
    ask_for_copies,
)
from xinglin.circulation.services.boxing import (
    open_box,
    seal_box,
)
from xinglin.circulation.services.branch_systems import (
    connect_branch_system,
    switch_branch_system,
)
from xinglin.circulation.services.counting import (
    begin_count,
    count_copy,
    end_count,
)
from xinglin.circulation.services.devices import (
    add_device,
    amend_device,
    forget_device_messages,
    settle_device_message,
    switch_device,
)
from xinglin.circulation.services.dues import (
    accept_replacement,
    lift_suspension,
    pay,
    waive,
)
from xinglin.circulation.services.filling import (
    arrive,
    expire_unfetched,
    hand_over,
    put_back,
    set_aside,
)
from xinglin.circulation.services.floating import (
    let_float,
    stop_floating,
)
from xinglin.circulation.services.lending import (
    Renewal,
    lend,
    recall,
    renew,
    renew_all,
    what_stands_against,
)
from xinglin.circulation.services.mishaps import (
    claim_returned,
    lose,
    mark_damaged,
    not_on_the_shelf,
    send,
)
from xinglin.circulation.services.offline import (
    force_scan,
    forget_old_scans,
    settle_scan,
    take_scan,
)
from xinglin.circulation.services.queue import (
    cancel,
    change_pickup,
    make_urgent,
    pause,
    place,
    retarget,
)
from xinglin.circulation.services.reminding import (
    forget_loans_of,
    forget_old_loans,
    owe_notices,
)
from xinglin.circulation.services.returning import (
    Charge,
    CheckIn,
    Next,
    check_in,
)
from xinglin.circulation.services.rounds import (
    ask_to_bring,
    come_back,
    lend_from_cart,
    load_cart,
    move_bringing,
    plan_route,
    set_out,
    take_back_at_cart,
)
from xinglin.circulation.services.rules import (
    add_rule,
    amend_rule,
    retire_rule,
)
from xinglin.circulation.services.seats import (
    leave_seat,
    open_room,
    release_seats,
    remind_of_seats,
    reserve_seat,
    take_seat,
)
from xinglin.circulation.services.taking_over import (
    take_over,
)

__all__ = [
    "Charge",
    "CheckIn",
    "Next",
    "Renewal",
    "accept_replacement",
    "add_device",
    "add_rule",
    "amend_device",
    "amend_rule",
    "arrive",
    "ask_for_copies",
    "ask_to_bring",
    "begin_count",
    "call_off_amnesty",
    "cancel",
    "change_pickup",
    "check_in",
    "claim_returned",
    "come_back",
    "connect_branch_system",
    "count_copy",
    "end_count",
    "expire_unfetched",
    "force_scan",
    "forget_device_messages",
    "forget_loans_of",
    "forget_old_loans",
    "forget_old_scans",
    "hand_over",
    "lay_down_amnesty",
    "leave_seat",
    "lend",
    "lend_from_cart",
    "let_float",
    "lift_suspension",
    "load_cart",
    "lose",
    "make_urgent",
    "mark_damaged",
    "move_bringing",
    "not_on_the_shelf",
    "open_box",
    "open_room",
    "owe_notices",
    "pause",
    "pay",
    "place",
    "plan_route",
    "put_back",
    "recall",
    "release_seats",
    "remind_of_seats",
    "renew",
    "renew_all",
    "reserve_seat",
    "retarget",
    "retire_rule",
    "seal_box",
    "send",
    "set_aside",
    "set_out",
    "settle_device_message",
    "settle_scan",
    "stop_floating",
    "switch_branch_system",
    "switch_device",
    "take_back_at_cart",
    "take_over",
    "take_scan",
    "take_seat",
    "waive",
    "what_stands_against",
]
