"""The deeds of importing: send a file in, start, decide a doubtful pair, take it back."""

from typing import BinaryIO, TypedDict, Unpack

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from xinglin.catalog import tasks
from xinglin.catalog.errors import (
    AlreadyDecided,
    AlreadyImported,
    MoveNotOffered,
    NothingToImport,
    RecordUnknown,
)
from xinglin.catalog.importing.running import profile_of, settle
from xinglin.catalog.importing.shelving import Arrived
from xinglin.catalog.importing.staging import received, stage
from xinglin.catalog.importing.understanding import understand
from xinglin.catalog.lifecycle import BATCH_MOVES, WITHOUT_EFFECT, BatchState, Outcome
from xinglin.catalog.models import ImportBatch, ImportProfile, ImportRow, OnMatch, Record, RecordState
from xinglin.catalog.services.records import save_record
from xinglin.commons import clock, history
from xinglin.commons.text import plain, shortened
from xinglin.consortium import access
from xinglin.consortium.models import Library, Staff

PERMISSION = "catalog.import_records"


class ProfileFacts(TypedDict, total=False):
    """What may be said of how a library's files are to be read."""

    agency: str
    holdings_tag: str
    library_subfield: str
    library_codes: dict[str, str]
    location_subfield: str
    class_subfield: str
    book_number_subfield: str
    call_number_subfield: str
    barcode_subfield: str
    volume_subfield: str
    price_subfield: str
    item_type: str
    condition: str


@transaction.atomic
def upload(
    *,
    file: BinaryIO,
    name: str,
    library: Library,
    on_match: OnMatch = OnMatch.KEEP,
    with_items: bool = True,
    is_nightly: bool = False,
    by: Staff | None,
) -> ImportBatch:
    """Take a MARC file in, record by record, and have it previewed; nothing enters the catalogue yet.

    Raises ``AlreadyImported`` for a file whose effect stands (the same bytes for the same library),
    ``NothingToImport``, ``FileTooLarge``, ``NotAllowed``. A file that is no MARC at all is not raised
    about: it is one refused record with its reason.
    """
    access.require(by, PERMISSION, library.pk)
    with received(file) as arrived:
        _refuse_second(library, arrived.sha256)
        batch = ImportBatch(
            library=library,
            file_name=shortened(plain(name) or "-", characters=200),
            sha256=arrived.sha256,
            size=arrived.size,
            format=arrived.format,
            on_match=on_match,
            with_items=with_items,
            is_nightly=is_nightly,
            by=by,
            uploaded_at=clock.now(),
        )
        try:
            with transaction.atomic():
                batch.save()
        except IntegrityError:
            _refuse_second(library, arrived.sha256)
            raise
        batch.records = stage(batch, arrived.stream)
    if not batch.records:
        raise NothingToImport(_("文件是空的，里面没有任何记录；请检查导出是否成功。"))
    batch.save(update_fields=["records"])
    history.record(batch, "upload", by=by.user if by else None)
    tasks.preview_import.defer(batch_id=batch.pk)
    return batch


def _refuse_second(library: Library, sha256: str) -> None:
    earlier = (
        ImportBatch.objects.filter(library=library, sha256=sha256).exclude(state__in=WITHOUT_EFFECT).first()
    )
    if earlier is not None:
        raise AlreadyImported(
            _(
                "这个文件已在 %(day)s 上传过（批次 %(number)d，%(state)s）；要重新导入，请先撤销或放弃那一批。"
            ),
            day=clock.local(earlier.uploaded_at).strftime("%Y-%m-%d"),
            number=earlier.pk,
            state=BatchState(earlier.state).label,
        )


@transaction.atomic
def start(*, batch: ImportBatch, by: Staff | None) -> ImportBatch:
    """Begin an import that was previewed, or go on with one that broke off. Raises ``MoveNotOffered``."""
    current = _moved(batch, "start", by)
    current.started_at = current.started_at or clock.now()
    current.failure = ""
    current.save(update_fields=["state", "started_at", "failure"])
    tasks.run_import.defer(batch_id=current.pk)
    return current


@transaction.atomic
def discard(*, batch: ImportBatch, by: Staff | None) -> ImportBatch:
    """Give up an import that was not started; the file may be sent in again. Raises ``MoveNotOffered``."""
    current = _moved(batch, "discard", by)
    current.save(update_fields=["state"])
    return current


