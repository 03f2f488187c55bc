"""The record of every push, try, answer and API call, kept for the inspector and for tests."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

LENGTH = 5000


@dataclass
class Entry:
    """One line. ``verdict`` is ``ok``, ``warn``, ``error`` or ``pending``; ``changed`` grows with each edit."""

    number: int
    changed: int
    at: float
    kind: str
    title: str
    appid: str = ""
    person: str = ""
    verdict: str = "pending"
    summary: str = ""
    detail: dict[str, object] = field(default_factory=dict)


class Timeline:
    """The last few thousand entries, in memory only."""

    def __init__(self, announce: Callable[[], None]) -> None:
        self._entries: deque[Entry] = deque(maxlen=LENGTH)
        self._counter = 0
        self._announce = announce

    def begin(self, entry_kind: str, title: str, at: float, *, appid: str = "", person: str = "") -> Entry:
        self._counter += 1
        entry = Entry(self._counter, self._counter, at, entry_kind, title, appid, person)
        self._entries.append(entry)
        self._announce()
        return entry

    def finish(self, entry: Entry, verdict: str, summary: str = "") -> None:
        entry.verdict, entry.summary = verdict, summary
        self.touch(entry)

    def touch(self, entry: Entry) -> None:
        self._counter += 1
        entry.changed = self._counter
        self._announce()

    def entries(
        self, *, after: int = 0, kind: str = "", appid: str = "", person: str = "", limit: int = 200
    ) -> list[Entry]:
        """The newest ``limit`` entries changed after a mark, oldest first."""
        found = [
            entry
            for entry in self._entries
            if entry.changed > after
            and kind in ("", entry.kind)
            and appid in ("", entry.appid)
            and person in ("", entry.person)
        ]
        return found[-limit:]

    def by_rid(self, rid: str) -> Entry | None:
        return next((e for e in reversed(self._entries) if e.detail.get("rid") == rid), None)

    def clear(self) -> None:
        self._entries.clear()
        self._announce()

    @property
    def mark(self) -> int:
        return self._counter
