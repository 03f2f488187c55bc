"""The bulletin: how news travels up the house.

``announce(event)`` defers one *errand* per listener inside the caller's transaction; procrastinate
runs the errands after the commit. A failed errand is tried again with growing pauses and then stays
on the board as failed, where a person can see it and run it once more. So: events carry ids, not
objects, and a listener may run twice.

    @dataclass(frozen=True)
    class HoldPlaced(Event):
        hold_id: int

    @listens_to(HoldPlaced)                      # in some room's listeners.py
    def tell_the_reader(event: HoldPlaced) -> None: ...
"""

import dataclasses
import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from django.utils.module_loading import autodiscover_modules
from procrastinate import App, RetryStrategy
from procrastinate.contrib.django import app
from procrastinate.types import JSONDict

log = logging.getLogger(__name__)

Plain = str | int | bool | None


@dataclass(frozen=True)
class Event:
    """Something that happened and was committed. Fields are plain: ids, codes, numbers, texts."""


E = TypeVar("E", bound=Event)

_listeners: dict[type[Event], list[str]] = {}
_by_name: dict[str, tuple[type[Event], Callable[..., None]]] = {}


def listens_to(kind: type[E]) -> Callable[[Callable[[E], None]], Callable[[E], None]]:
    """Register a listener; it is run once per announced event, or again when it failed."""

    def register(listener: Callable[[E], None]) -> Callable[[E], None]:
        name = f"{listener.__module__}.{listener.__qualname__}"
        if name not in _by_name:
            _listeners.setdefault(kind, []).append(name)
        _by_name[name] = (kind, listener)
        return listener

    return register


def announce(event: Event) -> None:
    """Tell every listener, by one errand each, if and only if the present transaction commits."""
    names = _listeners.get(type(event))
    if names:
        news = dataclasses.asdict(event)
        errands: list[JSONDict] = [{"listener": name, "news": news} for name in names]
        run_errand.configure(queue="errands").batch_defer(*errands)


def who_listens() -> dict[type[Event], list[str]]:
    """Return each event with the names of its listeners, for the map and for the curious."""
    return {kind: sorted(names) for kind, names in _listeners.items()}


@app.task(
    name="xinglin.errand",
    queue="errands",
    retry=RetryStrategy(max_attempts=8, exponential_wait=4),
)
def run_errand(listener: str, news: dict[str, Plain]) -> None:
    """Run one listener with one event. An unknown listener raises: news is never dropped silently."""
    kind, function = _by_name[listener]
    function(kind(**news))


def listen_everywhere(_: App) -> None:
    """Import every room's ``listeners.py``; called once when the application is ready."""
    autodiscover_modules("listeners")
