"""Readers for tests; each says only what matters."""

from itertools import count
from typing import Unpack

from xinglin.consortium.models import Library
from xinglin.consortium.tests.factories import a_library
from xinglin.patrons import services
from xinglin.patrons.models import Patron, PatronCategory, Right
from xinglin.patrons.services.patrons import File

_numbers = count(1)


def a_category(
    code: str = "DOCTOR",
    *,
    name: str = "",
    rights: tuple[Right, ...] = tuple(Right),
    months_valid: int | None = None,
) -> PatronCategory:
    """A category of readers, the one of that code if it is there; all rights, no end."""
    known = PatronCategory.objects.filter(code=code).first()
    return known or services.add_category(
        code=code, name=name or f"类别{code}", rights=rights, months_valid=months_valid, by=None
    )


def a_patron(home_library: Library | None = None, *, card_number: str = "", **file: Unpack[File]) -> Patron:
    """A reader with a card that nobody else has."""
    number = next(_numbers)
    file.setdefault("name", f"读者{number}")
    if "category" not in file:
        file["category"] = a_category()
    return services.register(
        home_library=home_library or a_library(),
        card_number=card_number or f"T{number:06d}",
        by=None,
        **file,
    )
