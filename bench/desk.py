"""``make bench NAME=desk``: lending and taking back at eight desks, beside a bare transaction of the same statements.

A consortium of a million copies and a hundred thousand readers is made by SQL. Eight processes find a reader and a
copy, lend it and take it back, deed by deed, through the services that the screens call: permission, rules, locks,
history, change log, errands. The peer: the very statements of finding, one lending and one taking back, written down
as the database heard them and sent again by eight processes with psycopg alone, each in one transaction, with the
numbers of other readers and copies put in. What the database does is the same; the difference is what Python does
around it.
"""

import os
import sys
import time
from collections.abc import Callable
from multiprocessing import get_context
from multiprocessing.queues import Queue
from multiprocessing.synchronize import Barrier

from bench.desk_data import SAMPLE, World, make_world
from bench.desk_statements import Deed, at_the_desk, found, recorded, replay
from bench.installation import installation
from bench.report import is_quick, median, print_last_line, print_table, share_of

DESKS = 8
ITEMS, PATRONS = 1_000_000, 100_000
QUICK_ITEMS, QUICK_PATRONS = 40_000, 4_000
ROUNDS, SECONDS = 5, 12.0
QUICK_ROUNDS, QUICK_SECONDS = 1, 4.0
BAR = 5.0
# Eight processes import the house at once.
START_WITHIN = 90.0


def main() -> int:
    """Make the consortium, measure rounds of both interleaved, and compare."""
    items, patrons = (QUICK_ITEMS, QUICK_PATRONS) if is_quick() else (ITEMS, PATRONS)
    rounds, seconds = (QUICK_ROUNDS, QUICK_SECONDS) if is_quick() else (ROUNDS, SECONDS)
    with installation("desk"):
        began = time.monotonic()
        world = make_world(items=items, patrons=patrons)
        print(f"{items} copies, {patrons} readers made in {time.monotonic() - began:.0f} s", file=sys.stderr)
        deeds = recorded(world)
        ours: list[list[tuple[str, float]]] = []
        bare: list[list[tuple[str, float]]] = []
        for turn in range(rounds):
            ours.append(_round(_at_our_desk, world, deeds, seconds, turn * 2))
            bare.append(_round(_at_a_bare_desk, world, deeds, seconds, turn * 2 + 1))
        return _report(ours, bare, deeds, seconds)


def _round(
    desk: Callable[..., None], world: World, deeds: dict[str, Deed], seconds: float, turn: int
) -> list[tuple[str, float]]:
    """Run eight desks at once, and return each deed with how long it took."""
    context = get_context("spawn")
    gate, results = context.Barrier(DESKS), context.Queue()
    processes = [
        context.Process(target=desk, args=(number, turn, world, deeds, seconds, gate, results))
        for number in range(DESKS)
    ]
    for process in processes:
        process.start()
    taken: list[tuple[str, float]] = []
    for _desk in processes:
        taken += results.get(timeout=seconds + START_WITHIN)
    for process in processes:
        process.join()
    if any(process.exitcode for process in processes):
        raise RuntimeError("a desk failed; see above")
    return taken


def _at_our_desk(
    number: int,
    turn: int,
    world: World,
    _deeds: dict[str, Deed],
    seconds: float,
    gate: Barrier,
    results: "Queue[list[tuple[str, float]]]",
) -> None:
    os.environ["XINGLIN_LOG_LEVEL"] = "ERROR"
    import django

    django.setup()
    from xinglin.circulation import services

    staff = at_the_desk(world)
    taken: list[tuple[str, float]] = []
    gate.wait()
    end = time.monotonic() + seconds
    for patron_id, item_id in world.pairs(number, turn):
        if time.monotonic() > end:
            break
        begin = time.perf_counter()
        patron, item = found(patron_id, item_id)
        services.lend(patron=patron, item=item, library=staff.library, by=staff)
        between = time.perf_counter()
        services.check_in(item=item, library=staff.library, by=staff)
        taken += [("lend", between - begin), ("check_in", time.perf_counter() - between)]
    results.put(taken)


def _at_a_bare_desk(
    number: int,
    turn: int,
    world: World,
    deeds: dict[str, Deed],
    seconds: float,
    gate: Barrier,
    results: "Queue[list[tuple[str, float]]]",
) -> None:
    import psycopg

    taken: list[tuple[str, float]] = []
    with psycopg.connect(world.address) as connection:
        gate.wait()
        end = time.monotonic() + seconds
        for patron_id, item_id in world.pairs(number, turn):
            if time.monotonic() > end:
                break
            roles = world.roles_of(patron_id, item_id)
            for name in ("lend", "check_in"):
                begin = time.perf_counter()
                replay(connection, deeds[name], SAMPLE, roles)
                taken.append((name, time.perf_counter() - begin))
    results.put(taken)


def _report(
    ours: list[list[tuple[str, float]]],
    bare: list[list[tuple[str, float]]],
    deeds: dict[str, Deed],
    seconds: float,
) -> int:
    rows, figures, ratios = [], {}, {}
    for name in ("lend", "check_in"):
        for who, rounds in (("xinglin", ours), ("bare", bare)):
            times = [took * 1000 for taken in rounds for deed, took in taken if deed == name]
            figures[f"{who} {name} p50 ms"] = share_of(0.5, times)
            figures[f"{who} {name} p95 ms"] = share_of(0.95, times)
            rows.append(
                [
                    f"{who}, {name}",
                    str(len(deeds[name].statements)),
                    f"{share_of(0.5, times):.1f}",
                    f"{share_of(0.95, times):.1f}",
                    str(len(times)),
                ]
            )
    for who, rounds in (("xinglin", ours), ("bare", bare)):
        figures[f"{who} deeds/s"] = median([len(taken) / seconds for taken in rounds])
    ratios["bare to xinglin"] = figures["bare deeds/s"] / figures["xinglin deeds/s"]
    print_table(["eight desks", "statements", "p50 ms", "p95 ms", "deeds"], rows)
    print(f"deeds a second: xinglin {figures['xinglin deeds/s']:.0f}, bare {figures['bare deeds/s']:.0f}")
    holds = ratios["bare to xinglin"] <= BAR
    print_last_line("desk", figures=figures, ratios=ratios, bar={"bare to xinglin": BAR}, holds=holds)
    return 0


if __name__ == "__main__":
    sys.exit(main())
