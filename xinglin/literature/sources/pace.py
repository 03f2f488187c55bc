"""One pace a host for all processes of all nodes: each request takes the next free moment in PostgreSQL.

A moment is taken, never given back: a process that dies has only wasted its turn. The database's clock
decides, so the clocks of the nodes need not agree.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

from django.db import connection

_TAKE = """
insert into literature_hostpace (host, next_at)
values (%(host)s, coalesce(%(now)s, extract(epoch from clock_timestamp())) + %(step)s)
on conflict (host) do update set next_at =
    greatest(literature_hostpace.next_at, coalesce(%(now)s, extract(epoch from clock_timestamp()))) + %(step)s
returning next_at - %(step)s - coalesce(%(now)s, extract(epoch from clock_timestamp()))
"""
_HOLD_BACK = """
insert into literature_hostpace (host, next_at)
values (%(host)s, coalesce(%(now)s, extract(epoch from clock_timestamp())) + %(seconds)s)
on conflict (host) do update set next_at = greatest(
    literature_hostpace.next_at, coalesce(%(now)s, extract(epoch from clock_timestamp())) + %(seconds)s
)
"""


class Timekeeper(Protocol):
    """Who says what time it is, and who waits."""

    def now(self) -> float | None: ...

    def wait(self, seconds: float) -> None: ...


class _RealTime:
    def now(self) -> float | None:
        """None: the database's clock."""
        return None

    def wait(self, seconds: float) -> None:
        time.sleep(seconds)


_timekeeper: Timekeeper = _RealTime()


@contextmanager
def kept_by(timekeeper: Timekeeper) -> Iterator[None]:
    """Let someone else keep the time: the emulator's virtual clock in tests and rehearsals."""
    global _timekeeper
    before, _timekeeper = _timekeeper, timekeeper
    try:
        yield
    finally:
        _timekeeper = before


def take_turn(host: str, *, per_second: float) -> None:
    """Wait until a host may be asked. Call it outside of transactions: others wait for the row."""
    with connection.cursor() as cursor:
        cursor.execute(_TAKE, {"host": host, "now": _timekeeper.now(), "step": 1.0 / per_second})
        wait = float(cursor.fetchone()[0])
    if wait > 0:
        _timekeeper.wait(wait)


def hold_back(host: str, *, seconds: float) -> None:
    """Let nobody ask a host for a while: it has said so itself."""
    with connection.cursor() as cursor:
        cursor.execute(_HOLD_BACK, {"host": host, "now": _timekeeper.now(), "seconds": seconds})


def pause(seconds: float) -> None:
    """Wait between two tries."""
    _timekeeper.wait(seconds)
