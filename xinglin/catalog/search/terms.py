"""The smallest tantivy queries: a term, terms together, a beginning."""

import math
import re
from collections.abc import Iterable, Sequence

import tantivy
from tantivy import Occur, Query

from . import schema as index
from .text import BEGIN, Placed, Unit, beginning_terms, is_han, phrase_terms

_OTHERS_SHARE = 0.1
# Where a term is in nearly every record, its own score is next to nothing.
_LEAST_RARITY = 0.05


def best_of(queries: Sequence[Query], share: float = _OTHERS_SHARE) -> Query:
    """Return the query that scores like its best alternative, and a share of the others."""
    return queries[0] if len(queries) == 1 else Query.disjunction_max_query(queries, share)


def all_of(queries: Sequence[Query], also: Iterable[Query] = ()) -> Query:
    """Return the query that wants each of these; what is ``also`` there only lifts the score."""
    clauses = [(Occur.Must, query) for query in queries]
    clauses.extend((Occur.Should, query) for query in also)
    return clauses[0][1] if len(clauses) == 1 else Query.boolean_query(clauses)


def scored(query: Query, score: float) -> Query:
    """Return the query with one score for whatever it finds."""
    return Query.const_score_query(query, score)


class TermQueries:
    """Makes them for one schema and one state of the index."""

    def __init__(self, schema: tantivy.Schema, searcher: tantivy.Searcher) -> None:
        self._schema = schema
        self._searcher = searcher
        # A pattern is compiled into an automaton: a quarter of a millisecond each.
        self._patterns: dict[tuple[str, str], Query] = {}

    def one(self, field: str, value: str) -> Query:
        """Return the query for one term of one field."""
        return Query.term_query(self._schema, field, value, index_option="freq")

    def flat(self, field: str, value: str, score: float) -> Query:
        """Return the query for one term that adds a fixed score."""
        return scored(Query.term_query(self._schema, field, value, index_option="basic"), score)

    def weighed(
        self, field: str, placed: Sequence[Placed], weight: float, score: float = 0.0
    ) -> Query | None:
        """Return the query for terms standing as they are placed, or None where one of them is nowhere.

        It is worth ``weight`` times what BM25 says, and ``score`` more in a value of usual length (from
        half of it in a very long one to a quarter more in a short one).
        """
        rarity = self._rarity(field, placed)
        if rarity is None:
            return None
        boost = weight + score / max(rarity, _LEAST_RARITY)
        return Query.boost_query(self.together(field, placed), boost)

    def _rarity(self, field: str, placed: Sequence[Placed]) -> float | None:
        """Return what BM25 weighs terms with that stand together: its "idf", added up."""
        records = self._searcher.num_docs
        total = 0.0
        for term, _place in placed:
            having = self.records_with(field, term)
            if not having:
                return None
            total += math.log1p(max(0.0, records - having + 0.5) / (having + 0.5))
        return total

    def records_with(self, field: str, term: str) -> int:
        """Return how many records have a term in a field, those deleted since the last merge among them."""
        return self._searcher.doc_freq(field, term)

    def everything(self) -> Query:
        """Return the query for every record (and not the row of the log position)."""
        return self.flat(index.ROW, index.RECORD_ROW, 1.0)

    def together(self, field: str, placed: Sequence[Placed]) -> Query:
        """Return the query for terms standing as they are placed."""
        if len(placed) == 1:
            return self.one(field, placed[0][0])
        return Query.phrase_query(self._schema, field, [(place, term) for term, place in placed])

    def sequence(self, field: str, sequence: Sequence[Unit], *, stemmed: bool = False) -> Query:
        """Return the query for units one after the other."""
        return self.together(field, phrase_terms(sequence, stemmed=stemmed))

    def whole_beginning(self, field: str, sequence: Sequence[Unit]) -> Query:
        """Return the query for units at the beginning of a value, each of them whole."""
        return self.together(field, beginning_terms(sequence))

    def beginning(self, field: str, sequence: Sequence[Unit]) -> Query:
        """Return the query for units at the beginning of a value, a last Latin word perhaps unfinished."""
        if is_han(sequence[-1]):
            return self.whole_beginning(field, sequence)
        return self.going_on(field, [BEGIN + sequence[0], *sequence[1:]])

    def going_on(self, field: str, sequence: Sequence[Unit]) -> Query:
        """Return the query for units one after the other, the last perhaps unfinished."""
        return self.unfinished(field, [(unit, place) for place, unit in enumerate(sequence)])

    def unfinished(self, field: str, placed: Sequence[Placed]) -> Query:
        """Return the query for terms one after the other, the last perhaps unfinished.

        No place may be left out: tantivy 0.27 then misses phrases of three terms and more.
        """
        if len(placed) == 1:
            return self._pattern(field, placed[0][0])
        return Query.phrase_prefix_query(self._schema, field, [(place, term) for term, place in placed])

    def number_going_on(self, form: str) -> Query:
        """Return the query for an ISBN of which only the beginning is known."""
        return self._pattern(index.NUMBER, form)

    def _pattern(self, field: str, beginning: str) -> Query:
        made = self._patterns.get((field, beginning))
        if made is None:
            made = Query.regex_query(self._schema, field, re.escape(beginning) + ".*")
            self._patterns[field, beginning] = made
        return made
