"""Counters of one day, from which the data interfaces answer."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass
class Hits:
    """Who did something how often."""

    by: dict[str, int] = field(default_factory=dict)

    def add(self, who: str) -> None:
        self.by[who] = self.by.get(who, 0) + 1

    @property
    def users(self) -> int:
        return len(self.by)

    @property
    def count(self) -> int:
        return sum(self.by.values())


@dataclass
class Pushes:
    """Calls to the callback within an hour."""

    count: int = 0
    failed: int = 0
    milliseconds: int = 0
    slowest: int = 0


@dataclass
class Day:
    """One Beijing day of one account. Keys of ``hits`` are ``kind|hour|subject``."""

    new: dict[str, int] = field(default_factory=dict)
    gone: dict[str, int] = field(default_factory=dict)
    pushes: dict[str, Pushes] = field(default_factory=dict)
    hits: dict[str, Hits] = field(default_factory=dict)
