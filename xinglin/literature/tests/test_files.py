"""Reference files: every record is read or refused with its line, and what we write we read back."""

import json
import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from xinglin.commons.errors import Refusal
from xinglin.commons.sheets import UnreadableTable
from xinglin.commons.text import comparable
from xinglin.literature.articles import Article, Kind, Mark
from xinglin.literature.files import read, write_bibtex, write_gbt7714, write_ris, write_xlsx
from xinglin.literature.files.reading import UnreadableFile

FOLDERS = (
    "exports", "chinese", "pubmed/xml", "pubmed/medline", "pubmed/xml_single", "dedup/sra_tafenoquine",
    "dedup/rathbone_respiratory_endnote",
)  # fmt: skip
# No list of references: journal titles, and Crossref's own answers.
NOT_REFERENCES = ("hexin_core_journals.csv", "zotero_Crossref_Unixref")


@pytest.mark.corpus
def test_every_real_file_adds_up_and_holds_as_many_records_as_its_keeper_counted(shared: Path) -> None:
    home = shared / "data" / "intelligence"
    counted = {
        each["file"]: each["records"] for each in json.loads((home / "index.json").read_text())["files"]
    }
    looked_at = 0
    for folder in FOLDERS:
        for path in sorted((home / folder).rglob("*")):
            if not path.is_file() or any(mark in path.name for mark in NOT_REFERENCES):
                continue
            reading = read(path.read_bytes(), name=path.name)
            name = str(path.relative_to(home))
            assert reading.adds_up, name
            assert all(each.line and each.reason for each in reading.refused), name
            if counted.get(name, 1) > 1:
                assert (reading.declared, reading.refused) == (counted[name], []), name
            looked_at += reading.declared
    assert looked_at > 4_500


@pytest.mark.corpus
def test_zotero_says_the_same_of_a_thousand_items_in_ris_and_in_bibtex(shared: Path) -> None:
    exports = shared / "data" / "intelligence" / "exports"
    ris = read((exports / "ris/asysd_zotero_export.ris").read_bytes()).articles
    bib = read((exports / "bibtex/asysd_zotero_export.bib").read_bytes()).articles
    assert len(ris) == len(bib) == 1000
    by_title = {comparable(each.title): each for each in bib}
    pairs = [(each, by_title[title]) for each in ris if (title := comparable(each.title)) in by_title]
    assert len(pairs) > 985
    for name in ("year", "volume", "doi"):
        assert sum(getattr(a, name) == getattr(b, name) for a, b in pairs) > len(pairs) * 0.98, name


@pytest.mark.corpus
def test_chinese_fields_are_understood(shared: Path) -> None:
    chinese = shared / "data" / "intelligence" / "chinese"
    thesis = read((chinese / "cnki/CNKI_RefWorks_04.txt").read_bytes()).articles[0]
    assert (thesis.kind, thesis.school, thesis.degree) == (Kind.THESIS, "上海交通大学", "博士")
    assert [each.name for each in thesis.authors] == ["虞锦洪"]
    assert thesis.supervisors == ("江平开",)
    standard = read((chinese / "cnki/CNKI_Refer_04.enw").read_bytes()).articles[0]
    assert (standard.kind, standard.number) == (Kind.STANDARD, "GB/T 43109-2023")
    conference = read((chinese / "cnki/CNKI_Refer_02.enw").read_bytes()).articles[0]
    assert conference.pages == "269-273", "%P 5 is a page count"
    study = read(next((chinese / "cnki").glob("mrhelper*")).read_bytes()).articles
    assert study[0].source_id == "ZNYX202101034"
    assert "<正>" not in study[0].abstract and "~(" not in study[0].abstract
    assert study[1].year == 2021, "online first has a time and no year"
    wanfang = read(next((chinese / "wanfang").glob("*.net")).read_bytes()).articles[0]
    assert wanfang.other_title.startswith("Influence of ultrasound")
    assert [each.name for each in wanfang.authors] == ["江文杰", "韩超", "顾达民"]
    comma = read((chinese / "cnki/CNKI_RefWorks_02.txt").read_bytes()).articles[0]
    assert comma.issns == ("1001-9332",) and len(comma.authors) == 4


