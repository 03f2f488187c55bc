"""A chunk of an import: the rows that are next, under a lock on their batch."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager

from xinglin.catalog.lifecycle import BatchState
from xinglin.catalog.models import ImportBatch, ImportRow

CHUNK = 500


@contextmanager
def uncollected() -> Iterator[None]:
    """Keep Python's collector of circular garbage out of one chunk.

    A chunk makes some hundred thousand objects that live to its end: the collector looks through them again and
    again, finds nothing, and takes a quarter of the time. What it would have found it finds afterwards.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def locked(batch_id: int, state: BatchState) -> ImportBatch | None:
    return (
        ImportBatch.objects.select_for_update(of=("self",), no_key=True)
        .select_related("library", "by")
        .filter(pk=batch_id, state=state)
        .first()
    )


def next_rows(batch: ImportBatch) -> list[ImportRow]:
    return list(batch.rows.filter(number__gt=batch.checkpoint).order_by("number")[:CHUNK])
