"""Harvesting: exactly the right records through faults and crashes, at the pace, with few requests to spare.

``XINGLIN_TEST_SEEDS=50`` runs as many seeds of the sandbox as the figure asks for; one runs by default.
"""

import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random

import pytest

from literature_sandbox import invented, scenario
from literature_sandbox.feeds import Shown
from literature_sandbox.testing import Literature
from xinglin.commons import clock
from xinglin.intelligence import services
from xinglin.intelligence.harvest import asking_pubmed, running
from xinglin.intelligence.harvest.asking_feeds import Story, take_stories
from xinglin.intelligence.lifecycle import FindingState, ItemState, RunState, SourceState
from xinglin.intelligence.models import (
    Finding,
    HandTask,
    Publication,
    Record,
    RecordVersion,
    Run,
    RunItem,
    RunKind,
    Source,
    SourceKind,
    Topic,
)

pytestmark = pytest.mark.django_db
SEEDS = range(1, int(os.environ.get("XINGLIN_TEST_SEEDS", "1")) + 1)
EVERYTHING = "english[all] OR NOT english[all]"
TICK = scenario.HALF_A_DAY
PER_TICK = 31
REAL = 434


class Crash(Exception):
    """The process dies here."""


@contextmanager
def _house_time(literature: Literature, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let our clock follow the sandbox's."""
    monkeypatch.setattr(clock, "now", lambda: datetime.fromtimestamp(literature.world.clock.now(), UTC))
    yield


def _crashing(random: Random, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Let the harvester die now and then, before and after what it commits."""
    crashes: list[int] = []
    for name in ("_write_down", "_take"):
        whole: Callable[..., None] = getattr(asking_pubmed, name)

        def perhaps(*args: object, _whole: Callable[..., None] = whole) -> None:
            die = random.random() < 0.25
            if die and random.random() < 0.5:
                crashes.append(1)
                raise Crash
            _whole(*args)
            if die:
                crashes.append(1)
                raise Crash

        monkeypatch.setattr(asking_pubmed, name, perhaps)
    return crashes


def _until_whole(source: Source, kind: RunKind) -> None:
    for _each in range(60):
        try:
            run = running.harvest(source, kind)
        except Crash:
            continue
        if run is not None and not run.is_open:
            assert run.state == RunState.DONE, run.note
            return
    raise AssertionError("the run never ended")


@pytest.mark.corpus
def test_faults_and_crashes_cost_no_record_and_double_none(
    literature: Literature, topic: Topic, shared: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    world, files = literature.world, list((shared / "data/intelligence/pubmed").rglob("xml*/*.xml"))
    requests = ideal = 0
    for seed in SEEDS:
        for model in (RunItem, Run, Finding, Record, Publication, Source):
            model._default_manager.all().delete()
        world.shelf.records.clear()
        world.log.clear()
        world.faults.__init__(seed, 1 / 3)  # type: ignore[misc]
        numbers = scenario.fill_from_files(world, files, per_tick=PER_TICK)
        random = Random(seed)
        with monkeypatch.context() as patch, _house_time(literature, patch):
            crashes = _crashing(random, patch)
            source = services.add_source(
                topic=topic, kind=SourceKind.PUBMED, query=EVERYTHING, since=world.clock.today(), by=None
            )
            needed = 0
            for _tick in range(REAL // PER_TICK + 1):
                world.clock.wait(TICK)
                there = len(world.shelf.present(world.clock.now()))
                needed += 1 + (there > Record.objects.filter(source="pubmed").count())  # a search, a batch
                _until_whole(source, RunKind.NEW)
        records = Record.objects.filter(source="pubmed")
        assert set(records.values_list("number", flat=True)) == set(numbers)
        assert len(numbers) == REAL
        assert set(records.values_list("version", flat=True)) == {1}
        assert RecordVersion.objects.filter(record__source="pubmed").count() == REAL
        assert topic.findings.count() == Publication.objects.count() <= REAL
        assert crashes, "the test must have seen crashes"
        spoilt = sum(each.outcome not in ("answered", "twice") for each in world.log)
        assert len(world.log) == needed + spoilt, "no answer that could be used was asked for again"
        requests, ideal = requests + len(world.log), ideal + needed
        print(
            f"seed {seed}: {len(world.log)} of {needed}, {spoilt} spoilt; {requests / ideal:.3f} of the ideal so far"
        )
    assert world.busiest_second <= 3
    assert not [each for each in world.log if each.outcome == "too many"]
    assert requests <= 1.6 * ideal, (requests, ideal)


@pytest.fixture
def source(literature: Literature, topic: Topic, monkeypatch: pytest.MonkeyPatch) -> Iterator[Source]:
    world = literature.world
    with _house_time(literature, monkeypatch):
        for place in range(12):
            world.shelf.add(
                invented.article(invented.FIRST_NUMBER + place, seed=1, year=2020),
                at=world.clock.now() + place,
            )
        world.clock.wait(60)
        yield services.add_source(
            topic=topic, kind=SourceKind.PUBMED, query="hospitals", since=world.clock.today(), by=None
        )


def _number(place: int) -> str:
    return str(invented.FIRST_NUMBER + place)


def test_a_run_can_be_proved(source: Source, literature: Literature) -> None:
    run = running.harvest(source)
    assert run is not None
    run.refresh_from_db()
    assert (run.state, run.declared, run.new_records, run.requests) == (RunState.DONE, 12, 12, 2)
    assert "edat" in run.translation and run.query == "hospitals" and run.finished_at
    source.refresh_from_db()
    assert source.asked_until == run.window_to and source.last_ok_at and not source.failure
    again = running.harvest(source)
    assert again is not None and again.requests == 1, "what is known is not fetched again"
    assert again.items.filter(state=ItemState.KNOWN).count() == 12
    raw = RecordVersion.objects.filter(record__number=_number(0)).get()
    assert len(raw.raw_digest) == 64 and raw.raw


def test_a_revision_is_a_new_version_and_a_retraction_of_a_released_paper_is_looked_at_again(
    source: Source, literature: Literature
) -> None:
    world = literature.world
    running.harvest(source)
    released = Finding.objects.get(publication__pmid=_number(3))
    services.decide(finding=released, deed="keep", by=None)
    services.decide(finding=released, deed="release", by=None)
    world.shelf.retract(_number(3), at=world.clock.now() + 10)
    world.clock.wait(TICK)
    run = running.harvest(source, RunKind.REVISED)
    assert run is not None and run.changed_records == 1
    record = Record.objects.get(number=_number(3))
    assert (record.version, record.read.is_retracted) == (2, True)
    assert record.publication is not None and record.publication.retracted
    released.refresh_from_db()
    assert released.look_again == "retracted" and released.state == FindingState.RELEASED
    assert RecordVersion.objects.filter(record=record).count() == 2


def test_a_merged_number_is_followed_and_a_deleted_one_is_kept_as_gone(
    source: Source, literature: Literature
) -> None:
    world = literature.world
    running.harvest(source)
    run = Run.objects.create(
        source=source, kind=RunKind.REVISED, query="x", query_version=1, state=RunState.FETCHING,
        window_from=date(2020, 9, 13), window_to=date(2020, 9, 13),
    )  # fmt: skip
    RunItem.objects.bulk_create([RunItem(run=run, number=_number(place)) for place in (1, 2, 5)])
    world.shelf.merge(_number(1), into=_number(9), at=world.clock.now())
    world.shelf.delete(_number(2), at=world.clock.now())
    assert running.harvest(source, RunKind.REVISED) == run
    states = dict(run.items.values_list("number", "state"))
    assert states == {
        _number(1): ItemState.REDIRECTED, _number(2): ItemState.GONE, _number(5): ItemState.GOT,
    }  # fmt: skip
    merged, gone = Record.objects.get(number=_number(1)), Record.objects.get(number=_number(2))
    assert merged.merged_into == _number(9) and merged.gone_at and gone.gone_at
    assert Record.objects.count() == 12, "nothing is deleted here because it is deleted there"


def test_a_source_that_is_down_leaves_an_open_run_and_says_since_when(
    source: Source, literature: Literature
) -> None:
    literature.world.faults.rate = 1.0
    run = running.harvest(source)
    assert run is not None and run.is_open and run.troubles == running.MOST_TROUBLES
    source.refresh_from_db()
    assert source.failing_since and source.failure and source.asked_until is None
    literature.world.faults.rate = 0.0
    assert running.harvest(source) == run
    well = Source.objects.get(pk=source.pk)
    assert well.failing_since is None and well.asked_until


def test_a_wrong_query_is_asked_once_and_named(topic: Topic, source: Source, literature: Literature) -> None:
    services.amend_source(source=source, query="(hospitals", by=None)
    before = len(literature.world.log)
    run = running.harvest(source)
    assert run is not None and run.is_open and len(literature.world.log) == before + 1
    source.refresh_from_db()
    assert "Invalid query" in source.failure
    services.amend_source(source=source, query="hospitals", by=None)
    again = running.harvest(source)
    assert again is not None and again != run and again.state == RunState.DONE


def test_what_a_source_does_not_list_any_more_is_marked_not_deleted(
    source: Source, literature: Literature
) -> None:
    running.harvest(source)
    literature.world.shelf.delete(_number(4), at=literature.world.clock.now())
    running.harvest(source, RunKind.RECONCILE)
    assert Record.objects.exclude(unconfirmed_at=None).get().number == _number(4)


def test_europe_pmc_pages_resume_at_their_cursor(
    source: Source, topic: Topic, literature: Literature, monkeypatch: pytest.MonkeyPatch
) -> None:
    from xinglin.intelligence.harvest import asking_europe_pmc

    monkeypatch.setattr(asking_europe_pmc, "PAGE", 5)
    running.harvest(source)
    europe = services.add_source(
        topic=topic, kind=SourceKind.EUROPE_PMC, query="hospitals", since=source.since, by=None
    )
    literature.world.faults.rate = 0.4
    _until_whole(europe, RunKind.NEW)
    assert Record.objects.filter(source="europepmc").count() == 12
    assert Publication.objects.count() == 12, "the same papers of two sources are one publication each"
    assert topic.findings.count() == 12


RSS = '<?xml version="1.0"?><rss version="2.0"><channel><title>卫健委通知</title>{items}</channel></rss>'
ITEM = "<item><guid>{n}</guid><link>http://example.cn/{n}?utm_source=x</link><title>{title}</title></item>"


def _feed(*titles: tuple[int, str]) -> bytes:
    return RSS.format(items="".join(ITEM.format(n=n, title=title) for n, title in titles)).encode()


def test_a_feed_brings_stories_once_edits_as_versions_and_a_gap_as_a_task(
    topic: Topic, literature: Literature, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = literature.world
    with _house_time(literature, monkeypatch):
        feed = services.add_source(
            topic=topic, kind=SourceKind.FEED, query=f"{literature.url}/feeds/news", by=None
        )
        polls = [_feed((1, "一"), (2, "二")), _feed((2, "二，更正"), (3, "三")), _feed((8, "八"), (9, "九"))]
        for place, body in enumerate(polls):
            world.feeds.show("news", Shown(world.clock.now() + place * 100, body))
        counts = []
        for _poll in range(4):
            run = running.harvest(feed)
            assert run is not None
            assert run.state == RunState.DONE, run.note
            counts.append((run.new_records, run.changed_records, run.note))
            world.clock.wait(75)
    assert [count[:2] for count in counts] == [(2, 0), (0, 0), (1, 1), (2, 0)]
    assert counts[1][2] == "没有变化"
    assert HandTask.objects.filter(source=feed).count() == 1


@pytest.mark.parametrize(("status", "state"), [(410, SourceState.PAUSED), (412, SourceState.BY_HAND)])
def test_a_feed_that_is_gone_rests_and_one_that_keeps_machines_out_goes_to_a_person(
    topic: Topic, literature: Literature, status: int, state: SourceState
) -> None:
    feed = services.add_source(topic=topic, kind=SourceKind.FEED, query=f"{literature.url}/feeds/x", by=None)
    literature.world.feeds.show("x", Shown(0.0, status=status))
    running.harvest(feed)
    feed.refresh_from_db()
    assert feed.state == state and str(status) in feed.failure
    assert HandTask.objects.filter(source=feed).exists() == (state == SourceState.BY_HAND)
    assert running.harvest(feed) is None


def test_a_feed_that_moved_for_good_is_remembered_under_its_new_address(
    topic: Topic, literature: Literature
) -> None:
    feed = services.add_source(
        topic=topic, kind=SourceKind.FEED, query=f"{literature.url}/feeds/old", by=None
    )
    literature.world.feeds.show("old", Shown(0.0, status=301, location=f"{literature.url}/feeds/new"))
    literature.world.feeds.show("new", Shown(0.0, _feed((1, "一"))))
    running.harvest(feed)
    feed.refresh_from_db()
    assert feed.query.endswith("/feeds/new") and Record.objects.count() == 1


@pytest.mark.corpus
def test_the_polls_of_february_2020_are_801_stories_with_14_edits(topic: Topic, shared: Path) -> None:
    feed = services.add_source(topic=topic, kind=SourceKind.FEED, query="https://example.cn/dxy", by=None)
    lines = (shared / "data/intelligence/feeds/dxy_news_polls.jsonl").read_text(encoding="utf-8").splitlines()
    polls = [json.loads(line) for line in lines]
    run = Run.objects.create(
        source=feed, kind=RunKind.NEW, query=feed.query, query_version=1, window_from=date(2020, 2, 5),
        window_to=date(2020, 2, 29),
    )  # fmt: skip
    changed = 0
    for poll in polls:
        stories = [
            Story(
                number="", address=each["sourceUrl"], title=each["title"], summary=each["summary"],
                publisher=each["infoSource"], published=datetime.fromtimestamp(each["pubDate"] / 1000, UTC).isoformat(),
            )
            for each in poll["results"]
        ]  # fmt: skip
        changed += len(take_stories(feed, run, stories).changed)
    stored = Record.objects.filter(source=f"feed:{feed.pk}")
    assert (stored.count(), changed) == (801, 14)
    assert sum(stored.values_list("version", flat=True)) == 801 + 14
    assert HandTask.objects.filter(source=feed).count() == 19, "every gap is told"


def test_the_watermark_goes_back_three_days(source: Source, literature: Literature) -> None:
    running.harvest(source)
    literature.world.clock.wait(10 * 86_400)
    run = running.harvest(source)
    assert run is not None
    assert run.window_from == source.since, "never before the first day"
    literature.world.clock.wait(10 * 86_400)
    later = running.harvest(source)
    assert later is not None and later.window_from == run.window_to - timedelta(days=3)
