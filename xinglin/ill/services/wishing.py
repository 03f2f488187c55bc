"""The requesting side goes on: receive, lend, send back, more time."""

from django.db import transaction
from django.utils.translation import gettext as _

from xinglin.commons import clock, history
from xinglin.commons.bulletin import announce
from xinglin.consortium import access
from xinglin.consortium.models import Staff
from xinglin.ill import queries
from xinglin.ill.errors import NotInThisState, WishUnknown
from xinglin.ill.events import WishMoved
from xinglin.ill.lifecycle import Wanted
from xinglin.ill.models import Wish
from xinglin.ill.protocol.vocabulary import Action
from xinglin.ill.services.steps import actor, for_staff, locked, move, not_now, say, step
from xinglin.patrons.models import Patron


@transaction.atomic
def receive(*, wish: Wish, by: Staff | None) -> Wish:
    """Note that the thing has come, and tell the supplier. Raises ``NotInThisState``, ``NotAllowed``."""
    wish = for_staff(wish, by)
    move(wish, "receive")
    wish.arrived_at = clock.now()
    wish.save(update_fields=["state", "arrived_at"])
    history.record(wish, "receive", by=actor(by))
    say(wish, Action.RECEIVED)
    announce(WishMoved(wish_id=wish.pk, news="arrived"))
    return wish


@transaction.atomic
def lend(*, wish: Wish, by: Staff | None) -> Wish:
    """Hand it to the reader. Raises ``NotInThisState``, ``NotAllowed``."""
    return step(wish, "lend", by)


@transaction.atomic
def give_back(*, wish: Wish, by: Staff | None) -> Wish:
    """Take it back from the reader. Raises ``NotInThisState``, ``NotAllowed``."""
    return step(wish, "give_back", by)


@transaction.atomic
def send_back(*, wish: Wish, via: str, by: Staff | None) -> Wish:
    """Send it home, and tell the supplier. Raises ``NotInThisState``, ``NotAllowed``."""
    wish = for_staff(wish, by)
    move(wish, "send_back")
    wish.sent_via = via[:60]
    wish.save(update_fields=["state", "sent_via"])
    history.record(wish, "send_back", by=actor(by), changes={"sent_via": via})
    say(wish, Action.SHIPPED_RETURN, note=via)
    return wish


@transaction.atomic
def lose(*, wish: Wish, reason: str, by: Staff | None) -> Wish:
    """Give it up for lost, and tell the supplier, who will bill it. Raises ``NotInThisState``, ``NotAllowed``."""
    wish = for_staff(wish, by)
    move(wish, "lose")
    wish.closed_at, wish.closing_reason = clock.now(), reason[:300]
    wish.save(update_fields=["state", "closed_at", "closing_reason"])
    history.record(wish, "lose", by=actor(by), reason=reason)
    say(wish, Action.NOTIFICATION, note=_("此件已遗失：%(reason)s") % {"reason": reason})
    return wish


@transaction.atomic
def accept_condition(*, wish: Wish, by: Staff | None) -> Wish:
    """Agree to the supplier's condition. Raises ``NotInThisState``, ``NotAllowed``."""
    wish = step(wish, "accept", by)
    say(wish, Action.NOTIFICATION, note=_("接受条件：%(condition)s") % {"condition": wish.condition})
    return wish


@transaction.atomic
def ask_renewal(*, wish: Wish, by: Staff | None = None, patron: Patron | None = None) -> Wish:
    """Ask the supplier for more time. Raises ``NotInThisState``, ``WishUnknown``, ``NotAllowed``."""
    wish = locked(wish)
    if patron is not None and wish.patron_id != patron.pk:
        raise WishUnknown(_("没有这个互借申请，或者不是您的申请。"))
    access.require(by, queries.HANDLE, wish.library_id)
    if wish.state not in (Wanted.RECEIVED, Wanted.LENT) or wish.renew_asked:
        raise not_now(wish)
    if wish.recalled:
        raise NotInThisState(_("对方已召回这本书，不能续借；请尽快归还。"))
    wish.renew_asked = True
    wish.save(update_fields=["renew_asked"])
    history.record(wish, "ask_renewal", by=actor(by))
    say(wish, Action.RENEW)
    return wish
