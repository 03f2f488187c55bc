"""A query node made into a tantivy query that is strict: every word must be there.

Scores come in steps far enough apart that a lower one never climbs over a higher one: the whole
title, the title's beginning, a phrase of the title, then words weighed by field.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

import tantivy
from tantivy import Occur, Query

from . import schema as index
from .numbers import class_key, looks_like_class, standard_numbers
from .pinyin import initial_phrase, joined_pairs, readings
from .query import And, Field, Mode, Node, Not, Or, Term
from .text import (
    BEGIN,
    Placed,
    Unit,
    dictionary_words,
    fold,
    is_han,
    phrase_terms,
    query_pieces,
    squash,
    units,
)

#: What means the same as a word: 心梗 → 心肌梗死. Comes from the library's own thesaurus.
Synonyms = Callable[[str], Sequence[str]]

_WHOLE_TITLE = 1000.0
_WHOLE_NAME = 60.0
_TITLE_BEGINS = 60.0
_TITLE_PHRASE = 100.0
_SUBJECT_PHRASE = 20.0
_TITLE_SOUND = 20.0
_NAME_SOUND = 12.0
_SYNONYM = 0.5
_FIELD_WEIGHTS = {index.TITLE: 3.0, index.AUTHOR: 2.0, index.SUBJECT: 1.5, index.BODY: 0.5}
_TITLE_WORD = 1.5
_OTHER_FIELDS_SHARE = 0.1
_LONGEST_INITIALS = 12
_FEWEST_INITIALS = 2
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


class _Sounds(NamedTuple):
    """Where the sound of a text is filed, and what finding it there is worth."""

    pinyin: str
    initials: str
    score: float


_OF_TITLES = _Sounds(index.PINYIN, index.INITIALS, _TITLE_SOUND)
_OF_NAMES = _Sounds(index.NAME_PINYIN, index.NAME_INITIALS, _NAME_SOUND)
_SOUNDS = {Field.ANY: (_OF_TITLES, _OF_NAMES), Field.TITLE: (_OF_TITLES,), Field.AUTHOR: (_OF_NAMES,)}


class Compiler:
    """Makes tantivy queries for one schema and one state of the index."""

    def __init__(self, schema: tantivy.Schema, searcher: tantivy.Searcher, synonyms: Synonyms) -> None:
        self._schema = schema
        self._searcher = searcher
        self._synonyms = synonyms

    # Small parts, shared with the forgiving compiler.

    def one(self, field: str, value: str) -> Query:
        """Return the query for one term of one field."""
        return Query.term_query(self._schema, field, value, index_option="freq")

    def flat(self, field: str, value: str, score: float = 0.0) -> Query:
        """Return the query for one term that adds a fixed score."""
        return Query.const_score_query(
            Query.term_query(self._schema, field, value, index_option="basic"), score
        )

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

    @staticmethod
    def best_of(queries: Sequence[Query], share: float = _OTHER_FIELDS_SHARE) -> Query:
        """Return the query that scores like its best alternative, and a share of the others."""
        return queries[0] if len(queries) == 1 else Query.disjunction_max_query(queries, share)

    @staticmethod
    def all_of(queries: Sequence[Query], also: Iterable[Query] = ()) -> Query:
        """Return the query that wants each of these; what is ``also`` there only lifts the score."""
        clauses = [(Occur.Must, query) for query in queries]
        clauses.extend((Occur.Should, query) for query in also)
        return clauses[0][1] if len(clauses) == 1 else Query.boolean_query(clauses)

    # Nodes.

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
                    [(Occur.Must, self.everything()), (Occur.MustNot, self.node(part, leaf))]
                )

    def _all_parts(self, parts: Sequence[Node], leaf: Callable[[Term], Query]) -> Query:
        without = [(Occur.MustNot, self.node(part.part, leaf)) for part in parts if isinstance(part, Not)]
        wanted = [
            (Occur.Must, self._run(run, leaf))
            for run in _runs([part for part in parts if not isinstance(part, Not)])
        ]
        return Query.boolean_query(
            [*(wanted or [(Occur.Must, self.everything())]), *without, *self._whole_title_of_words(parts)]
        )

    def _run(self, run: Sequence[Node], leaf: Callable[[Term], Query]) -> Query:
        """Return the query of neighbours in a group; several are syllables typed with spaces: xin dian tu."""
        queries = [self.node(part, leaf) for part in run]
        if len(queries) == 1:
            return queries[0]
        read = [syllable for part in run if isinstance(part, Term) for syllable in _spoken(part)]
        return self.best_of([self.all_of(queries), self.read(read)])

    def _whole_title_of_words(self, parts: Sequence[Node]) -> list[tuple[Occur, Query]]:
        """Return the bonus for a title typed with spaces: "Gray's Anatomy", 内科学 第9版."""
        words = [part.text for part in parts if isinstance(part, Term) and _is_plain_text(part)]
        sequence = units(" ".join(words))
        if len(words) < 2 or len(words) != len(parts) or not sequence:
            return []
        whole = self.flat(index.TITLE_KEY, "".join(sequence), _WHOLE_TITLE)
        phrase = Query.const_score_query(self.sequence(index.TITLE, sequence), _TITLE_PHRASE)
        return [(Occur.Should, whole), (Occur.Should, phrase)]

    def strict(self, term: Term) -> Query:
        """Return the query for a term as it was typed."""
        match term.field:
            case Field.NUMBER:
                return self._number(term)
            case Field.CLASS:
                return self.flat(index.CLASS_PATH, class_key(term.text), 1.0)
        sequence = units(term.text)
        if not sequence:
            return self.everything()
        match term.mode:
            case Mode.PHRASE:
                return self._phrase(term.field, sequence)
            case Mode.PREFIX:
                return self._prefix(term.field, sequence)
            case Mode.BEGINNING:
                names = (index.TITLE,) if term.field is Field.ANY else _TEXT_FIELDS[term.field]
                return self.best_of([self._beginning(name, sequence) for name in names])
            case _:
                return self._words_or_synonyms(term, sequence)

    def _number(self, term: Term) -> Query:
        forms = standard_numbers(term.text) or {squash(term.text).upper()}
        if term.mode is Mode.PREFIX:
            return Query.boolean_query(
                [(Occur.Should, Query.regex_query(self._schema, index.NUMBER, form + ".*")) for form in forms]
            )
        return Query.boolean_query(
            [(Occur.Should, self.flat(index.NUMBER, form, _WHOLE_TITLE)) for form in sorted(forms)]
        )

    def _phrase(self, field: Field, sequence: Sequence[Unit]) -> Query:
        alternatives = [self._weighed(name, self.sequence(name, sequence)) for name in _TEXT_FIELDS[field]]
        if field in (Field.ANY, Field.TITLE):
            return self.all_of([self.best_of(alternatives)], also=self._title_bonuses(sequence))
        return self.best_of(alternatives)

    def _prefix(self, field: Field, sequence: Sequence[Unit]) -> Query:
        if is_han(sequence[-1]):
            return self._phrase(field, sequence)
        return self.best_of(
            [self._weighed(name, self._going_on(name, sequence)) for name in _TEXT_FIELDS[field]]
        )

    def _going_on(self, field: str, sequence: Sequence[Unit]) -> Query:
        if len(sequence) == 1:
            return Query.regex_query(self._schema, field, re.escape(sequence[0]) + ".*")
        return self._unfinished(field, [(unit, place) for place, unit in enumerate(sequence)])

    def _beginning(self, field: str, sequence: Sequence[Unit]) -> Query:
        if is_han(sequence[-1]):
            placed = [(term, place + 1) for term, place in phrase_terms(sequence)]
            return self.together(field, [(BEGIN, 0), *placed])
        return self._unfinished(field, [(unit, place) for place, unit in enumerate([BEGIN, *sequence])])

    def _unfinished(self, field: str, placed: Sequence[Placed]) -> Query:
        """Return the query for terms one after the other, the last perhaps unfinished.

        No place may be left out: tantivy 0.27 then misses phrases of three terms and more.
        """
        return Query.phrase_prefix_query(self._schema, field, [(place, term) for term, place in placed])

    def _weighed(self, name: str, query: Query) -> Query:
        return Query.boost_query(query, _FIELD_WEIGHTS.get(name, 1.0))

    # Words.

    def _words_or_synonyms(self, term: Term, sequence: Sequence[Unit]) -> Query:
        alternatives = [self._words(term, sequence)]
        alternatives.extend(self._as_letters(term))
        if term.field is Field.ANY and looks_like_class(term.text):
            alternatives.append(self.flat(index.CLASS_PATH, class_key(term.text), _TITLE_PHRASE))
        if term.field in (Field.ANY, Field.SUBJECT, Field.TITLE):
            for same in self._synonyms(term.text):
                meant = units(same)
                if meant:
                    alternatives.append(Query.boost_query(self._phrase(term.field, meant), _SYNONYM))
        return self.best_of(alternatives, 0.0)

    def _words(self, term: Term, sequence: Sequence[Unit]) -> Query:
        names = _TEXT_FIELDS[term.field]
        pieces = query_pieces(term.text)
        needed = [piece for piece in pieces if "".join(piece) not in _PARTICLES] or pieces
        found = [
            self.best_of([self._weighed(name, self.sequence(name, piece, stemmed=True)) for name in names])
            for piece in needed
        ]
        return self.all_of(found, also=self._bonuses(term, sequence))

    def _bonuses(self, term: Term, sequence: Sequence[Unit]) -> list[Query]:
        bonuses: list[Query] = []
        if term.field in (Field.ANY, Field.TITLE):
            bonuses += self._title_bonuses(sequence)
            bonuses += [
                Query.boost_query(self.one(index.TITLE_WORDS, word), _TITLE_WORD)
                for word in dict.fromkeys(dictionary_words(term.text))
            ]
        if term.field in (Field.ANY, Field.AUTHOR):
            bonuses.append(self.flat(index.AUTHOR_KEY, "".join(sequence), _WHOLE_NAME))
        if term.field in (Field.ANY, Field.SUBJECT):
            phrase = self.sequence(index.SUBJECT, sequence)
            bonuses.append(Query.const_score_query(phrase, _SUBJECT_PHRASE))
        return bonuses

    def _title_bonuses(self, sequence: Sequence[Unit]) -> list[Query]:
        bonuses = [self.flat(index.TITLE_KEY, "".join(sequence), _WHOLE_TITLE)]
        placed = phrase_terms(sequence)
        if len(sequence) > 1:
            bonuses.append(Query.const_score_query(self.together(index.TITLE, placed), _TITLE_PHRASE))
        begins = [(BEGIN, 0), *((term, place + 1) for term, place in placed)]
        bonuses.append(Query.const_score_query(self.together(index.TITLE, begins), _TITLE_BEGINS))
        return bonuses

    # Letters that may be pinyin.

    def _as_letters(self, term: Term) -> list[Query]:
        letters = "".join(units(term.text))
        names = _SOUNDS.get(term.field)
        if names is None or not letters.isascii() or not letters.isalpha():
            return []
        known = self._is_a_word(letters)
        queries = [self.read(cut, names=names) for cut in readings(letters) if len(cut) > (2 if known else 1)]
        if not known and _FEWEST_INITIALS <= len(letters) <= _LONGEST_INITIALS:
            queries.append(self._initials(letters, names))
        return queries

    def _is_a_word(self, letters: str) -> bool:
        return any(self._searcher.doc_freq(name, letters) for name in _FIELD_WEIGHTS)

    def _initials(self, letters: str, names: Sequence[_Sounds]) -> Query:
        alternatives = [
            Query.const_score_query(self.together(name.initials, initial_phrase(start + letters)), score / 3)
            for name in names
            for start, score in (("", name.score), (BEGIN, 1.5 * name.score))
        ]
        return self.best_of(alternatives, 0.0)

    def read(self, read: Sequence[str], *, names: Sequence[_Sounds] | None = None) -> Query:
        """Return the query for syllables one after the other, the last perhaps unfinished."""
        alternatives = [
            Query.const_score_query(self._read_in(name.pinyin, [*start, *read]), score)
            for name in names or _SOUNDS[Field.ANY]
            for start, score in (((), name.score), ((BEGIN,), 1.5 * name.score))
        ]
        return self.best_of(alternatives, 0.0)

    def _read_in(self, field: str, read: Sequence[str]) -> Query:
        placed = joined_pairs(read)
        if not placed:
            return self.one(field, read[0])
        if len(placed) > 1:
            return self._unfinished(field, placed)
        return Query.regex_query(self._schema, field, re.escape(placed[0][0]) + "[a-z]*")


def _spoken(term: Term) -> list[str]:
    """Return the syllables a term is, or none when it is no pinyin."""
    if term.field is not Field.ANY or term.mode is not Mode.WORDS:
        return []
    cuts = readings(fold(term.text))
    return cuts[0] if cuts else []


def _runs(parts: Sequence[Node]) -> list[list[Node]]:
    """Return the parts of a group, neighbours that are pinyin put together."""
    runs: list[list[Node]] = []
    previous_spoken = False
    for part in parts:
        spoken = isinstance(part, Term) and bool(_spoken(part))
        if spoken and previous_spoken:
            runs[-1].append(part)
        else:
            runs.append([part])
        previous_spoken = spoken
    return runs


def _is_plain_text(term: Term) -> bool:
    return term.field in (Field.ANY, Field.TITLE) and term.mode in (Mode.WORDS, Mode.PHRASE)