def test_one_space_after_the_tag_loses_nothing() -> None:
    text = "TY - JOUR\nTI - 中药治疗\nAU - 张三\nPY - 2020\nER -\n\nTY - JOUR\nTI - Second\nER -\n"
    reading = read(text.encode("gb18030"))
    assert (reading.declared, reading.encoding) == (2, "GB18030")
    assert [each.title for each in reading.articles] == ["中药治疗", "Second"]


def test_lines_between_records_and_records_without_their_beginning_are_told() -> None:
    text = (
        "TY  - JOUR\nTI  - One\nER  - \nLink to the Ovid Full Text\n\nTI  - Lost its type\nER  - \n"
        "TY  - JOUR\nAU  - Nobody\n"
    )
    reading = read(text.encode())
    assert reading.adds_up and reading.declared == 3
    assert [each.title for each in reading.articles] == ["One"]
    assert [(each.line, each.reason) for each in reading.refused] == [
        (6, "记录没有以 TY 行开始"),
        (8, "没有题名"),
    ]


def test_an_abstract_that_looks_like_tags_stays_an_abstract() -> None:
    text = "TY  - JOUR\nTI  - One\nAB  - We saw\nOR - 2.3 in all\nER  - \n"
    assert read(text.encode()).articles[0].abstract == "We saw OR - 2.3 in all"


def test_a_cut_pubmed_file_keeps_its_whole_records_and_refuses_the_broken_one() -> None:
    whole = (
        "<PubmedArticle><MedlineCitation><PMID>1</PMID><Article><ArticleTitle>A &lt;i&gt;b&lt;/i&gt;</ArticleTitle>"
        "</Article></MedlineCitation></PubmedArticle>"
    )
    reading = read(f'<?xml version="1.0"?><PubmedArticleSet>{whole}<PubmedArticle><MedlineCi'.encode())
    assert reading.adds_up and [each.pmid for each in reading.articles] == ["1"]
    assert "XML" in reading.refused[0].reason


def test_entities_are_refused_and_a_doctype_is_never_loaded() -> None:
    hostile = (
        '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa">]><PubmedArticleSet><PubmedArticle>'
        "<MedlineCitation><PMID>1</PMID><Article><ArticleTitle>&a;</ArticleTitle></Article></MedlineCitation>"
        "</PubmedArticle></PubmedArticleSet>"
    )
    reading = read(hostile.encode())
    assert reading.adds_up and not reading.articles


def test_a_retraction_is_marked() -> None:
    text = (
        "PMID- 123\nTI  - Wrong\nPT  - Journal Article\nPT  - Retracted Publication\n"
        "RIN - J Wrong. 2020;1:2. PMID: 456\nEDAT- 2019/01/02 06:00\n"
    )
    article = read(text.encode()).articles[0]
    assert article.is_retracted and article.related == (("RetractionIn", "PMID:456"),)
    assert article.entered == "2019-01-02"


def test_wanfang_refworks_with_mixed_names_is_refused_with_the_way_out() -> None:
    text = "RT Journal Article\nA1 江文杰 Wenjie JIANG\nT1 题名\nDS 万方\n"
    assert "NoteExpress" in read(text.encode()).refused[0].reason


def test_what_is_no_reference_file_is_refused_as_a_whole() -> None:
    for data in (b"", b"\x00\x01\x02" * 50, "没有引文的一段话。".encode(), b"a,b\n1,2\n"):
        with pytest.raises((UnreadableFile, UnreadableTable), match=r"文件|格式"):
            read(data)


