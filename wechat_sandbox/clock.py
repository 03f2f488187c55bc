"""The sandbox's own time, which tests and demonstrations may move.

Windows (48 hours), media (3 days), tokens (7200 s) and statistics follow this clock.
The five seconds a callback has to answer are always real seconds.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from functools import lru_cache

from wechat_sandbox.errors import Refused

CHINA = timezone(timedelta(hours=8), "Asia/Shanghai")
DAY = 86400
HOUR = 3600


@dataclass
class Clock:
    """Real time plus an offset, or standing still when ``frozen_at`` is set."""

    offset: float = 0.0
    frozen_at: float | None = None

    def now(self) -> float:
        return self.frozen_at if self.frozen_at is not None else time.time() + self.offset

    def seconds(self) -> int:
        return int(self.now())

    def moment(self) -> datetime:
        """The present in Beijing time, which decides when a platform day ends."""
        return datetime.fromtimestamp(self.now(), UTC).astimezone(CHINA)

    def day(self) -> str:
        return self.moment().date().isoformat()

    def advance(self, seconds: float) -> None:
        """Move forward. Going back would make issued tokens and windows contradict each other."""
        if seconds < 0:
            raise Refused("clock_backwards", f"The clock only moves forward; {seconds:g} s is negative.")
        if self.frozen_at is not None:
            self.frozen_at += seconds
        else:
            self.offset += seconds

    def set(self, moment: float) -> None:
        self.advance(moment - self.now())

    def freeze(self) -> None:
        self.frozen_at = self.now()

    def run(self) -> None:
        if self.frozen_at is not None:
            self.offset = self.frozen_at - time.time()
            self.frozen_at = None


def china_hour(moment: float) -> int:
    """The hour as the data interfaces write it: 0, 100 … 2300."""
    return _china(moment // HOUR).hour * 100


def china_day(moment: float) -> str:
    """The Beijing calendar date of a moment: quotas and statistics are counted by it."""
    return _china(moment // HOUR).date().isoformat()


@lru_cache(maxsize=1024)
def _china(hour: float) -> datetime:
    """The beginning of an hour since 1970, in Beijing; a fleet asks three times for every push."""
    return datetime.fromtimestamp(hour * HOUR, UTC).astimezone(CHINA)
