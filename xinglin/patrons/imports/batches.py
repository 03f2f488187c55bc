"""An import of readers: uploaded, looked at, run, undone.

Good rows are taken and bad ones reported; a bad row never stops a good one. The work goes in chunks,
each a transaction: progress is seen, and a killed worker's chunk is done by the next one.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import asdict
from io import BytesIO
from typing import BinaryIO

from django.db import IntegrityError, transaction
from django.db.models import Count, ProtectedError, RestrictedError
from django.utils.translation import gettext_lazy as _

from xinglin.commons import clock, history
from xinglin.commons.sheets import LARGEST_FILE, UnreadableTable, read_table
from xinglin.consortium import access
from xinglin.consortium.models import Library, Staff
from xinglin.patrons.errors import BatchAlreadyUsed, BatchNotReady
from xinglin.patrons.imports import columns
from xinglin.patrons.imports.rows import Known, Reading, contradictions, read_row
from xinglin.patrons.imports.taking import take
from xinglin.patrons.models import BatchState, ImportBatch, ImportRow, Patron, PatronCategory, RowState
from xinglin.patrons.services.patrons import actor
from xinglin.patrons.text import date_of, name_key_of

CHUNK = 500


@transaction.atomic
def upload(*, library: Library, file: BinaryIO, name: str, by: Staff | None) -> ImportBatch:
    """Keep a file of readers for a library, row by row, and guess its columns; nothing is imported yet.

    The same file for the same library is the batch that is there already. Columns of identity numbers
    are not kept.

    Raises ``UnreadableTable`` for what is no table, or a table without rows.
    """
    access.require(by, "patrons.import_patron", library.pk)
    data = file.read(LARGEST_FILE + 1)
    sha256 = hashlib.sha256(data).hexdigest()
    known = ImportBatch.objects.filter(library=library, sha256=sha256).exclude(state=BatchState.UNDONE)
    if (batch := known.first()) is not None:
        return batch
    rows = list(read_table(BytesIO(data), name=name))
    if not rows:
        raise UnreadableTable(_("文件里只有列名，没有读者；请从第二行起每行写一位读者。"))
    headings = [heading for heading in rows[0].cells if not columns.is_identity_number(heading)]
    try:
        with transaction.atomic():
            batch = ImportBatch.objects.create(
                library=library,
                file_name=name[:200],
                sha256=sha256,
                headings=headings,
                mapping=columns.guessed(headings),
                uploaded_by=by,
                uploaded_at=clock.now(),
            )
    except IntegrityError:
        return known.get()
    ImportRow.objects.bulk_create(
        (
            ImportRow(
                batch=batch,
                number=row.number,
                cells={heading: row[heading] for heading in headings if row[heading]},
            )
            for row in rows
        ),
        batch_size=2000,
    )
    history.record(batch, "upload", by=actor(by), changes={"rows": len(rows)})
    return batch


@transaction.atomic
def start(*, batch: ImportBatch, mapping: Mapping[str, str], by: Staff | None) -> ImportBatch:
    """Begin an import with these columns; the rows are taken by the job that follows the commit.

    Raises ``MappingIncomplete``, and ``BatchNotReady`` when it was begun before.
    """
    from xinglin.patrons.tasks import run_import  # the job calls this module

    access.require(by, "patrons.import_patron", batch.library_id)
    kept = ImportBatch.objects.select_for_update().get(pk=batch.pk)
    if kept.state != BatchState.UPLOADED:
        raise BatchNotReady(
            _("这次导入%(state)s，不能再开始一次；请看下面的结果。"), state=kept.get_state_display()
        )
    kept.mapping = columns.checked(mapping, kept.headings)
    kept.state = BatchState.RUNNING
    kept.save(update_fields=["mapping", "state"])
    history.record(kept, "start", by=actor(by))
    run_import.defer(batch_id=kept.pk, staff_id=by.pk if by else None)
    return kept


@transaction.atomic
def resume(*, batch: ImportBatch, by: Staff | None) -> None:
    """Let an import go on that stands still, because its job failed for good or who began it has left.

    Raises ``BatchNotReady`` unless it was begun and has not ended.
    """
    from xinglin.patrons.tasks import run_import  # the job calls this module

    access.require(by, "patrons.import_patron", batch.library_id)
    kept = ImportBatch.objects.select_for_update().get(pk=batch.pk)
    if kept.state != BatchState.RUNNING:
        raise BatchNotReady(_("这次导入%(state)s，没有可以继续的。"), state=kept.get_state_display())
    run_import.defer(batch_id=kept.pk, staff_id=by.pk if by else None)


def readings_of(batch: ImportBatch, mapping: Mapping[str, str], by: Staff | None) -> list[Reading]:
    """Return what the rows of a batch say with these columns; for the preview as for the import."""
    known = known_to(batch, by)
    return [
        read_row(number=number, row=cells, mapping=mapping, known=known)
        for number, cells in batch.rows.values_list("number", "cells")
    ]


def known_to(batch: ImportBatch, by: Staff | None) -> Known:
    """Return what the rows of a batch may refer to, for who imports them."""
    importable = (
        access.libraries_of(by, "patrons.import_patron")
        if by
        else set(Library.objects.values_list("pk", flat=True))
    )
    return Known.now(into=batch.library, importable=importable)


def run(*, batch: ImportBatch, by: Staff | None) -> ImportBatch:
    """Take all rows of a begun import that wait, and end it. Runs on where it was interrupted.

    ``by`` is who began it; whoever has lost the right meanwhile imports nothing more.
    """
    access.require(by, "patrons.import_patron", batch.library_id)
    _refuse_contradictions(batch, by)
    while _take_a_chunk(batch, by):
        pass
    return _finish(batch, by)


@transaction.atomic
def _refuse_contradictions(batch: ImportBatch, by: Staff | None) -> None:
    found = contradictions(readings_of(batch, batch.mapping, by), headings=batch.mapping)
    rows = list(batch.rows.filter(number__in=found, state=RowState.WAITING))
    for row in rows:
        row.state = RowState.REFUSED
        row.problems = [asdict(found[row.number])]
    ImportRow.objects.bulk_update(rows, ["state", "problems"], batch_size=1000)


def _take_a_chunk(batch: ImportBatch, by: Staff | None) -> bool:
    """Take some waiting rows; False when none is left. A reader registered meanwhile is met again."""
    for last in (False, False, True):
        try:
            with transaction.atomic():
                ImportBatch.objects.select_for_update().get(pk=batch.pk)
                waiting = batch.rows.filter(state=RowState.WAITING)
                rows = list(waiting.order_by("number").select_for_update()[:CHUNK])
                take(batch, rows, known=known_to(batch, by), by=by)
                return bool(rows)
        except IntegrityError:
            if last:
                raise
    return False


@transaction.atomic
def _finish(batch: ImportBatch, by: Staff | None) -> ImportBatch:
    kept = ImportBatch.objects.select_for_update().get(pk=batch.pk)
    if kept.state == BatchState.RUNNING:
        kept.state = BatchState.DONE
        kept.finished_at = clock.now()
        kept.save(update_fields=["state", "finished_at"])
        history.record(kept, "finish", by=actor(by), changes=counts(kept))
    return kept


def counts(batch: ImportBatch) -> dict[str, int]:
    """Return how many rows stand in each state, zeros included."""
    found = dict(batch.rows.order_by().values_list("state").annotate(Count("pk")))
    return {state.value: found.get(state.value, 0) for state in RowState}


@transaction.atomic
def undo(*, batch: ImportBatch, by: Staff | None) -> ImportBatch:
    """Undo an import as a whole: new readers go, changed ones get their former file back.

    Raises ``BatchNotReady`` unless it was done, and ``BatchAlreadyUsed`` when anything has happened
    to one of its readers since; then nothing is undone.
    """
    access.require(by, "patrons.import_patron", batch.library_id)
    kept = ImportBatch.objects.select_for_update().get(pk=batch.pk)
    if kept.state != BatchState.DONE:
        raise BatchNotReady(
            _("只有已完成的导入才能撤销；这次导入%(state)s。"), state=kept.get_state_display()
        )
    rows = list(
        kept.rows.filter(state__in=(RowState.CREATED, RowState.UPDATED))
        .select_related("patron")
        .order_by("number")
    )
    patrons = Patron.objects.select_for_update().in_bulk([row.patron_id for row in rows if row.patron_id])
    used = [
        row.number for row in rows if row.patron_id is None or patrons[row.patron_id].version != row.version
    ]
    created = [row.patron_id for row in rows if row.state == RowState.CREATED and row.patron_id is not None]
    if used or _is_referred_to(created):
        raise BatchAlreadyUsed(
            _("有 %(count)d 位读者在导入之后又办过事（第 %(rows)s 行），不能整批撤销；请逐个修改。"),
            count=len(used) or 1,
            rows="、".join(str(number) for number in used[:8]) or _("若干"),
        )
    for row in rows:
        if row.state == RowState.UPDATED and row.patron_id is not None:
            _restore(patrons[row.patron_id], row)
    _delete(created)
    kept.rows.exclude(state=RowState.REFUSED).update(state=RowState.UNDONE, patron=None)
    kept.state = BatchState.UNDONE
    kept.save(update_fields=["state"])
    history.record(kept, "undo", by=actor(by), changes={"readers": len(rows)})
    return kept


def _is_referred_to(patron_ids: list[int]) -> bool:
    """Whether any row of the house, besides cards and this import, points at these readers."""
    own = {"cards", "import_rows"}
    return any(
        relation.related_model._base_manager.filter(**{f"{relation.field.name}__in": patron_ids}).exists()
        for relation in Patron._meta.related_objects
        if relation.get_accessor_name() not in own and not isinstance(relation.related_model, str)
    )


def _delete(patron_ids: list[int]) -> None:
    try:
        Patron.objects.filter(pk__in=patron_ids).delete()
    except (ProtectedError, RestrictedError) as error:
        raise BatchAlreadyUsed(_("有读者在导入之后又办过事，不能整批撤销；请逐个修改。")) from error


def _restore(patron: Patron, row: ImportRow) -> None:
    for name, value in row.before.items():
        match name:
            case "category":
                patron.category = PatronCategory.objects.get(pk=value)
            case "home_library":
                patron.home_library = Library.objects.get(pk=value)
            case "expires_on":
                patron.expires_on = date_of(value) if value else None
            case _:
                setattr(patron, name, value)
    patron.name_key = name_key_of(patron.name)
    patron.version += 1
    patron.save()
    history.record(patron, "undo_import", by=str(_("导入")), changes=row.before)
