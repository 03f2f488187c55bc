"""Every change of lectures and registrations; one public function, one deed, one transaction."""

from xinglin.learning.services.attending import attend, attend_by_hand, attend_live, rate, undo_attend
from xinglin.learning.services.forgetting import give_up_what_is_ahead, part_from
from xinglin.learning.services.lectures import (
    LectureFile,
    add_material,
    amend,
    announce_lecture,
    cancel_lecture,
    close_lecture,
    draft,
    follow_the_clock,
    remove_material,
)
from xinglin.learning.services.registering import cancel, register, register_guest
from xinglin.learning.services.reminding import remind

__all__ = [
    "LectureFile",
    "add_material",
    "amend",
    "announce_lecture",
    "attend",
    "attend_by_hand",
    "attend_live",
    "cancel",
    "cancel_lecture",
    "close_lecture",
    "draft",
    "follow_the_clock",
    "give_up_what_is_ahead",
    "part_from",
    "rate",
    "register",
    "register_guest",
    "remind",
    "remove_material",
    "undo_attend",
]
