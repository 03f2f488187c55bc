"""Which state a reader may go from and to, and by whose hand: a table."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class State(models.TextChoices):
    ACTIVE = "active", _("正常")
    SUSPENDED = "suspended", _("停用")
    LEFT = "left", _("已离开")
    ERASED = "erased", _("已删除资料")


# (where the reader stands, what someone does) -> (where the reader goes, whose hand)
MOVES: dict[tuple[State, str], tuple[State, str]] = {
    (State.ACTIVE, "suspend"): (State.SUSPENDED, "librarian"),
    (State.SUSPENDED, "reinstate"): (State.ACTIVE, "librarian"),
    (State.ACTIVE, "leave"): (State.LEFT, "librarian"),
    (State.SUSPENDED, "leave"): (State.LEFT, "librarian"),
    (State.LEFT, "come_back"): (State.ACTIVE, "librarian"),
    (State.ACTIVE, "erase"): (State.ERASED, "librarian, asked by the reader"),
    (State.SUSPENDED, "erase"): (State.ERASED, "librarian, asked by the reader"),
    (State.LEFT, "erase"): (State.ERASED, "librarian, asked by the reader"),
}

DEEDS = {
    "suspend": _("停用"),
    "reinstate": _("恢复"),
    "leave": _("办理离开"),
    "come_back": _("重新启用"),
    "erase": _("删除个人资料"),
}


def goes_to(state: str, deed: str) -> State | None:
    """Return the state that a deed leads to, or None where it is not possible."""
    move = MOVES.get((State(state), deed))
    return move[0] if move else None


def deeds_from(state: str) -> list[str]:
    """Return what may be done from a state, for buttons."""
    return [deed for (at, deed) in MOVES if at == state]
