"""Asking the index. Any number of processes and threads read while one process writes."""

import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Protocol, cast

import tantivy

from . import filters, generations
from . import schema as index
from .compile import Compiler, Synonyms
from .errors import IndexNotReady, QueryTooDeep
from .filters import FacetCounts
from .forgiving import ForgivingLeaf, can_be_forgiven
from .highlight import Highlighter, Piece
from .numbers import looks_like_class
from .parse import parse
from .query import Facet, Field, Mode, Node, Query, Sort, Term, depth
from .spelling import respelt
from .terms import TermQueries, all_of, best_of, scored
from .text import is_han, units
from .writer import log_position

_DEEPEST = 30
_FEW = 50
_TRIES = 3
_HITS_TO_LEARN_FROM = 5
_ORDER = {
    Sort.YEAR_DESCENDING: (index.YEAR, tantivy.Order.Desc),
    Sort.YEAR_ASCENDING: (index.YEAR, tantivy.Order.Asc),
    Sort.TITLE: (index.TITLE_SORT, tantivy.Order.Asc),
    Sort.NEWEST: (index.ADDED_AT, tantivy.Order.Desc),
    Sort.POPULARITY: (index.POPULARITY, tantivy.Order.Desc),
}
_CORE = (Field.TITLE, Field.AUTHOR, Field.SUBJECT)
_SHOWN = {index.TITLE: Field.TITLE, index.AUTHOR: Field.AUTHOR, index.SUBJECT: Field.SUBJECT}


