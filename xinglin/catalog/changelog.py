"""Writing the change log: in the transaction that changes, or not at all."""

from collections.abc import Iterable

from django.db import connection

from xinglin.catalog.models import RecordChange
from xinglin.commons import clock

CHANNEL = "catalog_changed"


def log_changes(record_ids: Iterable[int]) -> None:
    """Note that these records, or what the libraries hold of them, changed.

    The notification reaches an indexer after the commit; one that misses it looks by itself.
    """
    ids = list(dict.fromkeys(record_ids))
    if not ids:
        return
    with connection.cursor() as cursor:
        # Our own table and columns; an import notes hundreds at once.
        cursor.execute(
            f"with noted as (insert into {RecordChange._meta.db_table} (record_id, at)"
            " select unnest(%s::bigint[]), %s) select pg_notify(%s, '')",
            [ids, clock.now(), CHANNEL],
        )
