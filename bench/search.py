"""How fast the discovery index answers 18 kinds of question, beside PostgreSQL full text and Lucene 8.

    python -m bench search                 1.1 million generated records, with and without five facets
    RECORDS=200000 python -m bench search  fewer; QUICK=1 is 10 000

One question at a time. Rounds of the engines are interleaved, so that what else the machine does meets all.
Ours is timed around the call from Python, PostgreSQL around its statements, Lucene by its own clock.
"""

import os
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from bench import report
from bench.installation import installation
from bench.search_data import SEED, SIZE_VARIABLE, Catalogue
from bench.search_lucene import Lucene, LuceneMissing
from bench.search_peers import Ours, PostgresFullText
from bench.search_questions import CLASSES, FACETS
from xinglin.catalog.search.documents import SearchDocument
from xinglin.catalog.search.engine import SearchEngine
from xinglin.catalog.search.parts import SourceName
from xinglin.catalog.search.query import Query
from xinglin.catalog.search.writer import IndexWriter

FULL, QUICK = 1_100_000, 10_000
# Rounds of ours and Lucene's; PostgreSQL is asked for one round, or one run would take hours.
ROUNDS, OF_EACH_CLASS = (2, 5) if report.is_quick() else (5, 20)
OF_POSTGRES = 5
PAGE_ROUNDS = 2 if report.is_quick() else 5
BAR = {"p95 ms": 10.0, "p95 ms with facets": 25.0, "page p95 ms": 60.0}


@dataclass
class Engine:
    """One engine under measurement: how to ask it, and how often it is asked."""

    name: str
    milliseconds: Callable[[Query], float]
    most: int
    build: float
    plain: dict[str, list[float]] = field(default_factory=dict)
    faceted: dict[str, list[float]] = field(default_factory=dict)

    def ask(self, name: str, query: Query) -> None:
        for times, asked in ((self.plain, query), (self.faceted, replace(query, facets=FACETS))):
            taken = times.setdefault(name, [])
            if len(taken) < self.most:
                taken.append(self.milliseconds(asked))

    def all(self, *, faceted: bool) -> list[float]:
        times = self.faceted if faceted else self.plain
        return [value for taken in times.values() for value in taken]


def _milliseconds(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return (time.perf_counter() - started) * 1000


def _timed(run: Callable[[Query], object]) -> Callable[[Query], float]:
    return lambda query: _milliseconds(lambda: run(query))


def _size_mb(folder: Path) -> float:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) / 1e6


def measure(engines: Sequence[Engine], sample: Sequence[SearchDocument]) -> None:
    """Ask every engine the same questions, in rounds; the first questions of a class only warm up."""
    pick = random.Random(SEED)
    questions = {name: [make(pick, sample) for _ in range(OF_EACH_CLASS)] for name, make in CLASSES.items()}
    for queries in questions.values():
        for engine in engines:
            engine.milliseconds(queries[0])
    for _round in range(ROUNDS):
        for name, queries in questions.items():
            for query in queries:
                for engine in engines:
                    engine.ask(name, query)


def visible_after(directory: Path, engine: SearchEngine) -> float:
    """Return the milliseconds from a change handed to the writer until a search finds it."""
    book = SearchDocument(record_id=10**9, title="杏林检索可见性")
    with IndexWriter(directory) as writer:

        def change() -> None:
            writer.upsert([book])
            writer.commit(position=2)
            if not engine.search_text(book.title).total:
                raise RuntimeError("a committed record was not found")

        return _milliseconds(change)


