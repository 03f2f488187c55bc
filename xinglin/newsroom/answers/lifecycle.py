"""The way of a comment: a table. Nothing that a reader wrote is shown before somebody has read it."""

from xinglin.newsroom.models.answers import CommentState

STAFF = "moderator"

COMMENT_MOVES: dict[tuple[CommentState, str], tuple[CommentState, str]] = {
    (CommentState.WAITING, "show"): (CommentState.SHOWN, STAFF),
    (CommentState.WAITING, "hide"): (CommentState.HIDDEN, STAFF),
    (CommentState.SHOWN, "feature"): (CommentState.SHOWN, STAFF),
    (CommentState.SHOWN, "reply"): (CommentState.SHOWN, STAFF),
    (CommentState.SHOWN, "hide"): (CommentState.HIDDEN, STAFF),
    (CommentState.HIDDEN, "show"): (CommentState.SHOWN, STAFF),
}
