"""What circulation does when other rooms have news."""

from xinglin.catalog.events import ItemChanged
from xinglin.catalog.lifecycle import Condition
from xinglin.catalog.models import Item
from xinglin.circulation import reminders, services
from xinglin.circulation.lifecycle import OPEN
from xinglin.circulation.models import Hold
from xinglin.commons.bulletin import listens_to
from xinglin.patrons.events import PatronErased, PatronLeft

__all__ = [
    "give_up_the_holds_of_the_erased",
    "give_up_the_holds_of_who_left",
    "reminders",
    "serve_those_who_wanted_what_left_the_stock",
]


def _give_up_all(patron_id: int, reason: str) -> None:
    for hold in Hold.objects.filter(patron=patron_id, state__in=OPEN):
        services.cancel(hold=hold, reason=reason)


@listens_to(PatronLeft)
def give_up_the_holds_of_who_left(event: PatronLeft) -> None:
    """Cancel the open holds of a reader who left, so that nobody waits behind them."""
    _give_up_all(event.patron_id, "读者已离开")


@listens_to(PatronErased)
def give_up_the_holds_of_the_erased(event: PatronErased) -> None:
    """Cancel the open holds of an erased reader, and part the closed loans from them."""
    _give_up_all(event.patron_id, "读者资料已删除")
    services.forget_loans_of(patron_id=event.patron_id)


@listens_to(ItemChanged)
def serve_those_who_wanted_what_left_the_stock(event: ItemChanged) -> None:
    """Let holds for one copy be filled by any other, when that copy was withdrawn or lost (sheet 4.1)."""
    if event.condition in (Condition.WITHDRAWN, Condition.LOST):
        services.retarget(item=Item.objects.get(pk=event.item_id))
