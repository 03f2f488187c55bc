"""Servers under measurement: each a process of its own on a free port of this machine."""

import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from bench.environments import PROJECT

START_WITHIN = 60.0


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@contextmanager
def running(
    command: list[str], environment: Mapping[str, str], port: int | None
) -> Iterator["subprocess.Popen[bytes]"]:
    """Start a program, yield it when its port answers if it has one, and ask it to end afterwards."""
    process = subprocess.Popen(command, cwd=PROJECT, env=environment)
    try:
        if port is not None:
            _wait_for(process, port)
        yield process
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
            process.wait(timeout=30)


def _wait_for(process: "subprocess.Popen[bytes]", port: int) -> None:
    end = time.monotonic() + START_WITHIN
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            if process.poll() is not None or time.monotonic() > end:
                raise RuntimeError(f"{process.args!r} did not start") from None
            time.sleep(0.1)


def processor_seconds(pid: int) -> float:
    """Return what a process and its children have had of the processor, or 0 where /proc does not say.

    It tells more than the clock on a machine that others use too.
    """
    folder = Path(f"/proc/{pid}")
    if not (folder / "stat").exists():
        return 0.0
    fields = (folder / "stat").read_text().rsplit(")", 1)[1].split()
    children = (folder / "task" / str(pid) / "children").read_text().split()
    own = (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    return own + sum(processor_seconds(int(child)) for child in children)
