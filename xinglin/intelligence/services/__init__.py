"""Every change of intelligence."""

from xinglin.intelligence.services.doubts import decide_doubt, part_record
from xinglin.intelligence.services.imports import import_file
from xinglin.intelligence.services.ordering import order_waiting
from xinglin.intelligence.services.screening import decide
from xinglin.intelligence.services.topics import (
    add_source,
    add_topic,
    amend_source,
    amend_topic,
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
    "decide",
    "decide_doubt",
    "finish_task",
    "hide_source",
    "import_file",
    "order_waiting",
    "part_record",
    "show_source",
    "try_again",
]
