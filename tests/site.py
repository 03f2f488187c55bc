"""The whole house on a real port, with a WeChat sandbox beside it, in one test's database."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import uvicorn
from django.conf import settings
from django.test import override_settings

from wechat_sandbox.control import SandboxClient
from wechat_sandbox.testing import running_sandbox
from xinglin.catalog import indexer
from xinglin.config.processes import free_port

START_WITHIN = 30.0


@dataclass(frozen=True)
class Site:
    """Where the house and the pretend WeChat are reached."""

    address: str
    sandbox: SandboxClient
    phone: str


@contextmanager
def running_site(index: Path) -> Iterator[Site]:
    """Run web and gateway on one port, and a sandbox on another; needs a test with ``transaction=True``."""
    port = free_port(0)
    address = f"http://127.0.0.1:{port}"
    with running_sandbox(patience=5.0) as sandbox:
        phone = sandbox.base_url
        changes = {
            "PUBLIC_URL": address,
            "WECHAT_API_URL": phone,
            "INDEX_ROOT": index,
            "DEMONSTRATION": True,
            "ALLOWED_HOSTS": ["127.0.0.1"],
        }
        with override_settings(**changes):
            from xinglin.config.asgi import application

            server = uvicorn.Server(
                uvicorn.Config(application, port=port, log_level="warning", lifespan="on")
            )
            thread = threading.Thread(target=server.run, daemon=True)
            thread.start()
            _wait_until(lambda: server.started)
            try:
                yield Site(address=address, sandbox=sandbox, phone=phone)
            finally:
                server.should_exit = True
                thread.join(20)


def follow_the_change_log() -> None:
    """Do what the indexer process does, once: settings must name the same index."""
    settings.INDEX_ROOT.mkdir(parents=True, exist_ok=True)
    indexer.index_now()


def _wait_until(is_true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + START_WITHIN
    while not is_true():
        if time.monotonic() > deadline:
            raise TimeoutError("the site did not start")
        threading.Event().wait(0.05)
