"""What the deeds of the requesting side share: the locked row, one step of its table, a word to the supplier."""

from django.contrib.auth.models import AbstractBaseUser
from django.utils.translation import gettext as _

from xinglin.commons import clock, history
from xinglin.consortium import access
from xinglin.consortium.models import Staff
from xinglin.ill import queries
from xinglin.ill.errors import NotInThisState, WishUnknown
from xinglin.ill.lifecycle import LegState, wanted_goes_to
from xinglin.ill.models import Leg, Wish
from xinglin.ill.protocol.vocabulary import Action
from xinglin.ill.services.sending import post
from xinglin.ill.services.wording import action_of


def locked(wish: Wish) -> Wish:
    """Return a wish as it is now, locked. Raises ``WishUnknown``."""
    found = (
        Wish.objects.select_for_update(of=("self",))
        .select_related("library", "leg__partner", "patron", "hold", "upstream__partner", "upstream__library")
        .filter(pk=wish.pk)
        .first()
    )
    if found is None:
        raise WishUnknown(_("没有这个互借申请。"))
    return found


def for_staff(wish: Wish, by: Staff | None) -> Wish:
    """Return a wish locked, for someone who handles its library's. Raises ``WishUnknown``, ``NotAllowed``."""
    found = locked(wish)
    access.require(by, queries.HANDLE, found.library_id)
    return found


def step(wish: Wish, deed: str, by: Staff | None) -> Wish:
    """Take a wish one step on that needs no word to anybody. Raises ``NotInThisState``, ``NotAllowed``."""
    wish = for_staff(wish, by)
    move(wish, deed)
    wish.save(update_fields=["state"])
    if deed == "lend":
        history.record(wish, "lend", by=actor(by))
    elif deed == "give_back":
        history.record(wish, "return", by=actor(by))
    else:
        history.record(wish, "accept_condition", by=actor(by))
    return wish


def move(wish: Wish, deed: str) -> None:
    """Let a locked wish go where the table says. Raises ``NotInThisState``."""
    there = wanted_goes_to(wish.state, deed)
    if there is None:
        raise not_now(wish)
    wish.state = there


def not_now(wish: Wish) -> NotInThisState:
    """Return the refusal of a deed that is not offered where a wish stands."""
    return NotInThisState(
        _("互借 %(number)s 现在是「%(state)s」，不能这样办理；请刷新后再看。"),
        number=wish.number,
        state=wish.get_state_display(),
    )


def leg_of(wish: Wish) -> Leg:
    """Return the supplier that is asked now. Raises ``NotInThisState``."""
    if wish.leg is None:
        raise not_now(wish)
    return wish.leg


def end_leg(leg: Leg, state: LegState, reason: str) -> None:
    """Close what one supplier was asked."""
    leg.state, leg.reason, leg.ended_at = state, reason[:200], clock.now()
    leg.save(update_fields=["state", "reason", "ended_at"])


def say(wish: Wish, action: Action, *, note: str = "") -> None:
    """Send a word to the supplier of a wish."""
    leg = leg_of(wish)
    post(leg.partner, action_of(leg, action, note=note), wish=wish)


def actor(by: Staff | None) -> AbstractBaseUser | None:
    """Return whom history names."""
    return by.user if by else None
