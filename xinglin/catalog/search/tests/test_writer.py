"""One writer, many readers: what others see, what survives a crash, and how a new index takes over."""

import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from xinglin.catalog.search import generations
from xinglin.catalog.search.documents import SearchDocument
from xinglin.catalog.search.engine import SearchEngine
from xinglin.catalog.search.errors import IndexBusy, IndexNotReady
from xinglin.catalog.search.parts import PartFailed, SourceName
from xinglin.catalog.search.query import Query
from xinglin.catalog.search.writer import IndexWriter

from .conftest import Filled
from .factories import ELECTROCARDIOGRAM, MEDICAL_BOOKS

PROJECT = Path(__file__).resolve().parents[4]

# Change n of the log puts record n in and takes record n-5 out.
_FOLLOW_THE_LOG = """
import sys
from pathlib import Path
from xinglin.catalog.search.documents import SearchDocument
from xinglin.catalog.search.writer import IndexWriter

with IndexWriter(Path(sys.argv[1])) as writer:
    if writer.position is None:
        with writer.rebuild(position=0):
            pass
    for change in range(writer.position + 1, writer.position + 10_000):
        writer.upsert([SearchDocument(record_id=change, title=f"护理学 {change}")])
        print("put", change, flush=True)
        writer.delete([change - 5] if change > 5 else [])
        writer.commit(position=change)
        print("committed", change, flush=True)
"""


def numbers(engine: SearchEngine) -> set[int]:
    return {hit.record_id for hit in engine.search(Query(size=100)).hits}


