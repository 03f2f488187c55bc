"""The desks at work: rules of lending by category, loans of the last weeks, some of them late, some returned."""

from datetime import datetime, time, timedelta
from itertools import cycle

from xinglin.catalog.models import Item, ItemType
from xinglin.circulation import services as circulation
from xinglin.circulation.terms import Penalty, Terms
from xinglin.commons import clock
from xinglin.consortium.models import Library
from xinglin.demonstration import files
from xinglin.patrons.models import Patron, PatronCategory

LATE_READERS = 6  # how many of the borrowers have something overdue
BORROWERS = 40
RETURNED_EVERY = 4  # every fourth loan of the story has come back


def make_rules(libraries: dict[str, Library]) -> None:
    """Enter the consortium's terms for each category of readers, the same in every library."""
    categories = {category.code: category for category in PatronCategory.objects.all()}
    for entry in files.entries("patron_categories"):
        if not entry["max_loans"]:
            continue
        terms = Terms(
            loan_length=entry["loan_days"],
            loans_most=entry["max_loans"],
            loans_most_anywhere=entry["max_loans"],
            renewals_most=entry["max_renewals"],
            renewal_length=entry["loan_days"],
            holds_most=entry["max_holds"],
            holds_most_anywhere=entry["max_holds"],
            penalty=Penalty.FINE,
            fine_fen=10,
        )
        for library in libraries.values():
            circulation.add_rule(library=library, category=categories[entry["code"]], terms=terms, by=None)


def lend_and_return(readers: dict[str, Patron]) -> int:
    """Lend books to some readers on the days of the past weeks; return how many are out now."""
    borrowers = [reader for reader in readers.values() if reader.is_in_good_standing][:BORROWERS]
    copies = _one_free_copy_a_title()
    out = 0
    for number, (reader, item) in enumerate(zip(cycle(borrowers), copies, strict=False)):
        if number >= 2 * len(borrowers):
            break
        is_late = number >= 2 * len(borrowers) - LATE_READERS
        days_ago = 75 if is_late else 3 + (number * 7) % 26
        loan = circulation.lend(
            patron=reader, item=item, library=item.library, by=None, at=_morning(days_ago)
        )
        if number % RETURNED_EVERY == 0 and not is_late:
            circulation.check_in(item=item, library=item.library, by=None, at=_morning(max(days_ago - 9, 0)))
        else:
            out += 1 if loan else 0
    return out


def _one_free_copy_a_title() -> list[Item]:
    """Return one copy of each title that has several free ones, so that the shelves stay full for the tour."""
    free = (
        Item.objects.filter(available=True, item_type=ItemType.BOOK)
        .select_related("holding", "library")
        .order_by("holding__record", "pk")
    )
    by_title: dict[int, list[Item]] = {}
    for item in free:
        by_title.setdefault(item.holding.record_id, []).append(item)
    return [copies[-1] for copies in by_title.values() if len(copies) > 1]


def _morning(days_ago: int) -> datetime:
    day = clock.today() - timedelta(days=days_ago)
    return min(datetime.combine(day, time(9, 40), tzinfo=clock.SHANGHAI), clock.now())
