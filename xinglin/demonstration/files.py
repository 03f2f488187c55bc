"""Reading the demonstration's own files; ``data/README.md`` says what is in them."""

import csv
import json
from pathlib import Path
from typing import Any

DATA = Path(__file__).resolve().parent / "data"


def rows(name: str) -> list[dict[str, str]]:
    """Return the rows of a CSV file by heading."""
    with open(DATA / f"{name}.csv", encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def entries(name: str) -> Any:  # JSON of our own, whose shape the data's tests check
    """Return a JSON file."""
    return json.loads((DATA / f"{name}.json").read_text(encoding="utf-8"))