@contextmanager
def _engines(ours: Ours, url: str, count: int) -> Iterator[list[Engine]]:
    """Build every index, and yield the engines that are there; who is not says why."""
    from xinglin.catalog.indexer import MOST_PROCESSES, WORTH_SEVERAL

    def load(peer: Ours | PostgresFullText | Lucene) -> None:
        processes = min(os.cpu_count() or 1, MOST_PROCESSES)
        if isinstance(peer, Ours) and count >= WORTH_SEVERAL and processes > 1:
            os.environ[SIZE_VARIABLE] = str(count)
            peer.load_by_parts(SourceName("bench.search_data", "share"), processes=processes)
        else:
            peer.load(Catalogue(seed=SEED).records(count))

    def built(peer: Ours | PostgresFullText | Lucene) -> float:
        seconds = _milliseconds(lambda: load(peer)) / 1000
        print(f"{peer.name}: built in {seconds:.0f} s", file=sys.stderr)
        return seconds

    most = OF_EACH_CLASS * ROUNDS
    engines = [Engine(ours.name, _timed(ours.engine.search), most, built(ours))]
    with tempfile.TemporaryDirectory() as folder:
        lucene = None
        try:
            lucene = Lucene(Path(folder))
            engines.append(Engine(lucene.name, lucene.milliseconds, most, built(lucene)))
        except LuceneMissing as missing:
            print(f"Lucene is not measured: {missing}")
        postgres = PostgresFullText(url)
        engines.append(Engine(postgres.name, _timed(postgres.run), OF_POSTGRES, built(postgres)))
        try:
            yield engines
        finally:
            postgres.connection.close()
            if lucene is not None:
                lucene.close()


def _pages(count: int, sample: Sequence[SearchDocument]) -> list[float]:
    """Return the milliseconds of the whole search page for typed searches of every class that is typed."""
    from bench.search_pages import page_times, put_rows, shown_on
    from bench.search_questions import TYPED

    pick = random.Random(SEED)
    texts = [write(pick, pick.choice(sample)) for write in TYPED.values() for _ in range(4)]
    wanted = shown_on(texts)
    put_rows(each for each in Catalogue(seed=SEED).records(count) if each.record_id in wanted)
    return page_times(texts, PAGE_ROUNDS)


def main() -> int:
    """Print the table and, as the last line, the figures as JSON."""
    count = int(os.environ.get("RECORDS", QUICK if report.is_quick() else FULL))
    sample = list(Catalogue(seed=SEED).records(min(count, 5000)))
    with installation("search"):
        from xinglin.catalog.indexer import index_directory
        from xinglin.config.settings import EMBEDDED_SERVER

        if EMBEDDED_SERVER is None:
            raise RuntimeError("this figure brings its own server; unset DATABASE_URL")
        ours = Ours(index_directory())
        with _engines(ours, EMBEDDED_SERVER.url(), count) as engines:
            size = _size_mb(ours.directory)
            measure(engines, sample)
        pages = _pages(count, sample)
        visible = visible_after(ours.directory, ours.engine)
    builds = ", ".join(f"{engine.name} {engine.build:.0f} s" for engine in engines)
    print(f"{count} records, seed {SEED}. Built: {builds}. Our index: {size:.0f} MB.")
    print(f"A change is found {visible:.0f} ms after it is handed over. Milliseconds, p50/p95:\n")
    _print_table(engines)
    print(f"\nThe whole search page over HTTP: {_cell(pages)} ms in {len(pages)} answers.")
    figures = {
        "records": count,
        "build s": engines[0].build,
        "size MB": size,
        "visible ms": visible,
        "p95 ms": report.share_of(0.95, engines[0].all(faceted=False)),
        "p95 ms with facets": report.share_of(0.95, engines[0].all(faceted=True)),
        "page p95 ms": report.share_of(0.95, pages),
    }
    holds = all(figures[name] <= limit for name, limit in BAR.items())
    report.print_last_line("search", figures=figures, ratios=_ratios(engines), bar=BAR, holds=holds)
    return 0


def _cell(times: Sequence[float]) -> str:
    return f"{report.share_of(0.5, times):.1f}/{report.share_of(0.95, times):.1f}"


def _print_table(engines: Sequence[Engine]) -> None:
    heading = ["class of query", *(f"{each.name}{more}" for each in engines for more in ("", " facets"))]
    rows = [
        [name, *(_cell(times[name]) for each in engines for times in (each.plain, each.faceted))]
        for name in CLASSES
    ]
    together = [_cell(each.all(faceted=faceted)) for each in engines for faceted in (False, True)]
    report.print_table(heading, [*rows, ["all", *together]])


def _ratios(engines: Sequence[Engine]) -> dict[str, float]:
    """Return how many times longer the others take, by the mean over all classes."""
    ours, *others = engines
    return {
        f"{other.name}{' facets' if faceted else ''}": statistics.mean(other.all(faceted=faceted))
        / statistics.mean(ours.all(faceted=faceted))
        for other in others
        for faceted in (False, True)
    }


if __name__ == "__main__":
    sys.exit(main())
