"""Every change of intelligence."""

from xinglin.intelligence.services.doubts import decide_doubt, part_record, parted_from, rejoin
from xinglin.intelligence.services.imports import import_file
from xinglin.intelligence.services.opinions import give_opinion
from xinglin.intelligence.services.ordering import order_waiting, why_here
from xinglin.intelligence.services.proposing import propose_paper, propose_topic
from xinglin.intelligence.services.screening import decide
from xinglin.intelligence.services.topics import (
    add_source,
    add_topic,
    amend_source,
    amend_topic,
    ask_people,
    finish_task,
    hide_source,
    show_source,
    try_again,
)

__all__ = [
    "add_source",
    "add_topic",
    "amend_source",
    "amend_topic",
    "ask_people",
    "decide",
    "decide_doubt",
    "finish_task",
    "give_opinion",
    "hide_source",
    "import_file",
    "order_waiting",
    "part_record",
    "parted_from",
    "propose_paper",
    "propose_topic",
    "rejoin",
    "show_source",
    "try_again",
    "why_here",
]
