"""How well records of one publication are found, beside BibDedupe, ASySD's published figures and naive keys.

    python -m bench dedup            every labelled set; QUICK=1 leaves out sets above 2 000 records and BibDedupe
    SETS=/some/folder python -m bench dedup

Two conventions, never mixed. R, removable: one copy of a work is kept, the others are positives. F, flagged:
every record that has a twin is a positive. Ours stands twice: what the machine merges by itself, and with the
doubtful pairs as a person would answer them.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import django

from bench import report
from bench.dedup_sets import HOME, Labelled, every_set
from bench.environments import PROJECT, python_with

LARGEST_QUICK = 2_000
LARGEST_QUEUE = 0.03
BEHIND = 0.01
# Published, convention R: bib-dedupe's continuous evaluation, commit 9394e4e, the last with a working ASySD.
ASYSD = {
    "respiratory": (0.915, 1.0), "haematology": (0.807, 1.0), "stroke": (0.962, 1.0), "cytology": (0.973, 0.999),
    "asysd_diabetes": (0.998, 1.0), "diabetes": (0.998, 1.0), "digital_work": (0.832, 0.997),
}  # fmt: skip
BIBDEDUPE = {
    "respiratory": 0.936, "haematology": 0.889, "stroke": 0.994, "cytology": 0.992, "asysd_diabetes": 1.0,
    "diabetes": 1.0, "digital_work": 0.997,
}  # fmt: skip

Groups = Sequence[Sequence[int]]


@dataclass(frozen=True)
class Score:
    """Sensitivity and specificity of a grouping; false ones counted as records merged into another work."""

    sensitivity: float
    specificity: float
    false: int


def removable(labels: Sequence[int], groups: Groups) -> Score:
    """Score by convention R: of each work one record is kept."""
    positives = len(labels) - len(set(labels))
    works = [len({labels[each] for each in group}) for group in groups]
    true = sum(len(group) - count for group, count in zip(groups, works, strict=True))
    false = sum(count - 1 for count in works)
    return Score(true / max(1, positives), 1 - false / max(1, len(labels) - positives), false)


def flagged(has_twin: Sequence[bool], groups: Groups) -> Score:
    """Score by convention F: every record with a twin is to be flagged."""
    said = {each for group in groups if len(group) > 1 for each in group}
    positives = sum(has_twin)
    true = sum(has_twin[each] for each in said)
    false = len(said) - true
    return Score(true / max(1, positives), 1 - false / max(1, len(has_twin) - positives), false)


def twins_of(labels: Sequence[int]) -> list[bool]:
    counted = Counter(labels)
    return [counted[label] > 1 for label in labels]


def by_key(labelled: Labelled, key: Callable[[int], object]) -> Groups:
    """Group by a naive key; an empty one groups nothing."""
    groups: dict[object, list[int]] = defaultdict(list)
    for place in range(len(labelled.ids)):
        value = key(place)
        groups[value if value else ("alone", place)].append(place)
    return list(groups.values())


def naive(labelled: Labelled) -> dict[str, Groups]:
    """Return the groupings of the three naive keys."""
    from xinglin.intelligence.dedup import folding

    titles = [folding.folded(each.title).replace(" ", "") for each in labelled.articles]
    articles = labelled.articles

    def people(place: int) -> str:
        return folding.folded(" ".join(each.name for each in articles[place].authors))

    return {
        "author+year+title": by_key(
            labelled, lambda at: titles[at] and (people(at), articles[at].year, titles[at])
        ),
        "title+year": by_key(labelled, lambda at: titles[at] and (titles[at], articles[at].year)),
        "DOI": by_key(labelled, lambda at: articles[at].doi),
    }


def bibdedupe(labelled: Labelled) -> tuple[Groups, float]:
    """Return BibDedupe's grouping and its seconds; the environment is made once."""
    python = python_with("bibdedupe", "bib-dedupe==0.11.0")
    place = {each: at for at, each in enumerate(labelled.ids)}
    rows = [
        {"ENTRYTYPE": "article", **row, "ID": each}
        for row, each in zip(labelled.rows, labelled.ids, strict=True)
    ]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "records.json"
        path.write_text(json.dumps(rows), encoding="utf-8")
        started = time.perf_counter()
        run = [str(python), str(PROJECT / "bench" / "peers" / "bibdedupe_run.py"), str(path)]
        said = subprocess.run(run, check=True, capture_output=True, text=True).stdout
        seconds = time.perf_counter() - started
    groups = [[place[each] for each in group] for group in json.loads(said.strip().splitlines()[-1])]
    grouped = {each for group in groups for each in group}
    return [*groups, *([each] for each in range(len(labelled.ids)) if each not in grouped)], seconds


