"""A scratch installation: a folder of its own, a PostgreSQL that keeps its promises, every migration."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.environments import PROJECT
from xinglin.config.embedded import EmbeddedServer


@contextmanager
def scratch_folder(name: str) -> Iterator[Path]:
    """Make a folder under the project's own data, and remove it at the end with what is in it.

    Not under the system's temporary folder: that one is root's alone, and the cluster of another account
    would be put elsewhere and left behind.
    """
    folder = PROJECT / ".xinglin" / "bench" / f"{name}-{os.getpid()}"
    folder.mkdir(parents=True)
    try:
        yield folder
    finally:
        cluster = folder / "postgres"
        if cluster.is_symlink():
            shutil.rmtree(cluster.resolve())
        shutil.rmtree(folder)


@contextmanager
def scratch_database(name: str) -> Iterator[str]:
    """Run an empty database server, and yield its address. Durable as it comes: fsync is on."""
    with scratch_folder(name) as folder:
        server = EmbeddedServer(folder)
        server.start()
        try:
            yield server.url()
        finally:
            server.stop()


@contextmanager
def installation(name: str) -> Iterator[Path]:
    """Set Django up on a scratch installation with an empty catalogue and no account; yield its folder.

    Once a process: Django's settings cannot be changed afterwards. Processes started inside inherit it.
    """
    with scratch_folder(name) as folder:
        os.environ.pop("DATABASE_URL", None)
        os.environ |= {"XINGLIN_HOME": str(folder), "DJANGO_SETTINGS_MODULE": "xinglin.config.settings"}
        server = EmbeddedServer(folder)
        server.start()
        try:
            import django
            from django.core.management import call_command
            from django.db import connections

            django.setup()
            call_command("migrate", verbosity=0, skip_checks=True)
            try:
                yield folder
            finally:
                connections.close_all()
        finally:
            server.stop()
