"""The supervisor: a part that dies is started again, the others go on, and all stop together."""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

from xinglin.config.processes import KeptPort, Part, Supervisor, free_port

# A part that writes its process id when it starts and then waits.
PART = "import os, sys, time, pathlib; pathlib.Path(sys.argv[1]).open('a').write(f'{os.getpid()}\\n'); time.sleep(60)"


class Waiting(Part):
    """A part started from a line of Python instead of one of our modules."""

    def start(self) -> None:
        self.process = subprocess.Popen([sys.executable, "-c", PART, *self.arguments], start_new_session=True)
        self.started_at = time.monotonic()


def pids(file: Path) -> list[int]:
    return [int(line) for line in file.read_text().split()] if file.exists() else []


def wait_until_started(file: Path, times: int) -> list[int]:
    deadline = time.monotonic() + 20
    while len(pids(file)) < times and time.monotonic() < deadline:
        threading.Event().wait(0.02)
    return pids(file)


def test_a_killed_part_comes_back_and_the_other_never_left(tmp_path: Path) -> None:
    parts: list[Part] = [Waiting("one", [str(tmp_path / "one")]), Waiting("two", [str(tmp_path / "two")])]
    for part in parts:
        part.pause = 0.05
    supervisor = Supervisor(parts)
    for part in parts:
        part.start()
    watcher = threading.Thread(target=supervisor.watch)
    watcher.start()
    try:
        (first,) = wait_until_started(tmp_path / "one", 1)
        wait_until_started(tmp_path / "two", 1)
        os.kill(first, signal.SIGKILL)
        assert len(wait_until_started(tmp_path / "one", 2)) == 2
        assert len(pids(tmp_path / "two")) == 1
    finally:
        supervisor.stopping = True
        watcher.join(20)
    assert all(part.process is not None and part.process.poll() is not None for part in parts)


def test_a_port_in_use_is_not_taken() -> None:
    with socket.socket() as busy:
        busy.bind(("127.0.0.1", 0))
        busy.listen()
        taken = busy.getsockname()[1]
        assert free_port(taken) != taken
    assert free_port(taken) == taken


def test_a_kept_port_is_nobody_elses_until_it_is_let_go() -> None:
    kept = KeptPort(0)
    assert KeptPort(kept.number).number != kept.number
    kept.release()
    assert free_port(kept.number) == kept.number
