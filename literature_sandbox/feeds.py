"""Feeds and pages: what an address shows from one moment on, with ETag, moved, gone and forbidden addresses."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Shown:
    """What an address answers from a moment on: a body, or a status with a place."""

    since: float
    body: bytes = b""
    kind: str = "application/rss+xml; charset=utf-8"
    status: int = 200
    location: str = ""

    @property
    def etag(self) -> str:
        return f'"{hashlib.sha256(self.body).hexdigest()[:16]}"'


@dataclass
class Feeds:
    """Addresses below ``/feeds/`` and what they show in the course of time."""

    addresses: dict[str, list[Shown]] = field(default_factory=dict)

    def show(self, name: str, shown: Shown) -> None:
        self.addresses.setdefault(name, []).append(shown)
        self.addresses[name].sort(key=lambda each: each.since)

    def at(self, name: str, moment: float) -> Shown | None:
        """Return what an address shows at a moment."""
        there = [each for each in self.addresses.get(name, []) if each.since <= moment]
        return there[-1] if there else None
