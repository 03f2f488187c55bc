"""The fields of the index on disk, and how a document fills them."""

import json
import math
from collections.abc import Iterable
from functools import lru_cache

import tantivy

from .documents import SearchDocument
from .numbers import class_path, standard_numbers
from .pinyin import initial_terms, name_readings, pinyin_terms, syllables
from .text import Placed, dictionary_words, index_terms, squash

#: Raise it whenever a field, or what text.py and pinyin.py make of a text, changes: nodes then rebuild.
SCHEMA_VERSION = 2

ROW = "row"
RECORD_ROW = "record"
POSITION_ROW = "position"
RECORD_ID = "record_id"
LOG_POSITION = "log_position"

TITLE = "title"
TITLE_WORDS = "title_words"
TITLE_KEY = "title_key"
AUTHOR = "author"
AUTHOR_KEY = "author_key"
SUBJECT = "subject"
PUBLISHER = "publisher"
SERIES = "series"
BODY = "body"
PINYIN = "pinyin"
INITIALS = "initials"
NAME_PINYIN = "name_pinyin"
NAME_INITIALS = "name_initials"
NUMBER = "number"

CLASS_PATH = "class_path"
#: The first steps of the classes once more, a column a step: counting one value a record costs a fifth of
#: counting the whole path.
CLASS_STEPS = ("class_1", "class_2", "class_3")
LIBRARY = "library"
ON_SHELF = "on_shelf"
LANGUAGE = "language"
KIND = "kind"
AUTHOR_NAME = "author_name"
SUBJECT_NAME = "subject_name"
YEAR = "year"
DECADE = "decade"
ADDED_AT = "added_at"
POPULARITY = "popularity"
TITLE_SORT = "title_sort"
WEIGHT = "weight"

SHOWN = "shown"

_TEXTS = (TITLE, AUTHOR, SUBJECT, PUBLISHER, SERIES, BODY, PINYIN, INITIALS, NAME_PINYIN, NAME_INITIALS)
_VALUES = (CLASS_PATH, LIBRARY, ON_SHELF, LANGUAGE, KIND, AUTHOR_NAME, SUBJECT_NAME)
_LONGEST_SORT_KEY = 60
_LONGEST_BODY = 4000
# Names, subjects and publishers come again and again: their terms are made once.
_REMEMBERED = 20_000
_LONGEST_REMEMBERED = 60


def build_schema() -> tantivy.Schema:
    """Return the schema. Terms are made by us, so tantivy's own tokenizers only ever see whole values."""
    builder = tantivy.SchemaBuilder()
    # Signed: tantivy-py 0.27 deletes nothing by a term of an unsigned field, and says nothing.
    builder.add_integer_field(RECORD_ID, indexed=True, fast=True)
    builder.add_unsigned_field(LOG_POSITION, stored=True)
    builder.add_text_field(ROW, tokenizer_name="raw", index_option="basic")
    for name in _TEXTS:
        builder.add_text_field(name, tokenizer_name="whitespace", index_option="position")
    builder.add_text_field(TITLE_WORDS, tokenizer_name="whitespace", index_option="freq")
    for name in (TITLE_KEY, AUTHOR_KEY, NUMBER):
        builder.add_text_field(name, tokenizer_name="raw", index_option="basic")
    for name in (*_VALUES, *CLASS_STEPS):
        builder.add_text_field(name, fast=True, tokenizer_name="raw", index_option="basic")
    for name in (YEAR, DECADE, ADDED_AT):
        builder.add_integer_field(name, fast=True)
    builder.add_unsigned_field(POPULARITY, fast=True)
    builder.add_float_field(WEIGHT, fast=True)
    builder.add_text_field(TITLE_SORT, fast=True, tokenizer_name="raw", index_option="basic")
    builder.add_bytes_field(SHOWN, stored=True)
    return builder.build()


def position_row(position: int) -> tantivy.Document:
    """Return the row that remembers the change-log position.

    It is written in the same commit as the records it speaks of, so the two cannot disagree
    after a crash; the Python binding has no payload on a commit.
    """
    row = tantivy.Document()
    row.add_text(ROW, POSITION_ROW)
    row.add_unsigned(LOG_POSITION, position)
    return row


def record_row(document: SearchDocument) -> tantivy.Document:
    """Return a document as the index stores it."""
    row = tantivy.Document()
    row.add_text(ROW, RECORD_ROW)
    row.add_integer(RECORD_ID, document.record_id)
    _add_titles(row, document)
    _add_names(row, document)
    _add_numbers_and_values(row, document)
    _add_body(row, document)
    row.add_bytes(SHOWN, json.dumps(_shown(document), ensure_ascii=False).encode("utf-8", "replace"))
    return row


def _shown(document: SearchDocument) -> dict[str, list[str]]:
    title = f"{document.title} {document.subtitle}".strip()
    return {TITLE: [title], AUTHOR: list(document.authors), SUBJECT: list(document.subjects)}


