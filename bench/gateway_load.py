"""The load of the gateway figure, in a process of its own: ``python -m bench.gateway_load`` < order > outcome.

Requests are made before the clock starts; while it runs, this process only moves bytes and notes times.
"""

import asyncio
import json
import resource
import sys
import time
from collections import deque
from dataclasses import asdict, dataclass, field

from bench.gateway_messages import Prepared, pushes, reply_text
from bench.report import share_of

TRIES = 3
PATIENCE = 5.0
_TICK = 0.001


@dataclass(frozen=True)
class Order:
    """What to send: to which ports, how long, how many at once, and at which rate (0: as fast as answered)."""

    ports: list[int]
    path: str
    first: int
    most: int
    rule_count: int
    seconds: float
    connections: int = 16
    rate: float = 0.0
    command: str = ""
    check_every: int = 20


@dataclass
class Outcome:
    """What came of it."""

    sent: int = 0
    answered: int = 0
    seconds: float = 0.0
    p50_ms: float = 0.0
    p99_ms: float = 0.0
    checked: int = 0
    wrong: int = 0
    refused: int = 0
    retried: int = 0
    unanswered: list[int] = field(default_factory=list)
    busy: float = 0.0


class Line(asyncio.Protocol):
    """One kept-alive connection with at most one request under way."""

    def __init__(self, load: "Load", port: int) -> None:
        self._load, self.port = load, port
        self._transport: asyncio.WriteTransport | None = None
        self._received = bytearray()
        self._under_way: _Sending | None = None
        self._patience: asyncio.TimerHandle | None = None

    @property
    def is_free(self) -> bool:
        return self._transport is not None and self._under_way is None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.WriteTransport)
        self._transport = transport
        self._load.next_on(self)

    def send(self, sending: "_Sending") -> None:
        assert self._transport is not None
        self._under_way = sending
        self._patience = self._load.loop.call_later(PATIENCE, self._transport.abort)
        self._transport.write(sending.push.request)

    def data_received(self, data: bytes) -> None:
        self._received += data
        head = self._received.find(b"\r\n\r\n")
        if head < 0:
            return
        lowered = bytes(self._received[:head]).lower()
        place = lowered.find(b"content-length:")
        length = int(lowered[place + 15 :].split(b"\r\n", 1)[0])
        if len(self._received) < head + 4 + length:
            return
        sending, body = self._under_way, bytes(self._received[head + 4 :])
        status = int(lowered[9:12])
        self._received.clear()
        self._rest()
        if sending is not None:
            self._load.answered(sending, status, body)
        self._load.next_on(self)

    def connection_lost(self, _error: Exception | None) -> None:
        sending, self._transport = self._under_way, None
        self._rest()
        self._received.clear()
        self._load.lost(self, sending)

    def _rest(self) -> None:
        self._under_way = None
        if self._patience is not None:
            self._patience.cancel()


@dataclass
class _Sending:
    push: Prepared
    since: float
    tries: int = 1


class Load:
    """One order being carried out."""

    def __init__(self, order: Order) -> None:
        self.order = order
        self.outcome = Outcome()
        self.loop = asyncio.get_running_loop()
        self._pushes = deque(
            pushes(
                order.path,
                first=order.first,
                count=order.most,
                rule_count=order.rule_count,
                command=order.command,
            )
        )
        self._lines: list[Line] = []
        self._due: deque[_Sending] = deque()
        self._times: list[float] = []
        self._samples: list[tuple[Prepared, bytes]] = []
        self._in_flight = 0
        self._begun = self._end = 0.0
        self._done = asyncio.Event()

    async def carry_out(self) -> Outcome:
        """Send until the time is over and everything under way has been answered."""
        order = self.order
        for number in range(order.connections):
            await self._connect(order.ports[number % len(order.ports)])
        before, self._begun = resource.getrusage(resource.RUSAGE_SELF), time.perf_counter()
        self._end = self._begun + order.seconds
        if order.rate:
            await self._pace()
        for line in list(self._lines):
            self.next_on(line)
        await asyncio.wait_for(self._done.wait(), order.seconds + TRIES * PATIENCE + 10)
        spent = resource.getrusage(resource.RUSAGE_SELF)
        outcome = self.outcome
        outcome.seconds = time.perf_counter() - self._begun
        processor = spent.ru_utime + spent.ru_stime - before.ru_utime - before.ru_stime
        outcome.busy = processor / outcome.seconds
        outcome.p50_ms = share_of(0.5, self._times) * 1000
        outcome.p99_ms = share_of(0.99, self._times) * 1000
        for push, body in self._samples:
            outcome.checked += 1
            outcome.wrong += not _fits(push, body)
        return outcome

    async def _connect(self, port: int) -> None:
        _transport, line = await self.loop.create_connection(lambda: Line(self, port), "127.0.0.1", port)
        self._lines.append(line)

    async def _pace(self) -> None:
        """Have messages fall due at the rate, whatever the answers do: waiting for a line counts as waiting."""
        number, step = 0, 1 / self.order.rate
        while (now := time.perf_counter()) < self._end and self._pushes:
            while (due := self._begun + number * step) <= now and self._pushes:
                self._due.append(_Sending(self._pushes.popleft(), due))
                self.outcome.sent += 1
                self._in_flight += 1
                number += 1
            for line in self._lines:
                if self._due and line.is_free:
                    line.send(self._due.popleft())
            await asyncio.sleep(_TICK)
        self._pushes.clear()

    def next_on(self, line: Line) -> None:
        """Give a free line its next message, if the time is not over."""
        if not self._begun or not line.is_free:
            return
        if self._due:
            line.send(self._due.popleft())
            return
        now = time.perf_counter()
        if not self.order.rate and self._pushes and now < self._end:
            self.outcome.sent += 1
            self._in_flight += 1
            line.send(_Sending(self._pushes.popleft(), now))
        elif not self._in_flight and not (self.order.rate and self._pushes):
            self._done.set()

    def answered(self, sending: _Sending, status: int, body: bytes) -> None:
        """Note one answer. What is not 200 is no answer: the platform comes again."""
        if status != 200:
            self.outcome.refused += 1
            self._again(sending)
            return
        self._in_flight -= 1
        self.outcome.answered += 1
        self._times.append(time.perf_counter() - sending.since)
        if sending.push.message_id % self.order.check_every == 0 or sending.tries > 1:
            self._samples.append((sending.push, body))

    def lost(self, line: Line, sending: _Sending | None) -> None:
        """Come again with what was under way on a connection that broke, on a line to another port."""
        if line in self._lines:
            self._lines.remove(line)
        if sending is not None:
            self._again(sending)
        others = [port for port in self.order.ports if port != line.port] or self.order.ports
        if self._in_flight and not self._done.is_set():
            self.loop.create_task(self._connect(others[0]))

    def _again(self, sending: _Sending) -> None:
        if sending.tries == TRIES:
            self._in_flight -= 1
            self.outcome.unanswered.append(sending.push.message_id)
            return
        sending.tries += 1
        self.outcome.retried += 1
        self._due.append(sending)


def _fits(push: Prepared, body: bytes) -> bool:
    try:
        said = reply_text(body)
    except ValueError:
        return False
    return said == push.expected if push.expected else bool(said)


async def _run(order: Order) -> Outcome:
    load = Load(order)
    print("ready", file=sys.stderr, flush=True)
    return await load.carry_out()


if __name__ == "__main__":
    print(json.dumps(asdict(asyncio.run(_run(Order(**json.load(sys.stdin)))))))
