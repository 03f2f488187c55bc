"""Real processes for tests that kill them: each is forked from a server that has the house loaded once.

Imported by that server too, so the house is set up here.
"""

import multiprocessing
import os
import signal
import threading
from collections.abc import Callable
from contextlib import contextmanager
from functools import cache
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerContext
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

import django
from django.apps import apps
from django.conf import settings
from django.db import connections

if not apps.ready:
    django.setup()

PATIENCE = 60.0  # seconds that a loaded machine may need; never waited out when all is well


@cache
def _context() -> ForkServerContext:
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([__name__])
    return context


@contextmanager
def running(work: Callable[..., None], *arguments: object) -> Any:
    """Run a function of a module in a process on the test's database; yield it and what it sends."""
    ours, theirs = _context().Pipe()
    process = _context().Process(
        target=_in_the_test_s_database,
        args=(str(settings.DATABASES["default"]["NAME"]), work, theirs, *arguments),
        daemon=True,
    )
    process.start()
    theirs.close()
    try:
        yield process, ours
    finally:
        kill(process)
        ours.close()


def kill(process: BaseProcess) -> None:
    """Kill a process as a power cut would, and wait until it is gone."""
    if process.pid is not None and process.is_alive():
        os.kill(process.pid, signal.SIGKILL)
    process.join(PATIENCE)


def hear(ours: Connection) -> object:
    """Return what a process sends next."""
    if not ours.poll(PATIENCE):
        raise AssertionError(f"the process said nothing for {PATIENCE:.0f} s")
    return ours.recv()


def _in_the_test_s_database(
    name: str, work: Callable[..., None], theirs: Connection, *arguments: object
) -> None:
    connections.databases["default"]["NAME"] = name
    work(theirs, *arguments)


def follow(_theirs: Connection, root: Path) -> None:
    """Be the indexer of a node that keeps its index in a folder of its own."""
    from xinglin.catalog import indexer

    settings.INDEX_ROOT = root
    indexer.run(threading.Event())


def import_and_stand_still(theirs: Connection, batch_id: int, chunks: int) -> None:
    """Import a batch two records at a time, and stop inside the transaction of a chunk, its rows all written."""
    from xinglin.catalog.importing import chunks as sizes
    from xinglin.catalog.importing import running as importing

    sizes.CHUNK = 2
    kept: Callable[..., None] = importing._keep
    done = 0

    def keep_some(*arguments: Any) -> None:
        nonlocal done
        done += 1
        if done > chunks:
            theirs.send("in the middle")
            threading.Event().wait()
        kept(*arguments)

    setattr(importing, "_keep", keep_some)  # noqa: B010 -- its type says another signature
    while importing.import_some(batch_id):
        continue
