"""How often the book a reader means is among the first five: ours, PostgreSQL full text, SQLite trigram.

    python -m bench relevance              the judged set over the shared corpus of Chinese books

``QUICK=1`` asks a tenth of the queries. Without the corpus it says where it looked.
"""

import json
import os
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

from bench.relevance_queries import Judged, JudgedSet, corpus
from bench.search_peers import Ours, Peer, PostgresFullText, SqliteTrigram
from xinglin.config.embedded import EmbeddedServer

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
    of_each_kind = OF_EACH_KIND // 10 if os.environ.get("QUICK") else OF_EACH_KIND
    judged = list(JudgedSet(documents, seed=SEED, of_each_kind=of_each_kind).queries())
    print(f"{len(judged)} judged queries over {len(documents)} records, seed {SEED}; success@{FIRST}")
    with tempfile.TemporaryDirectory() as temporary:
        server = EmbeddedServer(Path(temporary) / "postgres")
        server.start()
        try:
            postgres = PostgresFullText(server.url())
            peers: list[Peer] = [Ours(Path(temporary) / "index"), postgres, SqliteTrigram()]
            measured = {}
            for peer in peers:
                started = time.perf_counter()
                peer.load(documents)
                measured[peer.name] = success(peer, judged)
                print(f"{peer.name}: {time.perf_counter() - started:.1f} s", file=sys.stderr)
            postgres.connection.close()
        finally:
            server.stop()
    _print_table(judged, measured)
    return 0


def _print_table(judged: Sequence[Judged], measured: dict[str, dict[str, float]]) -> None:
    kinds = list(dict.fromkeys(query.kind for query in judged))
    print(f"\n{'kind of query':<28}" + "".join(f"{name:>22}" for name in measured))
    for kind in kinds:
        print(f"{kind:<28}" + "".join(f"{figures[kind]:>22.3f}" for figures in measured.values()))
    overall = {name: sum(figures[kind] for kind in kinds) / len(kinds) for name, figures in measured.items()}
    print(f"{'all':<28}" + "".join(f"{share:>22.3f}" for share in overall.values()))
    ours = overall[Ours.name]
    print(
        json.dumps(
            {
                "name": "relevance",
                "figures": {
                    "queries": len(judged),
                    **{name: round(share, 4) for name, share in overall.items()},
                },
                "ratios": {
                    name: round(ours / share, 2)
                    for name, share in overall.items()
                    if name != Ours.name and share
                },
                "bar": {"success@5": GOAL},
                "holds": ours >= GOAL,
            },
            ensure_ascii=False,
        )
    )


if __name__ == "__main__":
    sys.exit(main())
