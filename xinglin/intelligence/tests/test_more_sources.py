"""Crossref, OpenAlex, repositories and pages of notices: asked by the same runs, exact whatever goes wrong."""

from datetime import date, timedelta
from typing import Any

import pytest

from literature_sandbox import invented
from literature_sandbox.feeds import Shown
from literature_sandbox.testing import Literature
from xinglin.commons import clock
from xinglin.intelligence import services
from xinglin.intelligence.harvest import running
from xinglin.intelligence.harvest.asking_pages import stories_on
from xinglin.intelligence.harvest.by_cursor import MISSING
from xinglin.intelligence.lifecycle import ItemState, RunState, SourceState
from xinglin.intelligence.models import Publication, Record, Run, RunKind, Source, SourceKind, Topic
from xinglin.literature.errors import AnswerBroken, SourceSaysNo
from xinglin.literature.sources import crossref, oai, robots

pytestmark = pytest.mark.django_db
BEGUN = date(2020, 9, 1)


@pytest.fixture(autouse=True)
def _the_sandboxes_day(literature: Literature, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "today", literature.world.clock.today)


def _source(topic: Topic, literature: Literature, kind: SourceKind) -> Source:
    query = f"{literature.url}/oai" if kind == SourceKind.OAI else "hospitals"
    return services.add_source(topic=topic, kind=kind, query=query, since=BEGUN, by=None)


def _fill(literature: Literature, count: int) -> None:
    for place in range(count):
        xml = invented.article(invented.FIRST_NUMBER + place, seed=4, year=2020)
        literature.world.shelf.add(xml, at=literature.world.clock.now() - 100_000)


def _until_done(source: Source, kind: RunKind = RunKind.NEW) -> Run:
    for _try in range(60):
        run = running.harvest(source, kind)
        assert run is not None
        if not run.is_open:
            return run
    raise AssertionError("the run does not end")


@pytest.mark.parametrize("kind", [SourceKind.CROSSREF, SourceKind.OPENALEX, SourceKind.OAI])
def test_every_record_comes_once_whatever_goes_wrong(
    kind: SourceKind, topic: Topic, literature: Literature
) -> None:
    _fill(literature, 230 if kind != SourceKind.OAI else 60)
    source = _source(topic, literature, kind)
    literature.world.faults.rate = 0.33
    run = _until_done(source)
    assert (run.state, run.declared) == (RunState.DONE, len(literature.world.shelf.records))
    assert Record.objects.count() == run.declared == topic.findings.count()
    assert Record.objects.filter(version__gt=1).count() == 0
    assert literature.world.busiest_second <= literature.world.limit, "never faster than the hosts allow"
    assert str(run.window_from) in run.translation
    source.refresh_from_db()
    assert source.asked_until == run.window_to and source.failing_since is None


def test_one_paper_of_three_indexes_is_one_publication(topic: Topic, literature: Literature) -> None:
    _fill(literature, 5)
    for kind in (SourceKind.PUBMED, SourceKind.CROSSREF, SourceKind.OPENALEX):
        _until_done(_source(topic, literature, kind))
    assert (Record.objects.count(), Publication.objects.count(), topic.findings.count()) == (15, 5, 5)


def test_a_revision_is_a_version_and_what_a_repository_deletes_is_kept_and_marked(
    topic: Topic, literature: Literature
) -> None:
    world = literature.world
    _fill(literature, 3)
    crossref, repository = (
        _source(topic, literature, kind) for kind in (SourceKind.CROSSREF, SourceKind.OAI)
    )
    for source in (crossref, repository):
        _until_done(source)
    first, second, _third = list(world.shelf.records)

    def change(element: object) -> None:
        element.find(".//Volume").text = "77"  # type: ignore[attr-defined]

    world.clock.wait(86_400)
    world.shelf.revise(first, change, at=world.clock.now())
    world.shelf.delete(second, at=world.clock.now())
    assert _until_done(crossref, RunKind.REVISED).changed_records == 1
    _until_done(repository)
    gone = Record.objects.get(source=repository.record_name, number__endswith=second)
    assert gone.gone_at is not None and gone.publication is not None, "nothing is deleted here"


def test_a_source_that_gives_less_than_it_says_leaves_a_gap_and_may_be_asked_again(
    topic: Topic, literature: Literature, monkeypatch: pytest.MonkeyPatch
) -> None:
    _fill(literature, 4)
    source = _source(topic, literature, SourceKind.CROSSREF)
    search = crossref.search
    monkeypatch.setattr(crossref, "search", lambda *asked, **more: (search(*asked, **more)[0], 6, ""))
    run = _until_done(source)
    assert run.state == RunState.PARTIAL and "报 6 条，只给出 4 条" in run.items.get(number=MISSING).note
    source.refresh_from_db()
    assert source.asked_until is None, "the watermark stays"
    monkeypatch.undo()
    monkeypatch.setattr(clock, "today", literature.world.clock.today)
    services.try_again(run=run, by=None)
    assert _until_done(source).state == RunState.DONE
    assert not Run.objects.get(pk=run.pk).items.exclude(state=ItemState.GOT).exists()


