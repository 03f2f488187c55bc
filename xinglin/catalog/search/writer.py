"""The one writer of an index directory: the indexer process that follows the change log.

with IndexWriter(directory) as writer:
    if writer.position is None:                     # nothing here yet, or of an older schema
        with writer.rebuild(position=log_end) as rebuild:
            rebuild.add(all_documents)
    writer.upsert(changed); writer.delete(gone); writer.commit(position=last_change)
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Self

import tantivy

from . import generations
from . import schema as index
from .documents import SearchDocument
from .errors import IndexNotReady
from .parts import SourceName, join, write_parts

_HEAP_BYTES = 64_000_000
_REBUILD_HEAP_BYTES = 200_000_000


def log_position(opened: tantivy.Index) -> int | None:
    """Return the change-log position that an index's last commit stands at."""
    searcher = opened.searcher()
    row = tantivy.Query.term_query(opened.schema, index.ROW, index.POSITION_ROW, index_option="basic")
    found = searcher.search(row, limit=1).hits
    return int(searcher.doc(found[0][1]).get_first(index.LOG_POSITION) or 0) if found else None


class _Generation:
    """One tantivy index open for writing."""

    def __init__(self, opened: tantivy.Index, *, heap_bytes: int, threads: int) -> None:
        self.index = opened
        self._writer = opened.writer(heap_bytes, threads)

    def put(self, documents: Iterable[SearchDocument], *, replace: bool) -> None:
        """Add documents; ``replace`` takes away what stood under their numbers."""
        for document in documents:
            row = index.record_row(document)
            if replace:
                self._writer.delete_documents_by_term(index.RECORD_ID, document.record_id)
            self._writer.add_document(row)

    def take(self, record_ids: Iterable[int]) -> None:
        for record_id in record_ids:
            self._writer.delete_documents_by_term(index.RECORD_ID, record_id)

    def commit(self, position: int) -> None:
        self._writer.delete_documents_by_term(index.ROW, index.POSITION_ROW)
        self._writer.add_document(index.position_row(position))
        self._writer.commit()

    def rollback(self) -> None:
        self._writer.rollback()

    def close(self) -> None:
        """Wait for merges and give up tantivy's own lock."""
        self._writer.wait_merging_threads()


class Rebuild:
    """An index being built beside the one that serves."""

    def __init__(self, generation: _Generation) -> None:
        self._generation = generation

    def add(self, documents: Iterable[SearchDocument]) -> None:
        """Add documents; each record once."""
        self._generation.put(documents, replace=False)


class IndexWriter:
    """Writes one index directory; nobody else does while this is open."""

    def __init__(self, directory: Path) -> None:
        """Open the directory for writing, making it where there is none.

        Raises ``IndexBusy`` while another process has it open.
        """
        self._directory = directory
        self._lock = generations.WriterLock(directory)
        try:
            generations.sweep(directory)
            self._generation = self._open_current()
        except BaseException:
            self._lock.release()
            raise

    def _open_current(self) -> _Generation | None:
        path = generations.current(self._directory)
        if path is None:
            return None
        return _Generation(generations.open_to_write(path), heap_bytes=_HEAP_BYTES, threads=1)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let others write. What was not committed is lost, as the position tells."""
        try:
            if self._generation is not None:
                self._generation.rollback()
                self._generation.close()
                self._generation = None
        finally:
            self._lock.release()

    @property
    def position(self) -> int | None:
        """The change-log position of the last commit; None when the index has to be rebuilt first."""
        if self._generation is None:
            return None
        self._generation.index.reload()
        return log_position(self._generation.index)

    def _serving(self) -> _Generation:
        if self._generation is None:
            raise IndexNotReady
        return self._generation

    def upsert(self, documents: Iterable[SearchDocument]) -> None:
        """Put documents in, replacing those of the same records; seen by nobody before the commit.

        A document that cannot be indexed undoes everything since the last commit before it is
        raised, so that the position never speaks for records that are not there.
        Raises ``IndexNotReady`` before the first rebuild.
        """
        generation = self._serving()
        try:
            generation.put(documents, replace=True)
        except BaseException:
            generation.rollback()
            raise

    def delete(self, record_ids: Iterable[int]) -> None:
        """Take records out; unknown ones are nothing to do. Raises ``IndexNotReady`` before a rebuild."""
        self._serving().take(record_ids)

    def commit(self, *, position: int) -> None:
        """Make all changes visible at once and durable, together with the change-log position.

        Raises ``IndexNotReady`` before the first rebuild.
        """
        self._serving().commit(position)

    @contextmanager
    def rebuild(self, *, position: int, threads: int = 1) -> Iterator[Rebuild]:
        """Build a new index beside the one that serves and let it take over at the end.

        ``position`` is where the change log stood before the first record was read: what changed
        since is followed afterwards. The old index may be written meanwhile. On an error, or when
        the process dies, the old index keeps serving and the half-built one is swept away.
        """
        path, opened = generations.create(self._directory)
        fresh = _Generation(opened, heap_bytes=_REBUILD_HEAP_BYTES, threads=threads)
        try:
            yield Rebuild(fresh)
            fresh.commit(position)
        except BaseException:
            fresh.rollback()
            fresh.close()
            generations.sweep(self._directory)
            raise
        fresh.close()
        self._let_serve(path)

    def rebuild_in_parts(self, *, position: int, source: SourceName, processes: int) -> None:
        """Build a new index with several processes at once, each reading its share of ``source``.

        Otherwise like ``rebuild``. Raises ``PartFailed``; the old index then keeps serving.
        """
        path, opened = generations.create(self._directory)
        try:
            fresh = _Generation(opened, heap_bytes=_HEAP_BYTES, threads=1)
            fresh.commit(position)
            fresh.close()
            join(path, write_parts(path, source, processes=processes))
        except BaseException:
            generations.sweep(self._directory)
            raise
        self._let_serve(path)

    def _let_serve(self, path: Path) -> None:
        generations.publish(self._directory, path)
        if self._generation is not None:
            self._generation.rollback()
            self._generation.close()
        self._generation = self._open_current()
        generations.sweep(self._directory)
