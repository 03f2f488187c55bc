"""Every change in document delivery: one public function, one deed, one transaction."""

from xinglin.delivery.services.access import (
    ask_for_access,
    cancel_access,
    decline_access,
    end_grants,
    grant_access,
)
from xinglin.delivery.services.alerting import tell_of_late
from xinglin.delivery.services.asking import Asking, answer, ask, cancel, rate
from xinglin.delivery.services.escalating import escalate_late
from xinglin.delivery.services.files import (
    count_download,
    email_copy,
    forget_reader,
    give_up_open,
    note_reading,
    purge_expired,
    purge_pictures,
    want_email,
)
from xinglin.delivery.services.fulfilling import (
    Supply,
    deliver_file,
    deliver_from_address,
    deliver_link,
    passed_limits,
    reopen,
)
from xinglin.delivery.services.pictures import keep_picture
from xinglin.delivery.services.policy import (
    add_limit,
    add_source,
    amend_handler,
    end_source,
    put_handler,
    retire_limit,
    set_terms,
)
from xinglin.delivery.services.searching import answer_search, begin_search, forget_searches
from xinglin.delivery.services.working import (
    ask_back,
    assign,
    correct,
    decline,
    describe,
    look_elsewhere,
    pass_on,
    pay,
    take,
    waive,
)

__all__ = [
    "Asking",
    "Supply",
    "add_limit",
    "add_source",
    "amend_handler",
    "answer",
    "answer_search",
    "ask",
    "ask_back",
    "ask_for_access",
    "assign",
    "begin_search",
    "cancel",
    "cancel_access",
    "correct",
    "count_download",
    "decline",
    "decline_access",
    "deliver_file",
    "deliver_from_address",
    "deliver_link",
    "describe",
    "email_copy",
    "end_grants",
    "end_source",
    "escalate_late",
    "forget_reader",
    "forget_searches",
    "give_up_open",
    "grant_access",
    "keep_picture",
    "look_elsewhere",
    "note_reading",
    "pass_on",
    "passed_limits",
    "pay",
    "purge_expired",
    "purge_pictures",
    "put_handler",
    "rate",
    "reopen",
    "retire_limit",
    "set_terms",
    "take",
    "tell_of_late",
    "waive",
    "want_email",
]
