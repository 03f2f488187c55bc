"""A requester speaks of what we supply; where we stand between, it is passed down."""

from dataclasses import replace

from xinglin.commons import history
from xinglin.commons.text import plain
from xinglin.ill.lifecycle import Wanted
from xinglin.ill.models import Partner, SupplyRequest, Wish
from xinglin.ill.protocol import supplier
from xinglin.ill.protocol.messages import RequesterMessage
from xinglin.ill.protocol.vocabulary import Action, ErrorType, Reason
from xinglin.ill.services.hearing.declining import Declined
from xinglin.ill.services.sending import post, said_in
from xinglin.ill.services.steps import locked
from xinglin.ill.services.wording import action_of, answer_of, keep_supply, supply_of


def acted(partner: Partner, message: RequesterMessage) -> SupplyRequest:
    """Take what a requester says of what we supply. Raises ``Declined``."""
    head = message.header
    row = (
        SupplyRequest.objects.select_for_update(of=("self",))
        .select_related("partner", "library", "item")
        .filter(partner=partner, request_id=head.request_id)
        .first()
    )
    if row is None:
        raise Declined(ErrorType.UNRECOGNISED_VALUE, f"no such request: {head.request_id}")
    asked = supplier.hear(supply_of(row), message)
    wish = Wish.objects.filter(upstream=row).first() if row.is_brokered else None
    if wish is not None and message.action == Action.CANCEL:
        _cancel_downstream(row, wish, message)
        return row
    keep_supply(row, asked.supply)
    if message.note and message.action == Action.NOTIFICATION:
        row.note = f"{row.note}\n{plain(message.note)}"[:4000]
    row.save()
    history.record(row, "hear", by=partner.name, changes={"said": said_in(message)}, reason=message.note)
    if wish is not None and message.action != Action.STATUS_REQUEST:
        _pass_down(wish, message)
    if asked.answer is not None and not (
        wish is not None and message.action == Action.RENEW and asked.supply.renew_asked
    ):
        post(partner, answer_of(row, asked.answer.reason, answer=asked.answer.answer), supply=row)
    return row


def _cancel_downstream(row: SupplyRequest, wish: Wish, message: RequesterMessage) -> None:
    """A cancel that is addressed to the broker ends the whole rota: the supplier that is asked now decides."""
    wish = locked(wish)
    now = supply_of(row)
    if wish.is_waiting and wish.leg is not None:
        keep_supply(row, replace(now, cancel_asked=True))
        row.save()
        wish.cancel_asked = True
        wish.save(update_fields=["cancel_asked"])
        post(wish.leg.partner, action_of(wish.leg, Action.CANCEL), wish=wish)
        return
    asked = supplier.hear(now, message)
    keep_supply(row, asked.supply)
    row.save()
    agreed = asked.answer.answer if asked.answer else False
    post(row.partner, answer_of(row, Reason.CANCEL_RESPONSE, answer=agreed), supply=row)


def _pass_down(wish: Wish, message: RequesterMessage) -> None:
    """What the library says for which we ask goes to the supplier, and moves our own side along."""
    wish = locked(wish)
    if wish.leg is None:
        return
    deeds = {
        Action.RECEIVED: ((Wanted.SHIPPED, Wanted.RECEIVED),),
        Action.SHIPPED_RETURN: ((Wanted.SHIPPED, Wanted.SENT_BACK), (Wanted.RECEIVED, Wanted.SENT_BACK)),
    }
    for here, there in deeds.get(message.action, ()):
        if wish.state == here:
            wish.state = there
            break
    if message.action == Action.RENEW:
        wish.renew_asked = True
    wish.save()
    post(wish.leg.partner, action_of(wish.leg, message.action, note=message.note), wish=wish)
