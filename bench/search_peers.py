"""The engines compared: ours, PostgreSQL full text and SQLite trigrams, each as one would use it in earnest."""

import sqlite3
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Protocol

import psycopg
import rjieba
from psycopg import sql

from xinglin.catalog.search.documents import SearchDocument
from xinglin.catalog.search.engine import SearchEngine
from xinglin.catalog.search.parse import parse
from xinglin.catalog.search.parts import SourceName
from xinglin.catalog.search.query import And, Facet, Field, Filters, Mode, Node, Not, Or, Query, Sort, Term
from xinglin.catalog.search.text import fold, units
from xinglin.catalog.search.writer import IndexWriter


class Peer(Protocol):
    """What the relevance figure asks of an engine."""

    name: str

    def load(self, documents: Iterable[SearchDocument]) -> None: ...

    def found(self, text: str, size: int) -> list[int]: ...


class Ours:
    """The discovery index."""

    name = "xinglin"

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.engine = SearchEngine(directory)

    def load(self, documents: Iterable[SearchDocument]) -> None:
        with IndexWriter(self.directory) as writer, writer.rebuild(position=1) as rebuild:
            rebuild.add(documents)

    def load_by_parts(self, source: SourceName, *, processes: int) -> None:
        """Build as a node that starts empty does: several processes, each reading its share."""
        with IndexWriter(self.directory) as writer:
            writer.rebuild_in_parts(position=1, source=source, processes=processes)

    def found(self, text: str, size: int) -> list[int]:
        return [hit.record_id for hit in self.engine.search_text(text, size=size).hits]


class SqliteTrigram:
    """SQLite FTS5 with its trigram tokenizer: what a small system does without a dictionary."""

    name = "SQLite trigram"

    def __init__(self) -> None:
        self._database = sqlite3.connect(":memory:")
        self._database.execute(
            "create virtual table record using fts5(title, author, number, body, tokenize='trigram')"
        )

    def load(self, documents: Iterable[SearchDocument]) -> None:
        self._database.executemany(
            "insert into record(rowid, title, author, number, body) values (?, ?, ?, ?, ?)",
            (
                (
                    document.record_id,
                    fold(document.title),
                    fold(" ".join(document.authors)),
                    " ".join(document.isbns),
                    fold(document.abstract),
                )
                for document in documents
            ),
        )

    def found(self, text: str, size: int) -> list[int]:
        words = ['"' + word.replace('"', " ") + '"' for word in fold(text).split()]
        if not words:
            return []
        rows = self._database.execute(
            "select rowid from record where record match ? order by bm25(record, 10, 5, 5, 1) limit ?",
            (" AND ".join(words), size),
        )
        return [int(row[0]) for row in rows]


_WEIGHT_OF = {Field.TITLE: "A", Field.AUTHOR: "B", Field.SUBJECT: "C", Field.NUMBER: "B"}
_COLUMN_OF = {
    Facet.LIBRARY: "unnest(libraries)",
    Facet.DECADE: "year / 10 * 10",
    Facet.LANGUAGE: "unnest(languages)",
    Facet.KIND: "kind",
    Facet.CLASS: "left(class, 1)",
}
_ORDER_OF = {Sort.YEAR_DESCENDING: "year desc nulls last", Sort.NEWEST: "added_at desc nulls last"}