@dataclass(frozen=True)
class Hit:
    """One record found, with its title, authors and subjects as they were given to the index."""

    record_id: int
    score: float
    shown: dict[Field, tuple[str, ...]]
    highlighter: Highlighter = field(repr=False, compare=False)

    @property
    def title(self) -> str:
        """The title with its subtitle."""
        return self.shown[Field.TITLE][0]

    @cached_property
    def highlights(self) -> dict[Field, tuple[tuple[Piece, ...], ...]]:
        """The title, authors and subjects, each value in pieces; made when a page shows them."""
        return {
            name: tuple(self.highlighter.mark(value, field=name) for value in values)
            for name, values in self.shown.items()
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Results:
    """One page of what was found. ``took`` is in seconds.

    ``forgiven`` says that nothing fits as typed and near misses are shown; ``did_you_mean`` is then
    what the reader may have meant, where that is clear.
    """

    total: int
    hits: tuple[Hit, ...]
    facets: dict[Facet, FacetCounts] = field(default_factory=dict)
    forgiven: bool = False
    did_you_mean: str | None = None
    took: float = 0.0


@dataclass(frozen=True, slots=True)
class _State:
    stamp: tuple[int, int] | None
    commit: tuple[int, int] | None
    path: Path
    index: tantivy.Index
    searcher: tantivy.Searcher


def _no_synonyms(_word: str) -> Sequence[str]:
    return ()


class SearchEngine:
    """Reads one index directory; sees another process's commits with the next search."""

    def __init__(self, directory: Path, *, synonyms: Synonyms = _no_synonyms) -> None:
        self.directory = directory
        self._synonyms = synonyms
        self._lock = threading.Lock()
        self._state: _State | None = None

    # The state of the index.

    def _fresh(self) -> _State:
        state = self._state
        stamp = generations.stamp(self.directory)
        if state is not None and (state.stamp, state.commit) == (stamp, generations.commit_stamp(state.path)):
            return state
        with self._lock:
            self._state = self._reopened(self._state)
            return self._state

    def _reopened(self, state: _State | None) -> _State:
        for _ in range(_TRIES):
            stamp = generations.stamp(self.directory)
            path = generations.current(self.directory)
            if path is None:
                break
            commit = generations.commit_stamp(path)
            if commit is None:
                continue
            try:
                if state is None or state.path != path:
                    opened = generations.open_to_read(path)
                else:
                    opened = state.index
                opened.reload()
            except (IndexNotReady, ValueError):
                # Swapped and swept between the two looks: look again.
                continue
            return _State(stamp, commit, path, opened, opened.searcher())
        raise IndexNotReady

    @property
    def position(self) -> int | None:
        """The change-log position this index has followed to. Raises ``IndexNotReady``."""
        return log_position(self._fresh().index)

    @property
    def document_count(self) -> int:
        """How many records there are. Raises ``IndexNotReady``."""
        return self.search(Query(size=0)).total

    # Searching.

    def search(self, query: Query) -> Results:
        """Return one page of the records that a query finds.

        Raises ``IndexNotReady`` while this node has no index, ``QueryTooDeep`` for nesting
        that no person writes.
        """
        started = time.perf_counter()
        if (deep := depth(query.root)) > _DEEPEST:
            raise QueryTooDeep(depth=deep, limit=_DEEPEST)
        run = _Run(self._fresh(), query, self._synonyms)
        return replace(run.results(), took=time.perf_counter() - started)

    def search_text(self, text: str, *, size: int = 20) -> Results:
        """Return what is found for text as a reader types it, by relevance."""
        return self.search(Query(root=parse(text), size=size))

    def did_you_mean(self, text: str) -> str | None:
        """Return how a misspelt text is spelt in the nearest title or name, or None when it fits as it is."""
        return self.search(Query(root=parse(text), size=5)).did_you_mean

    def complete(self, text: str, *, size: int = 8) -> list[str]:
        """Return titles that begin with what was typed so far, in characters or pinyin; most used first."""
        if not units(text):
            return []
        root = Term(text, Field.TITLE, Mode.BEGINNING)
        found = self.search(Query(root=root, sort=Sort.POPULARITY, size=size * 2, forgiving=False))
        titles = dict.fromkeys(hit.title for hit in found.hits)
        if len(titles) < size and not any(is_han(unit) for unit in units(text)):
            spoken = Query(root=Term(text, Field.TITLE), size=size * 2, forgiving=False)
            titles |= dict.fromkeys(hit.title for hit in self.search(spoken).hits)
        return list(titles)[:size]


class _Found(Protocol):
    """tantivy's result as it is; the stub of the binding forgets ``count``."""

    @property
    def count(self) -> int | None: ...

    @property
    def hits(self) -> list[tuple[float, tantivy.DocAddress]]: ...


def _only(number: object) -> int:
    value = number[0] if isinstance(number, list) else number
    if not isinstance(value, int):
        raise TypeError(value)
    return value


class _Run:
    """One query over one state of the index."""

    def __init__(self, state: _State, query: Query, synonyms: Synonyms) -> None:
        self._schema = state.index.schema
        self._searcher = state.searcher
        self._query = query
        terms = TermQueries(self._schema, state.searcher)
        self._compiler = Compiler(terms, synonyms)
        self._finder = Compiler(terms, synonyms, scoring=False)
        self._narrow = filters.narrowing(self._schema, query.filters)

    def results(self) -> Results:
        root = self._query.root
        counted = self._narrowed(self._strict(root, self._finder))
        found = self._strict_page(root, counted)
        forgiven = root is not None and self._needs_forgiving(root, found.count or 0)
        if forgiven and root is not None:
            leaf = ForgivingLeaf(self._compiler, self._schema)
            counted = self._narrowed(self._compiler.node(root, leaf))
            found = self._page(counted)
        hits = self._hits(found.hits, Highlighter(root, by_sound=forgiven))
        return Results(
            total=found.count or 0,
            hits=hits,
            facets=self._facets(counted),
            forgiven=forgiven,
            did_you_mean=respelt(root, _texts(hits)) if forgiven else None,
        )

    def _strict(self, root: Node | None, compiler: Compiler) -> tantivy.Query:
        return compiler.terms.everything() if root is None else compiler.node(root, compiler.strict)

    def _strict_page(self, root: Node | None, counted: tantivy.Query) -> _Found:
        """Return one page; only an order by relevance is worth the work of scoring."""
        if self._query.sort is not Sort.RELEVANCE:
            return self._page(counted)
        return self._page(self._narrowed(self._strict(root, self._compiler)))

    def _narrowed(self, compiled: tantivy.Query) -> tantivy.Query:
        return all_of([compiled, *self._narrow])

    def _needs_forgiving(self, root: Node, count: int) -> bool:
        """Return whether to look again: nothing was found, or little and only inside abstracts."""
        if not self._query.forgiving or not can_be_forgiven(root):
            return False
        if count == 0:
            return True
        if count > _FEW:
            return False
        core = scored(self._narrowed(self._finder.node(root, self._in_core_fields)), 1.0)
        return not self._searcher.search(core, limit=1, count=False).hits

    def _in_core_fields(self, term: Term) -> tantivy.Query:
        if term.field is not Field.ANY or looks_like_class(term.text):
            return self._finder.strict(term)
        return best_of([self._finder.strict(replace(term, field=field)) for field in _CORE])

    def _page(self, compiled: tantivy.Query) -> _Found:
        size = max(1, self._query.size)
        offset = (max(1, self._query.page) - 1) * size
        if self._query.sort is Sort.RELEVANCE:
            found = self._searcher.search(compiled, limit=size, offset=offset, weight_by_field=index.WEIGHT)
        else:
            by, order = _ORDER[self._query.sort]
            found = self._searcher.search(compiled, limit=size, offset=offset, order_by_field=by, order=order)
        return cast(_Found, found)

    def _hits(
        self, found: Sequence[tuple[float, tantivy.DocAddress]], highlighter: Highlighter
    ) -> tuple[Hit, ...]:
        if self._query.size < 1 or not found:
            return ()
        numbers = self._searcher.fast_field_values(index.RECORD_ID, [address for _, address in found])
        return tuple(
            Hit(_only(number), self._score(score), self._shown(address), highlighter)
            for number, (score, address) in zip(numbers, found, strict=True)
        )

    def _score(self, score: object) -> float:
        return float(score) if isinstance(score, float) and self._query.sort is Sort.RELEVANCE else 0.0

    def _shown(self, address: tantivy.DocAddress) -> dict[Field, tuple[str, ...]]:
        kept = index.shown(self._searcher.doc(address))
        return {name: tuple(kept.get(stored, ())) for stored, name in _SHOWN.items()}

    def _facets(self, compiled: tantivy.Query) -> dict[Facet, FacetCounts]:
        facets = self._query.facets
        if not facets:
            return {}
        request = filters.facet_request(facets, self._query.filters, self._query.facet_size)
        return filters.facet_counts(facets, self._searcher.aggregate(compiled, request))


def _texts(hits: Sequence[Hit]) -> list[str]:
    return [
        text
        for hit in hits[:_HITS_TO_LEARN_FROM]
        for name in (Field.TITLE, Field.AUTHOR)
        for text in hit.shown[name]
    ]