def test_a_day_that_is_no_number_is_left_out() -> None:
    record = (
        "<PubmedArticleSet><PubmedArticle><MedlineCitation><PMID>1</PMID><Article><Journal><JournalIssue><PubDate>"
        "<Year>2020</Year><Month>²</Month><Day>٣</Day></PubDate></JournalIssue></Journal>"
        "<ArticleTitle>A b</ArticleTitle></Article></MedlineCitation></PubmedArticle></PubmedArticleSet>"
    )
    assert [each.year for each in read(record.encode()).articles] == [2020]


def damaged(data: bytes, chance: random.Random) -> Iterator[bytes]:
    """Yield what mail, editors and other programs make of a file: cut, garbled, shuffled, re-encoded, re-spaced."""
    place, lines = chance.randrange(len(data)), data.splitlines(keepends=True)
    yield data[:place]
    yield (
        data[:place]
        + chance.choice([b"\x00", b"<", b'"', b"{", b"\xed\xa0\x80", "²".encode()])
        + data[place:]
    )
    yield data[:place] + data[place : place + 200] * 2 + data[place + 200 :]
    chance.shuffle(lines)
    yield b"".join(lines)
    yield data.replace(b" ", chance.choice(["\u3000", "\u00a0", "\t"]).encode())
    yield data.replace(b"\r\n", b"\n").replace(b"\n", b"\r")
    yield data.decode("utf-8", "replace").encode("utf-16")


@pytest.mark.corpus
def test_a_damaged_file_adds_up_or_is_refused_whole(shared: Path) -> None:
    home, chance, tried = shared / "data" / "intelligence", random.Random(7), 0
    for path in sorted(each for folder in FOLDERS for each in (home / folder).rglob("*") if each.is_file()):
        if not 0 < path.stat().st_size < 40_000 or path.name == "index.json":
            continue
        for data in damaged(path.read_bytes(), chance):
            try:
                reading = read(data, name=path.name)
            except Refusal:
                continue
            tried += 1
            assert reading.adds_up, (path.name, data)
    assert tried > 500


SAMPLE = Article(
    title="Aspirin & {dose}: 100% safe?",
    authors=read(b"TY  - JOUR\nTI  - x\nAU  - Smith, John A\nAU  - Li, Wei\nER  - ").articles[0].authors,
    journal="The Journal", year=2020, volume="12", issue="3", pages="1-9", doi="10.1000/abc", issns=("0140-6736",),
    keywords=("a", "b"), abstract="Line.", language="eng",
)  # fmt: skip
CHINESE = SAMPLE.but(title="阿司匹林的剂量", authors=(), journal="中华内科杂志", other_title="Dose", doi="")


@pytest.mark.parametrize("article", [SAMPLE, CHINESE], ids=["english", "chinese"])
def test_what_is_written_is_read_back(article: Article) -> None:
    for text in (write_ris([article]), write_bibtex([article])):
        back = read(text.encode()).articles[0]
        for name in ("year", "volume", "issue", "pages", "doi", "journal", "issns", "keywords", "abstract"):
            assert getattr(back, name) == getattr(article, name), (name, text)
        assert back.title.replace("{", "").replace("}", "") == article.title.replace("{", "").replace("}", "")
    back = read(write_xlsx([article], title="书目"), name="x.xlsx").articles[0]
    assert (back.title, back.journal, back.doi) == (article.title, article.journal, article.doi)
    assert back.authors == article.authors


def test_an_article_survives_storage() -> None:
    article = SAMPLE.but(marks=(Mark.RETRACTED,), related=(("RetractionIn", "PMID:1"),), extra=(("X", "y"),))
    assert Article.from_plain(json.loads(json.dumps(article.as_plain()))) == article


def test_gbt7714_lists_are_numbered() -> None:
    assert write_gbt7714([SAMPLE]) == (
        "[1] SMITH J A, LI W. Aspirin & {dose}: 100% safe?[J]. The Journal, 2020, 12(3): 1-9. DOI: 10.1000/abc.\n"
    )
