"""Preview and import, a chunk of rows a transaction, the checkpoint in the same transaction.

A process that is killed leaves its last whole chunk; whoever goes on starts after it. Two workers on
one batch take turns on its row, and see each other's checkpoint. Two imports at once take turns on a
lock of the catalogue, or each would add the book that both files bring.
"""

import logging
from collections.abc import Sequence
from dataclasses import asdict

from django.db import connection, transaction
from django.utils.translation import gettext as _

from xinglin.catalog.changelog import log_changes
from xinglin.catalog.description import Native, put_into, taken_from
from xinglin.catalog.events import ImportFinished
from xinglin.catalog.importing.chunks import locked, next_rows, uncollected
from xinglin.catalog.importing.copying_in import copy_in
from xinglin.catalog.importing.matching import Candidates, Match, reason_of
from xinglin.catalog.importing.merging import merged
from xinglin.catalog.importing.progress import write_back
from xinglin.catalog.importing.removing import foresee_removal, remove
from xinglin.catalog.importing.shelving import Arrived, shelve
from xinglin.catalog.importing.understanding import Incoming, understand
from xinglin.catalog.lifecycle import BATCH_MOVES, BatchState, Outcome
from xinglin.catalog.marc import Verdict, facts_of
from xinglin.catalog.marc.model import Flavour as MarcFlavour
from xinglin.catalog.marc.reading import Unreadable
from xinglin.catalog.models import (
    Flavour,
    Format,
    Holding,
    ImportBatch,
    ImportProfile,
    ImportRow,
    OnMatch,
    Record,
)
from xinglin.catalog.projection import description_of
from xinglin.catalog.stored import read_stored
from xinglin.commons import clock
from xinglin.commons.bulletin import announce
from xinglin.commons.errors import Refusal
from xinglin.commons.text import shortened
from xinglin.consortium import access

log = logging.getLogger(__name__)

# Any number, the same in every process: who matches and adds holds it until the commit.
CATALOGUE_LOCK = 0x0C47A106
_LONGEST_TITLE = 200
_WRITTEN = (Outcome.ADDED, Outcome.REPLACED)


def profile_of(batch: ImportBatch) -> ImportProfile:
    """Return the import profile of a batch's library, or the defaults."""
    return ImportProfile.objects.filter(library=batch.library).first() or ImportProfile(library=batch.library)


@uncollected()
@transaction.atomic
def preview_some(batch_id: int) -> bool:
    """Foresee the next rows of a batch; False when there are no more and it waits for a librarian."""
    batch = locked(batch_id, BatchState.UPLOADED)
    if batch is None:
        return False
    rows = next_rows(batch)
    if not rows:
        _move(batch, "preview")
        return False
    incoming = _understood(rows, batch, with_copies=False)
    candidates = Candidates.of(incoming)
    for each in incoming:
        match = candidates.match(each)
        if each.is_deletion:
            foresee_removal(each, match)
            each.row.understood = each.said.as_json() if each.said else None
            continue
        each.row.foreseen = _outcome_of(match, batch)
        each.row.reason, each.row.candidates = reason_of(match.rule), _ids(match)
        each.row.understood = each.said.as_json() if each.said else None
        if match.verdict is Verdict.DIFFERENT:
            candidates.add(each.record)
    _keep(batch, rows, incoming)
    return True


@uncollected()
@transaction.atomic
def import_some(batch_id: int) -> bool:
    """Take in the next rows of a batch; False when it is done."""
    batch = locked(batch_id, BatchState.RUNNING)
    if batch is None:
        return False
    rows = next_rows(batch)
    if not rows:
        batch.finished_at = clock.now()
        _move(batch, "finish")
        announce(ImportFinished(batch_id=batch.pk))
        return False
    _take_turns()
    incoming = _understood(rows, batch, with_copies=batch.with_items)
    for row in rows:
        row.understood = None
        if row.outcome == Outcome.WAITING and row.foreseen == Outcome.REFUSED:
            row.outcome = Outcome.REFUSED
    _take_in(incoming, batch)
    _keep(batch, rows, incoming)
    return True


def _take_in(incoming: Sequence[Incoming], batch: ImportBatch) -> None:
    """Match, add, replace and shelve a chunk."""
    candidates = Candidates.of(incoming)
    decided: list[tuple[Incoming, Match]] = []
    new: list[Record] = []
    removed: list[tuple[Incoming, Match]] = []
    for each in incoming:
        match = candidates.match(each)
        if each.is_deletion:
            removed.append((each, match))
            continue
        decided.append((each, match))
        if match.verdict is Verdict.DIFFERENT:
            candidates.add(each.record)
            new.append(each.record)
    copy_in(Record, new)
    arrived: list[Arrived] = []
    for each, match in decided:
        each.row.outcome = _outcome_of(match, batch)
        each.row.code, each.row.reason, each.row.candidates = match.rule, reason_of(match.rule), _ids(match)
        if each.row.outcome == Outcome.ADDED:
            arrived.append(Arrived(each, each.record))
        elif each.row.outcome != Outcome.REVIEW:
            arrived.append(Arrived(each, match.records[0]))
    _replace([each for each in arrived if each.incoming.row.outcome == Outcome.REPLACED], new, batch)
    settle(arrived, batch)
    for each, match in removed:
        remove(each, match, batch)


def settle(arrived: Sequence[Arrived], batch: ImportBatch) -> None:
    """Note on the rows where their records are, shelve their copies, and tell the index."""
    for each in arrived:
        each.incoming.row.record_id = each.record.pk
        each.incoming.row.version = each.record.version
    if batch.with_items:
        shelve(arrived, batch, profile_of(batch))
    log_changes([each.record.pk for each in arrived])


