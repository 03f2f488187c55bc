"""A sandbox for tests: started on a free port in a thread, gone at the end of the ``with`` block.

with running_sandbox() as sandbox:
    sandbox.add_account("wxtest", kind="S0")
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import uvicorn

from wechat_sandbox.__main__ import listen
from wechat_sandbox.control import SandboxClient
from wechat_sandbox.server import create_app
from wechat_sandbox.world import World

START_LIMIT = 20.0


@contextmanager
def running_sandbox(
    scenario: Mapping[str, object] | None = None, *, seed: int = 1, patience: float = 5.0
) -> Iterator[SandboxClient]:
    """Run a sandbox and hand out its client. Empty unless a scenario is given.

    ``patience`` shortens the platform's five seconds for tests of slow callbacks.
    """
    listener = listen("127.0.0.1", 0)
    world = World(seed=seed, base_url=f"http://127.0.0.1:{listener.getsockname()[1]}")
    world.scenario = dict(scenario or {})
    world.settings.patience, world.settings.pause = patience, min(0.1, patience / 10)
    config = uvicorn.Config(
        create_app(world), log_level="warning", access_log=False, timeout_graceful_shutdown=1
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, args=([listener],), daemon=True)
    thread.start()
    try:
        _wait_until_it_runs(server, thread)
        with SandboxClient(world.base_url) as client:
            yield client
    finally:
        server.should_exit = True
        thread.join(timeout=START_LIMIT)


def _wait_until_it_runs(server: uvicorn.Server, thread: threading.Thread) -> None:
    end = time.monotonic() + START_LIMIT
    while not server.started:
        if not thread.is_alive() or time.monotonic() > end:
            raise RuntimeError("the sandbox did not start")
        time.sleep(0.01)
