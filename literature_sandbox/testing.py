"""A literature sandbox for tests: on a free port in a thread, gone at the end of the ``with`` block.

with running_literature() as literature:
    literature.world.shelf.add(xml, at=literature.world.clock.now())
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import uvicorn

from literature_sandbox.__main__ import listen
from literature_sandbox.clock import Clock
from literature_sandbox.faults import Faults
from literature_sandbox.server import create_app
from literature_sandbox.world import World

START_LIMIT = 20.0


@dataclass(frozen=True)
class Literature:
    """A running sandbox: its world, and the addresses of its interfaces."""

    world: World
    url: str

    @property
    def pubmed_url(self) -> str:
        return f"{self.url}/entrez/eutils"

    @property
    def crossref_url(self) -> str:
        return f"{self.url}/crossref"

    @property
    def openalex_url(self) -> str:
        return f"{self.url}/openalex"

    @property
    def europe_pmc_url(self) -> str:
        return f"{self.url}/europepmc/webservices/rest"


@contextmanager
def running_literature(
    *, seed: int = 1, fault_rate: float = 0.0, standing_at: float | None = None
) -> Iterator[Literature]:
    """Run an empty sandbox; with ``standing_at`` its clock moves only when it is moved."""
    listener = listen(0)
    world = World(clock=Clock(standing_at), faults=Faults(seed, fault_rate))
    config = uvicorn.Config(
        create_app(world), log_level="critical", access_log=False, timeout_graceful_shutdown=1
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, args=([listener],), daemon=True)
    thread.start()
    try:
        end = time.monotonic() + START_LIMIT
        while not server.started:
            if not thread.is_alive() or time.monotonic() > end:
                raise RuntimeError("the literature sandbox did not start")
            time.sleep(0.01)
        yield Literature(world, f"http://127.0.0.1:{listener.getsockname()[1]}")
    finally:
        server.should_exit = True
        thread.join(timeout=START_LIMIT)
