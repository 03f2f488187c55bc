"""A supplier speaks of what we asked for."""

from django.utils.translation import gettext as _

from xinglin.commons import clock, history
from xinglin.commons.bulletin import announce
from xinglin.ill.events import WishMoved
from xinglin.ill.lifecycle import LegState, Wanted
from xinglin.ill.models import Leg, Partner, Wish
from xinglin.ill.protocol import requester
from xinglin.ill.protocol.messages import SupplierMessage
from xinglin.ill.protocol.vocabulary import ErrorType
from xinglin.ill.services import broking
from xinglin.ill.services.asking import advance
from xinglin.ill.services.hearing.declining import CONSORTIUM_MONEY, Declined
from xinglin.ill.services.sending import said_in
from xinglin.ill.services.steps import locked
from xinglin.ill.services.wording import keep_standing, standing_of


def told(partner: Partner, message: SupplierMessage) -> Wish:
    """Take what a supplier says of our request. Raises ``Declined``."""
    head = message.header
    leg = Leg.objects.filter(request_id=head.request_id, partner=partner).select_related("wish").first()
    if leg is None:
        raise Declined(ErrorType.UNRECOGNISED_VALUE, f"no such request: {head.request_id}")
    wish = locked(leg.wish)
    leg = Leg.objects.select_related("partner", "wish__library").get(pk=leg.pk)
    if head.supplier_request_id and not leg.supplier_request_id:
        leg.supplier_request_id = head.supplier_request_id[:100]
        leg.save(update_fields=["supplier_request_id"])
    heard = requester.hear(standing_of(wish), message, from_current=wish.leg_id == leg.pk)
    if heard.stray:
        wish.stray = _("%(partner)s 说已寄出") % {"partner": partner.name}
        wish.save(update_fields=["stray"])
        history.record(wish, "stray", by=partner.name, reason=message.note)
        return wish
    was = wish.state
    keep_standing(wish, heard.standing)
    _note_details(wish, message, heard.deed)
    if wish.state in (Wanted.COMPLETED, Wanted.CANCELLED, Wanted.LOST) and wish.closed_at is None:
        wish.closed_at = clock.now()
    wish.save()
    _end_leg(leg, heard.deed, message)
    if heard.deed or heard.news not in ("late", "acknowledged"):
        history.record(
            wish, "hear", by=partner.name, changes={"said": said_in(message), "state": wish.get_state_display()},
            reason=message.note or message.reason_unfilled,
        )  # fmt: skip
    broking.pass_up(wish, heard.deed or heard.news, due=wish.due_at)
    if heard.deed == "unfilled" and wish.state == Wanted.SEEKING:
        advance(wish=wish)
    elif wish.state != was or heard.news in (
        "overdue",
        "recalled",
        "renewed",
        "renewal_refused",
        "cancel_refused",
    ):
        announce(WishMoved(wish_id=wish.pk, news=heard.deed or heard.news))
    return wish


def _note_details(wish: Wish, message: SupplierMessage, deed: str) -> None:
    if message.item_id:
        wish.item_id = message.item_id[:100]
    if message.sent_via:
        wish.sent_via = message.sent_via[:60]
    cost = message.delivery_cost or message.offered_cost
    if cost is not None and cost.currency == CONSORTIUM_MONEY:
        wish.cost_fen = max(0, min(int(cost.amount * 100), 2**31 - 1))
    if message.return_name or message.return_to:
        place = message.return_to.line1 if message.return_to else ""
        wish.return_to = f"{message.return_name} {place}".strip()[:300]
    if deed == "copy_completed":
        wish.closing_reason = _("复制件已由对方送出")


def _end_leg(leg: Leg, deed: str, message: SupplierMessage) -> None:
    ends = {
        "unfilled": LegState.REFUSED, "cancelled": LegState.PASSED_OVER, "loaned": LegState.DONE,
        "copy_completed": LegState.DONE, "will_supply": LegState.SUPPLYING, "condition": LegState.SUPPLYING,
    }  # fmt: skip
    if deed in ends:
        leg.state, leg.reason = ends[deed], (message.reason_unfilled or message.note)[:200]
        if leg.state != LegState.SUPPLYING:
            leg.ended_at = clock.now()
        leg.save(update_fields=["state", "reason", "ended_at"])
    elif deed == "expect":
        # It has answered that it looks: the time runs from there anew.
        leg.answer_by = clock.now() + (leg.answer_by - leg.asked_at)
        leg.save(update_fields=["answer_by"])
