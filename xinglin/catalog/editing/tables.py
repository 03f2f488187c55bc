"""Spreadsheets and lists of ISBNs become records, and then go the way of every import.

A row with a title becomes a CNMARC record with its copy in the library's own holdings field. A row
that has only an ISBN stands for the record that the catalogue has under it, when it is exactly one:
its fields go along, so that the match rests on more than the number (library systems sheet 4.7).
Match, preview, report and undo are those of ``catalog.importing``; a row that cannot become a record is
in the same report, with its number in the sheet, its cells and the reason.
"""

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import BinaryIO

from django.db import transaction
from django.utils.translation import gettext_lazy

from xinglin.catalog import services
from xinglin.catalog.editing.headings import Meaning
from xinglin.catalog.editing.models import TableDraft
from xinglin.catalog.editing.sheet_isbns import isbn_in_cell
from xinglin.catalog.editing.table_rows import BadLine, TableLine, held_under, record_of, require_places
from xinglin.catalog.errors import NothingToImport
from xinglin.catalog.importing.running import profile_of
from xinglin.catalog.lifecycle import Outcome
from xinglin.catalog.models import ImportBatch, ImportRow, OnMatch
from xinglin.catalog.services.imports import PERMISSION
from xinglin.commons import clock, history
from xinglin.commons.errors import Refusal
from xinglin.commons.sheets import LARGEST_FILE, Row, read_table
from xinglin.commons.text import plain, shortened
from xinglin.consortium import access
from xinglin.consortium.models import Library, Staff

KEPT_FOR = timedelta(days=7)


@dataclass(frozen=True)
class Table:
    """A sheet that was read: its headings in order, its rows."""

    headings: Sequence[str]
    rows: Sequence[Row]


@dataclass(frozen=True)
class Converted:
    """What a table became: ISO 2709 of the rows that are records, and the others."""

    records: Sequence[bytes]
    bad: Sequence[BadLine]
    mended: Sequence[BadLine]


@transaction.atomic
def keep_draft(*, file: BinaryIO, name: str, library: Library, by: Staff | None) -> TableDraft:
    """Keep a table until someone has said what its columns mean; others that wait a week are dropped.

    Raises ``UnreadableTable``, ``NothingToImport``, ``NotAllowed``.
    """
    access.require(by, PERMISSION, library.pk)
    data = file.read(LARGEST_FILE + 1)
    if not table_of(data, name).rows:
        raise NothingToImport(gettext_lazy("表格里没有数据行；第一行是列名，数据从第二行开始。"))
    TableDraft.objects.filter(uploaded_at__lt=clock.now() - KEPT_FOR).delete()
    return TableDraft.objects.create(
        library=library,
        file_name=shortened(plain(name) or "-", characters=200),
        data=data,
        by=by,
        uploaded_at=clock.now(),
    )


@transaction.atomic
def import_table(
    *,
    draft: TableDraft,
    mapping: Mapping[str, Meaning],
    without_damaged_isbns: bool = False,
    by: Staff | None,
) -> ImportBatch:
    """Hand a table over to the imports: a batch that is previewed, run, reported and undone like any other.

    Raises ``NothingToImport``, ``ColumnWithoutPlace``, ``AlreadyImported``, ``NotAllowed``.
    """
    access.require(by, PERMISSION, draft.library_id)
    table = table_of(bytes(draft.data), draft.file_name)
    converted = convert(table, mapping, library=draft.library, without_damaged_isbns=without_damaged_isbns)
    if not converted.records:
        why = converted.bad[0].reason if converted.bad else ""
        raise NothingToImport(gettext_lazy("没有一行能成为书目：%(why)s"), why=why)
    batch = services.upload(
        file=io.BytesIO(b"".join(converted.records)),
        name=draft.file_name,
        library=draft.library,
        on_match=OnMatch.KEEP,
        by=by,
    )
    _add_bad_lines(batch, converted.bad)
    history.record(batch, "import_table", by=by.user if by else None, changes=dict(mapping))
    draft.delete()
    return batch


def table_of(data: bytes, name: str) -> Table:
    """Read a sheet; a bare list of ISBNs needs no heading. Raises ``UnreadableTable``."""
    shift = 0
    if data[:4] != b"PK\x03\x04" and _is_bare_list(data):
        data, shift = b"ISBN\n" + data.removeprefix(b"\xef\xbb\xbf"), 1
    rows = [Row(row.number - shift, row.cells) for row in read_table(io.BytesIO(data), name=name)]
    headings = list(dict.fromkeys(heading for row in rows[:1] for heading in row.cells))
    bare = next((heading for heading in headings if isbn_in_cell(heading).number), None)
    if bare is not None:  # a workbook whose first row is a number already
        rows.insert(0, Row(1, {bare: bare}))
    return Table(headings, rows)


def _is_bare_list(data: bytes) -> bool:
    first = data.removeprefix(b"\xef\xbb\xbf").lstrip().split(b"\n", 1)[0].decode("ascii", "replace").strip()
    return isbn_in_cell(first).number is not None


def convert(
    table: Table, mapping: Mapping[str, Meaning], *, library: Library, without_damaged_isbns: bool = False
) -> Converted:
    """Return what a table becomes under a mapping; saves nothing. Raises ``ColumnWithoutPlace``."""
    profile = profile_of(ImportBatch(library=library))
    require_places(mapping, profile)
    lines = [TableLine(row, mapping) for row in table.rows]
    held = held_under({line.isbn.number for line in lines if line.isbn.number and not line[Meaning.TITLE]})
    records: list[bytes] = []
    bad: list[BadLine] = []
    mended: list[BadLine] = []
    for line in lines:
        if line.isbn.is_damaged and not without_damaged_isbns:
            bad.append(line.refused("isbn_damaged", line.isbn.remark))
            continue
        if line.isbn.remark:
            mended.append(line.refused("isbn_mended", line.isbn.remark))
        try:
            records.append(record_of(line, held, profile))
        except Refusal as refusal:
            bad.append(line.refused(refusal.code, str(refusal)))
    return Converted(records, bad, mended)


def _add_bad_lines(batch: ImportBatch, bad: Sequence[BadLine]) -> None:
    """Put the rows that are no records into the batch's report, after its records."""
    refused = Outcome.REFUSED
    ImportRow.objects.bulk_create(
        ImportRow(
            batch=batch,
            number=batch.records + place,
            raw=line.text.encode(),
            size=len(line.text.encode()),
            title=shortened(line.text, characters=200),
            foreseen=refused,
            outcome=refused,
            code=line.code,
            reason=line.reason,
        )
        for place, line in enumerate(bad, start=1)
    )
    batch.records += len(bad)
    batch.save(update_fields=["records"])
