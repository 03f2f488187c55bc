"""By what a copy is tied, and how a reader stands: each asked of the database in one statement.

A desk lends and takes back all day, and every one of these facts stands against it or must be ended by it. Asked one by
one they were most of what a deed cost (``make bench NAME=desk``). Whoever relies on them holds the locks of
``services.copies`` first.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection

from xinglin.catalog.models import Item
from xinglin.circulation.lifecycle import CAPTURED, NOT_FETCHED, OPEN, OPEN_LOANS, FeeState, LoanState
from xinglin.commons import clock
from xinglin.consortium.models import Library
from xinglin.patrons.models import Patron

# One row always: each of the joined rows is the only open one of its copy, by a constraint of its table.
_OF_A_COPY = """
select loan.id, transit.id, hold.id, place.library_id, cart.id,
    exists (select from circulation_hold where item_id = copy.id and state = any(%(not_fetched)s)
        and ready_at is not null and left_shelf_at is null),
    hold.id is not null
        or exists (select from circulation_hold where record_id = %(record)s and state = any(%(open)s))
from (select %(item)s::bigint as id) copy
left join circulation_loan loan on loan.item_id = copy.id and loan.state = any(%(open_loans)s)
left join circulation_transit transit on transit.item_id = copy.id and transit.received_at is null
left join circulation_hold hold on hold.item_id = copy.id and hold.state = any(%(captured)s)
left join circulation_whereabouts place on place.item_id = copy.id
left join circulation_cartitem cart on cart.item_id = copy.id and cart.off_at is null
"""

_OF_A_READER = """
select count(*), count(*) filter (where loan.state = %(out)s and loan.due_at < %(now)s),
    count(*) filter (where loan.library_id = %(library)s and (%(item_type)s = '' or item.item_type = %(item_type)s)),
    (select coalesce(sum(amount_fen - paid_fen), 0) from circulation_fee
        where patron_id = %(patron)s and state = %(owed)s),
    (select max(until) from circulation_suspension
        where patron_id = %(patron)s and lifted_at is null and until >= %(today)s)
from circulation_loan loan join catalog_item item on item.id = loan.item_id
where loan.patron_id = %(patron)s and loan.state = any(%(open_loans)s)
"""


@dataclass(frozen=True)
class Ties:
    """The open loan, way, hold, other place and cart of a copy, by number; each None when there is none.

    ``left_over`` says that it stands on a hold shelf from which nobody fetched it, ``is_wanted`` that somebody has
    an open hold for it or its title.
    """

    loan: int | None
    transit: int | None
    hold: int | None
    away_in: int | None
    cart: int | None
    left_over: bool
    is_wanted: bool

    @property
    def is_free(self) -> bool:
        """Whether circulation leaves the copy on its shelf."""
        return not (self.loan or self.transit or self.hold or self.away_in or self.cart)


@dataclass(frozen=True)
class Standing:
    """What a reader has and owes today: counts of open loans, fen, and until when they do not borrow.

    ``loans_here`` counts those of one library, of one kind of item where a rule names it.
    """

    loans: int
    overdue: int
    loans_here: int
    owed_fen: int
    suspended_until: date | None


def ties_of(item: Item) -> Ties:
    """Return by what a copy is tied now."""
    return Ties(
        *_one_row(
            _OF_A_COPY,
            {
                "item": item.pk,
                "record": item.holding.record_id,
                "open": _plain(OPEN),
                "open_loans": _plain(OPEN_LOANS),
                "captured": _plain(CAPTURED),
                "not_fetched": _plain(NOT_FETCHED),
            },
        )
    )


def standing_of(patron: Patron, library: Library | None = None, item_type: str = "") -> Standing:
    """Return how a reader stands now; what is lent by a library, of a kind of item or of all, is counted apart."""
    return Standing(
        *_one_row(
            _OF_A_READER,
            {
                "patron": patron.pk,
                "library": library.pk if library else None,
                "item_type": item_type,
                "now": clock.now(),
                "today": clock.today(),
                "out": LoanState.OUT.value,
                "owed": FeeState.OPEN.value,
                "open_loans": _plain(OPEN_LOANS),
            },
        )
    )


def _one_row(sql: str, values: dict[str, Any]) -> tuple[Any, ...]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        row: tuple[Any, ...] = cursor.fetchone()
    return row


def _plain(states: tuple[str, ...]) -> list[str]:
    return [str(getattr(state, "value", state)) for state in states]
