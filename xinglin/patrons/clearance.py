"""Clearance (离院清书): what a reader still owes anywhere in the consortium.

Rooms above know of loans, fees and open requests; this room does not know them. They register here:

    @may_object
    def open_loans(patron: Patron) -> Iterable[str]:
        yield _("A 馆还有 2 册未还")
"""

from collections.abc import Callable, Iterable

from xinglin.patrons.models import Patron

Objection = Callable[[Patron], Iterable[str]]

_objections: dict[str, Objection] = {}


def may_object(objection: Objection) -> Objection:
    """Register a function that yields one sentence for each thing a reader still owes."""
    _objections[f"{objection.__module__}.{objection.__qualname__}"] = objection
    return objection


def objections_to(patron: Patron) -> list[str]:
    """Return everything that stands against letting a reader leave."""
    return [str(sentence) for objection in _objections.values() for sentence in objection(patron)]
