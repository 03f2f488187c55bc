"""Writing back what became of a chunk of rows: one statement, whatever the number.

Django's ``bulk_update`` builds a CASE for every column of every row: nine tenths of an import's time
went there. One JSON text holds the chunk: arrays of every column cost ten times as much to write.
"""

import base64
import json
from collections.abc import Sequence

from django.db import connection

from xinglin.catalog.models import ImportRow

_COLUMNS = {
    "title": "text", "foreseen": "text", "outcome": "text", "code": "text", "reason": "text", "remarks": "jsonb",
    "candidates": "jsonb", "record_id": "bigint", "before": "bytea", "version": "bigint", "trace": "jsonb",
    "understood": "jsonb",
}  # fmt: skip
_TRAVELS_AS = {"bytea": "text"}


def write_back(rows: Sequence[ImportRow]) -> None:
    """Save what preview or import found out about these rows."""
    assigned = ", ".join(
        f"{name} = decode(found.{name}, 'base64')" if kind == "bytea" else f"{name} = found.{name}"
        for name, kind in _COLUMNS.items()
    )
    columns = ", ".join(f"{name} {_TRAVELS_AS.get(kind, kind)}" for name, kind in _COLUMNS.items())
    found = [{"id": row.pk, **{name: _value(row, name) for name in _COLUMNS}} for row in rows]
    # Our own table and columns; every value is in the one parameter.
    statement = (
        f"update {ImportRow._meta.db_table} as row set {assigned}"  # noqa: S608
        f" from json_to_recordset(%s::json) as found(id bigint, {columns}) where row.id = found.id"
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, [json.dumps(found, ensure_ascii=False)])


def _value(row: ImportRow, name: str) -> object:
    value = getattr(row, name)
    if name == "before" and value is not None:
        return base64.b64encode(bytes(value)).decode("ascii")
    return value
