"""De-duplication: no false merge, decisions hold, and every rule that a real pair has taught."""

from collections import Counter
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xinglin.intelligence.dedup import Band, Shelf, folding, group, judge, sketch
from xinglin.intelligence.tests.chinese_gold import pairs
from xinglin.literature.articles import Article, Author, Kind
from xinglin.literature.cleaning import author

PAPER = Article(
    title="Effect of early rehabilitation on outcomes after acute ischaemic stroke",
    authors=tuple(map(author, ("Smith, John A", "Li, Wei", "Garcia, Ana"))),
    journal="Journal of Clinical Neurology", year=2019, volume="12", issue="3", pages="201-209", doi="10.1000/stroke.1",
)  # fmt: skip


def band(one: Article, other: Article) -> Band:
    return judge(sketch(1, one), sketch(2, other)).band


SAME = {
    "abbreviated journal and cut pages": PAPER.but(journal="J Clin Neurol", pages="201-9", doi=""),
    "another title mark": PAPER.but(title=f"[{PAPER.title}]. English", doi=""),
    "erratum noted behind the title": PAPER.but(
        title=f"{PAPER.title}.[Erratum appears in J X. 2020;1(2):3]", doi=""
    ),
    "other authors' form": PAPER.but(authors=tuple(map(author, ("SMITH JA", "LI W"))), doi=""),
    "no pages, no doi": PAPER.but(pages="", doi="", issue=""),
    "online first a year earlier": PAPER.but(year=2018, doi=""),
    "a slip in the volume": PAPER.but(volume="21", doi=""),
    "Excel made a date of the pages": PAPER.but(pages="", doi="10.1000/stroke.1"),
}
OTHER = {
    "part two": PAPER.but(title=f"{PAPER.title}: part 2", pages="210-218", doi=""),
    "erratum": PAPER.but(title=f"Erratum: {PAPER.title}", doi="", pages="450"),
    "reply": PAPER.but(title=f"Reply: {PAPER.title}", doi="", pages="451"),
    "meeting abstract in a supplement": PAPER.but(journal="Stroke", volume="49", pages="A12", doi=""),
    "the same DOI for another abstract": PAPER.but(title="Colistin in intensive care: a cohort", pages="A13"),
    "one word other on one page": PAPER.but(title=PAPER.title.replace("early", "late"), pages="201", doi=""),
    "another PMID": PAPER.but(pmid="2", doi=""),
}
BARE = PAPER.but(doi="", volume="", issue="", pages="")
COCHRANE = PAPER.but(
    journal="Cochrane Database of Systematic Reviews", volume="", issue="3", pages="CD001234", year=2010, doi="",
)  # fmt: skip
ZHANG = tuple(map(author, ("张三", "李四")))
CHINESE = Article(
    title="早期康复对急性缺血性卒中预后的影响", authors=ZHANG, journal="中华神经科杂志",
    year=2019, issue="3", pages="1-5",
)  # fmt: skip
COLUMN = PAPER.but(title="From the editor's desk", doi="", pages="1")
HARD: dict[str, tuple[Article, Article]] = {
    "part I and part II": (
        PAPER.but(title=f"{PAPER.title}. Part I", doi=""),
        PAPER.but(title=f"{PAPER.title}. Part II", doi="", pages=""),
    ),
    "part V and part X": (BARE.but(title=f"{PAPER.title}. Part V"), BARE.but(title=f"{PAPER.title}. Part X")),
    "first and second year": (
        BARE.but(title=f"{PAPER.title}: first year"),
        BARE.but(title=f"{PAPER.title}: second year"),
    ),
    "30 days and 90 days": (
        BARE.but(title=f"{PAPER.title} at 30 days"),
        BARE.but(title=f"{PAPER.title} at 90 days"),
    ),
    "a publisher's correction": (PAPER, PAPER.but(title=f"Publisher's Correction: {PAPER.title}")),
    "a statement of retraction": (PAPER, PAPER.but(title=f"Statement of Retraction: {PAPER.title}")),
    "authors' response on the same page": (
        PAPER.but(doi=""),
        PAPER.but(title=f"{PAPER.title}: authors' response", doi=""),
    ),
    "a letter on it": (
        PAPER.but(doi=""),
        PAPER.but(title=f"Letter to the editor regarding {PAPER.title}", doi=""),
    ),
    "its protocol": (BARE, BARE.but(title=f"{PAPER.title}: study protocol")),
    "the protocol of a Cochrane review": (
        COCHRANE,
        COCHRANE.but(title=f"{PAPER.title} (Protocol)", issue=""),
    ),
    "an update of a Cochrane review": (COCHRANE, COCHRANE.but(year=2011, issue="")),
    "an update in the same year": (COCHRANE, COCHRANE.but(issue="4")),
    "its preprint": (BARE, BARE.but(kind=Kind.PREPRINT, journal="")),
    "its preprint, the year before": (
        PAPER.but(doi=""),
        BARE.but(kind=Kind.PREPRINT, journal="medRxiv", year=2018),
    ),
    "the thesis": (
        BARE.but(authors=PAPER.authors[:1]),
        BARE.but(kind=Kind.THESIS, journal="", authors=PAPER.authors[:1]),
    ),
    "the talk, of which only authors and year are known": (
        PAPER.but(doi=""),
        BARE.but(kind=Kind.CONFERENCE, journal=""),
    ),
    "the abstract in a supplement of the same volume": (
        PAPER.but(doi=""),
        PAPER.but(doi="", pages="", issue="Suppl 1"),
    ),
    "a yearly report that always begins on page 1": (
        PAPER.but(doi="", volume="", pages="1-20"),
        PAPER.but(doi="", volume="", pages="1-22", year=2020),
    ),
    "two letters on one page": (COLUMN, COLUMN.but(authors=(author("Miller, Ruth"),))),
    "a column in two issues": (COLUMN, COLUMN.but(issue="4")),
    "other titles on the same pages of another issue": (
        PAPER.but(doi="", pages="1-5"),
        PAPER.but(title="Colistin in intensive care units of five hospitals", doi="", pages="1-5", issue="4"),
    ),
    "other titles, an issue unknown": (
        PAPER.but(doi="", pages="1-5"),
        PAPER.but(title="Colistin in intensive care units of five hospitals", doi="", pages="1-5", issue=""),
    ),
    "two papers that both name the pages of the whole supplement": (
        PAPER.but(doi="", pages="1-300"),
        PAPER.but(title="Colistin in intensive care units of five hospitals", doi="", pages="1-300"),
    ),
    "上篇与下篇": (
        CHINESE.but(title=f"{CHINESE.title}（上篇）"),
        CHINESE.but(title=f"{CHINESE.title}（下篇）", pages=""),
    ),
    "甲与乙": (
        CHINESE.but(title=f"{CHINESE.title}（甲）", pages=""),
        CHINESE.but(title=f"{CHINESE.title}（乙）", pages=""),
    ),
    "订正说明": (CHINESE, CHINESE.but(title=f"《{CHINESE.title}》一文的订正说明", pages="")),
    "一文的商榷": (CHINESE, CHINESE.but(title=f"对《{CHINESE.title}》一文的商榷")),
    "研究方案": (CHINESE.but(pages=""), CHINESE.but(title=f"{CHINESE.title}：研究方案", pages="")),
    "年度报告": (
        CHINESE.but(title="全国卒中登记年度报告分析与解读", pages="1-9"),
        CHINESE.but(title="全国卒中登记年度报告分析与解读", pages="1-12", year=2020),
    ),
    "同年两期的专栏": (
        CHINESE.but(title="国外医学新进展", pages="1"),
        CHINESE.but(title="国外医学新进展", pages="1", issue="4"),
    ),
    "学位论文": (CHINESE.but(pages=""), CHINESE.but(kind=Kind.THESIS, journal="", pages="", issue="")),
    "同一英文译名的两篇": (
        CHINESE.but(other_title="Treatment of acute stroke in China", pages=""),
        CHINESE.but(
            title="急性卒中的外科治疗方法比较", other_title="Treatment of acute stroke in China", pages=""
        ),
    ),
}


