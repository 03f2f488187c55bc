"""Every answer of real repositories is harvested, or left with its reason."""

from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from xinglin.catalog import tasks
from xinglin.catalog.harvesting import running, services
from xinglin.catalog.harvesting.lifecycle import HarvestState
from xinglin.catalog.harvesting.models import HarvestSource
from xinglin.catalog.harvesting.tests.peer import (
    envelope,
    outcomes,
)
from xinglin.catalog.harvesting.tests.peer import source as source
from xinglin.catalog.lifecycle import BatchState, Outcome
from xinglin.catalog.models import Record
from xinglin.commons.errors import Refusal

pytestmark = pytest.mark.django_db


def answers_of(folder: Path) -> Iterator[tuple[str, bytes]]:
    for path in sorted(folder.glob("*.xml")):
        yield path.name, path.read_bytes()


@pytest.mark.corpus
def test_every_file_of_the_corpus_is_harvested_or_left_with_its_reason(
    source: HarvestSource, shared: Path
) -> None:
    folder = shared / "data/library/oai"
    results: dict[str, tuple[str, int, int]] = {}
    for name, body in answers_of(folder):

        def fetch(_address: str, parameters: Mapping[str, str], body: bytes = body) -> bytes:
            if parameters["verb"] == "Identify":
                return (folder / "Identify.xml").read_bytes()
            if "resumptionToken" not in parameters:
                return body
            following = folder / parameters["resumptionToken"]
            return following.read_bytes() if following.is_file() else envelope("<ListRecords/>")

        run = services.harvest(source=source, by=None)
        try:
            while running.harvest_page(run.pk, fetch):
                continue
        except Refusal as refusal:
            services.break_off(run_id=run.pk, why=str(refusal))
        run.refresh_from_db()
        results[name] = (run.state, run.records, run.deleted)
        assert run.state == HarvestState.DONE or run.failure, name
        if run.state == HarvestState.BROKEN:
            services.close(run=run, by=None)
        if run.batch:
            tasks.preview_import(batch_id=run.batch.pk)
            tasks.run_import(batch_id=run.batch.pk)
            run.batch.refresh_from_db()
            assert run.batch.state == BatchState.DONE
            assert Outcome.WAITING not in outcomes(run), name
    done = {name for name, (state, *_rest) in results.items() if state == HarvestState.DONE}
    assert {"GetRecord.xml", "ListRecords3.xml", "noRecordsMatch.xml", "oai_doaj.xml"} <= done
    assert results["oai_doaj.xml"][1] > 50 and Record.objects.filter(agency="oai.example.org").count() > 50
    assert not any(
        results[name][0] == HarvestState.DONE
        for name in results
        if name.startswith("mf_sru") or "Broken" in name or "rror" in name
    )
