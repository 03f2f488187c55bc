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
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from django.db import connection
from django.utils.module_loading import autodiscover_modules
from procrastinate import App, RetryStrategy
from procrastinate.contrib.django import app

QUEUE = "errands"

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


# procrastinate's own way to take jobs, in one statement for all listeners: its Python side, job by job, cost a
# message in the chat a third of its processor time.
_DEFER = """
    select procrastinate_defer_jobs_v1(
        array_agg(row(%s, %s, 0, null, null, args, null)::procrastinate_job_to_defer_v1))
    from jsonb_array_elements(%s::jsonb) as args
"""


def announce(event: Event) -> None:
    """Tell every listener, by one errand each, if and only if the present transaction commits."""
    listeners = _listeners.get(type(event))
    if not listeners:
        return
    news = dataclasses.asdict(event)
    errands = [{"listener": name, "news": news} for name in listeners]
    with connection.cursor() as cursor:
        cursor.execute(_DEFER, [QUEUE, run_errand.name, json.dumps(errands)])


def who_listens() -> dict[type[Event], list[str]]:
    """Return each event with the names of its listeners, for the map and for the curious."""
    return {kind: sorted(names) for kind, names in _listeners.items()}


@app.task(
    name="xinglin.errand",
    queue=QUEUE,
    retry=RetryStrategy(max_attempts=8, exponential_wait=4),
)
def run_errand(listener: str, news: dict[str, Plain]) -> None:
    """Run one listener with one event. An unknown listener raises: news is never dropped silently."""
    kind, function = _by_name[listener]
    function(kind(**news))


def listen_everywhere(_: App) -> None:
    """Import every room's ``listeners.py``; called once when the application is ready."""
    autodiscover_modules("listeners")
