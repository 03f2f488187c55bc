"""The fleet's own account of what it sent and what became of it."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from dataclasses import dataclass, field
from itertools import accumulate

from wechat_sandbox.push import Outcome
from wechat_sandbox.wire import XmlFields


@dataclass(frozen=True, slots=True)
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
    """Sums and lines; the lines are what is compared with the receiver's tables.

    The sums are kept as the lines come in: whoever asks for them, and how often, costs the fleet nothing.
    """

    deeds: int = 0
    elapsed: float = 0.0
    latest: float = 0.0
    """The furthest that a deed has lagged behind its moment, in seconds."""
    counts: Counter[str] = field(default_factory=Counter)
    faults: Counter[str] = field(default_factory=Counter)
    verdicts: Counter[str] = field(default_factory=Counter)
    lines: list[Line] = field(default_factory=list)
    tries: int = 0
    reached: int = 0
    doubtful: int = 0
    replied: int = 0
    milliseconds: Counter[int] = field(default_factory=Counter)
    """How many pushes were answered in so many milliseconds."""

    def count(self, name: str) -> None:
        self.counts[name] += 1

    def fault(self, action: str) -> None:
        self.faults[action] += 1

    def add(self, line: Line) -> None:
        self.lines.append(line)
        self.tries += line.tries
        self.reached += line.reached > 0
        self.doubtful += line.reached == 0 and line.doubtful > 0
        self.replied += line.replied
        self.verdicts[line.verdict] += 1
        self.milliseconds[line.milliseconds] += 1

    def summary(self) -> dict[str, object]:
        """Everything but the lines. ``reached`` + ``doubtful`` + ``missed`` = ``pushes``."""
        return {
            "deeds": self.deeds,
            "by_deed": dict(self.counts),
            "pushes": len(self.lines),
            "tries": self.tries,
            "reached": self.reached,
            "doubtful": self.doubtful,
            "missed": len(self.lines) - self.reached - self.doubtful,
            "replied": self.replied,
            "verdicts": dict(self.verdicts),
            "faults": dict(self.faults),
            "milliseconds": self._percentiles(),
            "per_second": round(self.deeds / self.elapsed, 1) if self.elapsed else 0.0,
            "furthest_behind": round(self.latest, 3),
        }

    def _percentiles(self) -> dict[str, int]:
        """The milliseconds that a share of the pushes stayed within; nothing before the first push."""
        ordered = sorted(self.milliseconds.items())
        counted = list(accumulate(count for _milliseconds, count in ordered))
        if not ordered:
            return {}
        places = {p: min(counted[-1] - 1, counted[-1] * p // 100) for p in (50, 95, 99, 100)}
        return {f"p{p}": ordered[bisect_right(counted, place)][0] for p, place in places.items()}

    def in_words(self) -> str:
        failed = len(self.lines) - self.verdicts["delivered"]
        return f"{self.deeds} 个动作 · {len(self.lines)} 次推送 · {failed} 次失败"
