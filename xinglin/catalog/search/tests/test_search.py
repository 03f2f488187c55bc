"""What a reader finds, and in which order."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from xinglin.catalog.search.documents import SearchDocument
from xinglin.catalog.search.engine import SearchEngine
from xinglin.catalog.search.errors import QueryTooDeep
from xinglin.catalog.search.parse import parse
from xinglin.catalog.search.query import Facet, Field, Filters, Mode, Node, Not, Query, Sort, Term

from .conftest import Filled
from .factories import (
    ANATOMY,
    BANKING,
    ELECTROCARDIOGRAM,
    INTERNAL_MEDICINE,
    INTERNAL_MEDICINE_OLD,
    LIFE,
    MEDICAL_BOOKS,
)


@pytest.fixture
def engine(filled: Filled) -> SearchEngine:
    return filled(MEDICAL_BOOKS)


def found(engine: SearchEngine, typed: str) -> list[int]:
    return [hit.record_id for hit in engine.search_text(typed).hits]


@pytest.mark.parametrize(
    ("typed", "record"),
    [
        ("临床心电图学诊断手册", ELECTROCARDIOGRAM),
        ("電圖學診", ELECTROCARDIOGRAM),
        ("心电 手册", ELECTROCARDIOGRAM),
        ("xindiantu", ELECTROCARDIOGRAM),
        ("xin dian tu", ELECTROCARDIOGRAM),
        ("xindiant", ELECTROCARDIOGRAM),
        ("xdt", ELECTROCARDIOGRAM),
        ("shantianfang", ELECTROCARDIOGRAM),
        ("心点图学", ELECTROCARDIOGRAM),
        ("心图学诊断", ELECTROCARDIOGRAM),
        ("临床心电学图诊断", ELECTROCARDIOGRAM),
        ("心电图 王吉耀", ELECTROCARDIOGRAM),
        ("心电图学王吉耀", ELECTROCARDIOGRAM),
        ("9787117223454", ELECTROCARDIOGRAM),
        ("７－１１７－２２３４５－９", ELECTROCARDIOGRAM),
        ("出版社:人民卫生 心电", ELECTROCARDIOGRAM),
        ("住院医师丛书", ELECTROCARDIOGRAM),
        ("房颤 抗凝", INTERNAL_MEDICINE),
        ("实用内科", INTERNAL_MEDICINE_OLD),
        ("陈灏珠", INTERNAL_MEDICINE_OLD),
        ("0306406152", ANATOMY),
        ("978-0-306-40615-7", ANATOMY),
        ("grays anatomy", ANATOMY),
        ("grays anatmoy", ANATOMY),
        ("分类号:nlm:QS4", ANATOMY),
        ("余华", LIFE),
        ("行长", BANKING),
        ("hangzhang", BANKING),
    ],
)
def test_the_book_in_mind_comes_first(engine: SearchEngine, typed: str, record: int) -> None:
    assert found(engine, typed)[:1] == [record]


def test_the_whole_title_comes_before_a_part_of_one_before_an_abstract(filled: Filled) -> None:
    engine = filled(
        [
            SearchDocument(record_id=1, title="护理", abstract="心电图" * 30, popularity=100_000),
            SearchDocument(record_id=2, title="护理", subjects=("心电图",)),
            SearchDocument(record_id=3, title="图解心电", subtitle="电图"),
            SearchDocument(record_id=4, title="临床实用心电图", popularity=0),
            SearchDocument(record_id=5, title="心电图学入门", popularity=0),
            SearchDocument(record_id=6, title="心电图"),
        ]
    )
    assert found(engine, "心电图") == [6, 5, 4, 2, 1]


def test_among_equal_titles_the_newer_and_the_more_borrowed_come_first(filled: Filled) -> None:
    book = SearchDocument(record_id=1, title="内科学", year=1990)
    engine = filled(
        [book, replace(book, record_id=2, year=2018), replace(book, record_id=3, year=2018, popularity=50)]
    )
    assert found(engine, "内科学") == [3, 2, 1]


def test_a_word_found_as_typed_is_not_diluted_by_its_homophones(engine: SearchEngine) -> None:
    results = engine.search_text("心电图")
    assert {hit.record_id for hit in results.hits} == {ELECTROCARDIOGRAM, INTERNAL_MEDICINE}
    assert not results.forgiven
    assert results.did_you_mean is None


def test_a_misspelt_query_says_how_it_is_spelt(engine: SearchEngine) -> None:
    results = engine.search_text("心点图")
    assert results.forgiven
    assert results.did_you_mean == "心电图"
    assert engine.did_you_mean("grays anatmoy") == "grays Anatomy"
    assert engine.did_you_mean("心电图") is None


def test_a_phrase_in_quotes_is_taken_literally(engine: SearchEngine) -> None:
    assert found(engine, '"心电图学"') == [ELECTROCARDIOGRAM]
    assert found(engine, '"心点图学"') == []


def test_what_is_excluded_does_not_come(engine: SearchEngine) -> None:
    assert found(engine, "心电图 -房颤") == [ELECTROCARDIOGRAM]
    assert set(found(engine, "NOT 内科")) == {ELECTROCARDIOGRAM, ANATOMY, LIFE, BANKING}


def test_groups_nest(engine: SearchEngine) -> None:
    assert set(found(engine, "(活着 OR 银行) -(行长 OR 作者:莫言)")) == {LIFE}


def test_a_field_is_only_itself(engine: SearchEngine) -> None:
    assert found(engine, "题名:王吉耀") == []
    assert found(engine, "作者:王吉耀") == [ELECTROCARDIOGRAM]
    assert found(engine, "丛书:住院医师") == [ELECTROCARDIOGRAM]
    assert set(found(engine, "主题:内科学")) == {INTERNAL_MEDICINE, INTERNAL_MEDICINE_OLD}


def test_a_beginning_is_where_the_title_begins(engine: SearchEngine) -> None:
    assert found(engine, "^内科") == [INTERNAL_MEDICINE]
    assert found(engine, "^gray") == [ANATOMY]
    assert found(engine, "^anatomy") == []


def test_a_word_cut_short_is_any_word_that_goes_on(engine: SearchEngine) -> None:
    assert found(engine, "anatomic*") == [ANATOMY]
    assert found(engine, "题名:anat*") == [ANATOMY]
    assert set(found(engine, "内科*")) == {INTERNAL_MEDICINE, INTERNAL_MEDICINE_OLD}


def test_a_class_means_everything_below_it(engine: SearchEngine) -> None:
    below = engine.search(Query(filters=Filters(classes=("R5",)))).hits
    assert {hit.record_id for hit in below} == {ELECTROCARDIOGRAM, INTERNAL_MEDICINE, INTERNAL_MEDICINE_OLD}
    assert found(engine, "R540.4") == [ELECTROCARDIOGRAM]


def test_on_shelf_is_asked_of_the_library_chosen(engine: SearchEngine) -> None:
    def ids(filters: Filters) -> set[int]:
        return {hit.record_id for hit in engine.search(Query(filters=filters)).hits}

    assert ids(Filters(on_shelf=True)) == {ELECTROCARDIOGRAM, INTERNAL_MEDICINE_OLD, LIFE}
    assert ids(Filters(on_shelf=True, libraries=("EAST",))) == {ELECTROCARDIOGRAM}
    assert ids(Filters(libraries=("EAST",))) == {ELECTROCARDIOGRAM, ANATOMY}


@pytest.mark.parametrize(
    ("sort", "records"),
    [
        (Sort.YEAR_DESCENDING, [ANATOMY, INTERNAL_MEDICINE, ELECTROCARDIOGRAM, INTERNAL_MEDICINE_OLD, LIFE]),
        (Sort.YEAR_ASCENDING, [LIFE, INTERNAL_MEDICINE_OLD, ELECTROCARDIOGRAM, INTERNAL_MEDICINE, ANATOMY]),
        (Sort.POPULARITY, [LIFE, INTERNAL_MEDICINE, INTERNAL_MEDICINE_OLD, ELECTROCARDIOGRAM]),
        (Sort.NEWEST, [INTERNAL_MEDICINE, ELECTROCARDIOGRAM, INTERNAL_MEDICINE_OLD, ANATOMY]),
        # gray… huo zhe, lin chuang…, nei ke…, shi yong…, yin hang…
        (Sort.TITLE, [ANATOMY, LIFE, ELECTROCARDIOGRAM, INTERNAL_MEDICINE, INTERNAL_MEDICINE_OLD, BANKING]),
    ],
)
def test_a_sort_puts_records_in_its_order(engine: SearchEngine, sort: Sort, records: Sequence[int]) -> None:
    hits = engine.search(Query(sort=sort)).hits
    assert [hit.record_id for hit in hits][: len(records)] == records


def test_pages_follow_each_other_without_gap_or_repetition(filled: Filled) -> None:
    engine = filled([SearchDocument(record_id=number, title="护理学") for number in range(1, 251)])
    pages = [engine.search(Query(root=parse("护理"), page=page, size=20)) for page in range(1, 15)]
    shown = [hit.record_id for page in pages for hit in page.hits]
    assert sorted(shown) == list(range(1, 251))
    assert {page.total for page in pages} == {250}


def test_facets_count_the_result_and_classes_open_one_step_at_a_time(engine: SearchEngine) -> None:
    facets = engine.search(Query(facets=tuple(Facet))).facets
    assert dict(facets[Facet.LIBRARY]) == {"MAIN": 3, "EAST": 2, "WEST": 2}
    assert dict(facets[Facet.CLASS]) == {"R": 4, "I": 1}
    assert dict(facets[Facet.DECADE]) == {"2010": 2, "2000": 1, "2020": 1, "1990": 1}
    assert dict(facets[Facet.KIND]) == {"book": 4, "ebook": 1, "article": 1}
    below = engine.search(Query(filters=Filters(classes=("R",)), facets=(Facet.CLASS,))).facets
    assert dict(below[Facet.CLASS]) == {"R5": 3, "R3": 1}


def test_a_forgiven_search_counts_what_it_shows(engine: SearchEngine) -> None:
    results = engine.search(Query(root=parse("心点图学"), facets=(Facet.KIND,)))
    assert results.forgiven
    assert sum(count for _, count in results.facets[Facet.KIND]) == results.total


def test_a_hit_shows_what_was_found(engine: SearchEngine) -> None:
    hit = engine.search_text("实用内科 陈灏珠").hits[0]
    assert hit.title == "實用內科學"
    assert [piece.text for piece in hit.highlights[Field.TITLE][0] if piece.found] == ["實用內科"]
    assert [piece.text for piece in hit.highlights[Field.AUTHOR][0] if piece.found] == ["陳灝珠"]


def test_titles_are_completed_from_characters_and_from_pinyin(engine: SearchEngine) -> None:
    assert engine.complete("临床") == ["临床心电图学诊断手册"]
    assert engine.complete("linchuangx") == ["临床心电图学诊断手册"]
    assert engine.complete("gray") == ["Gray's Anatomy the anatomical basis of clinical practice"]
    assert engine.complete("，") == []


def test_the_librarys_synonyms_are_found_too(filled: Filled, engine: SearchEngine) -> None:
    filled(MEDICAL_BOOKS)
    knowing = SearchEngine(
        engine.directory, synonyms=lambda word: ["心电图"] if word.upper() == "ECG" else []
    )
    assert found(knowing, "ECG")[:1] == [ELECTROCARDIOGRAM]


def test_a_query_deeper_than_any_person_writes_is_refused(engine: SearchEngine) -> None:
    node: Node = Term("心电图", mode=Mode.WORDS)
    for _ in range(5000):
        node = Not(node)
    with pytest.raises(QueryTooDeep, match="30"):
        engine.search(Query(root=node))
