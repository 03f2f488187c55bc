"""One sandbox: its records, its clock, its faults, and a log of who asked what and when."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field

from literature_sandbox.clock import Clock
from literature_sandbox.faults import Faults
from literature_sandbox.feeds import Feeds
from literature_sandbox.query import Seen, parse
from literature_sandbox.records import Record, Shelf


@dataclass(frozen=True)
class Asked:
    """One request: when, where, and what became of it."""

    at: float
    endpoint: str
    outcome: str


@dataclass
class World:
    """Everything the sandbox knows. ``limit`` requests in one second are answered; more get 429."""

    clock: Clock = field(default_factory=Clock)
    faults: Faults = field(default_factory=Faults)
    shelf: Shelf = field(default_factory=Shelf)
    feeds: Feeds = field(default_factory=Feeds)
    limit: int = 3
    robots: str = ""
    log: list[Asked] = field(default_factory=list)
    busiest_second: int = 0
    histories: dict[str, list[str]] = field(default_factory=dict)
    _recent: dict[str, deque[float]] = field(default_factory=dict)

    def admit(self, host: str, *, has_key: bool = False) -> bool:
        """Count a request to a host in its second; return whether it may be answered."""
        now, recent = self.clock.now(), self._recent.setdefault(host, deque())
        recent.append(now)
        while recent and recent[0] <= now - 1.0:
            recent.popleft()
        self.busiest_second = max(self.busiest_second, len(recent))
        return len(recent) <= (10 if has_key else self.limit)

    def note(self, endpoint: str, outcome: str) -> None:
        self.log.append(Asked(self.clock.now(), endpoint, outcome))

    def find(self, query: str) -> list[Record]:
        """Return what a query finds now, newest first. Raises ``BadQuery``."""
        test, now = parse(query), self.clock.now()
        found = []
        for record in self.shelf.present(now):
            version = record.at(now)
            if version is not None and test(Seen(record, self.shelf.facts(version.xml), now)):
                found.append(record)
        return found
