"""The statements of a deed as the database heard them, and sending them again with other numbers."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Any

import psycopg
from django.utils.functional import Promise
from psycopg.types.json import Json, Jsonb

from bench.desk_data import SAMPLE, World

if TYPE_CHECKING:
    from xinglin.catalog.models import Item
    from xinglin.consortium.models import Staff
    from xinglin.patrons.models import Patron


@dataclass(frozen=True)
class Deed:
    """One deed: each statement with its parameters, in their order."""

    statements: tuple[tuple[str, Any], ...]


class _Listener:
    """Writes down every statement that goes through Django's connection."""

    def __init__(self) -> None:
        self.heard: list[tuple[str, Any]] = []

    def __call__(
        self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Mapping[str, Any]
    ) -> Any:
        if many:
            raise RuntimeError("a statement for many rows cannot be sent again one by one")
        self.heard.append((sql, _plain(params)))
        return execute(sql, params, many, context)


def recorded(world: World) -> dict[str, Deed]:
    """Lend the sample copy to the sample reader and take it back, and return what the database heard."""
    from django.db import connection

    from xinglin.circulation import services

    staff = at_the_desk(world)
    deeds = {}
    for name in ("lend", "check_in"):
        listener = _Listener()
        with connection.execute_wrapper(listener):
            if name == "lend":
                patron, item = found(SAMPLE["patron"], SAMPLE["item"])
                loan = services.lend(patron=patron, item=item, library=staff.library, by=staff)
                if loan.pk != SAMPLE["loan"]:
                    raise RuntimeError("the sample's loan has not the number that is looked for")
            else:
                services.check_in(item=item, library=staff.library, by=staff)
        deeds[name] = Deed(tuple(listener.heard))
    return deeds


def at_the_desk(world: World) -> "Staff":
    """Return the librarian of a desk, what they may do known already: it is asked once for many deeds."""
    from xinglin.consortium.models import Staff

    staff = Staff.objects.select_related("library", "user").get(pk=world.staff)
    assert staff.grants_held
    return staff


def found(patron: int, item: int) -> "tuple[Patron, Item]":
    """Return a reader and a copy as a screen finds them before it calls the deed; it belongs to lending."""
    from xinglin.catalog.models import Item
    from xinglin.patrons.models import Patron

    copies = Item.objects.select_related("holding__record", "library")
    return Patron.objects.get(pk=patron), copies.get(pk=item)


def replay(
    connection: "psycopg.Connection[tuple[Any, ...]]",
    deed: Deed,
    sample: Mapping[str, int],
    roles: dict[str, int],
) -> None:
    """Send a deed's statements in one transaction, with this reader and copy in place of the sample's.

    The number that the database gives to a new loan takes the place of the sample loan's from there on, and is
    left in ``roles`` for the deed that follows.
    """
    changed = {sample[role]: number for role, number in roles.items()}
    words = {str(before): str(after) for before, after in changed.items()}
    with connection.transaction(), connection.cursor() as cursor:
        for sql, params in deed.statements:
            cursor.execute(sql.encode(), _put(params, changed, words))
            rows = cursor.fetchall() if cursor.description else []
            if sql.startswith('INSERT INTO "circulation_loan" ') and rows:
                roles["loan"] = rows[0][0]
                changed[sample["loan"]] = rows[0][0]
                words[str(sample["loan"])] = str(rows[0][0])


def _plain(value: Any) -> Any:
    """Return parameters without words of ours in them: a process that knows no Django sends them again."""
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, Promise):
        return str(value)
    if isinstance(value, Json | Jsonb):
        return type(value)(_plain(value.obj))
    if isinstance(value, Mapping):
        return {key: _plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return type(value)(_plain(each) for each in value)
    return value


def _put(value: Any, numbers: Mapping[int, int], words: Mapping[str, str]) -> Any:
    """Return parameters with the sample's numbers exchanged, wherever they stand in them."""
    if isinstance(value, bool):
        return value
    if isinstance(value, int):
        return numbers.get(value, value)
    if isinstance(value, str):
        return words.get(value, value)
    if isinstance(value, Json | Jsonb):
        return type(value)(_put(value.obj, numbers, words))
    if isinstance(value, Mapping):
        return {key: _put(each, numbers, words) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return type(value)(_put(each, numbers, words) for each in value)
    return value