def shown(row: tantivy.Document) -> dict[str, list[str]]:
    """Return the title, authors and subjects of a stored row as they were given."""
    kept: dict[str, list[str]] = json.loads(bytes(row.get_first(SHOWN) or b"{}"))
    return kept


@lru_cache(maxsize=_REMEMBERED)
def _remembered_key(name: str) -> str:
    return squash(name)


def _together(terms: Iterable[Placed]) -> tantivy.PreTokenizedString:
    token = tantivy.Token
    return tantivy.PreTokenizedString("", [token(term, position, 0, 0) for term, position in terms])


@lru_cache(maxsize=_REMEMBERED)
def _remembered_terms(value: str) -> tantivy.PreTokenizedString:
    return _together(index_terms(value))


def _add_terms(row: tantivy.Document, field: str, terms: Iterable[Placed]) -> None:
    row.add_pre_tokenized_text(field, _together(terms))


def _add_texts(row: tantivy.Document, field: str, values: Iterable[str]) -> None:
    for value in values:
        if value:
            made = (
                _remembered_terms(value)
                if len(value) <= _LONGEST_REMEMBERED
                else _together(index_terms(value))
            )
            row.add_pre_tokenized_text(field, made)


@lru_cache(maxsize=_REMEMBERED)
def _remembered_sounds(
    name: str,
) -> tuple[tuple[tantivy.PreTokenizedString, tantivy.PreTokenizedString], ...]:
    return tuple(
        (_together(pinyin_terms(read)), _together(initial_terms(read))) for read in name_readings(name)
    )


def _add_titles(row: tantivy.Document, document: SearchDocument) -> None:
    full = f"{document.title} {document.subtitle}".strip()
    titles = [full, *document.variant_titles]
    for title in titles:
        if title:
            _add_terms(row, TITLE, index_terms(title))
    readings = [syllables(title) for title in titles]
    row.add_text(TITLE_SORT, " ".join(readings[0])[:_LONGEST_SORT_KEY])
    for title, read in zip(titles, readings, strict=True):
        _add_terms(row, TITLE_WORDS, ((word, place) for place, word in enumerate(dictionary_words(title))))
        _add_terms(row, PINYIN, pinyin_terms(read))
        _add_terms(row, INITIALS, initial_terms(read))
    for key in {squash(title) for title in (document.title, *titles)}:
        row.add_text(TITLE_KEY, key)


def _add_names(row: tantivy.Document, document: SearchDocument) -> None:
    _add_texts(row, AUTHOR, document.authors)
    for name in document.authors:
        row.add_text(AUTHOR_KEY, _remembered_key(name))
        row.add_text(AUTHOR_NAME, name)
        for pinyin, initials in _remembered_sounds(name):
            row.add_pre_tokenized_text(NAME_PINYIN, pinyin)
            row.add_pre_tokenized_text(NAME_INITIALS, initials)
    _add_texts(row, SUBJECT, (*document.subjects, *document.keywords))
    for subject in document.subjects:
        row.add_text(SUBJECT_NAME, subject)


def _add_numbers_and_values(row: tantivy.Document, document: SearchDocument) -> None:
    written = (*document.isbns, *document.issns)
    numbers = {form for number in written for form in standard_numbers(number)}
    for number in numbers | {squash(identifier).upper() for identifier in document.identifiers}:
        row.add_text(NUMBER, number)
    paths = [class_path(number) for number in document.classes]
    for step in {step for path in paths for step in path}:
        row.add_text(CLASS_PATH, step)
    for depth, field in enumerate(CLASS_STEPS):
        for step in {path[depth] for path in paths if len(path) > depth}:
            row.add_text(field, step)
    for field, values in (
        (LIBRARY, document.libraries),
        (ON_SHELF, document.on_shelf_libraries),
        (LANGUAGE, document.languages),
        (KIND, (document.kind,) if document.kind else ()),
    ):
        for value in dict.fromkeys(values):
            row.add_text(field, value)
    if document.year is not None:
        row.add_integer(YEAR, document.year)
        row.add_integer(DECADE, document.year // 10 * 10)
    if document.added_at is not None:
        row.add_integer(ADDED_AT, int(document.added_at.timestamp()))
    row.add_unsigned(POPULARITY, max(0, document.popularity))
    row.add_float(WEIGHT, _weight(document))


def _add_body(row: tantivy.Document, document: SearchDocument) -> None:
    _add_texts(row, PUBLISHER, (document.publisher,))
    _add_texts(row, SERIES, document.series)
    body = (document.publisher, *document.series, document.abstract, document.contents)
    _add_texts(row, BODY, (text[:_LONGEST_BODY] for text in body))


def _weight(document: SearchDocument) -> float:
    """Return what tantivy is to multiply the score with, in the form it wants: it takes log2(2 + weight).

    Among equals the much borrowed and the newer edition comes first; neither lifts a record over
    one that fits better (at most half again for a thousand loans, a tenth for fifty years).
    """
    recent = min(max((document.year or 1950) - 1950, 0), 100)
    factor = 1 + 0.05 * math.log2(1 + max(0, document.popularity)) + 0.002 * recent
    return math.exp2(factor) - 2
