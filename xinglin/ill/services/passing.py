"""Going on to another supplier, or to the same one anew: by hand, by the clock, or because it refused."""

from django.db import transaction
from django.utils.translation import gettext as _

from xinglin.commons import history
from xinglin.consortium.models import Staff
from xinglin.ill import queries
from xinglin.ill.lifecycle import LegState, Wanted, wanted_goes_to
from xinglin.ill.models import IllMessage, Leg, Wish
from xinglin.ill.protocol.vocabulary import Action
from xinglin.ill.services.asking import advance, ask_partner
from xinglin.ill.services.sending import post
from xinglin.ill.services.steps import actor, end_leg, for_staff, leg_of, locked, move, not_now
from xinglin.ill.services.wording import action_of


@transaction.atomic
def pass_over(*, wish: Wish, reason: str, by: Staff | None, state: LegState = LegState.PASSED_OVER) -> Wish:
    """Give this supplier up and go on to the next: theirs is cancelled, whatever they answer.

    Raises ``NotInThisState``, ``NotAllowed``.
    """
    wish = for_staff(wish, by)
    leg = leg_of(wish)
    move(wish, "time_out" if state == LegState.TIMED_OUT else "pass_over")
    end_leg(leg, state, reason)
    post(leg.partner, action_of(leg, Action.CANCEL, note=reason), wish=wish)
    wish.condition, wish.cancel_asked = "", False
    wish.save(update_fields=["state", "condition", "cancel_asked"])
    history.record(
        wish, "pass_over", by=actor(by) or "系统", changes={"leg": leg.partner.name}, reason=reason
    )
    return advance(wish=wish)


@transaction.atomic
def retry(*, wish: Wish, note: str, by: Staff | None) -> Wish:
    """Ask the same supplier anew, linked to the request it answered. Raises ``NotInThisState``, ``NotAllowed``."""
    wish = for_staff(wish, by)
    leg = leg_of(wish)
    if wanted_goes_to(wish.state, "retry") is None:
        raise not_now(wish)
    end_leg(leg, LegState.REFUSED, _("改后重试"))
    if note:
        wish.note = note[:400]
        wish.save(update_fields=["note"])
    ask_partner(wish, leg.partner, previous=leg.request_id)
    return wish


def time_out_legs() -> int:
    """Pass on what was not answered in time; return how many. Run every few minutes."""
    passed = 0
    for pk in list(queries.legs_to_time_out().values_list("pk", flat=True)[:200]):
        with transaction.atomic():
            leg = Leg.objects.select_related("wish").get(pk=pk)
            wish = locked(leg.wish)
            leg.refresh_from_db()
            current = wish.leg_id == leg.pk and leg.state == LegState.ASKED
            # Who was cancelled by our reader is not replaced by the next.
            if current and wish.is_waiting and not wish.cancel_asked:
                pass_over(wish=wish, reason=_("超时未答"), by=None, state=LegState.TIMED_OUT)
                passed += 1
    return passed


@transaction.atomic
def refused_by_partner(*, message: IllMessage) -> None:
    """Go on to the next supplier when one refused to take the very request."""
    if message.kind != "request" or message.wish is None:
        return
    wish = locked(message.wish)
    leg = wish.leg
    if leg is None or leg.partner_id != message.partner_id or wish.state != Wanted.SENT:
        return
    move(wish, "unfilled")
    end_leg(leg, LegState.REFUSED, message.error)
    wish.save(update_fields=["state"])
    history.record(wish, "refused", by="系统", changes={"leg": leg.partner.name}, reason=message.error)
    advance(wish=wish)
