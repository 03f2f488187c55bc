"""Where messages, menus and moves of openids may stand, and what brings them on: tables for screens, jobs and tests."""

from xinglin.wechat.models.menus import MenuState
from xinglin.wechat.models.messages import MessageState, OutgoingState
from xinglin.wechat.models.moving import MoveState

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

OPENID_MOVES = {
    (MoveState.ASKING, "finish_asking"): (MoveState.ASKED, "job"),
    (MoveState.ASKING, "wait"): (MoveState.WAITING, "job"),
    (MoveState.ASKING, "fail"): (MoveState.FAILED, "job"),
    (MoveState.WAITING, "wait"): (MoveState.WAITING, "job"),
    (MoveState.WAITING, "fail"): (MoveState.FAILED, "job"),
    (MoveState.WAITING, "finish_asking"): (MoveState.ASKED, "job"),
    (MoveState.FAILED, "resume_move"): (MoveState.ASKING, "librarian"),
    (MoveState.ASKED, "carry_out"): (MoveState.CARRYING, "librarian"),
    (MoveState.CARRYING, "finish_move"): (MoveState.DONE, "job"),
    (MoveState.ASKING, "drop_move"): (MoveState.DROPPED, "librarian"),
    (MoveState.WAITING, "drop_move"): (MoveState.DROPPED, "librarian"),
    (MoveState.FAILED, "drop_move"): (MoveState.DROPPED, "librarian"),
    (MoveState.ASKED, "drop_move"): (MoveState.DROPPED, "librarian"),
}