def test_openalex_is_asked_far_back_for_it_learns_late(topic: Topic, literature: Literature) -> None:
    source = _source(topic, literature, SourceKind.OPENALEX)
    Source.objects.filter(pk=source.pk).update(since=date(2020, 1, 1), asked_until=date(2020, 9, 10))
    run = _until_done(source)
    assert run.window_from == date(2020, 9, 10) - timedelta(days=60)


def test_what_is_no_repository_and_what_it_refuses_is_told(literature: Literature, topic: Topic) -> None:
    when: dict[str, Any] = {"since": BEGUN, "until": BEGUN}
    literature.world.feeds.show("page", Shown(since=0.0, body=b"<html><p>no</p></html>"))
    with pytest.raises(AnswerBroken, match="OAI-PMH"):
        oai.records(f"{literature.url}/feeds/page", **when)
    with pytest.raises(SourceSaysNo, match="404"):
        oai.records(f"{literature.url}/nothing", **when)
    literature.world.feeds.show(
        "bomb", Shown(since=0.0, body=b'<!DOCTYPE x [<!ENTITY a "aa">]><OAI-PMH>&a;</OAI-PMH>')
    )
    with pytest.raises(AnswerBroken, match="实体"):
        oai.records(f"{literature.url}/feeds/bomb", **when)


# Pages of notices

PAGE = """<!DOCTYPE html><html><head><meta charset="{charset}"><title>通知公告 - 卫健委</title></head><body>
<nav><a href="/about">关于我们的网站和服务</a></nav><ul>
<li><a href="/n/1.html">关于做好流感季医疗服务的通知</a><span>2020-09-12</span></li>
<li><a href="n/2.html" title="关于公布第二批定点医院名单的公告">关于公布第二批……</a><em>2020年9月11日</em></li>
<li><a href="https://other.example/ad">别的网站上的一篇文章</a></li>
<li><a href="javascript:void(0)">点这里打开更多通知</a></li>
{more}</ul><a href="?page=2">下一页</a></body></html>"""


@pytest.mark.parametrize("charset", ["utf-8", "gbk"])
def test_the_links_of_a_page_of_notices_are_its_stories(charset: str) -> None:
    body = PAGE.format(charset=charset, more="").encode(charset)
    stories, note = stories_on(body, "https://wjw.example/notices/")
    assert [(each.title, each.published, each.address) for each in stories] == [
        ("关于做好流感季医疗服务的通知", "2020-09-12", "https://wjw.example/n/1.html"),
        ("关于公布第二批定点医院名单的公告", "2020-09-11", "https://wjw.example/notices/n/2.html"),
    ]
    assert note == ""
    assert stories_on(b"", "https://wjw.example/")[0] == []


def test_a_page_is_asked_for_with_its_etag_and_a_new_notice_is_a_new_record(
    topic: Topic, literature: Literature
) -> None:
    world = literature.world
    world.feeds.show("notices", Shown(since=0.0, body=PAGE.format(charset="utf-8", more="").encode()))
    source = services.add_source(
        topic=topic, kind=SourceKind.WEB, query=f"{literature.url}/feeds/notices", by=None
    )
    assert _until_done(source).new_records == 2
    assert _until_done(source).note == "没有变化"
    more = '<li><a href="/n/3.html">关于调整门诊时间的通告</a></li>'
    world.feeds.show(
        "notices", Shown(since=world.clock.now(), body=PAGE.format(charset="utf-8", more=more).encode())
    )
    assert _until_done(source).new_records == 1
    assert Record.objects.filter(source=source.record_name).count() == 3


def test_a_site_whose_robots_keep_us_out_becomes_a_persons_task(topic: Topic, literature: Literature) -> None:
    literature.world.robots = "User-agent: *\nDisallow: /feeds/\n"
    address = f"{literature.url}/feeds/notices"
    assert not robots.allowed(address)
    source = services.add_source(topic=topic, kind=SourceKind.WEB, query=address, by=None)
    assert _until_done(source).state == RunState.PARTIAL
    source.refresh_from_db()
    assert source.state == SourceState.BY_HAND and "robots" in source.tasks.get().reason
    assert not [each for each in literature.world.log if each.endpoint == "feed notices"], "it was not asked"
    literature.world.robots = (
        "User-agent: xinglin-intelligence\nAllow: /feeds/\n\nUser-agent: *\nDisallow: /\n"
    )
    assert robots.allowed(address)
