"""Asking libraries for copies: one copy for a hold at a time, the next when it is not found in time."""

from datetime import timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from xinglin.catalog.models import Item, Record
from xinglin.circulation import queries
from xinglin.circulation.events import HoldStuck
from xinglin.circulation.lifecycle import HoldState
from xinglin.circulation.models import Hold, PickOutcome, PickRequest
from xinglin.circulation.picking import picks_of, waiting_holds
from xinglin.circulation.services.copies import locked_record
from xinglin.commons import clock, history
from xinglin.commons.bulletin import announce

# A copy that was not scanned so long after it was asked for is asked for somewhere else (sheet 4.2.7).
ASK_FOR = timedelta(hours=24)
# After so many rounds through all copies a librarian decides (Evergreen's "hopeless holds").
ROUNDS_MOST = 2


def ask_for_copies() -> int:
    """Ask for a copy for every hold that waits; return how many were asked for. Safe to run twice.

    What was not scanned in time goes to the next copy; a hold for which every copy was asked in vain, or for
    which there is none, is noted for a librarian.
    """
    records = Hold.objects.filter(state=HoldState.WAITING).values_list("record", flat=True)
    return sum(_ask_for(record) for record in list(records.order_by("record").distinct()))


@transaction.atomic
def _ask_for(record_id: int) -> int:
    record = locked_record(record_id)
    _end_what_is_over(record)
    holds = list(waiting_holds([record_id]))
    picks = {pick.hold.pk: pick for pick in picks_of(holds)}
    asked = set(PickRequest.objects.filter(hold__in=holds, ended_at=None).values_list("hold", flat=True))
    now = clock.now()
    new = [
        PickRequest(
            hold=hold,
            item=picks[hold.pk].item,
            library=picks[hold.pk].item.library,
            round=hold.rounds,
            asked_at=now,
        )
        for hold in holds
        if hold.pk in picks and hold.pk not in asked
    ]
    PickRequest.objects.bulk_create(new)
    for hold in holds:
        if hold.pk not in picks and hold.stuck_at is None:
            _try_again_or_give_up(hold)
    return len(new)


def _end_what_is_over(record: Record) -> None:
    """End requests whose copy or hold is served otherwise, and those that nobody answered in time."""
    now = clock.now()
    requests = PickRequest.objects.filter(hold__record=record, ended_at=None).select_related("hold", "item")
    for request in requests.select_for_update(of=("self",)):
        if request.hold.state != HoldState.WAITING or request.hold.is_paused or not request.item.available:
            outcome = PickOutcome.DROPPED
        elif request.asked_at + ASK_FOR <= now:
            outcome = PickOutcome.PASSED
        else:
            continue
        request.ended_at, request.outcome = now, outcome
        request.save(update_fields=["ended_at", "outcome"])


def _try_again_or_give_up(hold: Hold) -> None:
    """Begin another round when copies were asked for in vain; after the last one say that it is stuck."""
    lendable = queries.lendable_items(hold.record)
    if hold.wanted_item_id is not None:
        lendable = lendable.filter(pk=hold.wanted_item_id)
    if not lendable.exists():
        _say_it_is_stuck(hold, _("没有可以外借的复本了"))
        return
    in_vain = PickRequest.objects.filter(
        hold=hold, round=hold.rounds, outcome__in=(PickOutcome.PASSED, PickOutcome.MISSING)
    ).exists()
    standing = Item.objects.filter(pk__in=lendable.values("pk"), available=True).exists()
    if not (in_vain and standing):
        return
    hold.rounds += 1
    hold.save(update_fields=["rounds"])
    if hold.rounds >= ROUNDS_MOST:
        _say_it_is_stuck(hold, _("各馆都没有找到"))


def _say_it_is_stuck(hold: Hold, reason: str) -> None:
    hold.stuck_at = clock.now()
    hold.save(update_fields=["stuck_at"])
    history.record(hold, "stuck", by=str(_("系统")), reason=reason)
    announce(HoldStuck(hold_id=hold.pk))