@pytest.mark.parametrize("how", HARD)
def test_no_look_alike_is_merged_by_the_machine(how: str) -> None:
    one, other = HARD[how]
    assert band(one, other) != Band.AUTO
    assert band(other, one) == band(one, other)
    assert len(group([sketch(1, one), sketch(2, other)]).clusters) == 2


@pytest.mark.parametrize("how", SAME)
def test_one_paper_in_other_dress_is_one_paper(how: str) -> None:
    assert band(PAPER, SAME[how]) == Band.AUTO


@pytest.mark.parametrize("how", OTHER)
def test_what_only_looks_the_same_is_never_merged_by_the_machine(how: str) -> None:
    assert band(PAPER.but(pmid="1"), OTHER[how]) != Band.AUTO


def test_nothing_merges_on_a_doi_alone_and_empty_titles_never_match() -> None:
    empty = PAPER.but(title="", other_title="")
    assert band(empty, empty) == Band.NO
    assert band(PAPER.but(title="。，！"), PAPER.but(title="…")) == Band.NO
    one = Article(title="A trial of colistin in pneumonia of adults", doi="10.1000/x")
    other = Article(title="Home isolation of pregnant women in winter", doi="10.1000/x")
    assert band(one, other) == Band.NO


def test_unrelated_chinese_papers_are_not_one_because_their_latin_letters_are_none() -> None:
    one = Article(
        title="黄芪多糖提取工艺的优化研究",
        authors=(Author(name="张会佳"),),
        journal="食品工业科技",
        year=2023,
    )
    other = Article(
        title="乳腺癌筛查指南的解读与实践",
        authors=(Author(name="江文杰"),),
        journal="食品工业科技",
        year=2023,
    )
    english = Article(title="Metformin in diabetes", authors=(Author(name="Smith J"),), year=2023)
    assert {band(one, other), band(one, english)} == {Band.NO}


