"""Which state a request for a document may go from and to, and by whose hand; and one for access: tables."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class State(models.TextChoices):
    SUBMITTED = "submitted", _("待受理")
    WORKING = "working", _("处理中")
    ASKED_BACK = "asked_back", _("待读者补充")
    ELSEWHERE = "elsewhere", _("已转外馆")
    DELIVERED = "delivered", _("已送达")
    DECLINED = "declined", _("未能提供")
    CANCELLED = "cancelled", _("已取消")


OPEN = (State.SUBMITTED, State.WORKING, State.ASKED_BACK, State.ELSEWHERE)
# The library's clock runs; while the reader is asked it does not.
OURS = (State.SUBMITTED, State.WORKING, State.ELSEWHERE)

# (where it stands, what someone does) -> (where it goes, whose hand)
MOVES: dict[tuple[State, str], tuple[State, str]] = {
    (State.SUBMITTED, "take"): (State.WORKING, "librarian"),
    (State.SUBMITTED, "assign"): (State.SUBMITTED, "librarian or the house"),
    (State.WORKING, "assign"): (State.WORKING, "librarian or the house"),
    (State.SUBMITTED, "pass_on"): (State.SUBMITTED, "librarian or the clock"),
    (State.WORKING, "pass_on"): (State.SUBMITTED, "librarian"),
    (State.SUBMITTED, "ask_back"): (State.ASKED_BACK, "librarian"),
    (State.WORKING, "ask_back"): (State.ASKED_BACK, "librarian"),
    (State.ELSEWHERE, "ask_back"): (State.ASKED_BACK, "librarian"),
    (State.ASKED_BACK, "answer"): (State.WORKING, "reader"),
    (State.WORKING, "look_elsewhere"): (State.ELSEWHERE, "librarian"),
    (State.SUBMITTED, "look_elsewhere"): (State.ELSEWHERE, "librarian"),
    (State.SUBMITTED, "deliver"): (State.DELIVERED, "librarian"),
    (State.WORKING, "deliver"): (State.DELIVERED, "librarian"),
    (State.ASKED_BACK, "deliver"): (State.DELIVERED, "librarian"),
    (State.ELSEWHERE, "deliver"): (State.DELIVERED, "librarian"),
    (State.SUBMITTED, "decline"): (State.DECLINED, "librarian"),
    (State.WORKING, "decline"): (State.DECLINED, "librarian"),
    (State.ASKED_BACK, "decline"): (State.DECLINED, "librarian"),
    (State.ELSEWHERE, "decline"): (State.DECLINED, "librarian"),
    (State.SUBMITTED, "cancel"): (State.CANCELLED, "reader or librarian"),
    (State.WORKING, "cancel"): (State.CANCELLED, "reader or librarian"),
    (State.ASKED_BACK, "cancel"): (State.CANCELLED, "reader or librarian"),
    (State.ELSEWHERE, "cancel"): (State.CANCELLED, "reader or librarian"),
    (State.DELIVERED, "reopen"): (State.WORKING, "reader or librarian"),
    (State.DECLINED, "reopen"): (State.WORKING, "librarian"),
    (State.DELIVERED, "rate"): (State.DELIVERED, "reader"),
}


def goes_to(state: str, deed: str) -> State | None:
    """Return the state that a deed leads to, or None where the table does not have it."""
    move = MOVES.get((State(state), deed))
    return move[0] if move else None


class AccessState(models.TextChoices):
    ASKED = "asked", _("待审批")
    GRANTED = "granted", _("已开通")
    DECLINED = "declined", _("未批准")
    ENDED = "ended", _("已到期")
    CANCELLED = "cancelled", _("已取消")


ACCESS_MOVES: dict[tuple[AccessState, str], tuple[AccessState, str]] = {
    (AccessState.ASKED, "grant"): (AccessState.GRANTED, "librarian"),
    (AccessState.ASKED, "decline"): (AccessState.DECLINED, "librarian"),
    (AccessState.ASKED, "cancel"): (AccessState.CANCELLED, "reader"),
    (AccessState.GRANTED, "extend"): (AccessState.GRANTED, "librarian"),
    (AccessState.GRANTED, "end"): (AccessState.ENDED, "librarian or the clock"),
}


class FeeState(models.TextChoices):
    NONE = "none", _("免费")
    OPEN = "open", _("未缴")
    PAID = "paid", _("已缴")
    WAIVED = "waived", _("已减免")


FEE_MOVES: dict[tuple[FeeState, str], tuple[FeeState, str]] = {
    (FeeState.NONE, "bill"): (FeeState.OPEN, "the delivery"),
    (FeeState.OPEN, "pay"): (FeeState.PAID, "librarian"),
    (FeeState.OPEN, "waive"): (FeeState.WAIVED, "librarian"),
}
