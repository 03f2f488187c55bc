"""Whether the engine's limits hold where they were not chosen: leave one set out.

    python -m bench dedup-unseen       QUICK=1 moves the two limits of titles only

The rules are fixed; their limits are numbers that someone chose. Here they are chosen anew for every labelled set, by
the other sets alone: of the product's limits, and of each moved up or down, those without a false merge in the
automatic band on the others and with the most doubles found there. They are then tried on the set left out. Beside
it stands what the product's own limits find; the widest and narrowest figures of all tried show how much hangs on them.
"""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import django

from bench import report
from bench.dedup import Score, flagged, ours, removable
from bench.dedup_sets import HOME, Labelled, every_set

MOVED: dict[str, tuple[float, ...]] = {
    "comparing.NEAR_RATIO": (90.0, 92.5, 97.5),
    "comparing.ALIKE_RATIO": (75.0, 85.0),
    "judging.SURE_JOURNAL": (0.75, 0.95),
    "judging.OTHER_JOURNAL": (0.5, 0.7),
    "judging.LONG_TITLE": (20, 45),
    "judging.FAR_PAGE": (100, 400),
}
QUICK_MOVED = ("comparing.NEAR_RATIO", "comparing.ALIKE_RATIO")
OWN = "the product's"


def choices() -> Iterator[tuple[str, str, float]]:
    """Yield a name, the limit that is moved and its value; the product's own first."""
    yield OWN, "", 0.0
    for limit, values in MOVED.items():
        if not report.is_quick() or limit in QUICK_MOVED:
            yield from ((f"{limit.split('.')[1]} {value:g}", limit, value) for value in values)


@contextmanager
def moved(limit: str, value: float) -> Iterator[None]:
    """Let one limit of the engine have another value for a while."""
    from xinglin.intelligence.dedup import comparing, judging

    if not limit:
        yield
        return
    module_name, _dot, name = limit.partition(".")
    module = {"comparing": comparing, "judging": judging}[module_name]
    before = getattr(module, name)
    setattr(module, name, value)
    try:
        yield
    finally:
        setattr(module, name, before)


def scored(labelled: Labelled) -> Score:
    """Score the automatic band: by clusters where they are known, by flags otherwise."""
    groups = ours(labelled).auto
    if labelled.cluster is not None:
        return removable(labelled.cluster, groups)
    return flagged(labelled.flagged or [], groups)


def chosen(scores: dict[str, dict[str, Score]], without: str, floor: dict[str, int]) -> str:
    """Return the choice that is best on all sets but one: no more false ones than ``floor``, most found."""
    safe = [
        name
        for name, each in scores.items()
        if all(score.false <= floor[one] for one, score in each.items() if one != without)
    ]
    found = {
        name: sum(score.sensitivity for one, score in scores[name].items() if one != without) for name in safe
    }
    return max(safe, key=lambda name: found[name])


def main() -> int:
    """Print for every set what limits the others choose, and what these and the product's own find in it."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "xinglin.config.settings")
    django.setup()
    sets = [each for each in every_set() if len(each.ids) > 100] if HOME.is_dir() else []
    if len(sets) < 2:
        print(f"There are not two labelled sets here: {HOME}", file=sys.stderr)
        return 1
    scores: dict[str, dict[str, Score]] = {}
    for name, limit, value in choices():
        with moved(limit, value):
            scores[name] = {each.name: scored(each) for each in sets}
    # Flags have errors of their own: there the product's own false ones are the floor. Clusters allow none.
    floor = {each.name: 0 if each.cluster is not None else scores[OWN][each.name].false for each in sets}
    rows: list[list[str]] = []
    figures: dict[str, float] = {}
    holds = True
    for each in sets:
        name = chosen(scores, each.name, floor)
        found, own = scores[name][each.name], scores[OWN][each.name]
        every = [one[each.name].sensitivity for one in scores.values()]
        rows.append(
            [
                f"{each.name} ({len(each.ids)})", name, f"{found.sensitivity:.4f}", str(found.false),
                f"{own.sensitivity:.4f}", str(own.false), f"{min(every):.4f}–{max(every):.4f}",
                str(max(one[each.name].false for one in scores.values())),
            ]
        )  # fmt: skip
        figures |= {f"{each.name} unseen": found.sensitivity, f"{each.name} false": float(found.false)}
        holds = holds and found.false <= floor[each.name]
    heading = [
        "left out",
        "limits the others choose",
        "found",
        "false",
        "own",
        "false",
        "of all tried",
        "most false",
    ]
    report.print_table(heading, rows)
    report.print_last_line("dedup-unseen", figures=figures, ratios={}, bar={"false merges": 0.0}, holds=holds)
    return 0


if __name__ == "__main__":
    sys.exit(main())
