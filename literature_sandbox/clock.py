"""The sandbox's time: real time plus an offset, or standing where a test has put it."""

from __future__ import annotations

import threading
import time
from datetime import UTC, date, datetime


class Clock:
    """Seconds since 1970. ``wait`` moves a standing clock: days of harvesting take no time."""

    def __init__(self, standing_at: float | None = None) -> None:
        self._lock = threading.Lock()
        self._standing_at = standing_at
        self._offset = 0.0

    def now(self) -> float:
        with self._lock:
            return self._standing_at if self._standing_at is not None else time.time() + self._offset

    def wait(self, seconds: float) -> None:
        """Let time pass."""
        with self._lock:
            if self._standing_at is not None:
                self._standing_at += seconds
            else:
                self._offset += seconds

    def today(self) -> date:
        return datetime.fromtimestamp(self.now(), UTC).date()
