"""A query node made into a tantivy query that is strict: every word must be there.

Scores come in steps far enough apart that a lower one does not climb over a higher one: the whole
title, the title's beginning, a phrase of the title, then words weighed by field. A step is a term of
tantivy's own, made heavier: sums of bare terms are added up in one loop, four times as fast as the same sum
with fixed scores or the best of several among them (bench/RESULTS.md, search).
"""

from collections.abc import Callable, Sequence

from tantivy import Occur, Query

from . import schema as index
from .numbers import class_key, looks_like_class, standard_numbers
from .query import And, Field, Mode, Node, Not, Or, Term
from .sounds import SoundQueries, spoken
from .terms import TermQueries, all_of, best_of
from .text import (
    Placed,
    Unit,
    beginning_terms,
    dictionary_words,
    is_han,
    phrase_terms,
    query_pieces,
    squash,
    stem,
    units,
)

#: What means the same as a word: 心梗 → 心肌梗死. Comes from the library's own thesaurus.
Synonyms = Callable[[str], Sequence[str]]

_WHOLE_TITLE = 1000.0
_WHOLE_NAME = 60.0
_TITLE_BEGINS = 60.0
_TITLE_PHRASE = 100.0
_SUBJECT_PHRASE = 20.0
_SYNONYM = 0.5
_FIELD_WEIGHTS = {index.TITLE: 3.0, index.AUTHOR: 2.0, index.SUBJECT: 1.5, index.BODY: 0.5}
_TITLE_WORD = 1.5
# Particles a reader adds or leaves out.
_PARTICLES = frozenset("的之与和及在了是")

_TEXT_FIELDS = {
    Field.TITLE: (index.TITLE,),
    Field.AUTHOR: (index.AUTHOR,),
    Field.SUBJECT: (index.SUBJECT,),
    Field.PUBLISHER: (index.PUBLISHER,),
    Field.SERIES: (index.SERIES,),
    Field.ANY: tuple(_FIELD_WEIGHTS),
}


