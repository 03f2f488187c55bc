"""Facts of two records side by side: each agrees, contradicts, or is not known of both."""

from enum import IntEnum
from functools import lru_cache
from itertools import pairwise

from pypinyin import Style, lazy_pinyin
from rapidfuzz import fuzz

from xinglin.intelligence.dedup.sketching import Sketch
from xinglin.literature.cleaning import HAN


class Agreement(IntEnum):
    """-1 contradicts, 0 is not known of both, 1 agrees nearly, 2 agrees."""

    CONTRADICTS = -1
    UNKNOWN = 0
    NEARLY = 1
    AGREES = 2


class Likeness(IntEnum):
    """How alike two titles are."""

    OTHER = 0
    ALIKE = 1
    BEGINS = 2
    """One begins like the other and breaks off: a subtitle was left out, or the field was too short."""
    NEAR = 3
    SAME = 4


NEAR_RATIO, ALIKE_RATIO, SORTED_RATIO = 95.0, 80.0, 85.0
"""From how many of a hundred on titles are near, and alike; and alike when their words are put in order."""


def titles(one: Sketch, other: Sketch) -> Likeness:
    """Return how alike the titles are, the best of all pairs of languages."""
    return best_pair(one, other)[0]


def best_pair(one: Sketch, other: Sketch) -> tuple[Likeness, str, str]:
    """Return how alike the titles are, and the two of one language that are most alike.

    Where both have a Chinese title it decides: the English one is a translation, and parts share it.
    """
    left, right = _chinese(one.titles), _chinese(other.titles)
    both = (left, right) if left and right else (one.titles, other.titles)
    pairs = [(_title(a, b), a, b) for a in both[0] for b in both[1]]
    return max(pairs, default=(Likeness.OTHER, "", ""))


