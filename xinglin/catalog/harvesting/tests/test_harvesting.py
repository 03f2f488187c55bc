"""Another catalogue is harvested: windows, deletions, tokens that expire, crashes; nothing lost, nothing twice."""

from collections.abc import Mapping
from datetime import date, timedelta

import pytest
from django.test import Client

from xinglin.catalog import services as catalog
from xinglin.catalog import tasks
from xinglin.catalog.checks import harvests
from xinglin.catalog.copying.errors import SourceRefused
from xinglin.catalog.copying.oai_client import read_answer
from xinglin.catalog.harvesting import running, services
from xinglin.catalog.harvesting.errors import HarvestMoveNotOffered, HarvestUnderWay, HarvestWindow
from xinglin.catalog.harvesting.lifecycle import HarvestState
from xinglin.catalog.harvesting.models import Every, HarvestRun, HarvestSource
from xinglin.catalog.harvesting.tests.peer import (
    DAYS,
    IDENTIFY,
    Peer,
    book,
    envelope,
    gone,
    gone_on,
    harvested,
    listed,
    outcomes,
    titles,
    token,
)
from xinglin.catalog.harvesting.tests.peer import source as source
from xinglin.catalog.lifecycle import BatchState, Outcome
from xinglin.catalog.models import ImportBatch, ImportRow, Record
from xinglin.catalog.tests.factories import a_record
from xinglin.commons import clock
from xinglin.commons.checkups import Health
from xinglin.commons.errors import NotAllowed, Refusal
from xinglin.consortium.tests.cast import SmallConsortium, signed_in

pytestmark = pytest.mark.django_db


def test_what_is_new_changed_and_gone_comes_in_and_goes_back(source: HarvestSource) -> None:
    first = Peer(
        {"": listed("1", book("1", "心电图学")) + token("p2"), "p2": listed("2", book("2", "超声诊断"))}
    )
    run = harvested(source, first)
    assert (run.state, run.pages, run.records, run.announced) == (HarvestState.DONE, 2, 2, 4)
    assert titles() == ["心电图学", "超声诊断"]
    source.refresh_from_db()
    assert (source.harvested_until, source.repository) == ("2026-11-01T00:00:00Z", "省医学图书馆")

    changed = Peer(
        {"": listed("1", book("1", "心电图学").replace("320页", "350页")) + gone("2") + gone("404")}
    )
    run = harvested(source, changed)
    assert changed.asked[1] == {
        "verb": "ListRecords",
        "metadataPrefix": "marcxml",
        "from": "2026-11-01T00:00:00Z",
    }
    assert outcomes(run) == [Outcome.REPLACED, Outcome.REMOVED]
    assert (run.deleted, run.unknown) == (2, 1)
    assert Record.objects.get(control_number="1").extent.startswith("350页")
    assert titles() == ["心电图学"]

    assert run.batch is not None
    catalog.undo(batch=run.batch, by=None)
    tasks.undo_import(batch_id=run.batch.pk)
    assert titles() == ["心电图学", "超声诊断"]
    assert Record.objects.get(control_number="1").extent.startswith("320页")
    assert harvested(source, Peer({"": ""})).batch is None  # nothing changed: no empty batch


def test_days_are_asked_for_as_finely_as_the_source_dates(source: HarvestSource) -> None:
    HarvestSource.objects.update(harvested_until="2026-11-01T08:30:00Z", set_spec="books")
    peer = Peer({"": ""}, granularity=DAYS)
    harvested(source, peer)
    assert peer.asked[1]["from"] == "2026-11-01" and peer.asked[1]["set"] == "books"
    peer = Peer({"": ""})
    harvested(source, peer, since=date(2026, 1, 2), until=date(2026, 1, 3))
    assert (peer.asked[1]["from"], peer.asked[1]["until"]) == ("2026-01-02T00:00:00Z", "2026-01-03T23:59:59Z")
    source.refresh_from_db()
    assert source.harvested_until != "2026-01-03T23:59:59Z"  # a named window moves no mark
    with pytest.raises(HarvestWindow):
        services.harvest(source=source, since=date(2026, 2, 1), until=date(2026, 1, 1), by=None)


def test_a_harvest_that_died_goes_on_where_it_was_and_keeps_nothing_twice(source: HarvestSource) -> None:
    pages = {
        "": listed("1", book("1", "心电图学")) + token("p2"),
        "p2": listed("2", book("2", "超声诊断")) + token("p3"),
        "p3": listed("3", book("3", "内科学")),
    }
    run = services.harvest(source=source, by=None)
    dying = Peer(pages)
    assert running.harvest_page(run.pk, dying)  # and here its process is killed
    went_on = Peer(pages)
    run = gone_on(run, went_on)
    assert [asked.get("resumptionToken") for asked in went_on.asked] == ["p2", "p3"]
    assert outcomes(run) == [Outcome.ADDED] * 3

    # A slower twin asked for the first page as well, and comes with it when the run is over.
    twin = HarvestRun.objects.select_related("source").get(pk=run.pk)
    twin.token, twin.pages = "", 0
    assert running._keep(twin, read_answer(dying(" ", {"verb": "ListRecords"}))) is False
    assert ImportRow.objects.filter(batch=run.batch).count() == 3


