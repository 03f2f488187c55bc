"""Keys by which two records of the same thing meet (library systems sheet 4.7).

An ISBN alone never makes two records one: sets share one, publishers reuse and misprint them. It
takes title, volume and year (or edition) with it; and whatever the keys say, a serial is no
monograph, a file no printed book and a translation not its original.
"""

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import Final

from xinglin.catalog.marc.facts import BibFacts, Kind
from xinglin.commons.text import comparable

_NOT_A_WORD: Final = re.compile(r"[\W_]+")
_EDITION_IN_TITLE: Final = re.compile(
    r"[\s(（\[]*(第?\s*[0-9一二三四五六七八九十百]+\s*版|[0-9]+(?:st|nd|rd|th)\s+ed(?:ition|\.)?|修订[版本]|增订[版本]|新[0-9]?版)[\s)）\]]*",
    re.IGNORECASE,
)
_PUBLISHER_TAIL: Final = re.compile(
    "(?:出版社|出版公司|出版集团|出版中心|书局|印书馆|有限责任公司|股份有限公司|有限公司|集团|公司|社)+$"
)
_PUBLISHER_NOISE: Final = re.compile(
    r"\b(?:publishing|publishers?|press|verlag|editions?|inc|ltd|llc|co|corp|gmbh|company|group|books?|the|and)\b"
)
_CHINESE_NUMBERS: Final = {"上": "1", "中": "m", "下": "z"}
_PAGES: Final = re.compile(r"(\d+)\s*(?:页|頁|p\b|pages?|s\b|面)", re.IGNORECASE)
_CHINESE_DIGIT: Final = {char: value for value, char in enumerate("零一二三四五六七八九")}


@lru_cache(maxsize=65536)
def title_key(title: str) -> str:
    """Return a title for comparison: NFKC, simplified, lower case, without edition, blanks and marks."""
    bare = _EDITION_IN_TITLE.sub(" ", comparable(title))
    return _NOT_A_WORD.sub("", bare) or _NOT_A_WORD.sub("", comparable(title))


@lru_cache(maxsize=65536)
def edition_in_title(title: str) -> str:
    """Return the edition a title carries ("外科学 第9版"), or an empty string."""
    match = _EDITION_IN_TITLE.search(comparable(title))
    return edition_key(match[1]) if match else ""


@lru_cache(maxsize=4096)
def edition_key(edition: str) -> str:
    """Return an edition for comparison: its number, or its words. The first edition is the unmarked one."""
    text = comparable(edition)
    number = re.search(r"([0-9]+)", text)
    if number is None:
        chinese = re.search("第?([零一二三四五六七八九十百]+)", text)
        key = str(_chinese_number(chinese[1])) if chinese else _NOT_A_WORD.sub("", text)
    else:
        key = number[1].lstrip("0")
    return "" if key == "1" else key


@lru_cache(maxsize=16384)
def publisher_key(publisher: str) -> str:
    """Return a publisher's name without what every publisher is called (出版社, 有限公司, Press)."""
    text = comparable(publisher)
    bare = _NOT_A_WORD.sub("", _PUBLISHER_NOISE.sub(" ", _PUBLISHER_TAIL.sub("", text)))
    return bare or _NOT_A_WORD.sub("", text)


@lru_cache(maxsize=16384)
def volume_key(part: str) -> str:
    """Return a part number for comparison: 第二卷, 卷二, vol. 2 and 2 are one; 上册 and 下册 are not."""
    text = comparable(part)
    number = re.search(r"[0-9]+", text)
    if number:
        return number[0].lstrip("0") or "0"
    chinese = re.search("[零一二三四五六七八九十百]+", text)
    if chinese:
        return str(_chinese_number(chinese[0]))
    for char, key in _CHINESE_NUMBERS.items():
        if re.search(f"{char}(?:册|卷|部|编|篇|集|$)", text):
            return key
    return _NOT_A_WORD.sub("", text)


def _chinese_number(text: str) -> int:
    """Read 二十三 as 23; enough for volumes and editions."""
    total, digit = 0, 0
    for char in text:
        if char == "百":
            total, digit = total + (digit or 1) * 100, 0
        elif char == "十":
            total, digit = total + (digit or 1) * 10, 0
        else:
            digit = _CHINESE_DIGIT[char]
    return total + digit


