"""The processes of one node, started together, watched, and stopped together.

Each part is a process of its own so that a part that dies takes nothing with it: the supervisor
starts it again after a pause that doubles up to half a minute.
"""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

PROJECT = Path(__file__).resolve().parents[2]
STOP_WITHIN = 15.0
LONGEST_PAUSE = 30.0
STEADY_AFTER = 60.0  # seconds of life after which an old failure is forgotten


@dataclass
class Part:
    """One process: what starts it, and what its life has been so far."""

    name: str
    arguments: list[str]
    environment: dict[str, str] = field(default_factory=dict)
    process: subprocess.Popen[bytes] | None = None
    started_at: float = 0.0
    pause: float = 1.0

    def start(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", *self.arguments],
            env={**os.environ, **self.environment},
            start_new_session=True,
        )
        self.started_at = time.monotonic()

    def is_due_again(self) -> bool:
        """Return whether it died long enough ago to be started again."""
        if self.process is None or self.process.poll() is None:
            return False
        lived = time.monotonic() - self.started_at
        if lived > STEADY_AFTER:
            self.pause = 1.0
        return lived > self.pause


class Supervisor:
    """Runs parts until a signal asks it to stop."""

    def __init__(self, parts: list[Part]) -> None:
        self.parts = parts
        self.stopping = False

    def start(self) -> None:
        """Start every part, and listen for the signals that end a process politely."""
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._asked_to_stop)
        for part in self.parts:
            part.start()

    def watch(self) -> None:
        """Wait, and start again what dies, until asked to stop; then stop all."""
        try:
            while not self.stopping:
                time.sleep(0.2)
                for part in self.parts:
                    if not self.stopping and part.is_due_again():
                        code = part.process.returncode if part.process else "?"
                        print(
                            f"{part.name} ended with {code}; starting it again", file=sys.stderr, flush=True
                        )
                        part.start()
                        part.pause = min(part.pause * 2, LONGEST_PAUSE)
        finally:
            self.stop()

    def stop(self) -> None:
        """Ask every part to stop, the last started first, and end by force what does not."""
        running = [
            part.process for part in reversed(self.parts) if part.process and part.process.poll() is None
        ]
        for process in running:
            with contextlib.suppress(ProcessLookupError):
                process.terminate()
        deadline = time.monotonic() + STOP_WITHIN
        for process in running:
            try:
                process.wait(max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    def _asked_to_stop(self, number: int, frame: FrameType | None) -> None:
        self.stopping = True


class KeptPort:
    """A port that is ours from now on: the preferred one if nobody has it, else one that the system picks.

    Whoever looks for a port meanwhile finds it taken. ``release`` lets go of it just before the part that
    listens there is started.
    """

    def __init__(self, preferred: int, *, host: str = "127.0.0.1") -> None:
        for port in (preferred, 0):
            self._socket = socket.socket()
            self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                self._socket.bind((host, port))
                self._socket.listen(1)  # bound alone, Linux would let a second one in beside it
            except OSError:
                self._socket.close()
                continue
            self.number = int(self._socket.getsockname()[1])
            return
        raise OSError("no free port on this machine")

    def release(self) -> None:
        self._socket.close()


def free_port(preferred: int) -> int:
    """Return the preferred port if nothing listens on it, else one that the system picks."""
    kept = KeptPort(preferred)
    kept.release()
    return kept.number
