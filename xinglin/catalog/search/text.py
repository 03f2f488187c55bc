"""Text as the index sees it: folded, cut into units, and made into terms.

Index and query go through the same functions here; a term that one side makes and the other does
not is a record nobody finds. Folding works on one character at a time, without context, so that
any part of a title folds to the same part of the folded title.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from typing import NamedTuple

import opencc
import rjieba

# Chinese, with kana and Hangul, which are cut the same way: no spaces between their words.
_HAN = (
    "\u3005\u3007\u3041-\u3096\u309d-\u309f\u30a1-\u30fa\u30fc-\u30ff\u3400-\u4dbf\u4e00-\u9fff"
    "\uac00-\ud7a3\uf900-\ufaff\U00020000-\U0003ffff"
)
# «C++» and «C#» are words; other marks part words.
_UNIT = re.compile(rf"[{_HAN}]|[^\W_{_HAN}]+(?:\+\+|\#)?")
_RUN = re.compile(rf"[{_HAN}]+|[^\W_{_HAN}]+(?:\+\+|\#)?")
_IS_HAN = re.compile(rf"[{_HAN}]")
_LONGEST_UNIT = 64
_APOSTROPHES = frozenset("'\u2019\u02bc")

#: Stands before the first term of every value once more, so that "begins with" is a term.
BEGIN = "^"

Unit = str
Placed = tuple[str, int]


class Span(NamedTuple):
    """A unit with the place it has in the text as written."""

    unit: Unit
    start: int
    end: int


@lru_cache(maxsize=1)
def _simplifier() -> opencc.OpenCC:
    return opencc.OpenCC("t2s")


def _plain_character(character: str) -> str:
    if "\u0300" <= character <= "\u036f" or character in _APOSTROPHES or "\ud800" <= character <= "\udfff":
        return ""
    apart = unicodedata.normalize("NFD", unicodedata.normalize("NFKC", character).casefold())
    bare = "".join(part for part in apart if not "\u0300" <= part <= "\u036f")
    return unicodedata.normalize("NFC", bare).replace("\0", " ")


def _fold_character(character: str) -> str:
    folded = _plain_character(character)
    return _simplifier().convert(folded) if _IS_HAN.search(folded) else folded


class _FoldTable(dict[int, str]):
    """Remembers how each character folds; a table for ``str.translate``."""

    def __init__(self, fold_character: Callable[[str], str]) -> None:
        super().__init__()
        self._fold_character = fold_character

    def __missing__(self, code: int) -> str:
        folded = self[code] = self._fold_character(chr(code))
        return folded


_FOLDS = _FoldTable(_fold_character)
_FORMS_KEPT = _FoldTable(_plain_character)


@lru_cache(maxsize=4096)
def fold(text: str) -> str:
    """Return text without case, width, diacritics or traditional forms."""
    return text.translate(_FOLDS)


def runs(text: str) -> list[str]:
    """Cut text into runs of Chinese characters, in the form they are written in, and folded Latin words.

    As long as ``units`` when each character of a Chinese run is counted.
    """
    return _RUN.findall(text.translate(_FORMS_KEPT))


@lru_cache(maxsize=65_536)
def is_han(unit: Unit) -> bool:
    """Return whether a unit is one Chinese (or kana, or Hangul) character."""
    return len(unit) == 1 and _IS_HAN.match(unit) is not None


def units(text: str) -> list[Unit]:
    """Cut text into units: single Chinese characters, whole Latin words and numbers."""
    return [unit[:_LONGEST_UNIT] for unit in _UNIT.findall(fold(text))]


def spans(text: str) -> list[Span]:
    """Cut text into units like ``units`` does, each with its place in the text as written."""
    origin: list[int] = []
    folded: list[str] = []
    for place, character in enumerate(text):
        part = _FOLDS[ord(character)]
        folded.append(part)
        origin.extend([place] * len(part))
    return [
        Span(found.group()[:_LONGEST_UNIT], origin[found.start()], origin[found.end() - 1] + 1)
        for found in _UNIT.finditer("".join(folded))
    ]


def squash(text: str) -> str:
    """Return text as one key: its units and nothing between them."""
    return "".join(_UNIT.findall(fold(text)))


def stem(word: str) -> str:
    """Return an English word without its plural ending; other words unchanged."""
    if len(word) < 4 or not word.isascii() or not word.endswith("s") or word.endswith(("ss", "us", "is")):
        return word
    return word[:-3] + "y" if word.endswith("ies") else word[:-1]


def _latin_terms(unit: Unit) -> set[str]:
    return {unit, stem(unit), unit.rstrip("+#") or unit}


def index_terms(text: str) -> list[Placed]:
    """Return every term of a text with its position: each unit, and each pair of Chinese neighbours.

    Punctuation between two characters does not part them, for readers leave it out.
    """
    terms: list[Placed] = []
    before = ""  # the Chinese character that the next one makes a pair with
    place = 0
    for run in _RUN.findall(fold(text)):
        if not _IS_HAN.match(run):
            terms.extend((term, place) for term in _latin_terms(run[:_LONGEST_UNIT]))
            before = ""
            place += 1
            continue
        terms.extend(zip(run, range(place, place + len(run)), strict=True))
        chain, first = (before + run, place - 1) if before else (run, place)
        terms.extend((chain[at : at + 2], first + at) for at in range(len(chain) - 1))
        before = run[-1]
        place += len(run)
    return [*[(BEGIN + term, 0) for term, position in terms if position == 0], *terms]


def beginning_terms(sequence: Sequence[Unit]) -> list[Placed]:
    """Return the fewest terms that together say "it begins with these units"."""
    (first, _), *others = phrase_terms(sequence)
    return [(BEGIN + first, 0), *others]


def phrase_terms(sequence: Sequence[Unit], *, stemmed: bool = False) -> list[Placed]:
    """Return the fewest terms that together say "these units, one after the other"."""
    terms: list[Placed] = []
    position = 0
    while position < len(sequence):
        unit = sequence[position]
        if not is_han(unit):
            terms.append((stem(unit) if stemmed else unit, position))
            position += 1
            continue
        end = position
        while end < len(sequence) and is_han(sequence[end]):
            end += 1
        terms.extend(_pairs_covering(sequence, position, end))
        position = end
    return terms


def _pairs_covering(sequence: Sequence[Unit], start: int, end: int) -> Iterable[Placed]:
    if end - start == 1:
        yield sequence[start], start
        return
    for place in range(start, end - 1, 2):
        yield sequence[place] + sequence[place + 1], place
    if (end - start) % 2:
        yield sequence[end - 2] + sequence[end - 1], end - 2


def dictionary_words(text: str) -> list[str]:
    """Return the words a dictionary sees in a text, the long ones also cut into their parts."""
    found: list[str] = []
    for run in _RUN.findall(fold(text)):
        if _IS_HAN.match(run):
            found.extend(word for word in rjieba.cut_for_search(run) if len(word) > 1)
        else:
            found.append(stem(run[:_LONGEST_UNIT]))
    return found


def query_pieces(text: str) -> list[list[Unit]]:
    """Cut what a reader typed into the pieces that must each be found, not necessarily together.

    Single characters left between words are put together: they are mostly a name the dictionary
    does not know. Each piece is looked for as a sequence of characters, never as a dictionary word,
    for the dictionary cuts a word differently inside a longer title.
    """
    pieces: list[list[Unit]] = []
    for run in _RUN.findall(fold(text)):
        if not _IS_HAN.match(run):
            pieces.append([run[:_LONGEST_UNIT]])
            continue
        loose: list[Unit] = []
        for word in rjieba.cut(run):
            if len(word) == 1:
                loose.append(word)
                continue
            if loose:
                pieces.append(loose)
                loose = []
            pieces.append(list(word))
        if loose:
            pieces.append(loose)
    return pieces


def stands_in(text: str, values: Iterable[str]) -> bool:
    """Return whether every piece of what a reader typed stands in one of these values or another."""
    keys = [[stem(unit) for unit in units(value)] for value in values]
    return all(
        any(
            key[place : place + len(piece)] == piece
            for key in keys
            for place in range(len(key) - len(piece) + 1)
        )
        for piece in ([stem(unit) for unit in piece] for piece in query_pieces(text))
    )
