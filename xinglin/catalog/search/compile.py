"""A query node made into a tantivy query that is strict: every word must be there.

Scores come in steps far enough apart that a lower one never climbs over a higher one: the whole
title, the title's beginning, a phrase of the title, then words weighed by field.
"""

from collections.abc import Callable, Sequence

import tantivy
from tantivy import Occur, Query

from . import schema as index
from .numbers import class_key, looks_like_class, standard_numbers
from .query import And, Field, Mode, Node, Not, Or, Term
from .sounds import SoundQueries, spoken
from .terms import TermQueries, all_of, best_of, scored
from .text import Unit, dictionary_words, is_han, query_pieces, squash, units

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
    """Makes tantivy queries for one schema and one state of the index."""

    def __init__(self, schema: tantivy.Schema, searcher: tantivy.Searcher, synonyms: Synonyms) -> None:
        self.terms = TermQueries(schema)
        self._sounds = SoundQueries(self.terms)
        self._searcher = searcher
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
        if len(words) < 2 or len(words) != len(parts) or not sequence:
            return []
        whole = self.terms.flat(index.TITLE_KEY, "".join(sequence), _WHOLE_TITLE)
        phrase = scored(self.terms.sequence(index.TITLE, sequence), _TITLE_PHRASE)
        return [(Occur.Should, whole), (Occur.Should, phrase)]

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
        alternatives = [
            self._weighed(name, self.terms.sequence(name, sequence)) for name in _TEXT_FIELDS[field]
        ]
        if field in (Field.ANY, Field.TITLE):
            return all_of([best_of(alternatives)], also=self._title_bonuses(sequence))
        return best_of(alternatives)

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
        found = [
            best_of([self._weighed(name, self.terms.sequence(name, piece, stemmed=True)) for name in names])
            for piece in needed
        ]
        return all_of(found, also=self._bonuses(term, sequence))

    def _is_a_word(self, term: Term) -> bool:
        word = "".join(units(term.text))
        return any(self._searcher.doc_freq(name, word) for name in _FIELD_WEIGHTS)

    def _bonuses(self, term: Term, sequence: Sequence[Unit]) -> list[Query]:
        bonuses: list[Query] = []
        if term.field in (Field.ANY, Field.TITLE):
            bonuses += self._title_bonuses(sequence)
            bonuses += [
                Query.boost_query(self.terms.one(index.TITLE_WORDS, word), _TITLE_WORD)
                for word in dict.fromkeys(dictionary_words(term.text))
            ]
        if term.field in (Field.ANY, Field.AUTHOR):
            bonuses.append(self.terms.flat(index.AUTHOR_KEY, "".join(sequence), _WHOLE_NAME))
        if term.field in (Field.ANY, Field.SUBJECT):
            phrase = self.terms.sequence(index.SUBJECT, sequence)
            bonuses.append(scored(phrase, _SUBJECT_PHRASE))
        return bonuses

    def _title_bonuses(self, sequence: Sequence[Unit]) -> list[Query]:
        bonuses = [self.terms.flat(index.TITLE_KEY, "".join(sequence), _WHOLE_TITLE)]
        if len(sequence) > 1:
            phrase = self.terms.sequence(index.TITLE, sequence)
            bonuses.append(scored(phrase, _TITLE_PHRASE))
        bonuses.append(scored(self.terms.whole_beginning(index.TITLE, sequence), _TITLE_BEGINS))
        return bonuses


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
