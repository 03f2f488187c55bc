"""How fast the discovery index answers 18 kinds of question, beside PostgreSQL full text in the same run.

    python -m bench search                 1.1 million generated records, with and without five facets
    RECORDS=200000 python -m bench search  fewer; QUICK=1 is 20 000

Rounds of the two engines are interleaved, so that what else the machine does meets both.
"""

import json
import os
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from bench.search_data import DISEASES, LIBRARIES, ORGANS, WORKS, Catalogue
from bench.search_peers import Ours, PostgresFullText
from xinglin.catalog.search.documents import SearchDocument
from xinglin.catalog.search.engine import SearchEngine
from xinglin.catalog.search.parse import parse
from xinglin.catalog.search.query import Facet, Field, Filters, Mode, Query, Sort, Term
from xinglin.catalog.search.writer import IndexWriter
from xinglin.config.embedded import EmbeddedServer

SEED = 20
FULL, QUICK = 1_100_000, 20_000
ROUNDS, OF_EACH_CLASS = 5, 20
FACETS = (Facet.LIBRARY, Facet.DECADE, Facet.LANGUAGE, Facet.KIND, Facet.CLASS)
BAR = {"p95 ms": 10.0, "p95 ms with facets": 25.0}

Make = Callable[[random.Random, Sequence[SearchDocument]], Query]


def _text(write: Callable[[random.Random, SearchDocument], str]) -> Make:
    return lambda pick, sample: Query(root=parse(write(pick, pick.choice(sample))))


def _filtered(make: Callable[[random.Random], Filters]) -> Make:
    return lambda pick, _sample: Query(root=parse(pick.choice(DISEASES)), filters=make(pick))


CLASSES: dict[str, Make] = {
    "one word": _text(lambda pick, _: pick.choice(WORKS)),
    "two words": _text(lambda pick, _: f"{pick.choice(DISEASES)} {pick.choice(WORKS)}"),
    "three words": _text(lambda pick, _: f"{pick.choice(DISEASES)} {pick.choice(WORKS)} 手册"),
    "two characters": _text(lambda pick, book: book.title[:2]),
    "part of title": _text(lambda pick, book: book.title[1:7]),
    "whole title": _text(lambda pick, book: book.title),
    "title and author": _text(lambda pick, book: f"{book.title[:6]} {book.authors[0]}"),
    "author": lambda pick, sample: Query(root=Term(pick.choice(sample).authors[0], Field.AUTHOR)),
    "subject": lambda pick, _: Query(root=Term(pick.choice(DISEASES), Field.SUBJECT)),
    "phrase": _text(lambda pick, book: f'"{book.title[:5]}"'),
    "either": _text(lambda pick, _: f"{pick.choice(DISEASES)} OR {pick.choice(ORGANS)}"),
    "without": _text(lambda pick, _: f"{pick.choice(DISEASES)} -{pick.choice(WORKS)}"),
    "groups": _text(
        lambda pick, _: f"({pick.choice(DISEASES)} OR {pick.choice(ORGANS)}) ({pick.choice(WORKS)} OR 手册)"
    ),
    "ISBN": _text(lambda pick, book: book.isbns[0]),
    "prefix": lambda pick, _: Query(
        root=Term(pick.choice(["card", "path", "pharm", "surg", "onco"]), mode=Mode.PREFIX)
    ),
    "years and kind": _filtered(lambda pick: Filters(year_from=pick.randint(2000, 2020), kinds=("book",))),
    "on shelf in class": _filtered(
        lambda pick: Filters(
            on_shelf=True, libraries=(pick.choice(LIBRARIES),), classes=(f"R{pick.randint(1, 9)}",)
        )
    ),
    "newest, third page": lambda pick, _: Query(root=parse(pick.choice(ORGANS)), sort=Sort.NEWEST, page=3),
}


def _milliseconds(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return (time.perf_counter() - started) * 1000


def _p(share: float, times: Sequence[float]) -> float:
    return sorted(times)[min(len(times) - 1, int(len(times) * share))]


def _size_mb(folder: Path) -> float:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) / 1e6


