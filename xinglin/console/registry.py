"""The register of screens and cards: rooms leave them in ``console.py``, the console finds them there."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from django.utils.module_loading import autodiscover_modules

if TYPE_CHECKING:
    from xinglin.console.access import StaffRequest
    from xinglin.console.menu import Card
    from xinglin.console.screens.pages import Screen

S = TypeVar("S", bound="type[Screen]")
MakeCard = Callable[["StaffRequest"], "Card | None"]


@dataclass(frozen=True)
class CardEntry:
    """A card of the home page: who may see it, where it stands, what makes it."""

    make: MakeCard
    order: int
    permission: str


screens: "dict[str, Screen]" = {}
cards: list[CardEntry] = []


def screen(kind: S) -> S:
    """Register a screen under its name. Two screens of one name are a programmer's mistake."""
    known = screens.get(kind.name)
    if known is not None and type(known).__qualname__ != kind.__qualname__:
        raise ValueError(f"two screens are named {kind.name!r}: {type(known)} and {kind}")
    screens[kind.name] = kind()
    return kind


def card(*, order: int = 50, permission: str = "") -> Callable[[MakeCard], MakeCard]:
    """Register a card of the home page; the function returns None on days it has nothing to say."""

    def register(make: MakeCard) -> MakeCard:
        cards.append(CardEntry(make, order, permission))
        cards.sort(key=lambda entry: entry.order)
        return make

    return register


def discover() -> None:
    """Import every room's ``console.py``, once the applications are ready."""
    autodiscover_modules("console")