@contextmanager
def a_writer_in_another_process(directory: Path) -> Iterator["subprocess.Popen[str]"]:
    process = subprocess.Popen(
        [sys.executable, "-c", _FOLLOW_THE_LOG, str(directory)],
        stdout=subprocess.PIPE,
        text=True,
        cwd=PROJECT,
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def read_until(process: "subprocess.Popen[str]", line: str) -> None:
    assert process.stdout is not None
    for said in process.stdout:
        if said.strip() == line:
            return
    raise AssertionError(line)


def test_a_new_directory_has_no_position_and_refuses_searches(directory: Path) -> None:
    with IndexWriter(directory) as writer:
        assert writer.position is None
        with pytest.raises(IndexNotReady):
            writer.upsert(MEDICAL_BOOKS)
    with pytest.raises(IndexNotReady):
        SearchEngine(directory).search(Query())


def test_changes_are_seen_at_the_commit_and_not_before(writer: IndexWriter, directory: Path) -> None:
    engine = SearchEngine(directory)
    writer.upsert(MEDICAL_BOOKS)
    assert engine.document_count == 0
    writer.commit(position=7)
    assert engine.document_count == len(MEDICAL_BOOKS)
    assert engine.position == writer.position == 7


def test_a_record_put_in_again_is_replaced(filled: Filled, writer: IndexWriter) -> None:
    engine = filled(MEDICAL_BOOKS)
    writer.upsert([SearchDocument(record_id=ELECTROCARDIOGRAM, title="外科学")])
    writer.commit(position=2)
    assert engine.document_count == len(MEDICAL_BOOKS)
    assert [hit.record_id for hit in engine.search_text("外科学").hits][:1] == [ELECTROCARDIOGRAM]
    assert engine.search_text("王吉耀").total == 0


def test_a_record_taken_out_is_not_found_and_taking_it_twice_is_nothing(
    filled: Filled, writer: IndexWriter
) -> None:
    engine = filled(MEDICAL_BOOKS)
    for position in (2, 3):
        writer.delete([ELECTROCARDIOGRAM])
        writer.commit(position=position)
        assert ELECTROCARDIOGRAM not in numbers(engine)
        assert engine.position == position


def test_a_document_that_cannot_be_indexed_undoes_what_was_not_committed(
    filled: Filled, writer: IndexWriter
) -> None:
    engine = filled(MEDICAL_BOOKS)
    writer.upsert([SearchDocument(record_id=100, title="外科学")])
    with pytest.raises(OverflowError):
        writer.upsert([SearchDocument(record_id=101, title="内科学", year=10**30)])
    writer.commit(position=2)
    assert numbers(engine) == {document.record_id for document in MEDICAL_BOOKS}


def test_there_is_one_writer_for_a_directory(writer: IndexWriter, directory: Path) -> None:
    with pytest.raises(IndexBusy, match="index"):
        IndexWriter(directory)
    writer.close()
    IndexWriter(directory).close()


def test_another_process_sees_each_commit_with_its_next_search(directory: Path) -> None:
    with a_writer_in_another_process(directory) as process:
        read_until(process, "committed 1")
        engine = SearchEngine(directory)
        for change in (3, 10, 30):
            read_until(process, f"committed {change}")
            assert (engine.position or 0) >= change
        with pytest.raises(IndexBusy):
            IndexWriter(directory)


@pytest.mark.parametrize("moment", ["put 1", "committed 1", "put 8", "committed 12", "put 31"])
def test_a_writer_killed_at_any_moment_leaves_records_and_position_in_step(
    directory: Path, moment: str
) -> None:
    with a_writer_in_another_process(directory) as process:
        read_until(process, moment)
        process.send_signal(signal.SIGKILL)
        process.wait()
    with IndexWriter(directory) as writer:
        position = writer.position
        assert position is not None
        assert position >= int(moment.split()[1]) - 1
        engine = SearchEngine(directory)
        assert engine.position == position
        assert numbers(engine) == set(range(max(1, position - 4), position + 1))
        writer.upsert([SearchDocument(record_id=position + 1, title="护理学")])
        writer.commit(position=position + 1)
        assert position + 1 in numbers(engine)


def test_the_old_index_serves_and_is_written_until_the_new_one_takes_over(
    filled: Filled, writer: IndexWriter, directory: Path
) -> None:
    engine = filled(MEDICAL_BOOKS)
    with writer.rebuild(position=9) as rebuild:
        rebuild.add([SearchDocument(record_id=1000, title="护理学")])
        writer.delete([ELECTROCARDIOGRAM])
        writer.commit(position=2)
        assert len(numbers(engine)) == len(MEDICAL_BOOKS) - 1
        assert engine.position == 2
    assert numbers(engine) == {1000}
    assert engine.position == writer.position == 9
    assert len(list(directory.glob("v*-*"))) == 1


def test_searches_go_on_while_the_index_is_rebuilt_again_and_again(
    filled: Filled, writer: IndexWriter, directory: Path
) -> None:
    filled(MEDICAL_BOOKS)
    done = threading.Event()
    totals: set[int] = set()
    problems: list[Exception] = []

    def keep_searching() -> None:
        engine = SearchEngine(directory)
        while not done.is_set():
            try:
                totals.add(engine.search(Query()).total)
            except Exception as problem:  # collected: the test fails with the first of them
                problems.append(problem)
                return

    readers = [threading.Thread(target=keep_searching) for _ in range(3)]
    for reader in readers:
        reader.start()
    for size in range(1, 12):
        with writer.rebuild(position=size) as rebuild:
            rebuild.add(SearchDocument(record_id=number, title="护理学") for number in range(100 * size))
    done.set()
    for reader in readers:
        reader.join()
    assert problems == []
    assert totals <= {len(MEDICAL_BOOKS), *range(0, 1200, 100)}


def test_a_rebuild_that_fails_leaves_the_old_index_and_no_rubbish(
    filled: Filled, writer: IndexWriter, directory: Path
) -> None:
    engine = filled(MEDICAL_BOOKS)
    with pytest.raises(KeyError), writer.rebuild(position=9) as rebuild:
        rebuild.add([SearchDocument(record_id=1000, title="护理学")])
        raise KeyError
    assert engine.document_count == len(MEDICAL_BOOKS)
    assert writer.position == 1
    assert len(list(directory.glob("v*-*"))) == 1


def test_an_index_of_an_older_schema_has_to_be_rebuilt(
    filled: Filled, writer: IndexWriter, directory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    filled(MEDICAL_BOOKS)
    writer.close()
    monkeypatch.setattr(generations, "_PREFIX", "v999-")
    with pytest.raises(IndexNotReady):
        SearchEngine(directory).search(Query())
    with IndexWriter(directory) as newer:
        assert newer.position is None
        with newer.rebuild(position=3) as rebuild:
            rebuild.add(MEDICAL_BOOKS)
        assert SearchEngine(directory).document_count == len(MEDICAL_BOOKS)


def test_an_index_built_by_several_processes_is_like_one_built_by_one(directory: Path) -> None:
    source = SourceName("xinglin.catalog.search.tests.factories", "share_of_books")
    with IndexWriter(directory) as writer:
        writer.rebuild_in_parts(position=7, source=source, processes=2)
        assert writer.position == 7
        engine = SearchEngine(directory)
        assert numbers(engine) == {book.record_id for book in MEDICAL_BOOKS}
        assert [hit.record_id for hit in engine.search_text("xindiantu").hits][:1] == [ELECTROCARDIOGRAM]
        writer.delete([ELECTROCARDIOGRAM])
        writer.commit(position=8)
        assert ELECTROCARDIOGRAM not in numbers(engine) and writer.position == 8
    assert [path.name for path in directory.glob("*-part*")] == []


def test_a_part_that_fails_leaves_the_old_index_serving(directory: Path) -> None:
    with IndexWriter(directory) as writer:
        with writer.rebuild(position=1) as rebuild:
            rebuild.add(MEDICAL_BOOKS)
        missing = SourceName("xinglin.catalog.search.tests.factories", "no_such_function")
        with pytest.raises(PartFailed):
            writer.rebuild_in_parts(position=2, source=missing, processes=2)
        assert writer.position == 1 and len(numbers(SearchEngine(directory))) == len(MEDICAL_BOOKS)
