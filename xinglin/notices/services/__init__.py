"""Every change of notices."""

from xinglin.notices.services.answers import drop_by_hand, send_again, tell_by_hand
from xinglin.notices.services.delivering import DELIVER, deliver, deliver_due, settle, settle_reported, sweep
from xinglin.notices.services.owing import forget_reader, owe, read, read_all, withdraw_owed
from xinglin.notices.services.settings import choose, set_quiet_hours, switch_kind, word_kind

__all__ = [
    "DELIVER",
    "choose",
    "deliver",
    "deliver_due",
    "drop_by_hand",
    "forget_reader",
    "owe",
    "read",
    "read_all",
    "send_again",
    "set_quiet_hours",
    "settle",
    "settle_reported",
    "sweep",
    "switch_kind",
    "tell_by_hand",
    "withdraw_owed",
    "word_kind",
]
