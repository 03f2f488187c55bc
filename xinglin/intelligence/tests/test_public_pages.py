"""Readers' pages of a topic: facets, figures, and an account of what is missing."""

from datetime import UTC, datetime, timedelta
from io import BytesIO

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pypdf import PdfReader

from xinglin.commons import clock
from xinglin.commons.testing import asked_in
from xinglin.intelligence import services
from xinglin.intelligence.lifecycle import FindingState, RunState
from xinglin.intelligence.models import HandTask, Publication, Run, RunKind, SourceKind, Topic
from xinglin.literature import own
from xinglin.literature.articles import Article, Author
from xinglin.literature.files import write_ris
from xinglin.wechat.testing import a_follower, an_account, say, text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def papers(topic: Topic) -> Topic:
    articles = [
        Article(
            title=f"Stroke paper number {n} about hospital care", authors=(Author(name=f"Wang, {n}"),),
            journal="Stroke" if n % 3 else "Lancet", year=2020 + n % 2, pages=str(n), keywords=("stroke",),
        )
        for n in range(6)
    ]  # fmt: skip
    services.import_file(
        library=topic.library, data=write_ris(articles).encode(), name="a.ris", topic=topic, by=None
    )
    for n, finding in enumerate(topic.findings.order_by("pk")):
        finding.state, finding.released_at = (
            FindingState.RELEASED,
            datetime(2026, 2 + n % 2, 3, tzinfo=UTC),
        )
        finding.save()
    return topic


def _page(topic: Topic, query: str = "") -> str:
    answer = Client().get(reverse("mobile:topic", args=[topic.code]) + query)
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_topic_is_narrowed_by_its_facets_together(papers: Topic) -> None:
    whole = _page(papers)
    assert whole.count("Stroke paper number") == 6
    assert "Lancet（2）" in whole and "2026-03（3）" in whole and "2021（3）" in whole
    narrowed = _page(papers, "?journal=Stroke&year=2021")
    assert narrowed.count("Stroke paper number") == 2
    assert "Lancet（1）" in narrowed, "a facet is counted without its own choice"
    assert _page(papers, "?month=2026-02").count("Stroke paper number") == 3
    assert _page(papers, "?q=number+4").count("Stroke paper number") == 1
    for nonsense in ("?year=20x0", "?month=2026-99", "?journal=%00", "?year=²²²²"):
        _page(papers, nonsense)
    taken = Client().get(reverse("mobile:topic", args=[papers.code]) + "?journal=Lancet&download=ris")
    assert taken.content.decode().count("TY  -") == 2, "what is taken along is what is shown"


def test_what_a_reader_has_narrowed_to_is_printed(papers: Topic) -> None:
    taken = Client().get(reverse("mobile:topic", args=[papers.code]) + "?journal=Lancet&download=pdf")
    assert (
        taken.headers["Content-Type"] == "application/pdf" and ".pdf" in taken.headers["Content-Disposition"]
    )
    text = "".join(page.extract_text() for page in PdfReader(BytesIO(taken.content)).pages)
    assert text.count("Stroke paper number") == 2 and papers.name in text


def test_taking_along_asks_as_often_for_many_papers_as_for_few(papers: Topic) -> None:
    asked = []
    for query in ("?journal=Lancet&download=ris", "?download=ris"):
        with CaptureQueriesContext(connection) as seen:
            Client().get(reverse("mobile:topic", args=[papers.code]) + query)
        asked.append(len(asked_in(seen)))
    assert asked[0] == asked[1]


def test_the_figures_are_drawn_and_told_in_numbers(papers: Topic) -> None:
    page = Client().get(reverse("mobile:topic.data", args=[papers.code])).content.decode()
    assert 'id="chart-months"' in page and "2026-02" in page and "6 篇没有机构信息" in page
    finding = papers.findings.first()
    assert finding is not None
    finding.state = FindingState.DROPPED
    finding.save()
    again = Client().get(reverse("mobile:topic.data", args=[papers.code])).content.decode()
    assert "已发布的 5 篇" in again, "what was kept is not shown when the papers have changed"


def test_what_failed_and_what_waits_is_told_to_readers(papers: Topic) -> None:
    source = services.add_source(topic=papers, kind=SourceKind.CROSSREF, query="stroke care", by=None)
    assert "上一次所有来源都取到了" in _page(papers)
    source.failing_since = clock.now() - timedelta(days=2)
    source.save()
    Run.objects.create(
        source=source, kind=RunKind.NEW, state=RunState.PARTIAL, query="x", query_version=1, note="3 条没有取到",
        window_from=clock.today(), window_to=clock.today(), finished_at=clock.now(),
    )  # fmt: skip
    HandTask.objects.create(source=source, reason="看网站")
    secret = "https://user.example/feed?key=123"
    services.add_source(topic=papers, kind=SourceKind.FEED, query=secret, by=None)
    page = _page(papers)
    assert "有来源没有取全" in page and "3 条没有取到" in page and "有 1 件" in page and "stroke care" in page
    assert "user.example" in page and "key=123" not in page, "an address may hold a key"


def test_a_topic_is_found_in_the_chat_by_its_code(papers: Topic) -> None:
    account = an_account(papers.library)
    assert papers.name in text_of(say(a_follower(account), f"专题 {papers.code}"))


def test_released_papers_of_public_topics_are_found_by_who_searches_articles(papers: Topic) -> None:
    assert {each.title for each in own.search("stroke 'number 4'".replace("'", '"'), limit=9)} == {
        "Stroke paper number 4 about hospital care"
    }
    assert len(own.search("Stroke AND hospital", limit=4)) == 4
    assert own.search("stroke dialysis", limit=9) == own.search("AND", limit=9) == []
    Publication.objects.filter(title__contains="number 4").update(retracted=True)
    assert [each.is_retracted for each in own.search("stroke number 4", limit=9)] == [True]
    papers.findings.update(state=FindingState.DROPPED)
    assert own.search("stroke", limit=9) == []
    papers.findings.update(state=FindingState.RELEASED)
    Topic.objects.update(public=False)
    assert own.search("stroke", limit=9) == []
