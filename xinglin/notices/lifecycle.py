"""Where a notice may stand, and where one attempt to tell it: two tables."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class State(models.TextChoices):
    WAITING = "waiting", _("待发送")
    TRYING = "trying", _("发送中")
    SENT = "sent", _("已发出")
    KEPT = "kept", _("待读者来信")
    UNSURE = "unsure", _("结果不明")
    UNREACHABLE = "unreachable", _("无法送达")
    LISTED = "listed", _("仅在列表中")
    DROPPED = "dropped", _("已不需要")


HOUSE = "house"
LIBRARIAN = "librarian"
READER = "reader"

# (where the notice stands, what happens) -> (where it goes, whose hand)
MOVES: dict[tuple[State, str], tuple[State, str]] = {
    (State.WAITING, "try"): (State.TRYING, HOUSE),
    (State.WAITING, "give_up"): (State.UNREACHABLE, HOUSE),
    (State.WAITING, "only_list"): (State.LISTED, HOUSE),
    (State.WAITING, "drop"): (State.DROPPED, HOUSE),
    (State.TRYING, "go_out"): (State.SENT, HOUSE),
    (State.TRYING, "keep"): (State.KEPT, HOUSE),
    (State.TRYING, "lose_sight"): (State.UNSURE, HOUSE),
    (State.TRYING, "come_back"): (State.WAITING, HOUSE),
    # The platform reports later: it was refused after all, or it did arrive.
    (State.SENT, "come_back"): (State.WAITING, HOUSE),
    (State.UNSURE, "go_out"): (State.SENT, HOUSE),
    (State.UNSURE, "come_back"): (State.WAITING, HOUSE),
    (State.KEPT, "go_out"): (State.SENT, READER),
    (State.KEPT, "come_back"): (State.WAITING, READER),
    (State.UNSURE, "send_again"): (State.WAITING, LIBRARIAN),
    (State.UNREACHABLE, "send_again"): (State.WAITING, LIBRARIAN),
    (State.UNSURE, "tell_by_hand"): (State.SENT, LIBRARIAN),
    (State.UNREACHABLE, "tell_by_hand"): (State.SENT, LIBRARIAN),
    (State.UNREACHABLE, "drop"): (State.DROPPED, LIBRARIAN),
    (State.UNSURE, "drop"): (State.DROPPED, LIBRARIAN),
}

DEEDS = {"send_again": _("重新发送"), "tell_by_hand": _("已由馆员告知"), "drop": _("不再需要")}


class AttemptState(models.TextChoices):
    """``TRYING`` is written before the channel is asked: who is killed in the middle leaves it so."""

    TRYING = "trying", _("进行中")
    SENT = "sent", _("已发出")
    KEPT = "kept", _("待读者来信")
    REFUSED = "refused", _("这个渠道不行")
    BUSY = "busy", _("对方繁忙，稍后再试")
    UNSURE = "unsure", _("结果不明")
    GIVEN_UP = "given_up", _("馆员决定重发")


# While one of these stands, no other attempt at the same notice may begin: the database holds to it.
LIVE = (AttemptState.TRYING, AttemptState.SENT, AttemptState.KEPT, AttemptState.UNSURE)
