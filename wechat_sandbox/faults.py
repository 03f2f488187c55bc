"""Faults on order: what goes wrong on the real platform, when a test wants it to."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from wechat_sandbox.errors import MESSAGES, Refused

PUSH_FAULTS = {
    "drop": "the try never reaches the callback",
    "slow": "the try starts after `seconds`",
    "lose_answer": "the callback is called, its answer is lost",
    "duplicate": "the same push is delivered twice at once",
    "reorder": "the push waits until a later one has gone out",
    "bad_signature": "signature and msg_signature are wrong",
}
API_FAULTS = {
    "errcode": "the call answers `errcode`",
    "hang": "the call answers only after `seconds`",
    "cut": "the connection is cut without an answer",
    "expire_token": "the caller's token stops being valid (40001)",
}


@dataclass
class Fault:
    """A rule: on ``on`` (push or api), for matching calls, ``times`` times, with ``chance``."""

    number: int
    on: str
    action: str
    times: int = 1
    chance: float = 1.0
    appid: str = ""
    path: str = ""
    errcode: int = -1
    seconds: float = 6.0


class Faults:
    """The rules in force; each use counts down, a used-up rule disappears."""

    def __init__(self, random: Random) -> None:
        self._random = random
        self._counter = 0
        self.rules: list[Fault] = []

    def add(self, *, on: str, action: str, **options: object) -> Fault:
        """Order a fault. Refuses actions nobody knows rather than never firing."""
        known = {"push": PUSH_FAULTS, "api": API_FAULTS}.get(on)
        if known is None or action not in known:
            raise Refused("unknown_fault", f"No fault {action!r} on {on!r}.")
        self._counter += 1
        try:
            fault = Fault(number=self._counter, on=on, action=action, **options)  # type: ignore[arg-type]
        except TypeError as error:
            raise Refused("unknown_fault_option", str(error)) from error
        if fault.action == "errcode" and fault.errcode not in MESSAGES:
            raise Refused("unknown_errcode", f"{fault.errcode} is not an error code of the platform.")
        self.rules.append(fault)
        return fault

    def draw(
        self, on: str, *, appid: str, path: str = "", actions: frozenset[str] = frozenset()
    ) -> Fault | None:
        """The first rule that hits now, used up by one."""
        for fault in self.rules:
            if fault.on != on or fault.appid not in ("", appid) or fault.path not in ("", path):
                continue
            if actions and fault.action not in actions:
                continue
            if fault.chance < 1 and self._random.random() >= fault.chance:
                continue
            fault.times -= 1
            if fault.times <= 0:
                self.rules.remove(fault)
            return fault
        return None

    def clear(self) -> None:
        self.rules.clear()
