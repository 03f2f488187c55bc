"""Every change to the catalogue: one public function, one deed, one transaction."""

from xinglin.catalog.services.holdings import (
    add_holding,
    add_item,
    change_condition,
    change_holding,
    change_item,
    move_item,
    remove_holding,
    set_available,
)
from xinglin.catalog.services.imports import (
    decide_new,
    decide_same,
    discard,
    drop,
    set_profile,
    start,
    undo,
    upload,
)
from xinglin.catalog.services.records import add_record, amend_record, delete_record

__all__ = [
    "add_holding",
    "add_item",
    "add_record",
    "amend_record",
    "change_condition",
    "change_holding",
    "change_item",
    "decide_new",
    "decide_same",
    "delete_record",
    "discard",
    "drop",
    "move_item",
    "remove_holding",
    "set_available",
    "set_profile",
    "start",
    "undo",
    "upload",
]
