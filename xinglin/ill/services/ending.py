"""Requests that end before their time: given up, followed to the end of a hold, forgotten with their reader."""

from django.db import transaction
from django.utils.translation import gettext as _

from xinglin.circulation import services as circulation
from xinglin.circulation.lifecycle import HoldState
from xinglin.circulation.models import Hold
from xinglin.commons import clock, history
from xinglin.commons.errors import Refusal
from xinglin.consortium import access
from xinglin.consortium.models import Staff
from xinglin.ill import queries
from xinglin.ill.errors import WishUnknown
from xinglin.ill.lifecycle import WANTED_CLOSED, Wanted
from xinglin.ill.models import Wish
from xinglin.ill.protocol.vocabulary import Action
from xinglin.ill.services.asking import seek
from xinglin.ill.services.steps import actor, locked, move, say
from xinglin.patrons.models import Patron


@transaction.atomic
def cancel(*, wish: Wish, patron: Patron | None = None, by: Staff | None = None, reason: str = "") -> Wish:
    """Give a request up: at once while nobody was asked; else the supplier is asked whether it still can be.

    Raises ``NotInThisState``, ``WishUnknown``, ``NotAllowed``.
    """
    wish = locked(wish)
    if patron is not None and wish.patron_id != patron.pk:
        raise WishUnknown(_("没有这个互借申请，或者不是您的申请。"))
    access.require(by, queries.HANDLE, wish.library_id)
    if wish.is_waiting:
        if not wish.cancel_asked:
            wish.cancel_asked, wish.closing_reason = True, reason[:300]
            wish.save(update_fields=["cancel_asked", "closing_reason"])
            history.record(wish, "ask_cancel", by=actor(by), reason=reason)
            say(wish, Action.CANCEL, note=reason)
        return wish
    if wish.state == Wanted.LOCAL and wish.hold is not None and wish.hold.is_open:
        circulation.cancel(hold=wish.hold, reason=reason)
    move(wish, "give_up")
    wish.closed_at, wish.closing_reason = clock.now(), reason[:300]
    wish.save(update_fields=["state", "closed_at", "closing_reason"])
    history.record(wish, "cancel", by=actor(by), reason=reason)
    return wish


@transaction.atomic
def follow_hold(*, hold: Hold) -> None:
    """Let a request that became a hold go where the hold goes."""
    wish = Wish.objects.filter(hold=hold, state=Wanted.LOCAL).first()
    if wish is None:
        return
    wish = locked(wish)
    if hold.state == HoldState.FILLED:
        move(wish, "fill")
        wish.closed_at = clock.now()
        wish.save(update_fields=["state", "closed_at"])
        history.record(wish, "fill", by="系统")
    elif hold.state in (HoldState.CANCELLED, HoldState.EXPIRED):
        move(wish, "give_up")
        wish.closed_at, wish.closing_reason = (
            clock.now(),
            hold.closing_reason or str(hold.get_state_display()),
        )
        wish.save(update_fields=["state", "closed_at", "closing_reason"])
        history.record(wish, "cancel", by="系统", reason=wish.closing_reason)


@transaction.atomic
def miss_hold(*, hold: Hold) -> None:
    """Look further where no copy of ours can be found for a request that became a hold: partners are asked.

    A hold of circulation's own stays with its librarian: only what was asked for between libraries goes on.
    """
    wish = Wish.objects.filter(hold=hold, state=Wanted.LOCAL).first()
    if wish is None:
        return
    wish = locked(wish)
    move(wish, "miss")
    wish.hold = None
    wish.save(update_fields=["state", "hold"])
    history.record(wish, "miss", by="系统")
    if hold.is_open:
        circulation.cancel(hold=hold, reason=_("联盟内没有找到，转向他馆借"))
    seek(wish)


def forget_reader(*, patron_id: int, reason: str) -> None:
    """Give up what a reader who left or was erased waits for, and part the ended ones from them."""
    for wish in Wish.objects.filter(patron=patron_id).exclude(state__in=WANTED_CLOSED):
        if wish.state in (Wanted.SEEKING, Wanted.LOCAL) or wish.is_waiting:
            try:
                cancel(wish=wish, reason=reason)
            except Refusal:  # circulation has cancelled the hold already, and the request with it
                continue
    Wish.objects.filter(patron=patron_id, state__in=WANTED_CLOSED).update(patron=None, note="")
