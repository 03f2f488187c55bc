"""A directory with an index, and ways to fill it."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

from xinglin.catalog.search.documents import SearchDocument
from xinglin.catalog.search.engine import SearchEngine
from xinglin.catalog.search.writer import IndexWriter

Filled = Callable[[Sequence[SearchDocument]], SearchEngine]


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    """Where this test's index lies."""
    return tmp_path / "index"


@pytest.fixture
def writer(directory: Path) -> Iterator[IndexWriter]:
    """An open writer of an index that is empty and serves."""
    with IndexWriter(directory) as opened:
        with opened.rebuild(position=0):
            pass
        yield opened


@pytest.fixture
def filled(writer: IndexWriter, directory: Path) -> Filled:
    """Put documents in and hand back the engine."""

    def fill(documents: Sequence[SearchDocument]) -> SearchEngine:
        writer.upsert(documents)
        writer.commit(position=1)
        return SearchEngine(directory)

    return fill
