"""What circulation does when other rooms have news."""

from xinglin.circulation import services
from xinglin.circulation.lifecycle import OPEN
from xinglin.circulation.models import Hold
from xinglin.commons.bulletin import listens_to
from xinglin.patrons.events import PatronErased, PatronLeft


def _give_up_all(patron_id: int, reason: str) -> None:
    for hold in Hold.objects.filter(patron=patron_id, state__in=OPEN):
        services.cancel(hold=hold, reason=reason)


@listens_to(PatronLeft)
def give_up_the_holds_of_who_left(event: PatronLeft) -> None:
    """Cancel the open holds of a reader who left, so that nobody waits behind them."""
    _give_up_all(event.patron_id, "读者已离开")


@listens_to(PatronErased)
def give_up_the_holds_of_the_erased(event: PatronErased) -> None:
    """Cancel the open holds of an erased reader; closed ones keep only the nameless row of the reader."""
    _give_up_all(event.patron_id, "读者资料已删除")
