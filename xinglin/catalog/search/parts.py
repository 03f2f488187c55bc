"""An index built by several processes at once, each its own part, and the parts joined without rewriting them.

Making terms is Python and takes a whole core; handing rows from process to process costs more than it
saves (bench/RESULTS.md). So each process reads its own share of the records and writes an index of
its own. A tantivy index is a list of segments that know nothing of one another: joining moves the files
and adds to the list, which is what tantivy's own ``merge_indices`` starts with.
"""

import importlib
import json
import multiprocessing
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import tantivy

from .documents import SearchDocument
from .schema import build_schema, record_row

_HEAP_BYTES = 150_000_000
_META = "meta.json"
_MANAGED = ".managed.json"

#: Yields the records of one part: ``source(number, of)``, numbers from 0.
Source = Callable[[int, int], Iterator[SearchDocument]]


@dataclass(frozen=True)
class SourceName:
    """A function that yields records, by name: another process imports it, so nothing needs to be passed."""

    module: str
    function: str

    def imported(self) -> Source:
        found: Source = getattr(importlib.import_module(self.module), self.function)
        return found


class PartFailed(RuntimeError):
    """A process that built a part ended badly; what it said is in the log above."""


def write_part(folder: Path, documents: Iterable[SearchDocument]) -> None:
    """Write one part, and return when it is on the disk."""
    folder.mkdir(parents=True)
    opened = tantivy.Index(build_schema(), str(folder))
    writer = opened.writer(_HEAP_BYTES, 1)
    for document in documents:
        writer.add_document(record_row(document))
    writer.commit()
    writer.wait_merging_threads()


def _write_share(folder: str, source: SourceName, number: int, of: int) -> None:
    write_part(Path(folder), source.imported()(number, of))


def write_parts(generation: Path, source: SourceName, *, processes: int) -> list[Path]:
    """Write all parts of a source beside a generation, one process each. Raises ``PartFailed``.

    The processes are started anew and not forked: this one has threads, a database connection and
    perhaps an index open.
    """
    folders = [generation.with_name(f"{generation.name}-part{number}") for number in range(processes)]
    context = multiprocessing.get_context("spawn")
    running = [
        context.Process(
            target=_write_share, args=(str(folder), source, number, processes), name=folder.name, daemon=True
        )
        for number, folder in enumerate(folders)
    ]
    for process in running:
        process.start()
    for process in running:
        process.join()
    failed = [process.name for process in running if process.exitcode]
    if failed:
        raise PartFailed(", ".join(failed))
    return folders


def join(generation: Path, parts: Iterable[Path]) -> None:
    """Move the segments of these parts into an index that nobody has open, in one step as readers see it."""
    meta = _read(generation / _META)
    managed = set(_read(generation / _MANAGED))
    for part in parts:
        theirs = _read(part / _META)
        if theirs["schema"] != meta["schema"]:
            raise PartFailed(f"{part.name} was written with another schema")
        meta["segments"] += theirs["segments"]
        meta["opstamp"] = max(meta["opstamp"], theirs["opstamp"])
        for segment in theirs["segments"]:
            for file in part.glob(segment["segment_id"].replace("-", "") + ".*"):
                file.rename(generation / file.name)
                managed.add(file.name)
    _write(generation / _MANAGED, sorted(managed))
    _write(generation / _META, meta)


def _read(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


def _write(path: Path, value: object) -> None:
    draft = path.with_name(path.name + ".draft")
    draft.write_text(json.dumps(value), encoding="utf-8")
    draft.replace(path)
