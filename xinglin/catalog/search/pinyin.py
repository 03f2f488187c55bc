"""Pinyin of titles and names, and what a reader may have meant by a string of letters."""

from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise

import opencc
import pypinyin
import rjieba
from pypinyin.constants import PINYIN_DICT

from .text import BEGIN, Placed, fold, is_han, runs

# Interjections and dialect readings that only make cutting letters into syllables ambiguous.
_NOT_TYPED = frozenset(
    {"m", "n", "ng", "hm", "hng", "o", "bong", "chua", "cei", "dia", "fiao", "rua", "wong", "zhei"}
)
# Readings that only surnames have; pypinyin knows words, not names.
_SURNAMES = {
    "万俟": "mo qi", "尉迟": "yu chi", "长孙": "zhang sun", "令狐": "ling hu", "单": "shan", "曾": "zeng",
    "解": "xie", "仇": "qiu", "查": "zha", "朴": "piao", "区": "ou", "任": "ren", "盖": "ge", "华": "hua",
    "翟": "zhai", "缪": "miao", "隗": "kui", "乐": "yue", "种": "chong", "员": "yun", "覃": "qin", "折": "she",
    "冼": "xian", "洗": "xian", "繁": "po", "秘": "bi", "燕": "yan", "召": "shao", "尹": "yin", "葛": "ge",
}  # fmt: skip
_READINGS_TRIED = 4
_LONGEST_LETTERS = 60
_JOINT = "'"


@lru_cache(maxsize=1)
def _contextual_simplifier() -> opencc.OpenCC:
    return opencc.OpenCC("t2s")


@lru_cache(maxsize=200_000)
def _word_syllables(word: str) -> tuple[str, ...]:
    read = pypinyin.pinyin(word, style=pypinyin.Style.NORMAL)
    spoken = [readings[0] for readings in read]
    # Runs it cannot read (kana, rare characters) come back in one piece: one unit each is needed.
    if len(spoken) != len(word):
        spoken = [pypinyin.pinyin(unit, style=pypinyin.Style.NORMAL)[0][0] for unit in word]
    return tuple(syllable.replace("ve", "ue") for syllable in spoken)


def syllables(text: str) -> list[str]:
    """Return one syllable for each Chinese character and every other unit as it is.

    Words decide readings (银行 yin hang), so the text is simplified in context first:
    character by character 乾隆 would be read gan long.
    """
    simplified = _contextual_simplifier().convert(text.encode("utf-8", "ignore").decode())
    read: list[str] = []
    for run in runs(simplified):
        if is_han(run[0]):
            read += [syllable for word in rjieba.cut(run) for syllable in _word_syllables(word)]
        else:
            read.append(run)
    return read


def name_readings(name: str) -> list[list[str]]:
    """Return how a person's name may be read: a surname such as 单 or 曾 has a reading of its own."""
    read = syllables(name)
    surname = next((known for known in _SURNAMES if name.startswith(known)), None)
    if surname is None:
        return [read]
    spoken = _SURNAMES[surname].split()
    return [read, spoken + read[len(spoken) :]]


def pinyin_terms(read: Sequence[str]) -> list[Placed]:
    """Return the pinyin terms of a text: each syllable, and each pair of neighbours joined."""
    begun = [BEGIN, *read]
    return [*((syllable, place) for place, syllable in enumerate(begun)), *joined_pairs(begun)]


def joined_pairs(read: Sequence[str]) -> list[Placed]:
    """Return every pair of neighbouring syllables, joined."""
    return [(first + _JOINT + second, place) for place, (first, second) in enumerate(pairwise(read))]


def pinyin_phrase(read: Sequence[str]) -> list[Placed]:
    """Return the fewest pinyin terms that say "these syllables, one after the other"."""
    if len(read) == 1:
        return [(read[0], 0)]
    pairs = joined_pairs(read)
    return [pair for pair in pairs if pair[1] % 2 == 0 or pair is pairs[-1]]


def initial_terms(read: Sequence[str]) -> list[Placed]:
    """Return the first letters of a text two and three at a time: single letters select nothing."""
    letters = BEGIN + "".join(syllable[0] for syllable in read)
    terms = [(letters[place : place + 2], place) for place in range(len(letters) - 1)]
    terms.extend((letters[place : place + 3], place) for place in range(len(letters) - 2))
    return terms


def initial_phrase(letters: str) -> list[Placed]:
    """Return the fewest terms that say "these first letters, one after the other"."""
    if len(letters) <= 3:
        return [(letters, 0)]
    places = [*range(0, len(letters) - 3, 3), len(letters) - 3]
    return [(letters[place : place + 3], place) for place in places]


@lru_cache(maxsize=1)
def _typed_syllables() -> frozenset[str]:
    found = {
        fold(reading.replace("ü", "v")).replace("ve", "ue")
        for readings in PINYIN_DICT.values()
        for reading in readings.split(",")
    }
    return frozenset(found | {"lv", "nv"}) - _NOT_TYPED


@lru_cache(maxsize=1)
def _beginnings() -> frozenset[str]:
    return frozenset(
        syllable[:length] for syllable in _typed_syllables() for length in range(1, len(syllable))
    )


def readings(letters: str) -> list[list[str]]:
    """Return the ways to cut letters into syllables, the fewest syllables first.

    The last one may be unfinished, as it is while someone types: "xindiant" → xin dian t.
    Nothing comes back for letters that are no pinyin.
    """
    if not letters.isascii() or not letters.isalpha() or len(letters) > _LONGEST_LETTERS:
        return []
    letters = letters.replace("lve", "lue").replace("nve", "nue")
    # ways[i]: the best few cuts of the first i letters.
    ways: list[list[list[str]]] = [[[]], *([] for _ in letters)]
    known = _typed_syllables()
    for end in range(1, len(letters) + 1):
        cuts = [
            [*way, letters[start:end]]
            for start in range(max(0, end - 6), end)
            if letters[start:end] in known
            for way in ways[start]
        ]
        ways[end] = sorted(cuts, key=len)[:_READINGS_TRIED]
    return ways[-1] or _unfinished(letters, ways)


def _unfinished(letters: str, ways: list[list[list[str]]]) -> list[list[str]]:
    cuts = [
        [*way, letters[start:]]
        for start in range(max(1, len(letters) - 5), len(letters))
        if letters[start:] in _beginnings()
        for way in ways[start]
    ]
    return sorted(cuts, key=len)[:_READINGS_TRIED]