class Compiler:
    """Makes tantivy queries for one schema and one state of the index.

    One that is not ``scoring`` finds the same records without what only ranks them: for counting, and
    for an order of another kind.
    """

    def __init__(
        self,
        terms: TermQueries,
        synonyms: Synonyms,
        *,
        scoring: bool = True,
    ) -> None:
        self.terms = terms
        self._scoring = scoring
        self._sounds = SoundQueries(self.terms)
        self._synonyms = synonyms

    def node(self, node: Node, leaf: Callable[[Term], Query]) -> Query:
        """Return the query of a node, its terms compiled by ``leaf``."""
        match node:
            case Term():
                return leaf(node)
            case And(parts):
                return self._all_parts(parts, leaf)
            case Or(parts):
                return Query.boolean_query([(Occur.Should, self.node(part, leaf)) for part in parts])
            case Not(part):
                return Query.boolean_query(
                    [(Occur.Must, self.terms.everything()), (Occur.MustNot, self.node(part, leaf))]
                )

    def _all_parts(self, parts: Sequence[Node], leaf: Callable[[Term], Query]) -> Query:
        without = [(Occur.MustNot, self.node(part.part, leaf)) for part in parts if isinstance(part, Not)]
        wanted = [
            (Occur.Must, self._run(run, leaf))
            for run in _runs([part for part in parts if not isinstance(part, Not)])
        ]
        together = Query.boolean_query(
            [
                *(wanted or [(Occur.Must, self.terms.everything())]),
                *without,
                *self._whole_title_of_words(parts),
            ]
        )
        same = self._synonyms_of_all(parts)
        return best_of([together, *same], 0.0) if same else together

    def _synonyms_of_all(self, parts: Sequence[Node]) -> list[Query]:
        """Return the queries of what several words together are another name of: heart attack."""
        words = [part.text for part in parts if isinstance(part, Term) and _is_plain_text(part)]
        if len(words) < 2 or len(words) != len(parts):
            return []
        meant = (units(same) for same in self._synonyms(" ".join(words)))
        return [Query.boost_query(self._phrase(Field.ANY, each), _SYNONYM) for each in meant if each]

    def _run(self, run: Sequence[Node], leaf: Callable[[Term], Query]) -> Query:
        """Return the query of neighbours in a group; several are syllables typed with spaces: xin dian tu."""
        queries = [self.node(part, leaf) for part in run]
        if len(queries) == 1:
            return queries[0]
        read = [syllable for part in run if isinstance(part, Term) for syllable in spoken(part)]
        return best_of([all_of(queries), self._sounds.of_syllables(read)])

    def _whole_title_of_words(self, parts: Sequence[Node]) -> list[tuple[Occur, Query]]:
        """Return the bonus for a title typed with spaces: "Gray's Anatomy", 内科学 第9版."""
        words = [part.text for part in parts if isinstance(part, Term) and _is_plain_text(part)]
        sequence = units(" ".join(words))
        if not self._scoring or len(words) < 2 or len(words) != len(parts) or not sequence:
            return []
        whole = self.terms.weighed(index.TITLE_KEY, [("".join(sequence), 0)], 0.0, _WHOLE_TITLE)
        phrase = self.terms.weighed(index.TITLE, phrase_terms(sequence), 0.0, _TITLE_PHRASE)
        return [(Occur.Should, bonus) for bonus in (whole, phrase) if bonus is not None]

    def strict(self, term: Term) -> Query:
        """Return the query for a term as it was typed."""
        match term.field:
            case Field.NUMBER:
                return self._number(term)
            case Field.CLASS:
                return self.terms.flat(index.CLASS_PATH, class_key(term.text), 1.0)
        sequence = units(term.text)
        if not sequence:
            return self.terms.everything()
        match term.mode:
            case Mode.PHRASE:
                return self._phrase(term.field, sequence)
            case Mode.PREFIX:
                return self._prefix(term.field, sequence)
            case Mode.BEGINNING:
                names = (index.TITLE,) if term.field is Field.ANY else _TEXT_FIELDS[term.field]
                return best_of([self.terms.beginning(name, sequence) for name in names])
            case _:
                return self._words_or_synonyms(term, sequence)

    def _number(self, term: Term) -> Query:
        forms = standard_numbers(term.text) or {squash(term.text).upper()}
        if term.mode is Mode.PREFIX:
            return Query.boolean_query(
                [(Occur.Should, self.terms.number_going_on(form)) for form in sorted(forms)]
            )
        return Query.boolean_query(
            [(Occur.Should, self.terms.flat(index.NUMBER, form, _WHOLE_TITLE)) for form in sorted(forms)]
        )

    def _phrase(self, field: Field, sequence: Sequence[Unit]) -> Query:
        return self._lifted(self._whole(_TEXT_FIELDS[field], sequence), self._whole_values(field, sequence))

    def _prefix(self, field: Field, sequence: Sequence[Unit]) -> Query:
        if is_han(sequence[-1]):
            return self._phrase(field, sequence)
        return best_of(
            [self._weighed(name, self.terms.going_on(name, sequence)) for name in _TEXT_FIELDS[field]]
        )

    def _weighed(self, name: str, query: Query) -> Query:
        return Query.boost_query(query, _FIELD_WEIGHTS.get(name, 1.0))

    def _words_or_synonyms(self, term: Term, sequence: Sequence[Unit]) -> Query:
        alternatives = [self._words(term, sequence)]
        alternatives += self._sounds.of(term, is_a_word=self._is_a_word(term))
        if term.field is Field.ANY and looks_like_class(term.text):
            alternatives.append(self.terms.flat(index.CLASS_PATH, class_key(term.text), _TITLE_PHRASE))
        if term.field in (Field.ANY, Field.SUBJECT, Field.TITLE):
            for same in self._synonyms(term.text):
                meant = units(same)
                if meant:
                    alternatives.append(Query.boost_query(self._phrase(term.field, meant), _SYNONYM))
        return best_of(alternatives, 0.0)

    def _words(self, term: Term, sequence: Sequence[Unit]) -> Query:
        names = _TEXT_FIELDS[term.field]
        pieces = query_pieces(term.text)
        needed = [piece for piece in pieces if "".join(piece) not in _PARTICLES] or pieces
        also = self._whole_values(term.field, sequence)
        if needed == [list(sequence)]:
            return self._lifted(self._whole(names, sequence, stemmed=True), also)
        found = [self._piece(names, piece) for piece in needed]
        placed = phrase_terms(sequence)
        together = [
            self._together_in(name, placed, sequence, 0.0)
            for name in (index.TITLE, index.SUBJECT)
            if name in names
        ]
        return self._lifted(all_of(found), [*also, *(bonus for bonus in together if bonus is not None)])

    def _lifted(self, query: Query, also: Sequence[Query]) -> Query:
        return all_of([query], also=also) if self._scoring else query

    def _piece(self, names: Sequence[str], piece: Sequence[Unit]) -> Query:
        """Return the query of one piece of several."""
        placed = phrase_terms(piece, stemmed=True)
        if not self._scoring:
            return self._anywhere(names, placed)
        found = [self.terms.weighed(name, placed, _FIELD_WEIGHTS.get(name, 1.0)) for name in names]
        return self._sum(names, placed, [*found, self._as_a_word(names, piece)])

    def _whole(self, names: Sequence[str], sequence: Sequence[Unit], *, stemmed: bool = False) -> Query:
        """Return the query of units that stand together and are all that was asked."""
        placed = phrase_terms(sequence, stemmed=stemmed)
        if not self._scoring:
            return self._anywhere(names, placed)
        found = [self._together_in(name, placed, sequence, _FIELD_WEIGHTS.get(name, 1.0)) for name in names]
        if index.TITLE in names and len(placed) == 1:
            found.append(self._begins(sequence))
        # Taken literally, "diseases" is not "disease".
        is_a_word = stemmed or [term for term, _ in placed] == [stem(term) for term, _ in placed]
        word = self._as_a_word(names, sequence) if is_a_word else None
        return self._sum(names, placed, [*found, word])

    def _sum(self, names: Sequence[str], placed: Sequence[Placed], clauses: Sequence[Query | None]) -> Query:
        there = [(Occur.Should, clause) for clause in clauses if clause is not None]
        return Query.boolean_query(there) if there else self.terms.together(names[0], placed)

    def _anywhere(self, names: Sequence[str], placed: Sequence[Placed]) -> Query:
        return best_of([self.terms.together(name, placed) for name in names])

    def _as_a_word(self, names: Sequence[str], piece: Sequence[Unit]) -> Query | None:
        """Return the bonus for a piece that is a word of the dictionary in a title."""
        word = stem("".join(piece))
        if index.TITLE not in names or word not in dictionary_words(word):
            return None
        return self.terms.weighed(index.TITLE_WORDS, [(word, 0)], _TITLE_WORD)

    def _together_in(
        self, name: str, placed: Sequence[Placed], sequence: Sequence[Unit], weight: float
    ) -> Query | None:
        """Return the query for all units together in one field, worth more where a title begins with them."""
        found = self.terms.weighed(name, placed, weight, _phrase_score(name, sequence))
        if name != index.TITLE or found is None or len(placed) == 1:
            return found
        begins = self._begins(sequence)
        return found if begins is None else all_of([found], also=[begins])

    def _begins(self, sequence: Sequence[Unit]) -> Query | None:
        return self.terms.weighed(index.TITLE, beginning_terms(sequence)[:1], 0.0, _TITLE_BEGINS)

    def _whole_values(self, field: Field, sequence: Sequence[Unit]) -> list[Query]:
        """Return the bonuses for what is a whole title or a whole name."""
        key = [("".join(sequence), 0)]
        bonuses = [
            self.terms.weighed(name, key, 0.0, score)
            for name, score, of in (
                (index.TITLE_KEY, _WHOLE_TITLE, Field.TITLE),
                (index.AUTHOR_KEY, _WHOLE_NAME, Field.AUTHOR),
            )
            if field in (Field.ANY, of)
        ]
        return [bonus for bonus in bonuses if bonus is not None]

    def _is_a_word(self, term: Term) -> bool:
        word = "".join(units(term.text))
        return any(self.terms.records_with(name, word) for name in _FIELD_WEIGHTS)


def _phrase_score(name: str, sequence: Sequence[Unit]) -> float:
    """Return what it is worth that all units stand together in a field; a lone unit always does in a title."""
    if name == index.SUBJECT:
        return _SUBJECT_PHRASE
    return _TITLE_PHRASE if name == index.TITLE and len(sequence) > 1 else 0.0


def _runs(parts: Sequence[Node]) -> list[list[Node]]:
    """Return the parts of a group, neighbours that are pinyin put together."""
    runs: list[list[Node]] = []
    previous_spoken = False
    for part in parts:
        is_spoken = isinstance(part, Term) and bool(spoken(part))
        if is_spoken and previous_spoken:
            runs[-1].append(part)
        else:
            runs.append([part])
        previous_spoken = is_spoken
    return runs


def _is_plain_text(term: Term) -> bool:
    return term.field in (Field.ANY, Field.TITLE) and term.mode in (Mode.WORDS, Mode.PHRASE)
