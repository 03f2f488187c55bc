"""``python -m literature_sandbox``: start the sandbox on a loopback address."""

from __future__ import annotations

import argparse
import socket
from contextlib import suppress
from pathlib import Path

import uvicorn

from literature_sandbox import scenario
from literature_sandbox.faults import Faults
from literature_sandbox.server import create_app
from literature_sandbox.world import World


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="literature_sandbox", description=__doc__)
    parser.add_argument("--port", type=int, default=8800, help="0 takes a free one and prints it")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--articles", type=int, default=600, help="how many are invented")
    parser.add_argument("--past-days", type=int, default=45, help="how long ago the first one appeared")
    parser.add_argument("--coming-days", type=int, default=30, help="for how long new ones will appear")
    parser.add_argument("--epoch-file", type=Path, help="remembers when it was first started")
    parser.add_argument("--fault-rate", type=float, default=0.0, help="which share of requests goes wrong")
    return parser.parse_args()


def listen(port: int) -> socket.socket:
    """Take the port before anything else starts, on this machine only."""
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind(("127.0.0.1", port))
        listener.listen(128)
    except OSError as error:
        raise SystemExit(f"Port {port} is taken ({error.strerror}); choose another with --port.") from error
    return listener


def first_started(file: Path | None, now: float) -> float:
    """Return when this sandbox was first started, so that a second run holds the same articles with the same dates."""
    if file is None:
        return now
    if not file.exists():
        file.write_text(str(now), encoding="ascii")
    return float(file.read_text(encoding="ascii"))


def main() -> None:
    """Run until interrupted."""
    chosen = arguments()
    listener = listen(chosen.port)
    world = World(faults=Faults(chosen.seed, chosen.fault_rate))
    scenario.fill_with_invented(
        world,
        count=chosen.articles,
        past_days=chosen.past_days,
        coming_days=chosen.coming_days,
        seed=chosen.seed,
        begun_at=first_started(chosen.epoch_file, world.clock.now()),
    )
    print(f"Literature sandbox on http://127.0.0.1:{listener.getsockname()[1]}/", flush=True)
    config = uvicorn.Config(
        create_app(world), log_level="warning", access_log=False, timeout_graceful_shutdown=1
    )
    with suppress(KeyboardInterrupt):
        uvicorn.Server(config).run(sockets=[listener])


if __name__ == "__main__":
    main()
