"""Finding records: what a reader asks, in the chat or on a page, through the one query model.

The index gives row numbers in their order; the rows come from the database in one query, so what is
shown is never older than the truth. A record deleted a second ago is simply left out.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from xinglin.catalog import queries
from xinglin.catalog.indexer import index_directory
from xinglin.catalog.models import Record
from xinglin.catalog.queries import Availability
from xinglin.catalog.search.engine import Results, SearchEngine
from xinglin.catalog.search.filters import FacetCounts
from xinglin.catalog.search.highlight import Piece
from xinglin.catalog.search.query import Facet, Field, Query, Sort
from xinglin.catalog.thesaurus.known import synonyms_of
from xinglin.consortium.models import Library


@dataclass(frozen=True)
class Found:
    """One record of a result, with what the query found in its title and what the libraries have of it."""

    record: Record
    title: tuple[Piece, ...]
    availability: tuple[Availability, ...]
    # Libraries that hold it without copies of its own: a journal's run, not registered piece by piece.
    held_at: tuple[str, ...] = ()

    @property
    def on_shelf(self) -> int:
        return sum(held.on_shelf for held in self.availability)

    @property
    def copies(self) -> int:
        return sum(held.copies for held in self.availability)


@dataclass(frozen=True)
class Discovery:
    """One page of a result. ``forgiven``: nothing fits as typed, near misses are shown."""

    total: int
    found: tuple[Found, ...]
    facets: dict[Facet, FacetCounts]
    forgiven: bool
    did_you_mean: str | None


@lru_cache(maxsize=4)
def _engine(directory: Path) -> SearchEngine:
    return SearchEngine(directory, synonyms=synonyms_of)


def engine() -> SearchEngine:
    """Return this process's engine; it sees the indexer's commits with the next search."""
    return _engine(index_directory())


def discover(query: Query, *, known: Iterable[Library] = ()) -> Discovery:
    """Return one page of what a query finds; ``known`` are libraries that were read already.

    Raises ``IndexNotReady`` while this node builds its index, ``QueryTooDeep``.
    """
    results = engine().search(query)
    return Discovery(
        total=results.total,
        found=_joined(results, known),
        facets=dict(results.facets),
        forgiven=results.forgiven,
        did_you_mean=results.did_you_mean,
    )


def _joined(results: Results, known: Iterable[Library]) -> tuple[Found, ...]:
    titles = {hit.record_id: _title_pieces(hit.highlights.get(Field.TITLE, ())) for hit in results.hits}
    return _with_holdings(queries.in_order(titles), titles, known)


def found_of(records: Sequence[Record]) -> tuple[Found, ...]:
    """Return records that were found without the index, with what the libraries have of each."""
    return _with_holdings(records, {})


def _with_holdings(
    records: Sequence[Record], titles: Mapping[int, tuple[Piece, ...]], known: Iterable[Library] = ()
) -> tuple[Found, ...]:
    held = queries.availability_of([record.pk for record in records], known=known)
    runs = queries.held_without_copies([record.pk for record in records if record.pk not in held])
    return tuple(
        Found(
            record,
            titles.get(record.pk) or (Piece(record.full_title, False),),
            tuple(held.get(record.pk, ())),
            runs.get(record.pk, ()),
        )
        for record in records
    )


def _title_pieces(values: Sequence[tuple[Piece, ...]]) -> tuple[Piece, ...]:
    return values[0] if values else ()


def newest(*, size: int, page: int = 1) -> Discovery:
    """Return the records that entered the catalogue last."""
    return discover(Query(sort=Sort.NEWEST, size=size, page=page))
