"""What letters find when they are pinyin: xindiantu, xin dian tu, xdt → 心电图."""

from collections.abc import Sequence
from typing import NamedTuple

from tantivy import Query

from . import schema as index
from .pinyin import initial_phrase, joined_pairs, readings
from .query import Field, Mode, Term
from .terms import TermQueries, best_of, scored
from .text import BEGIN, fold, units

_TITLE_SOUND = 20.0
_NAME_SOUND = 12.0
_INITIALS_SHARE = 1 / 3
_AT_THE_BEGINNING = 1.5
_LONGEST_INITIALS = 12
_FEWEST_INITIALS = 2


class _Sounds(NamedTuple):
    """Where the sound of a text is filed, and what finding it there is worth."""

    pinyin: str
    initials: str
    score: float

    def places(self) -> tuple[tuple[tuple[str, ...], float], ...]:
        """Return where it may stand, anywhere or at the beginning, and what each is worth."""
        return ((), self.score), ((BEGIN,), _AT_THE_BEGINNING * self.score)


_OF_TITLES = _Sounds(index.PINYIN, index.INITIALS, _TITLE_SOUND)
_OF_NAMES = _Sounds(index.NAME_PINYIN, index.NAME_INITIALS, _NAME_SOUND)
_BOTH = (_OF_TITLES, _OF_NAMES)
_SOUNDS = {Field.ANY: _BOTH, Field.TITLE: (_OF_TITLES,), Field.AUTHOR: (_OF_NAMES,)}


class SoundQueries:
    """Makes queries for letters typed as pinyin."""

    def __init__(self, terms: TermQueries) -> None:
        self._terms = terms

    def of(self, term: Term, *, is_a_word: bool) -> list[Query]:
        """Return what a term may mean as pinyin; letters that are a word of some title mean less."""
        letters = "".join(units(term.text))
        names = _SOUNDS.get(term.field)
        if names is None or not letters.isascii() or not letters.isalpha():
            return []
        queries = [self._read(cut, names) for cut in readings(letters) if len(cut) > (2 if is_a_word else 1)]
        if not is_a_word and _FEWEST_INITIALS <= len(letters) <= _LONGEST_INITIALS:
            queries.append(self._initials(letters, names))
        return queries

    def of_syllables(self, read: Sequence[str]) -> Query:
        """Return the query for syllables one after the other in a title or a name."""
        return self._read(read, _BOTH)

    def _initials(self, letters: str, names: Sequence[_Sounds]) -> Query:
        alternatives = [
            scored(
                self._terms.together(name.initials, initial_phrase("".join(start) + letters)),
                score * _INITIALS_SHARE,
            )
            for name in names
            for start, score in name.places()
        ]
        return best_of(alternatives, 0.0)

    def _read(self, read: Sequence[str], names: Sequence[_Sounds]) -> Query:
        alternatives = [
            scored(self._read_in(name.pinyin, [*start, *read]), score)
            for name in names
            for start, score in name.places()
        ]
        return best_of(alternatives, 0.0)

    def _read_in(self, field: str, read: Sequence[str]) -> Query:
        placed = joined_pairs(read)
        return self._terms.unfinished(field, placed) if placed else self._terms.one(field, read[0])


def spoken(term: Term) -> list[str]:
    """Return the syllables that a term typed alone is, or none when it is no pinyin."""
    if term.field is not Field.ANY or term.mode is not Mode.WORDS:
        return []
    cuts = readings(fold(term.text))
    return cuts[0] if cuts else []
