"""The clients against the sandbox and against recorded answers: strict, paced, and told apart."""

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from django.test import override_settings

from literature_sandbox import invented
from literature_sandbox.testing import Literature
from xinglin.literature import port, words
from xinglin.literature.articles import Article, Kind
from xinglin.literature.errors import (
    AnswerBroken,
    SourceBusy,
    SourceDown,
    SourceSaysNo,
    SourceTrouble,
    WordsUnknown,
)
from xinglin.literature.identifiers import Identifiers
from xinglin.literature.sources import crossref, europe_pmc, openalex, pace, pubmed
from xinglin.literature.sources.answers import Tree

pytestmark = pytest.mark.django_db
FIRST = invented.FIRST_NUMBER


@pytest.fixture
def full(literature: Literature) -> Literature:
    for place in range(30):
        literature.world.shelf.add(
            invented.article(FIRST + place, seed=1, year=2020), at=literature.world.clock.now() + place * 3600
        )
    literature.world.clock.wait(40 * 3600)
    return literature


def test_a_search_gives_numbers_and_they_give_articles(full: Literature) -> None:
    found = pubmed.search("hospitals", since=date(2020, 9, 13), until=date(2020, 9, 15))
    assert found.is_whole and found.count == 30 and "edat" in found.translation
    fetched = pubmed.fetch(found.numbers)
    assert set(fetched.records) == set(found.numbers)
    article, raw = fetched.records[str(FIRST)]
    assert (
        article.title
        and article.authors
        and article.mesh
        and article.abstract
        and raw.startswith(b"<PubmedArticle")
    )


@pytest.mark.parametrize(
    ("fault", "trouble"),
    [
        ("busy", SourceBusy), ("error_500", SourceDown), ("error_503", SourceBusy), ("html", AnswerBroken),
        ("truncated", AnswerBroken), ("cut", SourceDown), ("bad_bytes", AnswerBroken), ("not_obtained", AnswerBroken),
        ("backend", AnswerBroken), ("drift", AnswerBroken),
    ],
)  # fmt: skip
def test_every_fault_of_a_search_is_a_passing_trouble(
    full: Literature, fault: str, trouble: type[SourceTrouble]
) -> None:
    full.world.faults.order(fault)
    with pytest.raises(trouble) as raised:
        pubmed.search("hospitals")
    assert raised.value.is_passing
    assert pubmed.search("hospitals").count == 30


def test_a_wrong_query_is_not_asked_again(full: Literature) -> None:
    with pytest.raises(SourceSaysNo):
        pubmed.search("(hospitals")


def test_short_pages_and_doubled_records_do_not_pass_for_whole(full: Literature) -> None:
    numbers = [str(FIRST + place) for place in range(9)]
    full.world.faults.order("short")
    assert 0 < len(pubmed.fetch(numbers).records) < 9
    full.world.faults.order("twice")
    assert set(pubmed.fetch(numbers).records) == set(numbers)


def test_the_pace_is_kept_whatever_happens(full: Literature) -> None:
    full.world.faults.rate = 0.4
    for _each in range(40):
        try:
            pubmed.search("hospitals", limit=5)
        except SourceTrouble:
            continue
    assert full.world.busiest_second <= 3
    assert not [each for each in full.world.log if each.outcome == "too many"]


def test_one_row_keeps_the_pace_of_every_process(full: Literature) -> None:
    waits: list[float] = []

    class Still:
        def now(self) -> float:
            return 1000.0

        def wait(self, seconds: float) -> None:
            waits.append(seconds)

    with pace.kept_by(Still()):
        for _each in range(4):
            pace.take_turn("somewhere", per_second=2.0)
        pace.hold_back("somewhere", seconds=10)
        pace.take_turn("somewhere", per_second=2.0)
    assert waits == pytest.approx([0.5, 1.0, 1.5, 10.0])