@dataclass(frozen=True)
class Ours:
    """Our grouping, the same with every doubt answered rightly, how many doubts there are, and the seconds."""

    auto: Groups
    answered: Groups
    queue: int
    seconds: float


def ours(labelled: Labelled) -> Ours:
    """Group a set as the product does. A doubt about flags alone counts as rightly answered for true twins."""
    from xinglin.intelligence.dedup import group, sketch

    started = time.perf_counter()
    found = group(sketch(place, each) for place, each in enumerate(labelled.articles))
    seconds = time.perf_counter() - started
    root = dict(found.cluster_of)

    def top(key: int) -> int:
        while root[key] != key:
            key = root[key]
        return key

    for doubt in found.doubts:
        if labelled.cluster is not None:
            right = labelled.cluster[doubt.one] == labelled.cluster[doubt.other]
        else:
            right = bool(labelled.flagged and labelled.flagged[doubt.one] and labelled.flagged[doubt.other])
        a, b = top(doubt.one), top(doubt.other)
        if right and a != b:
            root[max(a, b)] = min(a, b)
    answered: dict[int, list[int]] = defaultdict(list)
    for key in root:
        answered[top(key)].append(key)
    return Ours(found.clusters, list(answered.values()), len(found.doubts), seconds)


def main() -> int:
    """Print every set with both conventions, and whether the bars hold."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "xinglin.config.settings")
    django.setup()
    if not HOME.is_dir():
        print(f"The labelled sets are not here: {HOME}", file=sys.stderr)
        return 1
    figures: dict[str, float] = {}
    ratios: dict[str, float] = {}
    rows: list[list[str]] = []
    holds = True
    for labelled in every_set():
        if report.is_quick() and len(labelled.ids) > LARGEST_QUICK:
            continue
        fine = _one_set(labelled, rows, figures, ratios)
        holds = holds and fine
    report.print_table(
        ["set / engine", "R sens", "R spec", "R false", "F sens", "F spec", "queue", "s"], rows
    )
    bar = {"false merges": 0.0, "behind BibDedupe": BEHIND, "queue": LARGEST_QUEUE}
    report.print_last_line("dedup", figures=figures, ratios=ratios, bar=bar, holds=holds)
    return 0


def _one_set(
    labelled: Labelled, rows: list[list[str]], figures: dict[str, float], ratios: dict[str, float]
) -> bool:
    mine = ours(labelled)
    count, name = len(labelled.ids), labelled.name
    has_twin = twins_of(labelled.cluster) if labelled.cluster is not None else labelled.flagged or []
    rows.append([f"{name} ({count})", *[""] * 7])

    def line(engine: str, groups: Groups, queue: str = "", seconds: float | None = None) -> Score | None:
        f = flagged(has_twin, groups)
        r = removable(labelled.cluster, groups) if labelled.cluster is not None else None
        first = [f"{r.sensitivity:.4f}", f"{r.specificity:.4f}", str(r.false)] if r else ["-", "-", "-"]
        took = "" if seconds is None else f"{seconds:.1f}"
        rows.append([f"  {engine}", *first, f"{f.sensitivity:.4f}", f"{f.specificity:.4f}", queue, took])
        return r or f

    share = mine.queue / max(1, count)
    auto = line("ours, by itself", mine.auto, seconds=mine.seconds)
    answered = line("ours, doubts answered", mine.answered, f"{mine.queue} ({share:.2%})")
    peer: Score | None = None
    if not report.is_quick():
        groups, seconds = bibdedupe(labelled)
        peer = line("BibDedupe 0.11", groups, seconds=seconds)
    if name in ASYSD:
        rows.append(["  ASySD (published)", f"{ASYSD[name][0]:.4f}", f"{ASYSD[name][1]:.4f}", *[""] * 5])
    exact = next(line(key, groups) for key, groups in naive(labelled).items())
    if auto is None or answered is None:
        return True
    if labelled.cluster is None:
        # Flags have their own errors: what the exact key calls twins against them cannot be held against us.
        figures |= {f"{name} flagged": auto.sensitivity, f"{name} answered": answered.sensitivity}
        return exact is not None and auto.false <= exact.false
    theirs = peer.sensitivity if peer else BIBDEDUPE.get(name, 0.0)
    figures |= {
        f"{name} auto": auto.sensitivity,
        f"{name} answered": answered.sensitivity,
        f"{name} queue": share,
    }
    figures[f"{name} false"] = float(auto.false)
    ratios[name] = auto.sensitivity / theirs if theirs else 0.0
    fine = auto.false == 0 and auto.sensitivity >= theirs - BEHIND and answered.sensitivity >= theirs
    return fine and (share <= LARGEST_QUEUE or mine.queue <= 1)


if __name__ == "__main__":
    sys.exit(main())
