"""``python -m bench NAME``: measure one figure; ``QUICK=1`` for the short form that ends within a minute."""

import importlib
import signal
import sys
from types import FrameType

FIGURES = {
    "campaign": "bench.campaign",
    "dedup": "bench.dedup",
    "dedup-speed": "bench.dedup_speed",
    "dedup-unseen": "bench.dedup_unseen",
    "desk": "bench.desk",
    "duplicates": "bench.duplicates",
    "fleet": "bench.fleet",
    "gateway": "bench.gateway",
    "import": "bench.import_",
    "relevance": "bench.relevance",
    "screening": "bench.screening",
    "search": "bench.search",
    "segments": "bench.segments",
    "supply": "bench.supply",
    "topics": "bench.topics",
}


def _end(number: int, _frame: FrameType | None) -> None:
    """End in an orderly way when asked to: servers are stopped and scratch folders removed."""
    sys.exit(128 + number)


def main() -> int:
    """Run the figure named on the command line; status 2 for a name there is not."""
    name = sys.argv[1] if len(sys.argv) == 2 else ""
    if name not in FIGURES:
        print(
            f"Which figure? One of: {', '.join(FIGURES)}. For example: make bench NAME=gateway",
            file=sys.stderr,
        )
        return 2
    signal.signal(signal.SIGTERM, _end)
    return int(importlib.import_module(FIGURES[name]).main())


if __name__ == "__main__":
    sys.exit(main())