def test_a_token_that_expired_begins_the_list_anew_without_taking_anything_twice(
    source: HarvestSource,
) -> None:
    run = services.harvest(source=source, by=None)
    running.harvest_page(
        run.pk, Peer({"": listed("1", book("1", "心电图学")) + listed("x", "") + token("old")})
    )
    again = Peer({"": listed("1", book("1", "心电图学")) + listed("x", "") + listed("2", book("2", "超声"))})
    run = gone_on(run, again)
    assert (run.state, run.restarts, run.refused) == (HarvestState.DONE, 1, 1)
    assert sorted(outcomes(run)) == [Outcome.ADDED, Outcome.ADDED, Outcome.REFUSED]


def test_a_source_that_goes_in_circles_or_breaks_off_is_left_with_its_reason(source: HarvestSource) -> None:
    run = harvested(source, Peer({"": listed("1", book("1", "甲")) + token("a"), "a": token("a")}))
    assert run.state == HarvestState.BROKEN and "同一个续传标记" in run.failure
    with pytest.raises(HarvestUnderWay):
        services.harvest(source=source, by=None)
    services.close(run=run, by=None)
    with pytest.raises(HarvestMoveNotOffered):
        services.resume(run=run, by=None)
    assert run.batch is not None
    run.batch.refresh_from_db()
    assert run.batch.state == BatchState.UPLOADED
    source.refresh_from_db()
    assert source.harvested_until == ""  # what did not come is asked for again

    cut = Peer({"": listed("2", book("2", "乙")) + "<record><header>"})
    run = harvested(source, cut)
    assert run.state == HarvestState.BROKEN and run.records >= 1
    services.resume(run=run, by=None)
    run = gone_on(run, Peer({"": listed("2", book("2", "乙")) + listed("3", book("3", "丙"))}))
    assert run.state == HarvestState.DONE
    assert titles().count("乙") == 1


def test_dublin_core_becomes_a_record_with_everything_in_it(source: HarvestSource) -> None:
    elements = (
        "<dc><title>脓毒症指南</title><title>Sepsis</title><creator>张伟</creator><creator>李娜</creator>"
        "<publisher>人民卫生出版社</publisher><date>2024-05-01</date><language>zh</language><subject>脓毒症</subject>"
        "<description>摘要</description><identifier>https://example.org/1</identifier><type>Book</type>"
        "<identifier>978-7-117-26666-6</identifier><rights>CC BY</rights><audience>医生</audience></dc>"
    )
    run = harvested(
        source, Peer({"": listed("1", elements) + listed("2", "<dc><creator>无题</creator></dc>")})
    )
    record = Record.objects.get()
    assert (record.title, record.authors, record.year) == ("脓毒症指南", ["张伟", "李娜"], 2024)
    assert (record.isbns, record.languages, record.is_electronic) == (["9787117266666"], ["chi"], True)
    assert (record.agency, record.control_number) == ("oai.example.org", "oai:s:1")
    assert "医生" in bytes(record.marc).decode() and "CC BY" in bytes(record.marc).decode()
    refused = ImportRow.objects.get(batch=run.batch, outcome=Outcome.REFUSED)
    assert (
        refused.code == "no_title" and "oai:s:2" in refused.reason and "无题".encode() in bytes(refused.raw)
    )
    gone_again = harvested(source, Peer({"": gone("1")}))
    assert outcomes(gone_again) == [Outcome.REMOVED] and not titles()


def test_an_empty_list_is_the_end_and_a_refusal_is_told(source: HarvestSource) -> None:
    run = harvested(source, Peer({"": ""}))
    assert (run.state, run.records, run.pages) == (HarvestState.DONE, 0, 1)

    def refusing(_address: str, asked: Mapping[str, str]) -> bytes:
        said = IDENTIFY.format(DAYS) if asked["verb"] == "Identify" else '<error code="badVerb">why</error>'
        return envelope(said)

    run = services.harvest(source=source, by=None)
    with pytest.raises(SourceRefused, match="badVerb why"):
        running.harvest_page(run.pk, refusing)
    run.refresh_from_db()
    assert (run.state, run.pages) == (HarvestState.RUNNING, 0)


