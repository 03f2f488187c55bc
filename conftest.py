"""What every test stands on: a real PostgreSQL, the shared corpus, a settled clock."""

import os
import random
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import hypothesis
import psycopg
import pytest
from django.db import connection
from django.db.backends.postgresql.creation import DatabaseCreation
from psycopg import sql

pytest_plugins = ["xinglin.consortium.tests.cast", "xinglin.patrons.tests.cast", "xinglin.commons.testing"]

PROJECT = Path(__file__).resolve().parent
TEST_HOME = PROJECT / ".xinglin" / "tests"

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "xinglin.config.settings")
os.environ.setdefault("XINGLIN_CLOCK_MAY_MOVE", "on")
# Playwright runs an event loop in the test's thread, where Django would refuse to touch the database.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
os.environ["XINGLIN_HOME"] = os.environ.get("XINGLIN_TEST_HOME", str(TEST_HOME))

import django  # noqa: E402

from xinglin.config.embedded import EmbeddedServer  # noqa: E402

# Here and not by pytest-django's own setting, which reads ours before the lines above have run.
django.setup()

# A test's database is thrown away: it need not survive a power cut, only killed processes.
_server = EmbeddedServer(
    Path(os.environ["XINGLIN_HOME"]),
    options=("-c", "fsync=off", "-c", "synchronous_commit=off", "-c", "full_page_writes=off"),
)
_started_here = False


def pytest_configure(config: pytest.Config) -> None:
    """Start the tests' own cluster, unless ``DATABASE_URL`` names a server."""
    global _started_here
    if not os.environ.get("DATABASE_URL"):
        _started_here = _server.start()
        _drop_what_killed_runs_left()


def _drop_with_force(creation: Any, test_database_name: str, verbosity: int) -> None:
    """Drop a test's database although a killed gateway's or a thread's connection may linger in it."""
    with creation._nodb_cursor() as cursor:
        name = creation.connection.ops.quote_name(test_database_name)
        cursor.execute(f"drop database {name} with (force)")


cast(Any, DatabaseCreation)._destroy_test_db = _drop_with_force  # a private name, unknown to its types


def _drop_what_killed_runs_left() -> None:
    with psycopg.connect(_server.url("postgres"), autocommit=True) as connection:
        names = connection.execute(
            "select datname from pg_database where datname like 'test_xinglin_%'"
        ).fetchall()
        for (name,) in names:
            pid = str(name).split("_")[2]
            if not Path(f"/proc/{pid}").exists() and Path("/proc").exists():
                connection.execute(sql.SQL("drop database if exists {}").format(sql.Identifier(name)))


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop the cluster if this run started it; workers of pytest-xdist leave it to their controller."""
    if (
        _started_here
        and not hasattr(config, "workerinput")
        and not os.environ.get("XINGLIN_KEEP_TEST_SERVER")
    ):
        _server.stop()


# Machines differ in speed; a property does not.
hypothesis.settings.register_profile("house", deadline=None)
hypothesis.settings.load_profile("house")


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> None:
    """Begin the numbers of every table elsewhere where ``XINGLIN_TEST_SHIFT`` says so.

    A test that relies on what number a row has, or takes one table's number for another's, passes or
    fails by the order of the suite. A run under another shift finds it.
    """
    shift = os.environ.get("XINGLIN_TEST_SHIFT")
    if shift:
        chance = random.Random(shift)
        with django_db_blocker.unblock(), connection.cursor() as cursor:
            cursor.execute("select schemaname, sequencename from pg_sequences order by 1, 2")
            for schema, name in cursor.fetchall():
                begin = chance.randrange(1, 5_000)
                cursor.execute(
                    sql.SQL("alter sequence {} restart with {}").format(
                        sql.Identifier(schema, name), sql.Literal(begin)
                    )
                )


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real third-party files beside the project."""
    folder = Path(os.environ.get("XINGLIN_SHARED", PROJECT.parent / "shared"))
    if not (folder / "data").is_dir():
        pytest.skip(f"the corpus is not here: {folder} has no data folder")
    return folder


@pytest.fixture(autouse=True)
def _an_empty_board(request: pytest.FixtureRequest) -> Iterator[None]:
    """Clear the queue after a test that commits: Django's flush leaves the tables of the job runner alone."""
    marker = request.node.get_closest_marker("django_db")
    commits = "transactional_db" in request.fixturenames or bool(marker and marker.kwargs.get("transaction"))
    if commits:
        request.getfixturevalue("transactional_db")
    yield
    if commits:
        with connection.cursor() as cursor:
            cursor.execute(
                "truncate procrastinate_jobs, procrastinate_events, procrastinate_periodic_defers,"
                " procrastinate_workers cascade"
            )


@pytest.fixture(autouse=True)
def _a_settled_clock() -> Iterator[None]:
    from xinglin.commons import clock

    clock.forget()
    yield
    clock.forget()


@pytest.fixture(autouse=True)
def _readers_are_awake(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let notices go out at whatever hour the tests run; a test of the quiet hours sets them."""
    from xinglin.notices import quiet

    monkeypatch.setattr(quiet, "ON_BY_DEFAULT", False)


@pytest.fixture(autouse=True, scope="session")
def _own_media_folder() -> Iterator[None]:
    from django.conf import settings

    with tempfile.TemporaryDirectory() as folder:
        settings.MEDIA_ROOT = Path(folder)
        settings.INDEX_ROOT = Path(folder) / "index"
        yield
