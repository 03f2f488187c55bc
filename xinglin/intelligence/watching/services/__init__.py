"""Every change of watches, their stories and alarms, and of briefs."""

from xinglin.intelligence.watching.services.alarms import look_for_alarms, settle
from xinglin.intelligence.watching.services.briefs import (
    answer_brief,
    draft_brief,
    hand_in_brief,
    open_brief,
    remind,
    remind_everybody,
    reword_brief,
    send_brief,
)
from xinglin.intelligence.watching.services.collecting import (
    import_items,
    note_item,
    take_from_record,
    take_harvested,
)
from xinglin.intelligence.watching.services.judging import make_claim, put_into_part, say_feeling
from xinglin.intelligence.watching.services.watches import (
    add_watch,
    amend_watch,
    forget_patron,
    write_recipient,
)

__all__ = [
    "add_watch",
    "amend_watch",
    "answer_brief",
    "draft_brief",
    "forget_patron",
    "hand_in_brief",
    "import_items",
    "look_for_alarms",
    "make_claim",
    "note_item",
    "open_brief",
    "put_into_part",
    "remind",
    "remind_everybody",
    "reword_brief",
    "say_feeling",
    "send_brief",
    "settle",
    "take_from_record",
    "take_harvested",
    "write_recipient",
]
