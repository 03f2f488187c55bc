"""What every figure ends with: a table for people and one line of JSON for programs."""

import json
import os
import statistics
from collections.abc import Mapping, Sequence


def is_quick() -> bool:
    """Whether the short form was asked for."""
    return bool(os.environ.get("QUICK"))


def share_of(share: float, values: Sequence[float]) -> float:
    """Return the value below which a share of the values lies: 0.5 the median, 0.99 the p99."""
    return sorted(values)[min(len(values) - 1, int(len(values) * share))]


def median(values: Sequence[float]) -> float:
    return statistics.median(values)


def print_table(heading: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Print aligned columns, the first to the left and the others to the right."""
    widths = [max(len(line[place]) for line in (heading, *rows)) for place in range(len(heading))]
    for line in (heading, *rows):
        cells = [
            line[0].ljust(widths[0]),
            *(cell.rjust(w) for cell, w in zip(line[1:], widths[1:], strict=True)),
        ]
        print("  ".join(cells))


def print_last_line(
    name: str,
    *,
    figures: Mapping[str, float],
    ratios: Mapping[str, float],
    bar: Mapping[str, float],
    holds: bool,
) -> None:
    """Print the figure as one JSON object, as the last line."""
    line = {
        "name": name,
        "figures": {key: round(value, 3) for key, value in figures.items()},
        "ratios": {key: round(value, 2) for key, value in ratios.items()},
        "bar": dict(bar),
        "holds": holds,
    }
    print(json.dumps(line, ensure_ascii=False), flush=True)