class PostgresFullText:
    """PostgreSQL full text, its words cut by the same dictionary as ours: it has none for Chinese."""

    name = "PostgreSQL full text"

    def __init__(self, url: str) -> None:
        self.connection = psycopg.connect(url, autocommit=True)
        self.connection.execute("drop table if exists bench_record")
        self.connection.execute(
            "create table bench_record (id bigint primary key, words tsvector not null, year int, kind text,"
            " class text, languages text[], libraries text[], on_shelf text[], added_at timestamptz)"
        )

    def load(self, documents: Iterable[SearchDocument]) -> None:
        command = "copy bench_record from stdin"
        with self.connection.cursor() as cursor, cursor.copy(command) as copy:
            for document in documents:
                copy.write_row(
                    (
                        document.record_id,
                        _vector(document),
                        document.year,
                        document.kind,
                        (document.classes or (None,))[0],
                        list(document.languages),
                        list(document.libraries),
                        list(document.on_shelf_libraries),
                        document.added_at,
                    )
                )
        self.connection.execute("create index on bench_record using gin (words)")
        self.connection.execute("create index on bench_record (year)")
        self.connection.execute("create index on bench_record using gin (libraries)")
        self.connection.execute("create index on bench_record (class text_pattern_ops)")
        self.connection.execute("analyze bench_record")

    def found(self, text: str, size: int) -> list[int]:
        root = parse(text)
        return self.run(Query(root=root, size=size)) if root is not None else []

    def run(self, query: Query) -> list[int]:
        """Return the records of one page, having counted them and the facets asked for."""
        where, values = _where(query)
        order = _ORDER_OF.get(query.sort, "id")
        if query.sort is Sort.RELEVANCE and query.root is not None:
            order = "ts_rank(words, %(words)s::tsquery) desc"
        values |= {"size": query.size, "offset": (query.page - 1) * query.size}
        page = f"select id from bench_record where {where} order by {order} limit %(size)s offset %(offset)s"
        found = self.connection.execute(_trusted(page), values).fetchall()
        self.connection.execute(
            _trusted(f"select count(*) from bench_record where {where}"), values
        ).fetchone()
        for facet in query.facets:
            counted = f"select {_COLUMN_OF[facet]} as value, count(*) from bench_record where {where}"
            self.connection.execute(
                _trusted(f"{counted} group by value order by 2 desc limit 20"), values
            ).fetchall()
        return [int(row[0]) for row in found]


def _trusted(statement: str) -> sql.SQL:
    """Return a statement made of our own constants; what was typed goes in as values."""
    return sql.SQL(statement)


def cut_words(text: str, *, whole: bool = False) -> list[str]:
    """Return the words of a text as the peers see them; ``whole``: long words are not cut into their parts too."""
    folded = fold(text)
    cut = (word.strip() for word in (rjieba.cut(folded) if whole else rjieba.cut_for_search(folded)))
    return [word.replace("'", "").replace("\\", "") for word in cut if units(word)]


def _vector(document: SearchDocument) -> str:
    parts = (
        ("A", (document.title, document.subtitle)),
        ("B", (*document.authors, *document.isbns)),
        ("C", (*document.subjects, *document.keywords)),
        ("D", (document.publisher, *document.series, document.abstract)),
    )
    placed: list[str] = []
    position = 0
    for weight, texts in parts:
        for word in (word for text in texts for word in cut_words(text)):
            position = min(position + 1, 16_000)
            placed.append(f"'{word}':{position}{weight}")
    return " ".join(placed)


def _tsquery(node: Node) -> str:
    match node:
        case Term(text, where, mode):
            weight = _WEIGHT_OF.get(where, "")
            cut = rjieba.cut(fold(text)) if mode is Mode.WORDS else rjieba.cut_for_search(fold(text))
            words = [f"'{word}':{'*' if mode is Mode.PREFIX else ''}{weight}" for word in cut if units(word)]
            return f"({(' & ' if mode is Mode.WORDS else ' <-> ').join(words)})" if words else "('')"
        case And(parts):
            return f"({' & '.join(_tsquery(part) for part in parts)})"
        case Or(parts):
            return f"({' | '.join(_tsquery(part) for part in parts)})"
        case Not(part):
            return f"!{_tsquery(part)}"


def _where(query: Query) -> tuple[str, dict[str, object]]:
    conditions: list[str] = ["true"]
    values: dict[str, object] = {}
    if query.root is not None:
        conditions.append("words @@ %(words)s::tsquery")
        values["words"] = _tsquery(query.root)
    filters: Filters = query.filters
    pairs: Sequence[tuple[str, object, object]] = (
        ("year >= %(year_from)s", "year_from", filters.year_from),
        ("year <= %(year_to)s", "year_to", filters.year_to),
        ("kind = any(%(kinds)s)", "kinds", list(filters.kinds)),
        ("languages && %(languages)s", "languages", list(filters.languages)),
        ("libraries && %(libraries)s", "libraries", list(filters.libraries)),
        ("class like any(%(classes)s)", "classes", [f"{number}%" for number in filters.classes]),
    )
    for condition, name, value in pairs:
        if value:
            conditions.append(condition)
            values[str(name)] = value
    if filters.on_shelf:
        conditions.append("on_shelf && %(shelves)s" if filters.libraries else "on_shelf <> '{}'")
        values["shelves"] = list(filters.libraries)
    return " and ".join(conditions), values