def measure(
    engine: SearchEngine, postgres: PostgresFullText, sample: Sequence[SearchDocument], rounds: int
) -> dict[str, dict[str, list[float]]]:
    """Return milliseconds for each class of query and each of: ours and theirs, without and with facets."""
    pick = random.Random(SEED)
    queries = {name: [make(pick, sample) for _ in range(OF_EACH_CLASS)] for name, make in CLASSES.items()}
    times: dict[str, dict[str, list[float]]] = {
        name: {column: [] for column in ("ours", "ours facets", "theirs", "theirs facets")}
        for name in CLASSES
    }
    for round_number in range(rounds):
        for name, asked in queries.items():
            for query in asked if round_number else asked[:3]:
                counted = replace(query, facets=FACETS)
                taken = times[name]
                for column, plain, run in (
                    ("ours", query, engine.search),
                    ("ours facets", counted, engine.search),
                    ("theirs", query, postgres.run),
                    ("theirs facets", counted, postgres.run),
                ):
                    if column.startswith("theirs") and len(taken[column]) >= OF_EACH_CLASS:
                        continue
                    taken[column].append(_milliseconds(lambda run=run, plain=plain: run(plain)))  # type: ignore[misc]
    return times


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


def main() -> int:
    """Print the table and, as the last line, the figures as JSON."""
    quick = bool(os.environ.get("QUICK"))
    count = int(os.environ.get("RECORDS", QUICK if quick else FULL))
    sample = list(Catalogue(seed=SEED).records(min(count, 5000)))
    with tempfile.TemporaryDirectory() as temporary:
        ours = Ours(Path(temporary) / "index")
        build = _milliseconds(lambda: ours.load(Catalogue(seed=SEED).records(count))) / 1000
        size = _size_mb(ours.directory)
        server = EmbeddedServer(Path(temporary) / "postgres")
        server.start()
        try:
            postgres = PostgresFullText(server.url())
            theirs = _milliseconds(lambda: postgres.load(Catalogue(seed=SEED).records(count))) / 1000
            times = measure(ours.engine, postgres, sample, 2 if quick else ROUNDS)
            postgres.connection.close()
        finally:
            server.stop()
        visible = visible_after(ours.directory, ours.engine)
    print(f"{count} records, seed {SEED}; built in {build:.0f} s (PostgreSQL {theirs:.0f} s), {size:.0f} MB;")
    print(f"a change is found {visible:.0f} ms after it is handed over. Milliseconds, p50/p95:\n")
    _print_table(times, {"records": count, "build s": build, "size MB": size, "visible ms": visible})
    return 0


def _print_table(times: dict[str, dict[str, list[float]]], figures: dict[str, float]) -> None:
    columns = ("ours", "ours facets", "theirs", "theirs facets")
    print(f"{'class of query':<20}" + "".join(f"{column:>18}" for column in columns))
    for name, taken in times.items():
        cells = [f"{_p(0.5, taken[column]):.1f}/{_p(0.95, taken[column]):.1f}" for column in columns]
        print(f"{name:<20}" + "".join(f"{cell:>18}" for cell in cells))
    together = {column: [value for taken in times.values() for value in taken[column]] for column in columns}
    cells = [f"{_p(0.5, values):.1f}/{_p(0.95, values):.1f}" for values in together.values()]
    print(f"{'all':<20}" + "".join(f"{cell:>18}" for cell in cells))
    measured = {"p95 ms": _p(0.95, together["ours"]), "p95 ms with facets": _p(0.95, together["ours facets"])}
    ratios = {
        f"PostgreSQL {column}": statistics.mean(together[f"theirs{column}"])
        / statistics.mean(together[f"ours{column}"])
        for column in ("", " facets")
    }
    print(
        json.dumps(
            {
                "name": "search",
                "figures": {key: round(value, 2) for key, value in (figures | measured).items()},
                "ratios": {key.strip(): round(value, 1) for key, value in ratios.items()},
                "bar": BAR,
                "holds": all(measured[key] <= limit for key, limit in BAR.items()),
            },
            ensure_ascii=False,
        )
    )


if __name__ == "__main__":
    sys.exit(main())
