"""What a reader may have meant: the query made again, forgiving sounds, typing slips and lost characters.

Only used when the strict query finds nothing where it matters, so a correct query is never diluted.
"""

import math
from itertools import pairwise

import tantivy
from tantivy import Occur, Query

from . import schema as index
from .compile import Compiler
from .pinyin import joined_pairs, pinyin_phrase, syllables
from .query import And, Field, Mode, Node, Not, Or, Term
from .terms import all_of, best_of, scored
from .text import Unit, is_han, units

_SAME_SOUND = 60.0
_EVERY_CHARACTER = 30.0
_FEWEST_TO_LOSE_ONE = 3
_FEWEST_PAIRS = 4
_SHARE_OF_PAIRS = 0.5
_SHARE_OF_SOUNDS = 0.6
_LETTERS_FOR_ONE_SLIP = 4
_LETTERS_FOR_TWO_SLIPS = 8
_MOST_UNITS = 40

_NAMES = {Field.TITLE: (index.TITLE,), Field.AUTHOR: (index.AUTHOR,), Field.SUBJECT: (index.SUBJECT,)}
_SOUND_OF = {index.TITLE: index.PINYIN, index.AUTHOR: index.NAME_PINYIN}
_USUAL_NAMES = (index.TITLE, index.AUTHOR)


def can_be_forgiven(node: Node) -> bool:
    """Return whether a query has a term that may be misspelt: a phrase asked for literally has not."""
    match node:
        case Term(mode=mode, field=field):
            return mode is Mode.WORDS and field is not Field.CLASS
        case And(parts) | Or(parts):
            return any(can_be_forgiven(part) for part in parts)
        case Not():
            return False


class ForgivingLeaf:
    """Compiles one term so that near misses count."""

    def __init__(self, compiler: Compiler, schema: tantivy.Schema) -> None:
        self._compiler = compiler
        self._terms = compiler.terms
        self._schema = schema

    def __call__(self, term: Term) -> Query:
        strict = self._compiler.strict(term)
        sequence = units(term.text)[:_MOST_UNITS]
        if not can_be_forgiven(term) or not sequence:
            return strict
        if term.field is Field.NUMBER:
            return best_of([strict, self._slip(index.NUMBER, "".join(sequence).upper(), 1)])
        near = [strict, *self._near(term, sequence)]
        return Query.disjunction_max_query(near, 0.3)

    def _near(self, term: Term, sequence: list[Unit]) -> list[Query]:
        names = _NAMES.get(term.field, _USUAL_NAMES)
        near: list[Query] = []
        if all(not is_han(unit) for unit in sequence):
            return [self._each_slipped(names, sequence)]
        read = syllables(term.text)[:_MOST_UNITS]
        sounds = [_SOUND_OF[name] for name in names if name in _SOUND_OF]
        if len(read) > 1 and sounds:
            same = [self._terms.together(sound, pinyin_phrase(read)) for sound in sounds]
            near.append(scored(best_of(same), _SAME_SOUND))
        if len(sequence) >= _FEWEST_PAIRS:
            near.append(self._most_pairs(names, sequence))
            near += [self._most_sounds(sound, read) for sound in sounds]
        if len(sequence) >= _FEWEST_TO_LOSE_ONE:
            near.append(self._all_but_one(names, sequence))
        return near

    def _anywhere(self, names: tuple[str, ...], value: str) -> Query:
        return best_of([self._terms.one(name, value) for name in names])

    def _most_pairs(self, names: tuple[str, ...], sequence: list[Unit]) -> Query:
        pairs = [
            first + second if is_han(first) and is_han(second) else second
            for first, second in pairwise(sequence)
        ]
        clauses = [(Occur.Should, self._anywhere(names, pair)) for pair in dict.fromkeys(pairs)]
        return Query.boost_query(
            Query.boolean_query(clauses, max(1, math.ceil(_SHARE_OF_PAIRS * len(clauses)))), 3.0
        )

    def _most_sounds(self, field: str, read: list[str]) -> Query:
        pairs = dict.fromkeys(term for term, _ in joined_pairs(read))
        clauses = [(Occur.Should, self._terms.one(field, pair)) for pair in pairs]
        return Query.boost_query(
            Query.boolean_query(clauses, max(1, math.ceil(_SHARE_OF_SOUNDS * len(clauses)))), 2.0
        )

    def _all_but_one(self, names: tuple[str, ...], sequence: list[Unit]) -> Query:
        single = list(dict.fromkeys(sequence))
        units_found = [self._anywhere(names, unit) for unit in single]
        most = Query.boolean_query(
            [(Occur.Should, found) for found in units_found], max(1, len(units_found) - 1)
        )
        every = scored(all_of(units_found), _EVERY_CHARACTER)
        return all_of([most], also=[every])

    def _each_slipped(self, names: tuple[str, ...], sequence: list[Unit]) -> Query:
        return all_of([best_of([self._slipped(name, unit) for name in names]) for unit in sequence])

    def _slipped(self, name: str, word: str) -> Query:
        if len(word) < _LETTERS_FOR_ONE_SLIP:
            return self._terms.one(name, word)
        return self._slip(name, word, 2 if len(word) >= _LETTERS_FOR_TWO_SLIPS else 1)

    def _slip(self, name: str, word: str, distance: int) -> Query:
        return Query.fuzzy_term_query(self._schema, name, word, distance)