@pytest.mark.corpus
def test_no_pair_of_the_chinese_gold_set_is_merged_wrongly(shared: Path) -> None:
    seen: Counter[tuple[bool, Band]] = Counter()
    for pair in pairs(shared / "data" / "intelligence"):
        found = band(pair.one, pair.other)
        seen[pair.same, found] += 1
        assert pair.same or found != Band.AUTO, (pair.how, pair.one, pair.other)
    assert seen.total() > 1_000
    right = seen[True, Band.AUTO]
    assert right / (right + seen[True, Band.MAYBE] + seen[True, Band.NO]) > 0.95
    assert seen[True, Band.NO] == 0


def test_a_persons_decisions_hold() -> None:
    sketches = [
        sketch(1, PAPER),
        sketch(2, SAME["abbreviated journal and cut pages"]),
        sketch(3, OTHER["part two"]),
    ]
    assert group(sketches).clusters == [[1, 2], [3]]
    assert group(sketches, apart=[(1, 2)]).clusters == [[1], [2], [3]]
    assert not group(sketches, apart=[(1, 2)]).doubts
    assert group(sketches, together=[(3, 1)]).clusters == [[1, 2, 3]]


def test_a_chain_that_contradicts_itself_stays_open() -> None:
    """Two numbers of PubMed are two publications, although a third record without a number fits both."""
    one, other = PAPER.but(pmid="1", doi=""), PAPER.but(pmid="2", doi="")
    found = group([sketch(1, one), sketch(2, other), sketch(3, PAPER.but(doi=""))])
    assert sorted(map(len, found.clusters)) == [1, 2]
    assert len(found.doubts) == 1


def test_a_record_without_its_place_joins_only_when_one_alone_can_be_meant() -> None:
    bare = PAPER.but(journal="", volume="", issue="", pages="", doi="")
    meeting = PAPER.but(journal="Proceedings of the Stroke Congress", volume="", issue="", pages="", doi="")
    assert group([sketch(1, PAPER), sketch(2, bare)]).clusters == [[1, 2]]
    contested = group([sketch(1, PAPER), sketch(2, bare), sketch(3, meeting)])
    assert [2] in contested.clusters and contested.doubts


@settings(max_examples=25)
@given(st.integers(0, 10_000))
def test_the_order_of_the_records_changes_nothing(seed: int) -> None:
    articles = [PAPER, *SAME.values(), *OTHER.values()]
    sketches = [sketch(key, each) for key, each in enumerate(articles)]
    expected = group(sketches).clusters
    Random(seed).shuffle(sketches)
    assert group(sketches).clusters == expected


def test_the_verdict_does_not_depend_on_which_comes_first() -> None:
    for other in [*SAME.values(), *OTHER.values()]:
        assert (
            judge(sketch(1, PAPER), sketch(2, other)).band == judge(sketch(2, other), sketch(1, PAPER)).band
        )


def test_new_records_find_their_doubles_among_stored_ones() -> None:
    shelf = Shelf()
    for place in range(50):
        shelf.add(
            sketch(place, PAPER.but(title=f"{PAPER.title} in cohort {place}", pages=str(place), doi=""))
        )
    found = shelf.add(sketch(99, PAPER.but(title=f"{PAPER.title} in cohort 7", pages="7", doi="", issue="")))
    assert [pair for pair, verdict in found.items() if verdict.band == Band.AUTO] == [(7, 99)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("221-8", ("221", "228")), ("1106-1111+1117", ("1106", "1111")), ("e43268", ("e43268", "")), ("94 p", ("", "")),
        ("11-Sep", ("9", "11")), ("Nov-19", ("11", "19")), ("S385S-389", ("s385s", "389")), ("NA", ("", "")),
        ("１２－１８", ("12", "18")), ("56‐58", ("56", "58")),
    ],
)  # fmt: skip
def test_pages_are_understood(text: str, expected: tuple[str, str]) -> None:
    assert folding.pages(text) == expected


def test_part_numbers_are_one_whatever_their_script() -> None:
    assert folding.numbers(folding.title("某病诊治 第二部分")) == ("2",)
    assert folding.numbers(folding.title("某病诊治（二）")) == ("2",)
    assert folding.numbers(folding.title("Focus II trial")) == folding.numbers(folding.title("FOCUS 2 trial"))
