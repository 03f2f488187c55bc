"""Where messages and menus may stand, and what brings them on: the tables that screens, jobs and tests read."""

from xinglin.wechat.models.menus import MenuState
from xinglin.wechat.models.messages import MessageState, OutgoingState

# (where it stands, what happens) -> (where it goes, by whose hand)
MOVES = {
    (MessageState.HANDLING, "answer"): (MessageState.ANSWERED, "gateway"),
    (MessageState.HANDLING, "fail for the last time"): (MessageState.FAILED, "gateway"),
}

OUTGOING_MOVES = {
    (OutgoingState.QUEUED, "begin to send"): (OutgoingState.UNSURE, "job"),
    (OutgoingState.UNSURE, "be delivered"): (OutgoingState.SENT, "job"),
    (OutgoingState.UNSURE, "find the platform busy"): (OutgoingState.QUEUED, "job"),
    (OutgoingState.UNSURE, "be refused for now"): (OutgoingState.WAITING, "job"),
    (OutgoingState.UNSURE, "be refused"): (OutgoingState.FAILED, "job"),
    (OutgoingState.WAITING, "be asked for"): (OutgoingState.SENT, "reader"),
    (OutgoingState.UNSURE, "send again"): (OutgoingState.QUEUED, "librarian"),
    (OutgoingState.FAILED, "send again"): (OutgoingState.QUEUED, "librarian"),
}

MENU_MOVES = {
    (MenuState.DRAFT, "publish"): (MenuState.PUBLISHED, "librarian"),
    (MenuState.REPLACED, "publish"): (MenuState.PUBLISHED, "librarian"),
    (MenuState.PUBLISHED, "replace"): (MenuState.REPLACED, "librarian"),
}
