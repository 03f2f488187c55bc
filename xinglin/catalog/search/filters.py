"""Filters and facets in tantivy's terms."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TypedDict

import tantivy
from tantivy import FieldType, Occur, Query

from . import schema as index
from .numbers import class_key, class_path
from .query import Facet, Filters

_FIELD_OF = {
    Facet.LIBRARY: index.LIBRARY,
    Facet.ON_SHELF: index.ON_SHELF,
    Facet.YEAR: index.YEAR,
    Facet.DECADE: index.DECADE,
    Facet.LANGUAGE: index.LANGUAGE,
    Facet.KIND: index.KIND,
    Facet.CLASS: index.CLASS_PATH,
    Facet.SUBJECT: index.SUBJECT_NAME,
    Facet.AUTHOR: index.AUTHOR_NAME,
}
#: A library with its count; years count themselves as numbers in text.
FacetCounts = list[tuple[str, int]]


class _Bucket(TypedDict):
    key: str | float
    doc_count: int


class _Buckets(TypedDict):
    buckets: list[_Bucket]


def narrowing(schema: tantivy.Schema, filters: Filters) -> list[Query]:
    """Return one query for each filter; none of them changes a score."""
    narrow = [
        _any_of(schema, field, values)
        for field, values in (
            (index.LANGUAGE, filters.languages),
            (index.KIND, filters.kinds),
            (index.LIBRARY, filters.libraries),
            (index.AUTHOR_NAME, filters.authors),
            (index.SUBJECT_NAME, filters.subjects),
            (index.CLASS_PATH, tuple(class_key(number) for number in filters.classes)),
        )
        if values
    ]
    if filters.on_shelf:
        narrow.append(_on_shelf(schema, filters.libraries))
    if filters.year_from is not None or filters.year_to is not None:
        narrow.append(_between(schema, index.YEAR, filters.year_from, filters.year_to))
    if filters.added_since is not None:
        narrow.append(_between(schema, index.ADDED_AT, _seconds(filters.added_since), None))
    return narrow


def _seconds(moment: datetime) -> int:
    return int(moment.timestamp())


def _any_of(schema: tantivy.Schema, field: str, values: Sequence[str]) -> Query:
    terms = [Query.term_query(schema, field, value, index_option="basic") for value in values]
    either = terms[0] if len(terms) == 1 else Query.boolean_query([(Occur.Should, term) for term in terms])
    return Query.const_score_query(either, 0.0)


def _on_shelf(schema: tantivy.Schema, libraries: Sequence[str]) -> Query:
    if libraries:
        return _any_of(schema, index.ON_SHELF, libraries)
    return Query.const_score_query(Query.exists_query(index.ON_SHELF), 0.0)


def _between(schema: tantivy.Schema, field: str, lowest: int | None, highest: int | None) -> Query:
    return Query.const_score_query(Query.range_query(schema, field, FieldType.Integer, lowest, highest), 0.0)


def facet_request(
    facets: Sequence[Facet], filters: Filters, size: int
) -> dict[str, dict[str, dict[str, object]]]:
    """Return the aggregation that counts these facets."""
    request: dict[str, dict[str, dict[str, object]]] = {}
    for facet in facets:
        terms: dict[str, object] = {"field": _FIELD_OF[facet], "size": max(1, size)}
        if facet is Facet.CLASS:
            terms |= {"field": _column_below(filters.classes), "include": _children(filters.classes)}
        request[facet.value] = {"terms": terms}
    return request


def _column_below(classes: Sequence[str]) -> str:
    """Return the column in which the classes one step below the one chosen stand."""
    chosen = len(class_path(classes[0])) if len(classes) == 1 else 0
    return index.CLASS_STEPS[chosen] if chosen < len(index.CLASS_STEPS) else index.CLASS_PATH


def _children(classes: Sequence[str]) -> str:
    """Return the pattern of the classes one step below the one chosen (of the main classes by default)."""
    if len(classes) != 1:
        return "[A-Z]"
    literal = "".join(mark if mark.isalnum() else f"\\{mark}" for mark in class_key(classes[0]))
    return f"{literal}[^A-Za-z0-9]*[A-Za-z0-9]"


def facet_counts(facets: Sequence[Facet], answer: Mapping[str, _Buckets]) -> dict[Facet, FacetCounts]:
    """Return what was counted, most frequent first."""
    return {
        facet: [(_shown(bucket["key"]), bucket["doc_count"]) for bucket in answer[facet.value]["buckets"]]
        for facet in facets
    }


def _shown(key: str | float) -> str:
    return key if isinstance(key, str) else str(int(key))
