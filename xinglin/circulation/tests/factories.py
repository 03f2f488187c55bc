"""Titles with copies, and holds, for tests; each says only what matters."""

from datetime import timedelta
from itertools import count

from xinglin.catalog import services as catalog
from xinglin.catalog.description import Description
from xinglin.catalog.models import Item, Record
from xinglin.circulation import services
from xinglin.circulation.models import Hold, HoldSource, Loan
from xinglin.commons import clock
from xinglin.consortium.models import Library
from xinglin.patrons.models import Patron

_numbers = count(1)


def a_title(*libraries: Library, title: str = "", item_type: str = "book") -> Record:
    """A title with one copy in each of the libraries."""
    record = catalog.add_record(description=Description(title=title or f"心电图学 {next(_numbers)}"), by=None)
    for library in libraries:
        a_copy(record, library, item_type=item_type)
    return record


def a_copy(record: Record, library: Library, *, item_type: str = "book") -> Item:
    """One more copy of a title in a library."""
    holding = record.holdings.filter(library=library).first() or catalog.add_holding(
        record=record, library=library, call_number="R540.4/1", by=None
    )
    return catalog.add_item(holding=holding, barcode=f"B{next(_numbers):07d}", item_type=item_type, by=None)


def a_hold(patron: Patron, record: Record, pickup_library: Library) -> Hold:
    """A reader's hold for a title, placed by the reader."""
    return services.place(patron=patron, record=record, pickup_library=pickup_library, source=HoldSource.H5)


def a_loan(
    patron: Patron, library: Library, *, item: Item | None = None, days_ago: int = 0, override: str = ""
) -> Loan:
    """A copy of some title, or this one, lent by the house itself at the desk of a library."""
    return services.lend(
        patron=patron,
        item=item or a_copy(a_title(), library),
        library=library,
        by=None,
        at=clock.now() - timedelta(days=days_ago),
        override=override,
    )
