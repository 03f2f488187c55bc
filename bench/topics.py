"""How well topics are learned: LitCovid's labels, cross-validated, and the scorer against NCBI's own figures.

    python -m bench topics             five folds; QUICK=1 one fold only
    TEST=/some/labelled_B.csv python -m bench topics      trained on the public half, tested on another

Top of BioCreative VII (80 submissions, more than 30 000 papers to train on): macro .8875, micro .9181, instance .9394.
"""

import csv
import os
import sys
import time
from pathlib import Path

import django
import numpy as np

from bench import report
from bench.environments import PROJECT

HOME = PROJECT.parent / "shared" / "data" / "intelligence" / "covid"
TRAIN = HOME / "litcovid_bc7_labelled_A.csv"
FIXTURE = HOME / "litcovid_metric_fixture"
LABELS = (
    "Treatment", "Diagnosis", "Prevention", "Mechanism", "Transmission", "Epidemic Forecasting", "Case Report",
)  # fmt: skip
FOLDS, SEED = 5, 1
MACRO, MICRO = 0.84, 0.86
NCBI = (0.8186, 0.8619, 0.8616)
Rows = list[tuple[str, str, list[int]]]


def read(path: Path) -> Rows:
    csv.field_size_limit(2**30)
    with path.open(encoding="utf-8-sig", newline="") as file:
        return [
            (row["title"], row["abstract"], [int(row[label]) for label in LABELS])
            for row in csv.DictReader(file)
        ]


def scorer_agrees() -> bool:
    """Whether our scorer gives NCBI's figures for NCBI's sample files."""
    from xinglin.intelligence.learning import score_labels

    def numbers(name: str) -> list[list[float]]:
        with (FIXTURE / name).open(encoding="utf-8-sig", newline="") as file:
            return [[float(cell) for cell in row[1:]] for row in list(csv.reader(file))[1:]]

    true = [[int(cell) for cell in row] for row in numbers("goldstandard_label_samples.csv")]
    said = [[int(cell >= 0.5) for cell in row] for row in numbers("prediction_label_samples.csv")]
    score = score_labels(true, said)
    return (round(score.macro, 4), round(score.micro, 4), round(score.instance, 4)) == NCBI


def labelled(train: Rows, test: Rows) -> list[list[int]]:
    """Return what the product says of the test's papers; every LitCovid paper has a label."""
    from xinglin.intelligence.learning import Labeller, Paper

    papers = [Paper(title, abstract) for title, abstract, _labels in train]
    given = [[name for name, one in zip(LABELS, row, strict=True) if one] for _title, _abstract, row in train]
    learned = Labeller(LABELS, every_paper_has_one=True).learn(papers, given)
    found = learned.labels_of([Paper(title, abstract) for title, abstract, _labels in test])
    return [[int(name in each) for name in LABELS] for each in found]


def main() -> int:
    """Print the scores of every label and the three means."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "xinglin.config.settings")
    django.setup()
    from xinglin.intelligence.learning import score_labels

    if not TRAIN.is_file():
        print(f"LitCovid's labels are not here: {TRAIN}", file=sys.stderr)
        return 1
    rows, started = read(TRAIN), time.perf_counter()
    other = os.environ.get("TEST")
    if other:
        test = read(Path(other))
        true, said = [row for _t, _a, row in test], labelled(rows, test)
    else:
        true, said = _crossed(rows, folds=1 if report.is_quick() else FOLDS)
    score, same = score_labels(true, said), scorer_agrees()
    seconds = time.perf_counter() - started
    table = [[name, f"{value:.4f}"] for name, value in zip(LABELS, score.each, strict=True)]
    table += [["macro F1", f"{score.macro:.4f}"], ["micro F1", f"{score.micro:.4f}"]]
    table += [["instance F1", f"{score.instance:.4f}"], ["papers", str(len(true))]]
    report.print_table(["LitCovid, public half", "ours"], table)
    print(f"The scorer {'agrees' if same else 'does not agree'} with NCBI's sample: {NCBI}")
    report.print_last_line(
        "topics",
        figures={
            "macro": score.macro,
            "micro": score.micro,
            "instance": score.instance,
            "seconds": seconds,
        },
        ratios={},
        bar={"macro": MACRO, "micro": MICRO},
        holds=same and score.macro >= MACRO and score.micro >= MICRO,
    )
    return 0


def _crossed(rows: Rows, *, folds: int) -> tuple[list[list[int]], list[list[int]]]:
    order = np.random.default_rng(SEED).permutation(len(rows))
    true: list[list[int]] = []
    said: list[list[int]] = []
    for fold in range(folds):
        out = set(order[fold::FOLDS].tolist())
        test = [rows[place] for place in sorted(out)]
        true += [row for _t, _a, row in test]
        said += labelled([row for place, row in enumerate(rows) if place not in out], test)
    return true, said


if __name__ == "__main__":
    sys.exit(main())
