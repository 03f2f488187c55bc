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
from xinglin.intelligence.watching.services.collecting import note_item, take_from_record, take_harvested
from xinglin.intelligence.watching.services.finding_words import find_words, find_words_everywhere
from xinglin.intelligence.watching.services.importing import import_items
from xinglin.intelligence.watching.services.judging import make_claim, put_into_part, say_feeling
from xinglin.intelligence.watching.services.mailing import address_of, is_reached, mail_copy
from xinglin.intelligence.watching.services.watches import (
    add_watch,
    amend_watch,
    forget_patron,
    write_recipient,
)

__all__ = [
    "add_watch",
    "address_of",
    "amend_watch",
    "answer_brief",
    "draft_brief",
    "find_words",
    "find_words_everywhere",
    "forget_patron",
    "hand_in_brief",
    "import_items",
    "is_reached",
    "look_for_alarms",
    "mail_copy",
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