@lru_cache(maxsize=16384)
def pages_in(extent: str) -> int | None:
    """Return the number of pages an extent names: the largest one, prefaces left aside."""
    numbers = [int(number) for number in _PAGES.findall(comparable(extent))]
    return max(numbers) if numbers else None


@dataclass(frozen=True, slots=True)
class MatchKeys:
    """Everything two records are compared by; equal keys are looked up, the rest is weighed."""

    control: str
    isbns: tuple[str, ...]
    issns: tuple[str, ...]
    title: str
    volume: str
    author: str
    publisher: str
    year: int | None
    edition: str
    pages: int | None
    nature: str


def match_keys(facts: BibFacts) -> MatchKeys:
    """Return a record's keys.

    ``nature`` must be equal for two records ever to be one: serial or not, on paper or a file, and
    whether it is a translation.
    """
    names = facts.names
    main = next((name for name in names if name.is_main), names[0] if names else None)
    carrier = "file" if facts.is_electronic else "paper"
    origin = "translation" if facts.is_translation else "own"
    return MatchKeys(
        control=f"{facts.agency}:{facts.control_number}" if facts.agency and facts.control_number else "",
        isbns=facts.isbns,
        issns=facts.issns,
        title=title_key(facts.title),
        volume=volume_key(" ".join(filter(None, (facts.part_number, facts.part_name)))),
        author=title_key(main.original_script or main.name) if main else "",
        publisher=publisher_key(facts.publishers[0]) if facts.publishers else "",
        year=facts.year,
        edition=edition_key(facts.edition) or edition_in_title(facts.title),
        pages=pages_in(facts.extent),
        nature=f"{_level(facts.kind)}/{carrier}/{origin}",
    )


def _level(kind: Kind) -> str:
    """Return what must never be mixed: a serial, an article, a thing to hear or see, or a book-like thing.

    Books, theses, standards and conference papers are told apart by codes that cataloguers set
    differently; they may be one.
    """
    if kind in (Kind.SERIAL, Kind.ARTICLE, Kind.AUDIO, Kind.VIDEO, Kind.MAP, Kind.SCORE):
        return kind.value
    return "monograph"


class Verdict(StrEnum):
    """What two records are to each other."""

    SAME = "same"
    REVIEW = "review"
    DIFFERENT = "different"


def compare(one: MatchKeys, other: MatchKeys) -> tuple[Verdict, str]:
    """Return whether two records are one, and the rule that says so (sheet 4.7, rules 1 to 5)."""
    if one.nature != other.nature:
        return Verdict.DIFFERENT, "nature"
    if one.control and one.control == other.control:
        return Verdict.SAME, "control_number"
    alike = bool(one.title) and one.title == other.title and one.volume == other.volume
    if set(one.isbns) & set(other.isbns):
        return (Verdict.SAME, "isbn") if alike and _same_issue(one, other) else (Verdict.REVIEW, "isbn_only")
    if set(one.issns) & set(other.issns) and one.nature.startswith("serial"):
        return (Verdict.SAME, "issn") if alike else (Verdict.REVIEW, "issn_only")
    if one.isbns and other.isbns:
        return Verdict.DIFFERENT, "isbn_differs"
    if alike and one.author == other.author and one.publisher == other.publisher and one.publisher:
        if one.year is not None and one.year == other.year and _similar_extent(one.pages, other.pages):
            return Verdict.SAME, "description"
        return Verdict.REVIEW, "description_close"
    return Verdict.DIFFERENT, "title"


def _same_issue(one: MatchKeys, other: MatchKeys) -> bool:
    """Say whether years are at most one apart, or the same stated edition explains the gap."""
    if one.year is not None and other.year is not None and abs(one.year - other.year) <= 1:
        return one.edition == other.edition or not (one.edition and other.edition)
    return bool(one.edition) and one.edition == other.edition


def _similar_extent(one: int | None, other: int | None) -> bool:
    if one is None or other is None:
        return one is other
    return abs(one - other) * 10 <= max(one, other)