def test_what_is_silent_is_asked_again_and_then_left(
    source: HarvestSource, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = services.harvest(source=source, by=None)
    waits = [
        services.note_trouble(run_id=run.pk, why="没有答复", wait=900) for _ in range(services.MOST_TROUBLES)
    ]
    minutes = [wait.total_seconds() / 60 if wait else None for wait in waits]
    assert minutes == [15, 15, 15, 16, None]
    run.refresh_from_db()
    assert run.state == HarvestState.BROKEN and run.failure == "没有答复"
    (finding,) = harvests()
    assert finding.health == Health.WATCH and "没有答复" in finding.says


def test_no_private_machine_is_harvested(source: HarvestSource) -> None:
    HarvestSource.objects.update(address="http://127.0.0.1:9/oai")
    run = services.harvest(source=source, by=None)
    tasks.harvest(run_id=run.pk)
    run.refresh_from_db()
    assert run.state == HarvestState.BROKEN and "内部网络" in run.failure
    with pytest.raises(Refusal):
        services.add_source(name="x", library=source.library, address="file:///etc/passwd", by=None)


def test_the_night_begins_what_is_due_and_goes_on_with_what_broke(source: HarvestSource) -> None:
    assert services.harvest_what_is_due() == 0  # by hand only
    HarvestSource.objects.update(every=Every.WEEK)
    assert services.harvest_what_is_due() == 1
    assert services.harvest_what_is_due() == 0  # under way
    run = HarvestRun.objects.get()
    services.break_off(run_id=run.pk, why="断了")
    assert services.harvest_what_is_due() == 1
    gone_on(run, Peer({"": ""}))
    assert services.harvest_what_is_due() == 0  # not yet
    HarvestRun.objects.update(started_at=clock.now() - timedelta(days=7))
    assert services.harvest_what_is_due() == 1


def test_our_own_server_is_a_peer(source: HarvestSource, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("xinglin.catalog.served.oai_lists.PAGE", 2)
    records = [a_record(f"第{number}本书", authors=("作者",), year=2020) for number in range(5)]
    for record in records[:2]:
        catalog.delete_record(record=record, by=None)
    client = Client()
    kept: dict[tuple[tuple[str, str], ...], bytes] = {}

    def fetch(_address: str, parameters: Mapping[str, str]) -> bytes:
        key = tuple(sorted(parameters.items()))
        kept.setdefault(key, client.get("/oai", dict(parameters)).content)
        return kept[key]

    HarvestSource.objects.update(metadata_prefix="oai_dc")
    source.refresh_from_db()
    # Listen once to what we say of ourselves, forget the catalogue, and take it in as a stranger's.
    params: dict[str, str] = {"verb": "ListRecords", "metadataPrefix": "oai_dc"}
    fetch("", {"verb": "Identify"})
    while True:
        answer = read_answer(fetch("", params))
        if not answer.token:
            break
        params = {"verb": "ListRecords", "resumptionToken": answer.token}
    assert len(kept) >= 4
    Record.objects.all().delete()
    run = services.harvest(source=source, by=None)
    while running.harvest_page(run.pk, fetch):
        continue
    run.refresh_from_db()
    assert (run.state, run.records, run.deleted, run.unknown) == (HarvestState.DONE, 5, 2, 2)
    assert run.batch is not None
    tasks.preview_import(batch_id=run.batch.pk)
    tasks.run_import(batch_id=run.batch.pk)
    assert titles() == ["第2本书", "第3本书", "第4本书"]


def test_the_pages_are_for_who_imports(source: HarvestSource, a_small_consortium: SmallConsortium) -> None:
    client = signed_in(a_small_consortium.manager)
    assert "省馆" in client.get("/console/catalog/harvests/").content.decode()
    page = f"/console/catalog/harvest/{source.pk}/"
    answer = client.post(f"{page}do/harvest/", {"since": "", "until": ""})
    run = HarvestRun.objects.get()
    assert answer.status_code == 302 and f"/{run.pk}/" in answer.headers["Location"]
    services.break_off(run_id=run.pk, why="对方停机")
    shown = client.get(answer.headers["Location"]).content.decode()
    assert "对方停机" in shown and "继续收割" in shown and "到此结束" in shown
    client.post(f"{answer.headers['Location']}do/close/")
    run.refresh_from_db()
    assert run.state == HarvestState.CLOSED
    typed = {
        "name": "省馆",
        "address": "https://oai.example.org/oai",
        "metadata_prefix": "oai_dc",
        "every": "week",
    }
    typed |= {"library": str(source.library_id), "on_match": "keep", "_version": "1", "active": "on"}
    assert client.post(f"/console/catalog/harvest/edit/{source.pk}/", typed).status_code == 302
    source.refresh_from_db()
    assert (source.metadata_prefix, source.every, source.version) == ("oai_dc", Every.WEEK, 2)
    assert client.post(f"/console/catalog/harvest/edit/{source.pk}/", typed).status_code == 409
    assert client.get("/console/catalog/harvest_runs/").status_code == 200

    outsider = signed_in(a_small_consortium.outsider)
    assert outsider.get(page).status_code == 404
    with pytest.raises(NotAllowed):
        services.harvest(source=source, by=a_small_consortium.outsider)
    assert not ImportBatch.objects.exists()
