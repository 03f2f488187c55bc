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
from django.test import TransactionTestCase
from psycopg import sql

pytest_plugins = ["xinglin.consortium.tests.cast", "xinglin.patrons.tests.cast", "xinglin.commons.testing"]

PROJECT = Path(__file__).resolve().parent

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "xinglin.config.settings")
os.environ.setdefault("XINGLIN_CLOCK_MAY_MOVE", "on")
# Playwright runs an event loop in the test's thread, where Django would refuse to touch the database.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")

import django  # noqa: E402

from xinglin.config import testbase  # noqa: E402

os.environ["XINGLIN_HOME"] = str(testbase.home_of_tests())
# Here and not by pytest-django's own setting, which reads ours before the lines above have run.
django.setup()

_server = testbase.server_of_tests()
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


# Files of ten seconds and more: what takes one worker past the end of the other's work is waited for by all.
BEGUN_FIRST = (
    "xinglin/demonstration/tests/test_loading.py",
    "xinglin/intelligence/tests/test_watching_in_the_browser.py",
    "xinglin/circulation/tests/test_state_machine.py",
    "xinglin/circulation/tests/test_afternoon.py",
    "xinglin/wechat/tests/test_killed_gateway.py",
    "xinglin/wechat/tests/test_tokens.py",
    "xinglin/acquisitions/tests/test_journey.py",
    "xinglin/delivery/tests/test_in_the_browser.py",
    "tests/test_newsroom_job.py",
    "xinglin/catalog/tests/test_screens.py",
    "xinglin/intelligence/tests/test_in_the_browser.py",
    "xinglin/intelligence/tests/test_services.py",
    "tests/test_main_job.py",
    "xinglin/ill/tests/test_in_the_browser.py",
    "xinglin/wechat/tests/test_screens.py",
    "xinglin/audience/tests/test_in_the_browser.py",
    "xinglin/audience/tests/test_with_the_sandbox.py",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin the longest files first; all others keep their order."""
    turns = {PROJECT / name: turn for turn, name in enumerate(BEGUN_FIRST)}
    items.sort(key=lambda item: turns.get(item.path, len(turns)))


# Machines differ in speed; a property does not.
hypothesis.settings.register_profile("house", deadline=None)
hypothesis.settings.load_profile("house")


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings_parallel_suffix: None, django_db_blocker: Any
) -> None:
    """Let the test database be a copy of the migrated base."""
    if os.environ.get("DATABASE_URL"):
        return
    with django_db_blocker.unblock():
        connection.settings_dict["TEST"]["TEMPLATE"] = testbase.ensure(_server)


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> None:
    """Remember what a fresh database holds: after a test that commits, that is what it holds again."""
    with django_db_blocker.unblock():
        if shift := os.environ.get("XINGLIN_TEST_SHIFT"):
            _begin_numbers_elsewhere(random.Random(shift))
        testbase.remember()


def _put_back(test: TransactionTestCase) -> None:
    testbase.put_back()


# Django's own way truncates every table and lays out permissions anew; a plain TestCase rolls back as ever.
cast(Any, TransactionTestCase)._fixture_teardown = _put_back


def _begin_numbers_elsewhere(chance: random.Random) -> None:
    """Let every table's numbers begin at a place of its own.

    A test that relies on what number a row has, or takes one table's number for another's, passes or
    fails by the order of the suite. A run under another ``XINGLIN_TEST_SHIFT`` finds it.
    """
    with connection.cursor() as cursor:
        cursor.execute("select schemaname, sequencename from pg_sequences order by 1, 2")
        for schema, name in cursor.fetchall():
            begin = sql.Literal(chance.randrange(1_500, 9_000))
            cursor.execute(
                sql.SQL("alter sequence {} restart with {}").format(sql.Identifier(schema, name), begin)
            )


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real third-party files beside the project."""
    folder = Path(os.environ.get("XINGLIN_SHARED", PROJECT.parent / "shared"))
    if not (folder / "data").is_dir():
        pytest.skip(f"the corpus is not here: {folder} has no data folder")
    return folder


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
