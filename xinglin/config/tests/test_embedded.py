"""The embedded server: started once, stopped by who started it, wherever the project stands."""

import os
import shutil
import signal
import stat
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from xinglin.config.embedded import EmbeddedServer


@pytest.fixture
def server(tmp_path: Path) -> Iterator[EmbeddedServer]:
    home = tmp_path / "病案 室 with spaces"
    home.mkdir()
    server = EmbeddedServer(home, options=("-c", "fsync=off"))
    yield server
    server.stop()
    if server.data.is_symlink():  # root's temporary folder is closed to the server's account
        shutil.rmtree(server.data.resolve())


def rows_in(server: EmbeddedServer) -> list[tuple[int]]:
    with psycopg.connect(server.url()) as connection:
        connection.execute("create table if not exists shelf (n int)")
        return connection.execute("select n from shelf order by n").fetchall()


def test_it_starts_once_in_a_folder_with_spaces_and_keeps_what_was_committed(server: EmbeddedServer) -> None:
    rights_before = server.home.stat().st_mode
    assert server.start() is True
    assert server.start() is False, "who finds it running must know that it is not theirs to stop"
    rows_in(server)
    with psycopg.connect(server.url()) as connection:
        connection.execute("insert into shelf values (7)")
    server.stop()
    assert server.pid() is None
    server.start()
    assert rows_in(server) == [(7,)]
    assert server.home.stat().st_mode == rights_before
    assert stat.S_IMODE(server.sockets.stat().st_mode) == 0o700, (
        "only its owner may enter: it trusts who connects"
    )


def test_a_killed_server_starts_again_with_what_was_committed(server: EmbeddedServer) -> None:
    server.start()
    rows_in(server)
    with psycopg.connect(server.url()) as connection:
        connection.execute("insert into shelf values (1)")
    pid = server.pid()
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    deadline = time.monotonic() + 20
    while server.pid() is not None and time.monotonic() < deadline:
        os.waitpid(-1, os.WNOHANG) if pid in _children() else None
    server.start()
    assert rows_in(server) == [(1,)]


def _children() -> set[int]:
    listing = Path(f"/proc/self/task/{os.getpid()}/children")
    return {int(pid) for pid in listing.read_text().split()} if listing.exists() else set()


def test_it_sorts_and_folds_alike_on_every_machine(server: EmbeddedServer) -> None:
    server.start()
    with psycopg.connect(server.url()) as connection:
        row = connection.execute(
            "select upper('éa中'), 'Z' < 'a', current_setting('server_encoding')"
        ).fetchone()
    assert row == ("ÉA中", True, "UTF8")
