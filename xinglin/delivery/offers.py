"""What a reader is told before asking: which library, by when, at what price."""

from dataclasses import dataclass
from datetime import datetime

from xinglin.commons import clock
from xinglin.consortium.models import Library
from xinglin.consortium.queries import timetable_of
from xinglin.delivery import deadlines, queries
from xinglin.delivery.models import Urgency
from xinglin.patrons.models import Patron


@dataclass(frozen=True)
class Expectation:
    """What a class means for this reader now: which library, by when, at what price."""

    urgency: Urgency
    library: Library
    by: datetime
    fee_fen: int
    page_fee_fen: int


def expectations_for(patron: Patron) -> list[Expectation]:
    """Return for each class the library on duty, the honest arrival time and the price."""
    now, found = clock.now(), []
    for urgency in Urgency:
        library = queries.library_on_duty(patron.home_library, urgency, now)
        promise = queries.promise_for(library, urgency)
        due = deadlines.due(now, promise, timetable_of(library))
        arrival = deadlines.honest(now, due, queries.experience_of(library, urgency))
        found.append(Expectation(urgency, library, arrival, promise.fee_fen, promise.page_fee_fen))
    return found
