"""Every change of profiles, of their readers, and of what readers say of what they were brought."""

from xinglin.intelligence.sdi.services.answers import judge, note_opening
from xinglin.intelligence.sdi.services.examples import (
    LOOK_UP,
    add_examples,
    drop_example,
    fill_example,
    take_example,
)
from xinglin.intelligence.sdi.services.leaving import follow_readers, forget_reader, stop_for
from xinglin.intelligence.sdi.services.members import join, move, offer
from xinglin.intelligence.sdi.services.profiles import (
    ProfileFile,
    amend,
    ask,
    drop_liaison,
    hide,
    name_liaison,
    set_up,
    show,
)

__all__ = [
    "LOOK_UP",
    "ProfileFile",
    "add_examples",
    "amend",
    "ask",
    "drop_example",
    "drop_liaison",
    "fill_example",
    "follow_readers",
    "forget_reader",
    "hide",
    "join",
    "judge",
    "move",
    "name_liaison",
    "note_opening",
    "offer",
    "set_up",
    "show",
    "stop_for",
    "take_example",
]
