"""Wishes for tests; each says only what matters."""

from itertools import count

from xinglin.acquisitions import services
from xinglin.acquisitions.models import (
    Fund,
    OrderLine,
    PurchaseOrder,
    Suggestion,
    SuggestionSource,
    Vendor,
)
from xinglin.acquisitions.services import Suggested
from xinglin.acquisitions.works import Wish
from xinglin.commons import clock
from xinglin.consortium.models import Library
from xinglin.patrons.models import Patron

ISBN = "9787117358880"
TITLE = "重症超声实用手册"
_numbers = count(1)


def a_wish(
    patron: Patron, *, isbn: str = "", title: str = TITLE, note: str = "", insists: bool = False
) -> Suggested:
    """A reader wishes a work on the phone."""
    return services.suggest(
        patron=patron,
        wish=Wish(isbn=isbn, title=title),
        source=SuggestionSource.H5,
        note=note,
        insists=insists,
    )


def a_suggestion(patron: Patron, *, title: str = TITLE, isbn: str = "") -> Suggestion:
    """A suggestion of a reader."""
    return a_wish(patron, title=title, isbn=isbn).suggestion


def a_fund(library: Library, *, budget_fen: int = 1_000_000) -> Fund:
    """This year's fund of a library."""
    code = f"F{next(_numbers)}"
    return services.open_fund(
        library=library, year=clock.today().year, code=code, name="中文图书", budget_fen=budget_fen, by=None
    )


def a_vendor(*, columns: dict[str, str] | None = None, email: str = "") -> Vendor:
    """Somebody who sells."""
    return services.keep_vendor(code="V01", name="杏川图书公司", columns=columns, email=email, by=None)


def an_order(library: Library, *, vendor: Vendor | None = None) -> PurchaseOrder:
    """A draft of an order."""
    return services.begin_order(library=library, vendor=vendor or a_vendor(), by=None)


def a_line(
    order: PurchaseOrder,
    fund: Fund,
    *,
    title: str = TITLE,
    isbn: str = ISBN,
    price_fen: int = 6_800,
    copies: int = 1,
    class_number: str = "",
) -> OrderLine:
    """A work on a draft."""
    wish = Wish(isbn=isbn, title=title, price_fen=price_fen, class_number=class_number)
    return services.add_line(order=order, fund=fund, wish=wish, copies=copies, by=None)