def _replace(arrived: Sequence[Arrived], added: Sequence[Record], batch: ImportBatch) -> None:
    """Write newer descriptions over older ones that the importing librarian may amend, keeping both."""
    if not arrived:
        return
    ids = [each.record.pk for each in arrived]
    held = Holding.objects.filter(record__in=ids).values_list("record_id", "library_id")
    mine = {batch.library_id} if batch.is_nightly else None
    if batch.by:
        mine = access.libraries_of(batch.by, "catalog.change_record")
    shared = {record for record, library in held if mine is not None and library not in mine}
    current = Record.objects.select_for_update().in_bulk(ids)
    # One change a file: what a file added or replaced itself could not be taken back in order.
    touched = set(batch.rows.filter(record__in=ids, outcome__in=_WRITTEN).values_list("record_id", flat=True))
    touched |= {each.pk for each in added}
    for each in arrived:
        row, record = each.incoming.row, current[each.record.pk]
        refused = _why_not_replaced(each.incoming, record, shared, touched)
        if refused:
            row.outcome = Outcome.MATCHED
            each.incoming.remarks.append(refused)
            continue
        _write_over(each.incoming, record)
        touched.add(record.pk)
        each.record.version = record.version


def _why_not_replaced(incoming: Incoming, record: Record, shared: set[int], touched: set[int]) -> str:
    if record.pk in touched:
        return _("同一个文件里前面已有这种书，书目以前面的为准。")
    if record.pk in shared:
        return _("这种书也是其他馆的馆藏，书目没有更新；请向总馆编目提出修改建议。")
    if record.flavour and MarcFlavour(record.flavour).is_unimarc_family != _family(incoming):
        return _("已有书目的机读格式不同（一个是 MARC 21，一个是 CNMARC），书目没有更新。")
    return ""


def _family(incoming: Incoming) -> bool:
    return MarcFlavour(incoming.record.flavour).is_unimarc_family


def _write_over(incoming: Incoming, record: Record) -> None:
    row, now = incoming.row, clock.now()
    sent = Native(
        raw=bytes(row.raw),
        format=Format(incoming.record.format),
        charset=row.charset,
        flavour=Flavour(row.flavour),
    )
    try:
        native = merged(sent, bytes(record.marc), record.charset)
    except Refusal as unwritable:
        row.outcome = Outcome.MATCHED
        incoming.remarks.append(_("书目没有更新：%(reason)s") % {"reason": unwritable})
        return
    row.before = bytes(record.marc)
    row.trace["before"] = {
        "format": record.format,
        "charset": record.charset,
        "flavour": record.flavour,
        "description": asdict(taken_from(record)),
    }
    read = read_stored(native.raw, native.charset)
    put_into(record, description_of(facts_of(read.record, read.flavour)), native)
    record.agency, record.control_number = incoming.record.agency, incoming.record.control_number
    record.version += 1
    record.updated_at = now
    record.save()


def _outcome_of(match: Match, batch: ImportBatch) -> Outcome:
    if match.verdict is Verdict.DIFFERENT:
        return Outcome.ADDED
    if match.verdict is Verdict.REVIEW:
        return Outcome.REVIEW
    replaces = batch.on_match == OnMatch.REPLACE and match.rule != "bytes"
    return Outcome.REPLACED if replaces else Outcome.MATCHED


def _ids(match: Match) -> list[int]:
    if match.verdict is not Verdict.REVIEW:
        return []
    return [record.pk for record in match.records if record.pk is not None]


def _understood(rows: Sequence[ImportRow], batch: ImportBatch, *, with_copies: bool) -> list[Incoming]:
    """Return the rows that can be taken in; the others are foreseen as refused, with their reason."""
    profile = profile_of(batch)
    incoming: list[Incoming] = []
    for row in rows:
        if row.outcome != Outcome.WAITING:
            continue
        try:
            each = understand(row, batch, profile, with_copies=with_copies)
        except Unreadable as error:
            _refuse(row, error.remark.code, error.remark.sentence)
        except Refusal as refusal:
            _refuse(row, refusal.code, str(refusal))
        except Exception as error:  # a fault of ours in one record must not cost the others
            log.exception("a record could not be understood", extra={"batch": batch.pk, "row": row.number})
            _refuse(
                row,
                "fault",
                _("处理这条记录时出错（%(error)s）；请把它连同日志发给维护者。") % {"error": error},
            )
        else:
            row.title = shortened(each.record.full_title, characters=_LONGEST_TITLE)
            incoming.append(each)
    return incoming


def _refuse(row: ImportRow, code: str, reason: str) -> None:
    row.foreseen, row.code, row.reason = Outcome.REFUSED, code, reason


def _keep(batch: ImportBatch, rows: Sequence[ImportRow], incoming: Sequence[Incoming]) -> None:
    for each in incoming:
        each.row.remarks = each.remarks
    write_back(rows)
    batch.checkpoint = rows[-1].number
    batch.save(update_fields=["checkpoint"])


def _move(batch: ImportBatch, deed: str) -> None:
    batch.state, _hand = BATCH_MOVES[BatchState(batch.state), deed]
    batch.checkpoint = 0 if deed == "preview" else batch.checkpoint
    batch.save(update_fields=["state", "checkpoint", "finished_at"])


def _take_turns() -> None:
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(%s)", [CATALOGUE_LOCK])
