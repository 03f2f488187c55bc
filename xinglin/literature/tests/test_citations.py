"""Pasted references and the numbers in them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xinglin.literature.articles import Kind
from xinglin.literature.citations import parse, parse_one
from xinglin.literature.identifiers import clean_doi, find, issns_in


@pytest.mark.parametrize(
    ("text", "doi"),
    [
        ("见 https://doi.org/10.1016/S0140-6736(20)30183-5。", "10.1016/s0140-6736(20)30183-5"),
        ("(doi:10.1056/NEJMoa2001017).", "10.1056/nejmoa2001017"),
        ("http://dx.doi.org/10.1002%2F14651858.CD000009", "10.1002/14651858.cd000009"),
        ("DOI：10.3760/cma.j.cn112138-2019，作者", "10.3760/cma.j.cn112138-2019"),
        (
            "https://www.nature.com/articles/doi/10.1038/s41591-020-0001-1/full?x=1",
            "10.1038/s41591-020-0001-1",
        ),
        ("10.1002/(SICI)1097-0142(19970601)79:11<2049::AID", "10.1002/(sici)1097-0142(19970601)79:11"),
        ("no doi 10.1 here", ""),
    ],
)
def test_a_doi_is_found_anywhere_and_ends_where_the_sentence_goes_on(text: str, doi: str) -> None:
    assert find(text).doi == doi


def test_pmid_and_pmcid_are_found_anywhere() -> None:
    found = find("https://pubmed.ncbi.nlm.nih.gov/31978945/ PMCID: PMC7092803")
    assert (found.pmid, found.pmcid) == ("31978945", "PMC7092803")
    assert find(" 31978945 ").pmid == "31978945"
    assert find("PMID：00123").pmid == "123"
    assert not find("电话 13800138000")


def test_an_issn_with_a_wrong_check_digit_is_none() -> None:
    assert issns_in("0140-6736 01406737 1474547X") == ("0140-6736", "1474-547X")


@given(st.text(max_size=200))
def test_no_text_breaks_the_parser(text: str) -> None:
    for citation in parse(text):
        assert citation.style and clean_doi(citation.article.doi) == citation.article.doi


def test_numbered_references_are_parted_and_read_each_in_its_style() -> None:
    text = """[1] 张三, 李四, 王五, 等. 2型糖尿病患者血糖控制研究[J]. 中华内科杂志, 2020, 59(3): 201-208.
[2] SMITH J A, DOE B. A study of things in vitro[J]. Lancet, 2019, 393(10170): 447-492.
[3] 王吉耀. 内科学[M]. 2版. 北京: 人民卫生出版社, 2010: 100-105.
[4] 江平. 高导热材料研究[D]. 上海: 上海交通大学, 2012.
[5] 李华. 健康中国行动[N]. 健康报, 2019-07-16(2)."""
    first, second, book, thesis, paper = (each.article for each in parse(text))
    assert [each.name for each in first.authors] == ["张三", "李四", "王五"]
    assert (first.journal, first.year, first.volume, first.issue, first.pages) == (
        "中华内科杂志",
        2020,
        "59",
        "3",
        "201-208",
    )
    assert second.title == "A study of things in vitro" and second.authors[0].family == "SMITH"
    assert (book.kind, book.publisher, book.place) == (Kind.BOOK, "人民卫生出版社", "北京")
    assert (thesis.kind, thesis.school) == (Kind.THESIS, "上海交通大学")
    assert (paper.published, paper.pages) == ("2019-07-16", "2")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "Smith J, Doe A, et al. Effect of aspirin: a trial. N Engl J Med. 2018;379(16):1519-1528. doi:10.1056/X",
            ("Effect of aspirin: a trial", "N Engl J Med", 2018, "379", "16", "1519-1528"),
        ),
        (
            "Ferguson, N. M., & Laydon, D. (2020). Impact of measures. Nature Medicine, 26(4), 506-510.",
            ("Impact of measures", "Nature Medicine", 2020, "26", "4", "506-510"),
        ),
        (
            'Jones, Mary. "The history of fever." Journal of Medicine 12.3 (1999): 44-59.',
            ("The history of fever", "Journal of Medicine", 1999, "12", "3", "44-59"),
        ),
        (
            "张三，李四. 新冠肺炎临床特征分析. 中华医学杂志，2020，100（5）：345-350.",
            ("新冠肺炎临床特征分析", "中华医学杂志", 2020, "100", "5", "345-350"),
        ),
    ],
)
def test_a_reference_without_a_type_mark_is_read_too(text: str, expected: tuple[object, ...]) -> None:
    read = parse_one(text).article
    assert (read.title, read.journal, read.year, read.volume, read.issue, read.pages) == expected


def test_what_is_missing_is_said() -> None:
    assert parse_one("PMID: 31978945").missing == ("title", "authors", "year", "journal")
    assert parse_one("PMID: 31978945").is_understood
    assert not parse_one("你好").is_understood
