"""A consortium as large as a province's, made in the database itself from one row of each kind."""

import os
from collections.abc import Iterator
from dataclasses import dataclass

LIBRARIES = 8
COPIES_A_TITLE = 4
# The reader, title and copy whose deeds are written down; no other number in any statement is one of these.
SAMPLE = {
    "patron": 7_700_001,
    "record": 8_800_001,
    "holding": 9_900_001,
    "item": 6_600_001,
    "loan": 5_500_001,
}
FIRST = 10_000_000


@dataclass(frozen=True)
class World:
    """Where the consortium is, and how many copies and readers it has."""

    address: str
    staff: int
    items: int
    patrons: int
    desks: int = LIBRARIES

    def pairs(self, desk: int, turn: int) -> Iterator[tuple[int, int]]:
        """Yield readers and copies of one desk, none of them another desk's, spread over all."""
        patrons, items = self.patrons // self.desks, self.items // self.desks
        for step in range(10**9):
            patron = (step * 7919 + turn * 104_729) % patrons * self.desks + desk
            item = (step * 15_485_863 + turn * 32_452_843) % items * self.desks + desk
            yield FIRST + 1 + patron, FIRST + 1 + item

    def roles_of(self, patron: int, item: int) -> dict[str, int]:
        """Return the numbers that stand in a deed of this reader and this copy."""
        title = FIRST + 1 + (item - FIRST - 1) // COPIES_A_TITLE
        return {"patron": patron, "item": item, "record": title, "holding": title}


def make_world(*, items: int, patrons: int) -> World:
    """Fill the empty installation: eight libraries, rules, readers with cards, titles with four copies each."""
    from django.db import connection

    from xinglin.catalog.models import Holding, Item, Record
    from xinglin.circulation import services as circulation
    from xinglin.circulation.terms import Terms
    from xinglin.circulation.tests.factories import a_copy, a_title
    from xinglin.consortium import roles
    from xinglin.consortium.tests.factories import a_library, a_staff
    from xinglin.patrons.models import Card, Patron
    from xinglin.patrons.tests.factories import a_patron

    libraries = [a_library(f"L{number}") for number in range(LIBRARIES)]
    staff = a_staff(roles.CIRCULATION_LIBRARIAN, library=libraries[0])
    reader = a_patron(libraries[0])
    for library in libraries:
        for item_type in ("", "book", "media"):
            circulation.add_rule(library=library, item_type=item_type, terms=Terms(), by=None)
    circulation.add_rule(category=reader.category, terms=Terms(), by=None)
    record = a_title()
    copy = a_copy(record, libraries[0])
    card = reader.cards.get()
    titles = items // COPIES_A_TITLE
    n = "(n - 1)"
    _many(Patron, reader.pk, patrons, {"name": "'读者' || n", "staff_number": "''"})
    _many(Card, card.pk, patrons, {"patron_id": f"{FIRST} + n", "number": "'C' || n"})
    _many(Record, record.pk, titles, {"title": "'题名 ' || n", "title_key": "'题名' || n"})
    _many(Holding, copy.holding_id, titles, {"record_id": f"{FIRST} + n"})
    _many(
        Item,
        copy.pk,
        items,
        {"holding_id": f"{FIRST} + 1 + {n} / {COPIES_A_TITLE}", "barcode": "'X' || n", "price_fen": "4800"},
    )
    for model, template, role, changed in (
        (Patron, reader.pk, "patron", {"staff_number": "''"}),
        (Record, record.pk, "record", {}),
        (Holding, copy.holding_id, "holding", {"record_id": str(SAMPLE["record"])}),
        (Item, copy.pk, "item", {"holding_id": str(SAMPLE["holding"]), "barcode": "'SAMPLE'"}),
    ):
        _many(model, template, 1, changed, first=SAMPLE[role] - 1)
    with connection.cursor() as cursor:
        cursor.execute("analyze")
        cursor.execute(
            "select setval(pg_get_serial_sequence('circulation_loan', 'id'), %s)", [SAMPLE["loan"] - 1]
        )
    address = _address(connection.settings_dict)
    return World(address, staff.pk, items, patrons)


def _many(
    model: "type[object]", template: int, count: int, changed: dict[str, str], *, first: int = FIRST
) -> None:
    """Copy a row so often, in the database, with what differs; every other column is as in the template."""
    from django.db import connection
    from django.db.models import Model

    assert issubclass(model, Model)
    fields = [field for field in model._meta.local_concrete_fields if not getattr(field, "generated", False)]
    values = [
        f"{first} + n" if field.primary_key else changed.get(str(field.column), f't."{field.column}"')
        for field in fields
    ]
    columns = ", ".join(f'"{field.column}"' for field in fields)
    table = model._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(
            f'insert into "{table}" ({columns}) select {", ".join(values)}'
            f' from "{table}" t, generate_series(1, %s) n where t.id = %s',
            [count, template],
        )


def _address(settings: "dict[str, object]") -> str:
    parts = {"dbname": "NAME", "user": "USER", "password": "PASSWORD", "host": "HOST", "port": "PORT"}
    told = {key: str(settings.get(name) or "") for key, name in parts.items()}
    os.environ.setdefault("PGCONNECT_TIMEOUT", "10")
    return " ".join(f"{key}='{value}'" for key, value in told.items() if value)
