"""Rules that hold for any catalogue and any query, held against a plain evaluation."""

import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from xinglin.catalog.search.documents import SearchDocument
from xinglin.catalog.search.engine import SearchEngine
from xinglin.catalog.search.numbers import class_path
from xinglin.catalog.search.parse import parse
from xinglin.catalog.search.query import And, Facet, Field, Filters, Mode, Node, Not, Or, Query, Sort, Term
from xinglin.catalog.search.text import is_han, units
from xinglin.catalog.search.writer import IndexWriter

from .factories import chinese

_LIBRARIES = ("MAIN", "EAST", "WEST")
_CLASSES = ("R540.4", "R54", "R5", "TP312", "I247.5", "R-62")


@contextmanager
def index_of(documents: Sequence[SearchDocument]) -> Iterator[SearchEngine]:
    with tempfile.TemporaryDirectory() as folder:
        with IndexWriter(Path(folder)) as writer, writer.rebuild(position=1) as rebuild:
            rebuild.add(documents)
        yield SearchEngine(Path(folder))


def some(values: Sequence[str]) -> st.SearchStrategy[tuple[str, ...]]:
    return st.lists(st.sampled_from(values), unique=True, max_size=3).map(tuple)


def documents(record_id: int) -> st.SearchStrategy[SearchDocument]:
    return st.builds(
        SearchDocument,
        record_id=st.just(record_id),
        title=chinese,
        authors=st.lists(
            st.sampled_from(["王吉耀", "葛均波", "Susan Standring"]), unique=True, max_size=2
        ).map(tuple),
        subjects=some(("内科学", "心电图", "护理")),
        year=st.none() | st.integers(1990, 2025),
        classes=some(_CLASSES),
        languages=some(("chi", "eng")),
        kind=st.sampled_from(["book", "journal", ""]),
        libraries=some(_LIBRARIES),
        on_shelf_libraries=some(_LIBRARIES),
    )


catalogues = st.integers(1, 12).flatmap(lambda size: st.tuples(*(documents(n) for n in range(1, size + 1))))
narrowings = st.builds(
    Filters,
    year_from=st.none() | st.integers(1990, 2025),
    year_to=st.none() | st.integers(1990, 2025),
    languages=some(("chi", "eng")),
    kinds=some(("book", "journal")),
    libraries=some(_LIBRARIES),
    on_shelf=st.booleans(),
    classes=some(("R", "R5", "R540", "T", "TP3")),
    authors=some(("王吉耀", "葛均波")),
    subjects=some(("内科学", "护理")),
)


def fits(document: SearchDocument, filters: Filters) -> bool:
    """Return whether a document passes the filters, read from the document itself."""

    def shares(wanted: Sequence[str], has: Sequence[str]) -> bool:
        return not wanted or bool(set(wanted) & set(has))

    steps = [step for number in document.classes for step in class_path(number)]
    years = filters.year_from is not None or filters.year_to is not None
    return (
        (not years or document.year is not None)
        and (filters.year_from is None or (document.year or 0) >= filters.year_from)
        and (filters.year_to is None or (document.year or 0) <= filters.year_to)
        and shares(filters.languages, document.languages)
        and shares(filters.kinds, (document.kind,))
        and shares(filters.libraries, document.libraries)
        and (not filters.on_shelf or shares(filters.libraries or _LIBRARIES, document.on_shelf_libraries))
        and shares(filters.classes, steps)
        and shares(filters.authors, document.authors)
        and shares(filters.subjects, document.subjects)
    )


def steps_below(document: SearchDocument, classes: Sequence[str]) -> set[str]:
    """Return the classes of a document one step below the one chosen, or its main classes."""
    paths = [("", *class_path(number)) for number in document.classes if ":" not in number]
    chosen = class_path(classes[0])[-1] if len(classes) == 1 else ""
    return {path[path.index(chosen) + 1] for path in paths if chosen in path[:-1]}


@settings(max_examples=40, deadline=None)
@given(catalogues, narrowings)
def test_filters_and_facets_are_those_of_a_plain_evaluation(
    catalogue: tuple[SearchDocument, ...], filters: Filters
) -> None:
    expected = [document for document in catalogue if fits(document, filters)]
    with index_of(catalogue) as engine:
        results = engine.search(Query(filters=filters, size=50, facets=tuple(Facet), facet_size=100))
    assert {hit.record_id for hit in results.hits} == {document.record_id for document in expected}
    assert results.total == len(expected)
    for facet, values in {
        Facet.LIBRARY: [value for document in expected for value in document.libraries],
        Facet.ON_SHELF: [value for document in expected for value in document.on_shelf_libraries],
        Facet.LANGUAGE: [value for document in expected for value in document.languages],
        Facet.KIND: [document.kind for document in expected if document.kind],
        Facet.YEAR: [str(document.year) for document in expected if document.year],
        Facet.DECADE: [str(document.year // 10 * 10) for document in expected if document.year],
        Facet.AUTHOR: [value for document in expected for value in document.authors],
        Facet.SUBJECT: [value for document in expected for value in document.subjects],
        Facet.CLASS: [step for document in expected for step in steps_below(document, filters.classes)],
    }.items():
        assert dict(results.facets[facet]) == Counter(values), facet


@settings(max_examples=60, deadline=None)
@given(catalogues, st.data())
def test_any_two_neighbouring_characters_or_more_of_a_title_find_it(
    catalogue: tuple[SearchDocument, ...], data: st.DataObject
) -> None:
    wanted = data.draw(st.sampled_from(catalogue))
    title = [unit for unit in units(wanted.title) if is_han(unit)]
    pairs = [
        (first, last)
        for first in range(len(title))
        for last in range(first + 2, len(title) + 1)
        if "".join(title[first:last]) in "".join(units(wanted.title))
    ]
    if not pairs:
        return
    first, last = data.draw(st.sampled_from(pairs))
    part = "".join(title[first:last])
    with index_of(catalogue) as engine:
        for root in (Term(part), Term(part, Field.TITLE), Term(part, Field.TITLE, Mode.PHRASE)):
            found = engine.search(Query(root=root, size=50, forgiving=False))
            assert wanted.record_id in {hit.record_id for hit in found.hits}, (part, root)


@settings(max_examples=60, deadline=None)
@given(catalogues, st.text(max_size=60) | chinese)
def test_no_text_typed_breaks_a_search(catalogue: tuple[SearchDocument, ...], typed: str) -> None:
    with index_of(catalogue) as engine:
        results = engine.search(Query(root=parse(typed), facets=tuple(Facet)))
        assert len(results.hits) == min(results.total, 20)
        # What is counted, and what comes in another order, is what is ranked.
        by_year = engine.search(Query(root=parse(typed), sort=Sort.YEAR_ASCENDING))
        assert by_year.total == results.total
        assert {hit.record_id for hit in by_year.hits} == {hit.record_id for hit in results.hits}
        engine.complete(typed)
        engine.did_you_mean(typed)


@settings(max_examples=30, deadline=None)
@given(catalogues, chinese, chinese)
def test_with_and_without_a_word_make_up_everything(
    catalogue: tuple[SearchDocument, ...], first: str, second: str
) -> None:
    one, other = Term(first, Field.TITLE), Term(second, Field.TITLE)
    with index_of(catalogue) as engine:

        def count(root: Node) -> int:
            return engine.search(Query(root=root, forgiving=False)).total

        assert count(one) + count(Not(one)) == len(catalogue)
        assert count(And((one, other))) + count(Or((one, other))) == count(one) + count(other)
        assert count(And((one, Not(other)))) == count(one) - count(And((one, other)))
