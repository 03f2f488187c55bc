"""Where an index lies on disk, so that a new one can take the place of the old in one step.

<directory>/CURRENT         name of the generation that serves
<directory>/v1-5f0c…/       one whole tantivy index; v1 is the schema version
<directory>/writer.lock     held by the one process that writes
"""

import fcntl
import os
import secrets
import shutil
from pathlib import Path
from typing import Self

import tantivy

from .errors import IndexBusy, IndexNotReady
from .schema import SCHEMA_VERSION, build_schema

_CURRENT = "CURRENT"
_PREFIX = f"v{SCHEMA_VERSION}-"


def current(directory: Path) -> Path | None:
    """Return the generation that serves, or None when there is none of the present schema."""
    try:
        name = (directory / _CURRENT).read_text(encoding="ascii").strip()
    except FileNotFoundError:
        return None
    return directory / name if name.startswith(_PREFIX) and (directory / name).is_dir() else None


def stamp(directory: Path) -> tuple[int, int] | None:
    """Return what changes whenever another generation takes over; cheap enough for every search."""
    return _file_stamp(directory / _CURRENT)


def commit_stamp(generation: Path) -> tuple[int, int] | None:
    """Return what changes with every commit: tantivy replaces this file by renaming."""
    return _file_stamp(generation / "meta.json")


def _file_stamp(path: Path) -> tuple[int, int] | None:
    try:
        found = path.stat()
    except FileNotFoundError:
        return None
    return found.st_ino, found.st_mtime_ns


def create(directory: Path) -> tuple[Path, tantivy.Index]:
    """Make an empty generation that does not serve yet."""
    generation = directory / f"{_PREFIX}{secrets.token_hex(6)}"
    generation.mkdir(parents=True)
    return generation, _unwatched(tantivy.Index(build_schema(), str(generation)))


def open_to_write(generation: Path) -> tantivy.Index:
    """Open the generation that serves, for its writer."""
    return _unwatched(tantivy.Index.open(str(generation)))


def open_to_read(generation: Path) -> tantivy.Index:
    """Open a generation. Raises ``IndexNotReady`` when it went away meanwhile."""
    try:
        return _unwatched(tantivy.Index.open(str(generation)))
    except (ValueError, OSError) as gone:
        raise IndexNotReady from gone


def _unwatched(opened: tantivy.Index) -> tantivy.Index:
    """Leave it to the caller to reload.

    A thread of tantivy's would look at the directory twice a second, and write a lock into one that is being removed.
    """
    opened.config_reader("manual")
    return opened


def publish(directory: Path, generation: Path) -> None:
    """Let a finished generation serve from now on; a crash leaves either the old or the new."""
    draft = directory / f"{_CURRENT}.{os.getpid()}"
    with draft.open("w", encoding="ascii") as handle:
        handle.write(generation.name)
        handle.flush()
        os.fsync(handle.fileno())
    draft.replace(directory / _CURRENT)
    descriptor = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def sweep(directory: Path) -> None:
    """Remove every generation that does not serve: the old one, and what a crash left half built.

    Searches that run in an old one keep its files mapped and end in peace.
    """
    serving = current(directory)
    for found in directory.glob("v*-*"):
        if found.is_dir() and found != serving:
            shutil.rmtree(found, ignore_errors=True)


class WriterLock:
    """The right to write one index directory; the operating system takes it back from a dead process."""

    def __init__(self, directory: Path) -> None:
        """Take the lock. Raises ``IndexBusy`` when another writer, here or elsewhere, has it."""
        directory.mkdir(parents=True, exist_ok=True)
        self._handle = (directory / "writer.lock").open("w")
        try:
            fcntl.flock(self._handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as taken:
            self._handle.close()
            raise IndexBusy(directory=str(directory)) from taken

    def release(self) -> None:
        """Give the lock back."""
        self._handle.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.release()
