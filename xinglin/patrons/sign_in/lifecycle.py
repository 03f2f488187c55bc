"""Where a sign-in by scanning may stand: a table."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class TicketState(models.TextChoices):
    SHOWN = "shown", _("等待扫码")
    SEEN = "seen", _("已扫码，待确认")
    CONFIRMED = "confirmed", _("已确认")
    REFUSED = "refused", _("已拒绝")
    USED = "used", _("已登录")


PHONE = "the reader's phone"
TERMINAL = "the terminal that showed it"

# (where it stands, what happens) -> (where it goes, whose hand)
MOVES: dict[tuple[TicketState, str], tuple[TicketState, str]] = {
    (TicketState.SHOWN, "see"): (TicketState.SEEN, PHONE),
    (TicketState.SEEN, "see"): (TicketState.SEEN, PHONE),
    (TicketState.SEEN, "confirm"): (TicketState.CONFIRMED, PHONE),
    (TicketState.SEEN, "refuse"): (TicketState.REFUSED, PHONE),
    (TicketState.CONFIRMED, "collect"): (TicketState.USED, TERMINAL),
}