def test_europe_pmc_pages_hold_every_article_once(full: Literature) -> None:
    pages = list(europe_pmc.pages("hospitals", size=7))
    found = [article.source_id for page in pages for article, _raw in page.articles]
    assert len(found) == len(set(found)) == 30 == pages[0].count
    assert europe_pmc.page("nosuchword").next_cursor == ""


def test_the_port_finds_one_by_number_and_many_by_words(full: Literature) -> None:
    found = port.find(Identifiers(pmid=str(FIRST)))
    assert found is not None and found.pmid == str(FIRST)
    assert len(port.search("hospitals", limit=5)) == 5
    full.world.faults.order("html")
    assert port.find(Identifiers(pmid=str(FIRST))) is not None, "a passing trouble is asked again"


def test_a_pasted_number_is_resolved_and_a_wrong_one_is_not_taken_for_the_paper(full: Literature) -> None:
    found = port.find(Identifiers(pmid=str(FIRST)))
    assert found is not None
    text = f"1. {found.title} PMID: {FIRST}\n2. PMID: {FIRST}\n"
    right, bare = port.resolve(text)
    assert right.article == bare.article == found
    wrong = port.resolve(f"Li W. Quite another thing about frogs. Nature. 2020;1(2):3-4. PMID: {FIRST}")[0]
    assert wrong.article is None and "crossref" in wrong.troubles[0]


def test_chinese_words_are_asked_as_headings(full: Literature) -> None:
    def table(word: str) -> list[str]:
        return {"卒中": ["Stroke"], "糖尿病": ["Diabetes Mellitus, Type 2"]}.get(word, [])

    with pytest.raises(WordsUnknown):
        words.for_pubmed("卒中")
    words.translates(table)
    try:
        assert words.for_pubmed("卒中 AND (糖尿病 OR fever)") == (
            '("Stroke"[MeSH Terms] OR "Stroke"[tiab]) AND ( ("Diabetes Mellitus, Type 2"[MeSH Terms] OR '
            '"Diabetes Mellitus, Type 2"[tiab]) OR fever )'
        )
        assert all("Stroke" in each.mesh for each in port.search("卒中"))
        with pytest.raises(WordsUnknown, match="头痛"):
            words.for_pubmed("卒中 头痛")
    finally:
        words.lookups.remove(table)


@override_settings(CROSSREF_URL="http://127.0.0.1:9", OPENALEX_URL="http://127.0.0.1:9")
def test_a_source_that_is_down_is_said_to_be_down(literature: Literature) -> None:
    with pytest.raises(SourceDown):
        crossref.work("10.1000/x")


@pytest.mark.corpus
@pytest.mark.parametrize(
    ("name", "read"),
    [
        (
            "crossref/10.1007___s00204-017-1980-3.json",
            lambda value: crossref.article(Tree(value[0]["message"])),
        ),
        ("openalex/zotero_OpenAlex_JSON_00.json", lambda value: openalex.article(Tree(value))),
    ],
)
def test_recorded_works_are_read(shared: Path, name: str, read: Callable[[object], Article]) -> None:
    article = read(json.loads((shared / "data/intelligence/api" / name).read_text()))
    for field in ("title", "authors", "journal", "year", "volume", "doi", "issns", "pages"):
        assert getattr(article, field), field
    assert article.kind == Kind.JOURNAL


@pytest.mark.corpus
def test_recorded_pages_of_europe_pmc_are_read(shared: Path) -> None:
    recorded = json.loads((shared / "data/intelligence/api/europepmc/search_cancer_core.json").read_text())
    articles = [europe_pmc._article(Tree(each)) for each in recorded["resultList"]["result"]]
    assert len(articles) == 25 and all(each.title and each.year for each in articles)
    assert sum(bool(each.authors) for each in articles) > 20
    assert any(each.open_access_url for each in articles)


@pytest.mark.parametrize(
    "value", [None, [], {}, "x", {"title": 5, "author": "x", "authorships": [None], "issued": []}]
)
def test_a_work_of_another_shape_breaks_nothing(value: object) -> None:
    assert crossref.article(Tree(value)).source == "crossref"
    assert openalex.article(Tree(value)).source == "openalex"
