"""Writing back what became of a chunk of rows: one statement, whatever the number.

Django's ``bulk_update`` builds a CASE for every column of every row: nine tenths of an import's time
went there. ``unnest`` takes the columns as arrays.
"""

import json
from collections.abc import Sequence

from django.db import connection

from xinglin.catalog.models import ImportRow

_COLUMNS = {
    "title": "text", "foreseen": "text", "outcome": "text", "code": "text", "reason": "text", "remarks": "jsonb",
    "candidates": "jsonb", "record_id": "bigint", "before": "bytea", "version": "bigint", "trace": "jsonb",
}  # fmt: skip


def write_back(rows: Sequence[ImportRow]) -> None:
    """Save what preview or import found out about these rows."""
    assigned = ", ".join(f"{name} = found.{name}::{kind}" for name, kind in _COLUMNS.items())
    # JSON travels as text, and is cast where it lands.
    arrays = ", ".join(f"%s::{'text' if kind == 'jsonb' else kind}[]" for kind in _COLUMNS.values())
    names = ", ".join(_COLUMNS)
    values = [[_value(row, name, kind) for row in rows] for name, kind in _COLUMNS.items()]
    # Our own table and columns; every value is a parameter.
    statement = (
        f"update {ImportRow._meta.db_table} as row set {assigned}"  # noqa: S608
        f" from unnest(%s::bigint[], {arrays}) as found(id, {names}) where row.id = found.id"
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, [[row.pk for row in rows], *values])


def _value(row: ImportRow, name: str, kind: str) -> object:
    value = getattr(row, name)
    if kind == "jsonb":
        return json.dumps(value)
    if kind == "bytea":
        return None if value is None else bytes(value)
    return value.value if hasattr(value, "value") else value
