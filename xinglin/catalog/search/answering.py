"""One query over one state of the index: the page, the counts, and whether to look again, forgiving."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, partial
from typing import Protocol, cast

import tantivy

from . import filters
from . import schema as index
from .compile import Compiler, Synonyms
from .filters import FacetCounts
from .forgiving import ForgivingLeaf, can_be_forgiven
from .highlight import Highlighter, Piece
from .numbers import looks_like_class
from .query import And, Facet, Field, Mode, Node, Not, Query, Sort, Term
from .spelling import respelt
from .terms import TermQueries, all_of, best_of, scored
from .text import stands_in

_FEW = 50
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
    """One record found."""

    record_id: int
    score: float
    read: Callable[[], dict[Field, tuple[str, ...]]] = field(repr=False, compare=False)
    highlighter: Highlighter = field(repr=False, compare=False)

    @cached_property
    def shown(self) -> dict[Field, tuple[str, ...]]:
        """Its title, authors and subjects as they were given to the index; read when they are asked for."""
        return self.read()

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


class Run:
    """One query over one state of the index."""

    def __init__(
        self, schema: tantivy.Schema, searcher: tantivy.Searcher, query: Query, synonyms: Synonyms
    ) -> None:
        self._schema = schema
        self._searcher = searcher
        self._query = query
        terms = TermQueries(schema, searcher)
        self._compiler = Compiler(terms, synonyms)
        self._finder = Compiler(terms, synonyms, scoring=False)
        self._narrow = filters.narrowing(self._schema, query.filters)

    def results(self) -> Results:
        root = self._query.root
        counted = self._narrowed(self._strict(root, self._finder))
        found = self._strict_page(root, counted)
        forgiven = root is not None and self._needs_forgiving(root, found)
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

    def _needs_forgiving(self, root: Node, found: _Found) -> bool:
        """Return whether to look again: nothing was found, or little and only inside abstracts."""
        if not self._query.forgiving or not can_be_forgiven(root):
            return False
        if not found.count:
            return True
        if found.count > _FEW or (found.hits and self._is_plainly_in_core(root, found.hits[0][1])):
            return False
        core = scored(self._narrowed(self._finder.node(root, self._in_core_fields)), 1.0)
        return not self._searcher.search(core, limit=1, count=False).hits

    def _is_plainly_in_core(self, root: Node, address: tantivy.DocAddress) -> bool:
        """Return whether one hit shows all words in its title, names or subjects: the index need not be asked."""
        parts = (
            [part for part in root.parts if not isinstance(part, Not)] if isinstance(root, And) else [root]
        )
        shown = self._shown(address).values()
        return all(
            isinstance(part, Term)
            and part.field is Field.ANY
            and part.mode is Mode.WORDS
            and not looks_like_class(part.text)
            and any(stands_in(part.text, values) for values in shown)
            for part in parts
        )

    def _in_core_fields(self, term: Term) -> tantivy.Query:
        if term.field is not Field.ANY or looks_like_class(term.text):
            return self._finder.strict(term)
        return best_of([self._finder.strict(replace(term, field=field)) for field in _CORE])

    def _page(self, compiled: tantivy.Query) -> _Found:
        size = max(1, self._query.size)
        offset = (
            self._query.offset if self._query.offset is not None else (max(1, self._query.page) - 1) * size
        )
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
            Hit(_only(number), self._score(score), partial(self._shown, address), highlighter)
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
