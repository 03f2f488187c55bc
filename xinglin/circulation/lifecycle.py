"""Which state a hold may go from and to, and by whose hand: a table.

FOLIO's request states in the words of our desks: open and not yet filled, open in transit, open
awaiting pickup; closed as filled, cancelled or pickup expired.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _


class HoldState(models.TextChoices):
    WAITING = "waiting", _("排队中")
    IN_TRANSIT = "in_transit", _("调往取书馆")
    READY = "ready", _("待取")
    FILLED = "filled", _("已取走")
    CANCELLED = "cancelled", _("已取消")
    EXPIRED = "expired", _("逾期未取")


OPEN = (HoldState.WAITING, HoldState.IN_TRANSIT, HoldState.READY)
CAPTURED = (HoldState.IN_TRANSIT, HoldState.READY)  # an item is kept for it

# (where the hold stands, what someone does) -> (where it goes, whose hand)
MOVES: dict[tuple[HoldState, str], tuple[HoldState, str]] = {
    (HoldState.WAITING, "set_aside"): (HoldState.READY, "librarian at the pickup library"),
    (HoldState.WAITING, "send"): (HoldState.IN_TRANSIT, "librarian where the item is"),
    (HoldState.IN_TRANSIT, "arrive"): (HoldState.READY, "librarian at the pickup library"),
    (HoldState.READY, "hand_over"): (HoldState.FILLED, "librarian at the pickup library"),
    (HoldState.READY, "expire"): (HoldState.EXPIRED, "the clock"),
    (HoldState.READY, "put_back"): (HoldState.WAITING, "librarian"),
    (HoldState.IN_TRANSIT, "put_back"): (HoldState.WAITING, "librarian"),
    (HoldState.WAITING, "cancel"): (HoldState.CANCELLED, "reader or librarian"),
    (HoldState.IN_TRANSIT, "cancel"): (HoldState.CANCELLED, "reader or librarian"),
    (HoldState.READY, "cancel"): (HoldState.CANCELLED, "reader or librarian"),
}


def goes_to(state: str, deed: str) -> HoldState | None:
    """Return the state that a deed leads to, or None where the table does not have it."""
    move = MOVES.get((HoldState(state), deed))
    return move[0] if move else None
