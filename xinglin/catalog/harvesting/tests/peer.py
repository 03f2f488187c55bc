"""A repository that answers page by page, our source of it, and a harvest to its end."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

import pytest

from xinglin.catalog import tasks
from xinglin.catalog.copying.errors import SourceUnreachable
from xinglin.catalog.harvesting import running, services
from xinglin.catalog.harvesting.models import HarvestRun, HarvestSource
from xinglin.catalog.lifecycle import BatchState
from xinglin.catalog.marc import Flavour, read_record, record_as_xml
from xinglin.catalog.models import ImportRow, OnMatch, Record, RecordState
from xinglin.catalog.tests.factories import cnmarc
from xinglin.consortium.tests.cast import SmallConsortium

IDENTIFY = "<Identify><repositoryName>省医学图书馆</repositoryName><granularity>{}</granularity></Identify>"
SECONDS, DAYS = "YYYY-MM-DDThh:mm:ssZ", "YYYY-MM-DD"


def envelope(inside: str, at: str = "2026-11-01T00:00:00Z") -> bytes:
    return (
        f'<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/"><responseDate>{at}</responseDate>{inside}</OAI-PMH>'
    ).encode()


@dataclass
class Peer:
    """A repository that answers page by page: the pages by the token they are asked under ("" the first)."""

    pages: dict[str, str] = field(default_factory=dict)
    granularity: str = SECONDS
    asked: list[dict[str, str]] = field(default_factory=list)
    silent_at: set[str] = field(default_factory=set)

    def __call__(self, _address: str, parameters: Mapping[str, str]) -> bytes:
        self.asked.append(dict(parameters))
        if parameters["verb"] == "Identify":
            return envelope(IDENTIFY.format(self.granularity))
        token = parameters.get("resumptionToken", "")
        if token in self.silent_at:
            raise SourceUnreachable("silent")
        if token not in self.pages:
            return envelope('<error code="badResumptionToken">expired</error>')
        if not self.pages[token]:
            return envelope('<error code="noRecordsMatch"/>')
        return envelope(f"<ListRecords>{self.pages[token]}</ListRecords>")


def listed(name: str, inside: str, stamp: str = "2026-10-01T00:00:00Z") -> str:
    head = f"<header><identifier>oai:s:{name}</identifier><datestamp>{stamp}</datestamp></header>"
    return f"<record>{head}<metadata>{inside}</metadata></record>"


def gone(name: str, stamp: str = "2026-10-09T00:00:00Z") -> str:
    return (
        f'<record><header status="deleted"><identifier>oai:s:{name}</identifier>'
        f"<datestamp>{stamp}</datestamp></header></record>"
    )


def book(number: str, title: str) -> str:
    return record_as_xml(read_record(cnmarc(number, title)).record, flavour=Flavour.CNMARC)


def token(name: str, total: int = 4) -> str:
    return f'<resumptionToken completeListSize="{total}">{name}</resumptionToken>'


@pytest.fixture
def source(a_small_consortium: SmallConsortium) -> HarvestSource:
    return services.add_source(
        name="省馆",
        library=a_small_consortium.main,
        address="https://oai.example.org/oai",
        on_match=OnMatch.REPLACE,
        starts_by_itself=True,
        by=a_small_consortium.manager,
    )


def harvested(source: HarvestSource, peer: Peer, *, then_import: bool = True, **window: date) -> HarvestRun:
    """Harvest to the end, and let the import's jobs run."""
    run = services.harvest(source=source, by=None, **window)
    return gone_on(run, peer, then_import=then_import)


def gone_on(run: HarvestRun, peer: Peer, *, then_import: bool = True) -> HarvestRun:
    while running.harvest_page(run.pk, peer):
        continue
    run.refresh_from_db()
    if then_import and run.batch and run.batch.state == BatchState.UPLOADED:
        tasks.preview_import(batch_id=run.batch.pk)
        tasks.run_import(batch_id=run.batch.pk)
    return run


def titles() -> list[str]:
    found = Record.objects.filter(state=RecordState.ACTIVE).order_by("title")
    return list(found.values_list("title", flat=True))


def outcomes(run: HarvestRun) -> list[str]:
    return list(
        ImportRow.objects.filter(batch=run.batch).order_by("number").values_list("outcome", flat=True)
    )
