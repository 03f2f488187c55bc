"""The fleet's own account of what it sent and what became of it."""

from __future__ import annotations

from array import array
from collections import Counter
from dataclasses import dataclass, field

from wechat_sandbox.push import Outcome
from wechat_sandbox.wire import XmlFields


@dataclass(frozen=True)
class Line:
    """One push, by the names that its receiver can check.

    ``reached`` says how many tries were answered with 200 under an honest signature; 0 with
    ``doubtful`` tries left open whether the receiver has it.
    """

    trigger: str
    openid: str
    create_time: int
    msg_id: int
    key: str
    tries: int
    reached: int
    doubtful: int
    verdict: str
    replied: bool
    milliseconds: int

    @classmethod
    def of(cls, fields: XmlFields, trigger: str, openid: str, outcome: Outcome) -> Line:
        answered = [one for one in outcome.tries if one.status == 200 and one.honest]
        open_ = [one for one in outcome.tries if one.sent and one.honest and one.status is None]
        created, message = fields["CreateTime"], fields.get("MsgId", 0)
        return cls(
            trigger=trigger,
            openid=openid,
            create_time=created if isinstance(created, int) else 0,
            msg_id=message if isinstance(message, int) else 0,
            key=str(fields.get("EventKey", "")),
            tries=len(outcome.tries),
            reached=len(answered),
            doubtful=len(open_),
            verdict=outcome.verdict,
            replied=outcome.reply is not None,
            milliseconds=outcome.tries[-1].milliseconds,
        )


@dataclass
class Ledger:
    """Sums and lines; the lines are what is compared with the receiver's tables."""

    deeds: int = 0
    elapsed: float = 0.0
    latest: float = 0.0
    """The furthest that a deed has lagged behind its moment, in seconds."""
    counts: Counter[str] = field(default_factory=Counter)
    faults: Counter[str] = field(default_factory=Counter)
    lines: list[Line] = field(default_factory=list)
    _milliseconds: array[int] = field(default_factory=lambda: array("I"))

    def count(self, name: str) -> None:
        self.counts[name] += 1

    def fault(self, action: str) -> None:
        self.faults[action] += 1

    def add(self, line: Line) -> None:
        self.lines.append(line)
        self._milliseconds.append(line.milliseconds)

    def summary(self) -> dict[str, object]:
        """Everything but the lines. ``reached`` + ``doubtful`` + ``missed`` = ``pushes``."""
        reached = sum(line.reached > 0 for line in self.lines)
        doubtful = sum(line.reached == 0 and line.doubtful > 0 for line in self.lines)
        return {
            "deeds": self.deeds,
            "by_deed": dict(self.counts),
            "pushes": len(self.lines),
            "tries": sum(line.tries for line in self.lines),
            "reached": reached,
            "doubtful": doubtful,
            "missed": len(self.lines) - reached - doubtful,
            "replied": sum(line.replied for line in self.lines),
            "verdicts": dict(Counter(line.verdict for line in self.lines)),
            "faults": dict(self.faults),
            "milliseconds": self._percentiles(),
            "per_second": round(self.deeds / self.elapsed, 1) if self.elapsed else 0.0,
            "furthest_behind": round(self.latest, 3),
        }

    def _percentiles(self) -> dict[str, int]:
        ordered = sorted(self._milliseconds)
        if not ordered:
            return {}
        return {f"p{p}": ordered[min(len(ordered) - 1, len(ordered) * p // 100)] for p in (50, 95, 99, 100)}

    def in_words(self) -> str:
        failed = sum(line.verdict != "delivered" for line in self.lines)
        return f"{self.deeds} 个动作 · {len(self.lines)} 次推送 · {failed} 次失败"
