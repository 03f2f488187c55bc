"""How often the book a reader means is among the first five: ours, PostgreSQL full text, SQLite trigram.

    python -m bench relevance              the judged set over the shared corpus of Chinese books

``QUICK=1`` asks a tenth of the queries. Without the corpus it says where it looked.
"""

import os
import sys
import time
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

from bench import report
from bench.installation import scratch_database, scratch_folder
from bench.relevance_queries import Judged, JudgedSet, corpus
from bench.search_peers import Ours, Peer, PostgresFullText, SqliteTrigram

SEED = 7
OF_EACH_KIND = 40
FIRST = 5
GOAL = 0.97

_PROJECT = Path(__file__).resolve().parent.parent


def success(peer: Peer, judged: Sequence[Judged]) -> dict[str, float]:
    """Return, for each kind of query, the share answered among the first five."""
    answered: dict[str, list[bool]] = defaultdict(list)
    for query in judged:
        first = peer.found(query.text, FIRST)
        answered[query.kind].append(not query.relevant.isdisjoint(first))
    return {kind: sum(hits) / len(hits) for kind, hits in answered.items()}


def main() -> int:
    """Print the table and, as the last line, the figures as JSON."""
    shared = Path(os.environ.get("XINGLIN_SHARED", _PROJECT.parent / "shared"))
    folder = shared / "data" / "library" / "books_zh"
    if not folder.is_dir():
        print(f"The corpus of Chinese books is not at {folder}; set XINGLIN_SHARED.", file=sys.stderr)
        return 2
    documents = corpus(folder)
    of_each_kind = OF_EACH_KIND // 10 if report.is_quick() else OF_EACH_KIND
    judged = list(JudgedSet(documents, seed=SEED, of_each_kind=of_each_kind).queries())
    print(f"{len(judged)} judged queries over {len(documents)} records, seed {SEED}; success@{FIRST}")
    with scratch_database("relevance-database") as url, scratch_folder("relevance") as scratch:
        postgres = PostgresFullText(url)
        peers: list[Peer] = [Ours(scratch / "index"), postgres, SqliteTrigram()]
        measured = {}
        for peer in peers:
            started = time.perf_counter()
            peer.load(documents)
            measured[peer.name] = success(peer, judged)
            print(f"{peer.name}: {time.perf_counter() - started:.1f} s", file=sys.stderr)
        postgres.connection.close()
    _print_table(judged, measured)
    return 0


def _print_table(judged: Sequence[Judged], measured: dict[str, dict[str, float]]) -> None:
    kinds = list(dict.fromkeys(query.kind for query in judged))
    overall = {name: sum(figures[kind] for kind in kinds) / len(kinds) for name, figures in measured.items()}
    rows = [[kind, *(f"{figures[kind]:.3f}" for figures in measured.values())] for kind in kinds]
    rows.append(["all", *(f"{share:.3f}" for share in overall.values())])
    report.print_table(["kind of query", *measured], rows)
    ours = overall[Ours.name]
    report.print_last_line(
        "relevance",
        figures={"queries": len(judged), **overall},
        ratios={name: ours / share for name, share in overall.items() if name != Ours.name and share},
        bar={"success@5": GOAL},
        holds=ours >= GOAL,
    )


if __name__ == "__main__":
    sys.exit(main())
