"""A migrated database that test databases are copied from, made once for one state of the migrations.

Django renders the state of every model anew for each step of each migration, which takes half a minute of a core;
PostgreSQL copies the outcome in a second. The tests' own cluster keeps one such base, named after a hash of all
migrations; with a server that ``DATABASE_URL`` names, each run migrates for itself and leaves nothing behind.

``python -m xinglin.config.testbase`` makes it ahead, while something else has the other core.
"""

import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path

import django
import psycopg
from django.apps import apps
from django.core.management import call_command
from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper
from psycopg import sql

from xinglin.config.embedded import EmbeddedServer

PREFIX = "base_of_tests_"
ONE_AT_A_TIME = 0x7E57BA5E


class NotSuperuser(RuntimeError):
    """The role that runs the tests may not let triggers rest; the sentence says what to do."""


def home_of_tests() -> Path:
    """Return where the tests' own cluster lives: ``XINGLIN_TEST_HOME``, else below the project."""
    project = Path(__file__).resolve().parents[2]
    return Path(os.environ.get("XINGLIN_TEST_HOME", project / ".xinglin" / "tests"))


def server_of_tests() -> EmbeddedServer:
    """Return the tests' own cluster.

    A test's database is thrown away: it need not survive a power cut, only killed processes.
    """
    options = ("-c", "fsync=off", "-c", "synchronous_commit=off", "-c", "full_page_writes=off")
    return EmbeddedServer(home_of_tests(), options=options)


def fingerprint() -> str:
    """Return what names a state of the migrations: a hash of their texts and of Django's version."""
    digest = hashlib.sha256(f"{django.get_version()} {version('procrastinate')}".encode())
    for app in sorted(apps.get_app_configs(), key=lambda app: app.label):
        for file in sorted(Path(app.path).glob("migrations/*.py")):
            digest.update(f"{app.label}/{file.name}".encode())
            digest.update(file.read_bytes())
    return digest.hexdigest()[:12]


def ensure(server: EmbeddedServer) -> str:
    """Return the name of the base for the migrations as they are; make it, once over all processes, if need be.

    Bases of other states are dropped. A process killed in the middle leaves a half-made database under another
    name, which the next one drops.
    """
    name = PREFIX + fingerprint()
    with psycopg.connect(server.url("postgres"), autocommit=True) as maintenance:
        maintenance.execute("select pg_advisory_lock(%s)", [ONE_AT_A_TIME])
        rows = maintenance.execute("select datname from pg_database where starts_with(datname, %s)", [PREFIX])
        there = {str(row[0]) for row in rows.fetchall()}
        for other in there - {name}:
            maintenance.execute(
                sql.SQL("drop database if exists {} with (force)").format(sql.Identifier(other))
            )
        if name not in there:
            unfinished = f"{name}_unfinished"
            maintenance.execute(sql.SQL("create database {}").format(sql.Identifier(unfinished)))
            with _connected_to(unfinished):
                call_command("migrate", verbosity=0, interactive=False)
            maintenance.execute(
                sql.SQL("alter database {} rename to {}").format(
                    sql.Identifier(unfinished), sql.Identifier(name)
                )
            )
    return name


def remember() -> None:
    """Keep what the migrations laid out, for ``put_back``: the contents of every table that has rows now.

    Raises ``NotSuperuser``: only a superuser lets triggers and foreign keys rest.
    """
    with connection.cursor() as cursor:
        cursor.execute("select rolsuper from pg_roles where rolname = current_user")
        if not cursor.fetchone()[0]:
            raise NotSuperuser(
                "The role in DATABASE_URL must be a superuser for tests: they put tables back with triggers at rest. "
                "Name another role, or leave DATABASE_URL unset: the tests then start a server of their own."
            )
        cursor.execute("create schema testbase")
        cursor.execute("select tablename from pg_tables where schemaname = 'public' order by 1")
        tables = [str(row[0]) for row in cursor.fetchall() if row[0] != "django_migrations"]
        laid_out = [table for table in tables if _has_rows(cursor, table)]
        for table in laid_out:
            cursor.execute(
                sql.SQL("create table testbase.{0} as table public.{0}").format(sql.Identifier(table))
            )
        cursor.execute(sql.SQL(PUT_BACK).format(tables=sql.Literal(tables), laid_out=sql.Literal(laid_out)))


# A test leaves rows in some ten of two hundred and fifty tables: 0.02 s, where Django's flush of all takes 0.35.
# Triggers and foreign keys rest meanwhile: some of our tables refuse every deletion.
PUT_BACK = """
create function testbase.put_back() returns void language plpgsql
set session_replication_role = replica as $$
declare
  wanted text;
  filled boolean;
begin
  foreach wanted in array {tables}::text[] loop
    execute format('select exists (select from public.%I)', wanted) into filled;
    if filled then execute format('delete from public.%I', wanted); end if;
    if wanted = any({laid_out}::text[]) then
      execute format('insert into public.%1$I overriding system value select * from testbase.%1$I', wanted);
    end if;
  end loop;
end $$
"""


def _has_rows(cursor: CursorWrapper, table: str) -> bool:
    cursor.execute(sql.SQL("select exists (select from public.{})").format(sql.Identifier(table)))
    return bool(cursor.fetchone()[0])


def put_back() -> None:
    """Make every table what it was when ``remember`` was called; numbers that were given are not given again."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("select testbase.put_back()")


@contextmanager
def _connected_to(database: str) -> Iterator[None]:
    before = connection.settings_dict["NAME"]
    connection.close()
    connection.close_pool()  # type: ignore[attr-defined]  # unknown to the proxy's types
    connection.settings_dict["NAME"] = database
    try:
        yield
    finally:
        connection.close()
        connection.close_pool()  # type: ignore[attr-defined]
        connection.settings_dict["NAME"] = before


def main() -> None:
    """Make the base in the tests' cluster, which stands still again afterwards if it did before."""
    if os.environ.get("DATABASE_URL"):
        return
    os.environ["XINGLIN_HOME"] = str(home_of_tests())
    server = server_of_tests()
    started_here = server.start()
    try:
        django.setup()
        ensure(server)
    finally:
        if started_here:
            server.stop()


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "xinglin.config.settings")
    main()