@transaction.atomic
def undo(*, batch: ImportBatch, by: Staff | None) -> ImportBatch:
    """Take an import back, in a job. Raises ``MoveNotOffered``."""
    current = _moved(batch, "undo", by)
    current.checkpoint = current.records
    current.save(update_fields=["state", "checkpoint"])
    tasks.undo_import.defer(batch_id=current.pk)
    return current


@transaction.atomic
def decide_same(*, row: ImportRow, record: Record, by: Staff | None) -> ImportRow:
    """Decide that a doubtful record is one that we have: its copies are shelved there.

    Raises ``AlreadyDecided``, ``RecordUnknown``, ``NotAllowed``.
    """
    current = _in_review(row, by)
    kept = Record.objects.filter(pk=record.pk, state=RecordState.ACTIVE).first()
    if kept is None:
        raise RecordUnknown(_("选定的书目已被删除或合并；请重新查重。"))
    incoming = understand(current, current.batch, profile_of(current.batch))
    return _decided(current, Outcome.MATCHED, Arrived(incoming, kept), by)


@transaction.atomic
def decide_new(*, row: ImportRow, by: Staff | None) -> ImportRow:
    """Decide that a doubtful record is a work of its own.

    Raises ``AlreadyDecided``, ``NotAllowed``; ``ControlNumberTaken`` where its control number stands in the way.
    """
    current = _in_review(row, by)
    incoming = understand(current, current.batch, profile_of(current.batch))
    save_record(incoming.record)
    return _decided(current, Outcome.ADDED, Arrived(incoming, incoming.record), by)


@transaction.atomic
def drop(*, row: ImportRow, by: Staff | None) -> ImportRow:
    """Decide that a doubtful record is not wanted; its bytes stay in the batch. Raises ``AlreadyDecided``."""
    current = _in_review(row, by)
    return _decided(current, Outcome.DROPPED, None, by)


@transaction.atomic
def set_profile(*, library: Library, by: Staff | None, **facts: Unpack[ProfileFacts]) -> ImportProfile:
    """Say where a library's records name their copies; the next import reads them so. Raises ``NotAllowed``."""
    access.require(by, PERMISSION, library.pk)
    profile, _made = ImportProfile.objects.update_or_create(library=library, defaults=dict(facts))
    history.record(library, "set_import_profile", by=by.user if by else None, changes=dict(facts))
    return profile


def _in_review(row: ImportRow, by: Staff | None) -> ImportRow:
    current = (
        ImportRow.objects.select_for_update(of=("self",))
        .select_related("batch__library", "batch__by")
        .get(pk=row.pk)
    )
    access.require(by, PERMISSION, current.batch.library_id)
    if current.outcome != Outcome.REVIEW or current.batch.state not in (BatchState.RUNNING, BatchState.DONE):
        raise AlreadyDecided(
            _("第 %(number)d 条已处理为“%(outcome)s”，或这一批已撤销；请刷新后再看。"),
            number=current.number,
            outcome=Outcome(current.outcome).label,
        )
    return current


def _decided(row: ImportRow, outcome: Outcome, arrived: Arrived | None, by: Staff | None) -> ImportRow:
    row.outcome = outcome
    row.decided_by = by
    if arrived is not None:
        arrived.incoming.row = row
        settle([arrived], row.batch)
        row.remarks = arrived.incoming.remarks
    row.save()
    history.record(
        row.batch, "decide", by=by.user if by else None, changes={"row": row.number, "outcome": outcome.value}
    )
    return row


def _moved(batch: ImportBatch, deed: str, by: Staff | None) -> ImportBatch:
    current = ImportBatch.objects.select_for_update(of=("self",)).select_related("library").get(pk=batch.pk)
    access.require(by, PERMISSION, current.library_id)
    move = BATCH_MOVES.get((BatchState(current.state), deed))
    if move is None:
        raise MoveNotOffered(
            _("批次 %(number)d 现在是“%(state)s”，不能这样做；请刷新后再看。"),
            number=current.pk,
            state=BatchState(current.state).label,
        )
    current.state = move[0]
    history.record(current, deed, by=by.user if by else None)
    return current
