"""Files of other people's MARC: counted, matched, resumed, taken back."""

import io
from pathlib import Path

import pytest

from xinglin.catalog import services, tasks
from xinglin.catalog.importing.running import import_some
from xinglin.catalog.lifecycle import BatchState, Outcome
from xinglin.catalog.models import ImportBatch, Record
from xinglin.consortium.models import Library, Staff
from xinglin.consortium.tests.cast import SmallConsortium

pytestmark = pytest.mark.django_db


def sent_in(data: bytes, library: Library, *, by: Staff | None = None, run: bool = True) -> ImportBatch:
    """Upload and preview a file, and import it."""
    batch = services.upload(file=io.BytesIO(data), name="file.mrc", library=library, by=by)
    tasks.preview_import(batch_id=batch.pk)
    batch.refresh_from_db()
    assert batch.state == BatchState.PREVIEWED
    if run:
        services.start(batch=batch, by=by)
        tasks.run_import(batch_id=batch.pk)
        batch.refresh_from_db()
        assert batch.state == BatchState.DONE
    return batch


def outcomes(batch: ImportBatch) -> dict[str, int]:
    counted: dict[str, int] = {}
    for outcome in batch.rows.values_list("outcome", flat=True):
        counted[outcome] = counted.get(outcome, 0) + 1
    return counted


def _marc_files(shared: Path) -> list[Path]:
    folder = shared / "data" / "library"
    return [
        path
        for kind in ("marc21", "unimarc", "cnmarc")
        for path in sorted((folder / kind).iterdir())
        if path.suffix != ".json"
    ]


@pytest.mark.corpus
def test_every_record_of_every_file_is_in_the_catalogue_or_in_the_report(
    shared: Path, a_small_consortium: SmallConsortium
) -> None:
    for path in _marc_files(shared):
        batch = sent_in(path.read_bytes(), a_small_consortium.main)
        counted = outcomes(batch)
        assert sum(counted.values()) == batch.records, path.name
        assert Outcome.WAITING not in counted, path.name
        for row in batch.rows.filter(outcome=Outcome.REFUSED):
            assert row.reason and bytes(row.raw), f"{path.name} {row.number}"
        for row in batch.rows.filter(outcome=Outcome.ADDED).select_related("record"):
            assert row.record is not None
            assert bytes(row.record.marc) == bytes(row.raw), f"{path.name} {row.number}"
