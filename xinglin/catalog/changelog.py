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
    at = clock.now()
    rows = [RecordChange(record_id=record_id, at=at) for record_id in dict.fromkeys(record_ids)]
    if not rows:
        return
    RecordChange.objects.bulk_create(rows, batch_size=2000)
    with connection.cursor() as cursor:
        cursor.execute(f"notify {CHANNEL}")
