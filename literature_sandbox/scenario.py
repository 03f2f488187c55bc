"""Filling a world: invented articles for a demonstration, or the articles of files for a test, appearing by and by."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from random import Random

from literature_sandbox import invented
from literature_sandbox.records import articles_in
from literature_sandbox.world import World

HALF_A_DAY = 43_200.0


def fill_with_invented(
    world: World,
    *,
    count: int,
    past_days: int,
    coming_days: int,
    seed: int = 1,
    begun_at: float | None = None,
) -> None:
    """Put invented articles on the shelf, some already there, the rest appearing in the coming days."""
    now = world.clock.now() if begun_at is None else begun_at
    start, span = now - past_days * 86_400, (past_days + coming_days) * 86_400
    random = Random(seed)  # noqa: S311 (play, not secrets)
    for place in range(count):
        at = start + span * place / count
        year = datetime.fromtimestamp(at, UTC).year
        world.shelf.add(invented.article(invented.FIRST_NUMBER + place, seed=seed, year=year), at=at)
    numbers = list(world.shelf.records)
    for number in random.sample(numbers[: len(numbers) // 2], max(1, count // 100)):
        world.shelf.retract(number, at=now + random.uniform(0.1, coming_days) * 86_400)


def fill_from_files(
    world: World, paths: Iterable[Path], *, per_tick: int, tick: float = HALF_A_DAY
) -> list[str]:
    """Put the articles of PubMed files on the shelf, so many each half day from now on; return their numbers."""
    now, place = world.clock.now(), 0
    for path in sorted(paths):
        for xml in articles_in(path.read_bytes()):
            before = len(world.shelf.records)
            world.shelf.add(xml, at=now + tick * (place // per_tick + 1) - 1.0)
            place += len(world.shelf.records) - before
    return list(world.shelf.records)
