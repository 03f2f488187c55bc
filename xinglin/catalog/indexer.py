"""The indexer: one process a node that follows the change log into the node's own index.

What it remembers is a transaction number: *every change of a transaction below it is in the index*.
Row numbers would not do. They are handed out before the commit, so a follower that has seen row 6
would never look for row 5 of a slower transaction. PostgreSQL's snapshot names the oldest transaction
still running (``pg_snapshot_xmin``); what is visible is indexed at once, and what lies above that
horizon is looked at again until it has sunk below.

The log tells when to look; NOTIFY only makes it sooner. A node that starts empty, with an index of an
older schema, or behind a database that was restored to an earlier point, builds its index anew while
the old one serves.
"""

import logging
import os
import threading
from pathlib import Path

import psycopg
from django.conf import settings
from django.db import OperationalError, close_old_connections, connection

from xinglin.catalog import search_parts
from xinglin.catalog.changelog import CHANNEL
from xinglin.catalog.documents import BATCH, documents_of, every_document
from xinglin.catalog.models import Record, RecordChange, RecordState
from xinglin.catalog.search.errors import IndexBusy
from xinglin.catalog.search.writer import IndexWriter

log = logging.getLogger(__name__)

LOOK_AGAIN_AFTER = 1.0
AFTER_TROUBLE = 5.0
# From here on, several processes build a new index sooner than one, starting them counted in.
WORTH_SEVERAL = 20_000
MOST_PROCESSES = 4


def index_directory() -> Path:
    """Return the folder of this node's catalogue index."""
    return Path(settings.INDEX_ROOT) / "catalog"


def run(stop: threading.Event) -> None:
    """Follow the change log until asked to stop; trouble is logged and tried again.

    A process that is killed loses nothing: records and position are one commit of the index.
    """
    while not stop.is_set():
        try:
            with IndexWriter(index_directory()) as writer:
                follower = Follower(writer)
                while not stop.is_set():
                    follower.catch_up()
                    _wait_for_news(stop)
        except IndexBusy as busy:
            log.warning("another process writes the index: %s", busy)
            stop.wait(AFTER_TROUBLE)
        except (OperationalError, psycopg.OperationalError):
            log.exception("the database went away; the indexer tries again")
            close_old_connections()
            stop.wait(AFTER_TROUBLE)


def index_now() -> int:
    """Bring this node's index up to date once, and return how many records were looked at.

    For the demonstration and for tests; sees what the caller's own open transaction wrote. Raises
    ``IndexBusy`` while an indexer runs.
    """
    with IndexWriter(index_directory()) as writer:
        return Follower(writer).catch_up()


class Follower:
    """Reads the log into one index."""

    def __init__(self, writer: IndexWriter) -> None:
        self.writer = writer
        # Log rows above the horizon that are in the index already.
        self.seen: set[int] = set()

    def catch_up(self) -> int:
        """Index what changed since the last time, or everything where there is no usable index."""
        position = self.writer.position
        horizon, newest = _horizon()
        if position is None or position > newest:
            return self._rebuild(horizon)
        changes = dict(RecordChange.objects.filter(transaction__gte=position).values_list("pk", "record_id"))
        record_ids = list(dict.fromkeys(changes[pk] for pk in changes.keys() - self.seen))
        for start in range(0, len(record_ids), BATCH):
            chunk = record_ids[start : start + BATCH]
            documents = documents_of(chunk)
            self.writer.upsert(documents)
            self.writer.delete(set(chunk) - {document.record_id for document in documents})
        if record_ids:
            self.writer.commit(position=horizon)
        self.seen = set(changes)
        return len(record_ids)

    def _rebuild(self, horizon: int) -> int:
        count = Record.objects.filter(state=RecordState.ACTIVE).count()
        processes = min(os.cpu_count() or 1, MOST_PROCESSES)
        # Another process sees only what is committed: a caller inside a transaction builds by itself.
        if count >= WORTH_SEVERAL and processes > 1 and not connection.in_atomic_block:
            self.writer.rebuild_in_parts(position=horizon, source=search_parts.SOURCE, processes=processes)
            self.seen = set()
            log.info("the catalogue index was built anew", extra={"records": count, "position": horizon})
            return count
        count = 0
        with self.writer.rebuild(position=horizon) as rebuild:
            for documents in every_document():
                rebuild.add(documents)
                count += len(documents)
        self.seen = set()
        log.info("the catalogue index was built anew", extra={"records": count, "position": horizon})
        return count


def _horizon() -> tuple[int, int]:
    """Return the oldest transaction still running and the first one not begun.

    Asked before the log is read, so what is read is never older than what is remembered.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "select pg_snapshot_xmin(s)::text::bigint, pg_snapshot_xmax(s)::text::bigint"
            " from pg_current_snapshot() as s"
        )
        row = cursor.fetchone()
    if row is None:
        raise OperationalError("no snapshot")
    return int(row[0]), int(row[1])


def _wait_for_news(stop: threading.Event) -> None:
    """Return when the catalogue changed, or after a second; other databases than ours may never notify."""
    with connection.cursor() as cursor:
        cursor.execute(f"listen {CHANNEL}")
    raw: psycopg.Connection[tuple[object, ...]] = connection.connection
    for _notice in raw.notifies(timeout=LOOK_AGAIN_AFTER, stop_after=1):
        return