def _chinese(titles: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(each for each in titles if HAN.search(each))


def _title(one: str, other: str) -> Likeness:
    a, b = one.replace(" ", ""), other.replace(" ", "")
    if a == b:
        return Likeness.SAME
    short, long = sorted((a, b), key=len)
    if not short:
        return Likeness.OTHER
    enough = 10 if HAN.search(short) else 25
    if len(short) >= enough and long.startswith(short):
        return Likeness.BEGINS
    ratio = fuzz.ratio(a, b)
    if ratio >= NEAR_RATIO:
        return Likeness.NEAR
    if ratio >= ALIKE_RATIO or fuzz.token_sort_ratio(one, other) >= SORTED_RATIO:
        return Likeness.ALIKE
    return Likeness.OTHER


_OPPOSITES = (
    ("hyper", "hypo"), ("pre", "post"), ("intra", "extra"), ("intra", "inter"), ("with", "without"), ("anti", "pro"),
    ("in", "out"), ("mono", "poly"), ("homo", "hetero"), ("micro", "macro"), ("", "non"), ("", "un"), ("", "in"),
)  # fmt: skip
_LITTLE_WORDS = frozenset([
    "a", "an", "the", "of", "in", "on", "for", "and", "or", "to", "by", "at", "as", "is", "with", "from", "vs",
    "versus", "via", "de", "la", "et", "und", "der",
])  # fmt: skip


def same_words(one: str, other: str) -> bool:
    """Whether the titles differ only in spelling: no word of the one says something else than the other's.

    "men" and "women" or "mice" and "rats" are nine tenths of the same title, and two papers.
    """
    if HAN.search(one) or HAN.search(other):
        return one.replace(" ", "") == other.replace(" ", "")
    a, b = _left_over(one.split(), other.split()), _left_over(other.split(), one.split())
    return all(any(_same_word(x, y) for y in b) for x in a) and all(
        any(_same_word(x, y) for x in a) for y in b
    )


def _left_over(words: list[str], others: list[str]) -> list[str]:
    """Return the words that the other title lacks, however words are joined or parted ("non immune", "nonimmune")."""
    known = {*others, *(f"{x}{y}" for x, y in pairwise(others)), *_LITTLE_WORDS}
    joined = {place for place, (x, y) in enumerate(pairwise(words)) if f"{x}{y}" in known}
    return [word for place, word in enumerate(words) if word not in known and not {place, place - 1} & joined]


def _same_word(one: str, other: str) -> bool:
    if fuzz.ratio(one, other) < 80:
        return False
    for x, y in _OPPOSITES:
        for p, q in ((x, y), (y, x)):
            if one.startswith(p) and other.startswith(q) and one[len(p) :] == other[len(q) :]:
                return False
    return True


def authors(one: Sketch, other: Sketch) -> Agreement:
    """Compare who wrote it: the first authors, or most of the families in any order."""
    if not one.families or not other.families:
        return Agreement.UNKNOWN
    first = _same_name(one.families[0], other.families[0])
    short, long = sorted((one.families, other.families), key=len)
    common = sum(any(_same_name(name, each) for each in long) for name in short)
    if first:
        return Agreement.AGREES if common >= min(2, len(short)) else Agreement.NEARLY
    if common >= max(2, 0.6 * len(short)):
        return Agreement.AGREES
    if common:
        return Agreement.NEARLY
    if one.has_group or other.has_group:
        return Agreement.UNKNOWN
    return Agreement.CONTRADICTS


def _same_name(one: str, other: str) -> bool:
    if one == other:
        return True
    if bool(HAN.search(one)) != bool(HAN.search(other)):
        chinese, latin = (one, other) if HAN.search(one) else (other, one)
        return latin in _in_pinyin(chinese)
    if HAN.search(one):
        return False
    short, long = sorted((one, other), key=len)
    return len(short) >= 4 and (
        long.endswith(short) or long.startswith(short) or fuzz.ratio(one, other) >= 85
    )


@lru_cache(maxsize=50_000)
def _in_pinyin(name: str) -> frozenset[str]:
    """Return the family of a Chinese name in pinyin, of one and of two characters."""
    sounds = lazy_pinyin(name, style=Style.NORMAL)
    return frozenset({sounds[0], "".join(sounds[:2])}) if sounds else frozenset()


def years(one: Sketch, other: Sketch) -> Agreement:
    """Compare when: a year apart is the difference between online and print."""
    if not one.year or not other.year:
        return Agreement.UNKNOWN
    apart = abs(one.year - other.year)
    return Agreement.AGREES if not apart else Agreement.NEARLY if apart == 1 else Agreement.CONTRADICTS


_LETTERS = "abcdefghijklmnopqrstuvwxyz"


def first_pages(one: Sketch, other: Sketch) -> Agreement:
    """Compare where it begins; a supplement's S12 and 12 are near, and so are two ranges that end together."""
    if not one.first_page or not other.first_page:
        return Agreement.UNKNOWN
    if one.first_page == other.first_page:
        return Agreement.AGREES
    a, b = one.first_page.lstrip(_LETTERS), other.first_page.lstrip(_LETTERS)
    if a == b or (one.last_page and one.last_page == other.last_page):
        return Agreement.NEARLY
    return Agreement.CONTRADICTS


def numbers(one: str, other: str) -> Agreement:
    """Compare two volumes or two issues."""
    if not one or not other:
        return Agreement.UNKNOWN
    if one == other:
        return Agreement.AGREES
    return Agreement.NEARLY if one.lstrip("s") == other.lstrip("s") else Agreement.CONTRADICTS


def volumes(one: Sketch, other: Sketch) -> Agreement:
    """Compare two volumes; the number of a supplement in the volume's place says nothing."""
    found = numbers(one.volume, other.volume)
    misplaced = any(
        a.volume == b.issue.lstrip("s") and not a.issue for a, b in ((one, other), (other, one)) if b.issue
    )
    return Agreement.UNKNOWN if misplaced and found == Agreement.CONTRADICTS else found


def issues(one: Sketch, other: Sketch) -> Agreement:
    """Compare two issues; where a supplement or a serial number stands, another value says nothing."""
    found = numbers(one.issue, other.issue)
    odd = any(not each.isdigit() or len(each) > 2 for each in (one.issue, other.issue))
    return Agreement.UNKNOWN if odd and found == Agreement.CONTRADICTS else found


def same(one: str, other: str) -> Agreement:
    """Compare two identifiers."""
    if not one or not other:
        return Agreement.UNKNOWN
    return Agreement.AGREES if one == other else Agreement.CONTRADICTS


def natives(one: Sketch, other: Sketch) -> Agreement:
    """Compare what one database calls the two: it gives one number to one record."""
    if not one.native or not other.native or one.source != other.source:
        return Agreement.UNKNOWN
    return Agreement.AGREES if one.native == other.native else Agreement.CONTRADICTS
