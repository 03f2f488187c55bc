"""Which part of a text a query found: pieces to be marked on a screen, never markup."""

from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import NamedTuple

from .pinyin import readings, syllables
from .query import Field, Node, Term, wanted_terms
from .text import Span, is_han, query_pieces, spans, stem, units

Mark = tuple[int, int]


class Piece(NamedTuple):
    """A stretch of text, and whether it was asked for."""

    text: str
    found: bool


def highlight(text: str, query: Node | str | None, *, field: Field = Field.ANY) -> tuple[Piece, ...]:
    """Return a text in pieces, those found by the query marked; joined they are the text.

    ``field`` is what the text is: a term asked of authors marks nothing in a title. Where no word of
    the query stands in the text, its sound is looked for: xdt and 心电途 mark 心电图.
    """
    return Highlighter(query, by_sound=True).mark(text, field=field)


def snippet(text: str, query: Node | str | None, *, characters: int = 120) -> tuple[Piece, ...]:
    """Return the part of a long text around the first find, highlighted."""
    highlighter = Highlighter(query, by_sound=True)
    before = 0
    for piece in highlighter.mark(text):
        if piece.found:
            break
        before += len(piece.text)
    else:
        before = 0
    start = max(0, before - characters // 4)
    return highlighter.mark(text[start : start + characters])


class Highlighter:
    """One query, prepared to mark many texts.

    ``by_sound`` also marks homophones of Chinese words: only wanted where the search was forgiving,
    and costly, for every text must be read aloud. Letters typed as pinyin are always sounded.
    """

    def __init__(self, query: Node | str | None, *, by_sound: bool) -> None:
        asked = [Term(query)] if isinstance(query, str) else list(wanted_terms(query))
        self._terms = [(term.field, _Wanted(term.text, by_sound=by_sound)) for term in asked]

    def mark(self, text: str, *, field: Field = Field.ANY) -> tuple[Piece, ...]:
        """Return a text in pieces, those found marked."""
        wanted = [term for where, term in self._terms if where is field or Field.ANY in (where, field)]
        if not wanted:
            return (Piece(text, found=False),) if text else ()
        placed = spans(text)
        keys = [stem(span.unit) for span in placed]
        marks = [mark for term in wanted for mark in term.marks(text, keys)]
        return tuple(_pieces(text, _places(placed, marks)))


class _Wanted:
    """One term, in the shapes in which it may stand in a text."""

    def __init__(self, text: str, *, by_sound: bool) -> None:
        self._text = text
        self._units = units(text)
        self._whole = [stem(unit) for unit in self._units]
        self._is_chinese = any(is_han(unit) for unit in self._units)
        self._may_sound = len("".join(self._units)) > 1 and (by_sound or not self._is_chinese)

    @cached_property
    def _pieces(self) -> list[list[str]]:
        return [[stem(unit) for unit in piece] for piece in query_pieces(self._text)]

    @cached_property
    def _said(self) -> list[list[str]]:
        return [syllables(self._text)] if self._is_chinese else readings("".join(self._units))

    def marks(self, text: str, keys: Sequence[str]) -> list[Mark]:
        """Return where the term stands: as typed, or as it sounds, or piece by piece."""
        whole = _occurrences(keys, self._whole)
        marks = whole or (self._sounding(text, len(keys)) if self._may_sound else [])
        return marks or [mark for piece in self._pieces for mark in _occurrences(keys, piece)]

    def _sounding(self, text: str, length: int) -> list[Mark]:
        if not self._said and not (len(self._units) == 1 and self._units[0].isalpha()):
            return []
        read = syllables(text)
        if len(read) != length:
            return []
        marks = [mark for way in self._said for mark in _occurrences(read, way)]
        if marks or self._is_chinese:
            return marks
        unfinished = [mark for way in self._said for mark in _unfinished(read, way)]
        letters = "".join(self._units)
        return unfinished or _occurrences([syllable[0] for syllable in read], list(letters))


def _occurrences(keys: Sequence[str], wanted: Sequence[str]) -> list[Mark]:
    length = len(wanted)
    if not length:
        return []
    return [
        (place, place + length)
        for place in range(len(keys) - length + 1)
        if keys[place] == wanted[0] and list(keys[place : place + length]) == list(wanted)
    ]


def _unfinished(read: Sequence[str], way: Sequence[str]) -> list[Mark]:
    return [
        (first, last + 1)
        for first, last in _occurrences(read, way[:-1])
        if last < len(read) and read[last].startswith(way[-1])
    ]


def _places(placed: Sequence[Span], marks: Iterable[Mark]) -> list[Mark]:
    """Return marks of units as places in the text, those that touch put together."""
    merged: list[Mark] = []
    for start, end in sorted((placed[first].start, placed[last - 1].end) for first, last in marks):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def _pieces(text: str, places: Iterable[Mark]) -> Iterable[Piece]:
    place = 0
    for start, end in places:
        if start > place:
            yield Piece(text[place:start], found=False)
        yield Piece(text[start:end], found=True)
        place = end
    if place < len(text):
        yield Piece(text[place:], found=False)
