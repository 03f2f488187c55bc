"""The one status that is shown of a copy, derived from four facts that are kept apart.

Condition is the catalogue's; loan, transit and hold are ours (library systems sheet 4.1).
"""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from xinglin.catalog.lifecycle import Condition
from xinglin.catalog.models import Item
from xinglin.circulation.lifecycle import CAPTURED, OPEN_LOANS, HoldState, LoanState
from xinglin.circulation.models import CartItem, Hold, Loan, Transit, Whereabouts
from xinglin.commons import clock
from xinglin.console.tones import Tone
from xinglin.consortium.models import Library


@dataclass(frozen=True)
class Facts:
    """What is known of one copy."""

    item: Item
    loan: Loan | None = None
    transit: Transit | None = None
    hold: Hold | None = None
    away_in: Library | None = None
    cart: CartItem | None = None

    @property
    def is_free(self) -> bool:
        """Whether circulation leaves the copy on its shelf."""
        return not (self.loan or self.transit or self.hold or self.away_in or self.cart)


@dataclass(frozen=True)
class Status:
    """What is said of a copy."""

    words: str
    tone: Tone


def status_of(facts: Facts) -> Status:
    """Return the one status of a copy; of several facts the one that a reader must act upon."""
    condition = Condition(facts.item.condition)
    if facts.loan is not None and facts.loan.state == LoanState.CLAIMED:
        return Status(str(Condition.CLAIMED_RETURNED.label), Tone.WAITING)
    if facts.loan is not None:
        due = _("借出，%(day)s 应还") % {"day": f"{clock.local(facts.loan.due_at):%Y-%m-%d}"}
        return Status(due, Tone.BAD if facts.loan.is_overdue else Tone.WAITING)
    if facts.transit is not None:
        return Status(_("调拨中，送往%(library)s") % {"library": facts.transit.to_library.label}, Tone.ACTIVE)
    if condition != Condition.ON_SHELF:
        return Status(str(condition.label), Tone.QUIET if condition == Condition.WITHDRAWN else Tone.BAD)
    if facts.hold is not None and facts.hold.state == HoldState.READY:
        return Status(
            _("预约架待取（%(library)s）") % {"library": facts.hold.pickup_library.label}, Tone.ACTIVE
        )
    if facts.cart is not None:
        return Status(_("流动书车（%(route)s）") % {"route": facts.cart.run.route.name}, Tone.ACTIVE)
    if facts.away_in is not None:
        return Status(_("暂在%(library)s，待送回") % {"library": facts.away_in.label}, Tone.WAITING)
    return Status(str(Condition.ON_SHELF.label), Tone.GOOD)


def facts_of(items: Iterable[Item]) -> dict[int, Facts]:
    """Return the facts of several copies, in five queries."""
    known = {item.pk: item for item in items}
    loans = {loan.item_id: loan for loan in Loan.objects.filter(item__in=known, state__in=OPEN_LOANS)}
    transits = {
        transit.item_id: transit
        for transit in Transit.objects.filter(item__in=known, received_at=None).select_related("to_library")
    }
    holds = {
        hold.item_id: hold
        for hold in Hold.objects.filter(item__in=known, state__in=CAPTURED).select_related("pickup_library")
    }
    away = {
        place.item_id: place.library
        for place in Whereabouts.objects.filter(item__in=known).select_related("library")
    }
    carts = {
        row.item_id: row
        for row in CartItem.objects.filter(item__in=known, off_at=None).select_related("run__route")
    }
    return {
        pk: Facts(item, loans.get(pk), transits.get(pk), holds.get(pk), away.get(pk), carts.get(pk))
        for pk, item in known.items()
    }


def statuses_of(items: Iterable[Item]) -> dict[int, Status]:
    """Return the status of several copies, in five queries."""
    return {pk: status_of(facts) for pk, facts in facts_of(items).items()}
