"""How much screening the order saves, beside ASReview on the same sets, seeds and steps.

    python -m bench screening          every labelled set; QUICK=1 takes two seeds of the sets below 1 000 papers
    SETS=/some/folder SEEDS=10 python -m bench screening

Each seed draws one kept and one dropped paper that are known; then the best of the order is answered by the label
and all is learned anew, one paper at a time first and at most a hundredth of the set later. WSS@95: which share need
not be read when 95 % of what is to be kept has been found, less the 5 % that chance would give. Recall@10 %: which
share is found after a tenth of the set. The papers known at the beginning count for neither. Duplicates that a set
marks are left out; papers without an abstract stay in, as they do at a desk.
"""

import csv
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean

import django
import numpy as np

from bench import report
from bench.environments import PROJECT, python_with

HOME = Path(os.environ.get("SETS", PROJECT.parent / "shared" / "data" / "intelligence" / "screening"))
SEEDS = 10
QUICK_SEEDS = 2
LARGEST_QUICK = 1_000
BEHIND = 3.0
STEP_SHARE, LARGEST_SHARE = 25, 100
PEERS = {"nb": "ASReview 2.2 NB + TF-IDF", "svm": "ASReview 2.2 default (SVM)"}


@dataclass(frozen=True)
class Labelled:
    """The papers of a finished review and what was decided of each."""

    name: str
    titles: list[str]
    abstracts: list[str]
    labels: list[int]


@dataclass(frozen=True)
class Saved:
    """In percent."""

    wss: float
    recall: float


def every_set() -> list[Labelled]:
    """Return the sets of the folder: files with a title, an abstract and ``label_included``."""
    csv.field_size_limit(2**30)
    found = []
    for path in sorted(HOME.rglob("*.csv")):
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file)
            if not {"title", "abstract", "label_included"} <= set(reader.fieldnames or ()):
                continue
            rows = [row for row in reader if not (row.get("duplicate_record_id") or "").strip()]
        labels = [int(float(row["label_included"] or 0)) for row in rows]
        if sum(labels) > 1:
            titles, abstracts = [row["title"] or "" for row in rows], [row["abstract"] or "" for row in rows]
            found.append(Labelled(path.stem, titles, abstracts, labels))
    return found


def priors(labelled: Labelled, seeds: int) -> list[tuple[int, int]]:
    """Return the two known papers of each seed."""
    labels = np.array(labelled.labels)
    drawn = []
    for seed in range(seeds):
        chance = np.random.default_rng(seed)
        kept, dropped = chance.choice(np.flatnonzero(labels == 1)), chance.choice(np.flatnonzero(labels == 0))
        drawn.append((int(kept), int(dropped)))
    return drawn


def saved(answers: Sequence[int], labelled: Labelled) -> Saved:
    """Score the answers in the order in which they were found; the last to be kept ends them."""
    count, wanted = len(labelled.labels) - 2, sum(labelled.labels) - 1
    found = np.cumsum(answers)
    needed = int(np.argmax(found >= np.ceil(0.95 * wanted))) + 1
    tenth = int(found[min(len(found), count // 10) - 1])
    return Saved(100 * (0.95 - needed / count), 100 * tenth / wanted)


def ours(labelled: Labelled, drawn: Sequence[tuple[int, int]]) -> list[list[int]]:
    """Screen a set as the desk would, by the product's own order."""
    from xinglin.intelligence.learning import Paper, Ranker, in_order

    texts = zip(labelled.titles, labelled.abstracts, strict=True)
    ranker = Ranker([Paper(title, abstract) for title, abstract in texts])
    count, wanted = len(labelled.labels), sum(labelled.labels) - 1
    runs = []
    for kept, dropped in drawn:
        known: dict[bool, list[int]] = {True: [kept], False: [dropped]}
        answers: list[int] = []
        while sum(answers) < wanted:
            order = in_order(ranker.scores(known[True], known[False]), without=(*known[True], *known[False]))
            for place in order[: max(1, min(len(answers) // STEP_SHARE, count // LARGEST_SHARE))]:
                answers.append(labelled.labels[place])
                known[bool(labelled.labels[place])].append(place)
        runs.append(answers)
    return runs


def asreview(labelled: Labelled, drawn: Sequence[tuple[int, int]]) -> dict[str, list[list[int]]]:
    """Return the answers of ASReview's models; the environment is made once."""
    python = python_with("asreview", "asreview==2.2")
    told = {
        "titles": labelled.titles, "abstracts": labelled.abstracts, "labels": labelled.labels, "priors": drawn,
        "models": list(PEERS), "step_share": STEP_SHARE, "largest_share": LARGEST_SHARE,
    }  # fmt: skip
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "set.json"
        path.write_text(json.dumps(told), encoding="utf-8")
        run = [str(python), str(PROJECT / "bench" / "peers" / "asreview_run.py"), str(path)]
        said = subprocess.run(run, check=True, capture_output=True, text=True, cwd=folder).stdout
    runs: dict[str, list[list[int]]] = {name: [] for name in PEERS}
    for line in map(json.loads, said.splitlines()):
        runs[line["model"]].append(line["answers"])
    return runs


def main() -> int:
    """Print every set, and whether ours is within three points of naive Bayes on each or better."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "xinglin.config.settings")
    django.setup()
    sets = every_set() if HOME.is_dir() else []
    if not sets:
        print(f"The labelled sets are not here: {HOME}", file=sys.stderr)
        return 1
    seeds = int(os.environ.get("SEEDS", QUICK_SEEDS if report.is_quick() else SEEDS))
    figures: dict[str, float] = {}
    ratios: dict[str, float] = {}
    rows: list[list[str]] = []
    holds = True
    for labelled in sets:
        if report.is_quick() and len(labelled.labels) > LARGEST_QUICK:
            continue
        drawn = priors(labelled, seeds)
        started = time.perf_counter()
        runs = {"ours": ours(labelled, drawn)}
        seconds = time.perf_counter() - started
        runs |= asreview(labelled, drawn)
        rows.append([f"{labelled.name} ({len(labelled.labels)}, {sum(labelled.labels)} kept)", "", "", ""])
        means = {}
        for name, answers in runs.items():
            each = [saved(run, labelled) for run in answers]
            means[name] = Saved(fmean(one.wss for one in each), fmean(one.recall for one in each))
            took = f"{seconds:.1f}" if name == "ours" else ""
            rows.append(
                [f"  {PEERS.get(name, name)}", f"{means[name].wss:.1f}", f"{means[name].recall:.1f}", took]
            )
        mine, theirs = means["ours"], means["nb"]
        figures |= {f"{labelled.name} WSS@95": mine.wss, f"{labelled.name} recall@10%": mine.recall}
        ratios[f"{labelled.name} WSS@95"] = mine.wss / theirs.wss if theirs.wss else 0.0
        holds = holds and mine.wss >= theirs.wss - BEHIND and mine.recall >= theirs.recall - BEHIND
    report.print_table([f"set / engine, mean of {seeds} seeds", "WSS@95", "recall@10%", "s"], rows)
    report.print_last_line(
        "screening", figures=figures, ratios=ratios, bar={"behind NB in points": BEHIND}, holds=holds
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
