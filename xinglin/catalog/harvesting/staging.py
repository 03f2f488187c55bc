"""One answer of a repository becomes rows of the run's import batch: MARC as it came, Dublin Core as MARC 21.

What cannot be taken is a refused row with its bytes and its reason. A deletion brings a name and no more: the
record that came under it goes once again, marked as deleted, and the import does what it does with those.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xinglin.catalog.copying.oai_client import Harvested
from xinglin.catalog.harvesting.dublin_core import record_of
from xinglin.catalog.harvesting.models import HarvestedRecord, HarvestRun
from xinglin.catalog.lifecycle import BatchState, Outcome
from xinglin.catalog.marc import Flavour, Record, record_as_xml
from xinglin.catalog.marc.reading import Unreadable
from xinglin.catalog.marc.reasons import REASONS
from xinglin.catalog.models import Format, ImportBatch, ImportRow
from xinglin.catalog.stored import read_stored
from xinglin.commons import clock
from xinglin.commons.text import plain, shortened

_LONGEST_NAME = 400
_REASONS = {
    "no_identifier": gettext_lazy("对方的记录没有标识（identifier），以后无法更新和删除，未收。"),
    "no_metadata": gettext_lazy("对方的记录没有内容（metadata）。"),
    "broken_xml": gettext_lazy("这条记录的 XML 不合语法；请告诉对方。"),
    "no_title": gettext_lazy("这条 Dublin Core 记录没有题名。"),
}
# A record without a date of its own is a record all the same.
_HARMLESS = frozenset({"", "no_datestamp"})


@dataclass
class _Page:
    """What an answer comes to."""

    rows: list[ImportRow] = field(default_factory=list)
    known: dict[str, HarvestedRecord] = field(default_factory=dict)


def stage(run: HarvestRun, records: Sequence[Harvested]) -> None:
    """Write a page into the run's batch and count it on the run, which the caller saves."""
    names = {each.identifier[:_LONGEST_NAME] for each in records if each.identifier}
    earlier = {
        each.identifier: each
        for each in HarvestedRecord.objects.filter(source=run.source, identifier__in=names).select_related(
            "row"
        )
    }
    page = _Page()
    for each in records:
        known = page.known.get(each.identifier) or earlier.get(each.identifier[:_LONGEST_NAME])
        if known is not None and known.run_id == run.pk and _is_same(known, each):
            continue  # the list began anew, or names a record twice
        run.records += 1
        _take(run, each, known, page)
    _write(run, page)


def _is_same(known: HarvestedRecord, each: Harvested) -> bool:
    return bool(each.datestamp) and (known.datestamp, known.deleted) == (each.datestamp[:40], each.deleted)


def _take(run: HarvestRun, each: Harvested, known: HarvestedRecord | None, page: _Page) -> None:
    row: ImportRow | None
    if each.deleted:
        run.deleted += 1
        row = _deletion(known.row) if known is not None and known.row is not None else None
        run.unknown += row is None
    else:
        row = _row(run, each)
        run.refused += row.outcome == Outcome.REFUSED
    if row is not None and not _is_refused_already(run, row):
        page.rows.append(row)
    if each.identifier:
        page.known[each.identifier] = HarvestedRecord(
            source=run.source,
            identifier=each.identifier[:_LONGEST_NAME],
            datestamp=each.datestamp[:40],
            deleted=each.deleted,
            run=run,
            row=row if row is not None and row.outcome != Outcome.REFUSED else known.row if known else None,
        )


def _row(run: HarvestRun, each: Harvested) -> ImportRow:
    if each.trouble not in _HARMLESS:
        return _refused(each, each.trouble)
    if each.marc is not None:
        # As MARCXML whatever it was declared as: read once more from its own bytes, it must be the same.
        return _waiting(each.marc.raw, charset=each.marc.charset, flavour=each.marc.flavour)
    made = record_of(each.elements, identifier=each.identifier, agency=_agency(run))
    if made is None:
        return _refused(each, "no_title")
    return _waiting(made, charset="utf-8", flavour=Flavour.MARC21)


def _agency(run: HarvestRun) -> str:
    return (urlsplit(run.source.address).hostname or run.source.name)[:60]


def _waiting(raw: bytes, *, charset: str, flavour: Flavour) -> ImportRow:
    return ImportRow(raw=raw, size=len(raw), charset=charset, flavour=flavour.value)


def _refused(each: Harvested, code: str) -> ImportRow:
    raw = each.raw.encode()
    sentence = _REASONS.get(code) or REASONS.get(code)
    try:
        reason = str(sentence or code) % {}
    except (
        KeyError,
        ValueError,
    ):  # a sentence about places in the record, which the answer's reader has counted
        reason = _("这条记录的 MARC 读不出（%(code)s）。") % {"code": code}
    said = plain(each.identifier) or _("（没有标识）")
    return ImportRow(
        raw=raw,
        size=len(raw),
        title=shortened(said, characters=200),
        foreseen=Outcome.REFUSED,
        outcome=Outcome.REFUSED,
        code=code[:40],
        reason=f"{said}：{reason}",
    )


def _deletion(row: ImportRow) -> ImportRow | None:
    """Return the record that came before, marked as deleted by its system (leader 05)."""
    try:
        read = read_stored(bytes(row.raw), row.charset)
    except Unreadable:
        return None
    gone = Record(f"{read.record.leader[:5]}d{read.record.leader[6:]}", read.record.fields)
    raw = record_as_xml(gone, flavour=read.flavour).encode()
    return _waiting(raw, charset="utf-8", flavour=read.flavour)


def _is_refused_already(run: HarvestRun, row: ImportRow) -> bool:
    """Whether a list that began anew brings what was refused once; it has no name to be known by."""
    if not run.restarts or row.outcome != Outcome.REFUSED or run.batch is None:
        return False
    return run.batch.rows.filter(outcome=Outcome.REFUSED, raw=row.raw).exists()


def _write(run: HarvestRun, page: _Page) -> None:
    if page.rows:
        batch = _batch_of(run)
        for number, row in enumerate(page.rows, start=batch.records + 1):
            row.batch, row.number = batch, number
        ImportRow.objects.bulk_create(page.rows)
        batch.records += len(page.rows)
        batch.size += sum(row.size for row in page.rows)
        batch.save(update_fields=["records", "size"])
    HarvestedRecord.objects.bulk_create(
        page.known.values(),
        update_conflicts=True,
        unique_fields=["source", "identifier"],
        update_fields=["datestamp", "deleted", "run", "row"],
    )


def _batch_of(run: HarvestRun) -> ImportBatch:
    """Return the batch of a run; it is made with the first record that comes."""
    if run.batch is None:
        source = run.source
        run.batch = ImportBatch.objects.create(
            library=source.library,
            file_name=shortened(f"{source.name} {clock.local(run.started_at):%Y-%m-%d}", characters=200),
            # No file: what makes two harvests one import is that they are one run.
            sha256=hashlib.sha256(f"harvest {run.pk}".encode()).hexdigest(),
            size=0,
            format=Format.MARCXML,
            on_match=source.on_match,
            with_items=source.with_items,
            is_nightly=source.starts_by_itself,
            state=BatchState.RECEIVING,
            by=run.by or source.by,
            uploaded_at=clock.now(),
        )
    return run.batch
