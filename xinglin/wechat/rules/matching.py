"""Keyword rules, matched: an exact table, one automaton for "contains", patterns last.

Ten thousand rules are looked through in some microseconds, because no rule is tried by itself: exact words
stand in a table and contained words in an Aho-Corasick automaton. Pure: rules come in as values, so that the
gateway, the tester screen and tests decide alike.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TypeVar

import ahocorasick

from xinglin.wechat.rules.patterns import compile_pattern, needed_text
from xinglin.wechat.rules.wording import foldable

LONGEST_TEXT = 2000
T = TypeVar("T")


class How(StrEnum):
    """How a rule's words are compared with what was written."""

    EXACT = "exact"
    CONTAINS = "contains"
    PATTERN = "pattern"


@dataclass(frozen=True)
class Keyword:
    """One word of a rule."""

    text: str
    how: How = How.EXACT


@dataclass(frozen=True)
class Rule:
    """What matching needs to know of a rule. The higher the priority, the earlier it answers."""

    id: int
    name: str
    keywords: Sequence[Keyword]
    priority: int = 0
    starts: datetime | None = None
    ends: datetime | None = None

    def is_valid(self, now: datetime) -> bool:
        return (self.starts is None or self.starts <= now) and (self.ends is None or now < self.ends)


@dataclass(frozen=True)
class Match:
    """A rule that fits a text, and by which word."""

    rule: Rule
    keyword: Keyword


@dataclass(frozen=True)
class Explanation:
    """Why a text is answered by a rule, or by none: every rule that fits, best first, and those out of date."""

    fires: Match | None
    beaten: Sequence[Match]
    out_of_date: Sequence[Match]


_ORDER = {How.EXACT: 0, How.CONTAINS: 1, How.PATTERN: 2}


def rank(match: Match) -> tuple[int, int, int, int]:
    """Order of matches: exact before contains before pattern, then priority, the longer word, the older rule."""
    return _ORDER[match.keyword.how], -match.rule.priority, -len(match.keyword.text), match.rule.id


@dataclass(frozen=True)
class Tried:
    """A compiled pattern, and a text without which it cannot fit: only then is it tried at all."""

    pattern: re.Pattern[str]
    contains: str
    match: Match


class Matcher:
    """The rules of one account, ready to match. Built anew when a rule changes; never changed itself."""

    def __init__(self, rules: Iterable[Rule]) -> None:
        self._exact: dict[str, list[Match]] = {}
        self._patterns: list[Tried] = []
        contained: dict[str, list[Match]] = {}
        for rule in rules:
            for keyword in rule.keywords:
                self._file(Match(rule, keyword), contained)
        self._contains = _automaton(contained)
        for matches in (*self._exact.values(), *contained.values()):
            matches.sort(key=rank)
        self._patterns.sort(key=lambda tried: rank(tried.match))
        self._always = [place for place, tried in enumerate(self._patterns) if not tried.contains]
        self._sought = _automaton(_places(self._patterns))

    def _file(self, match: Match, contained: dict[str, list[Match]]) -> None:
        folded = foldable(match.keyword.text)
        if match.keyword.how is How.PATTERN:
            written = match.keyword.text
            self._patterns.append(Tried(compile_pattern(written), needed_text(written), match))
        elif folded:
            table = self._exact if match.keyword.how is How.EXACT else contained
            table.setdefault(folded, []).append(match)

    def exact(self, text: str, now: datetime) -> Match | None:
        """Return the exact rule that answers a text."""
        return next((each for each in self._exact.get(foldable(text), ()) if each.rule.is_valid(now)), None)

    def loose(self, text: str, now: datetime) -> Match | None:
        """Return the contains rule, else the pattern, that answers a text."""
        folded = foldable(text[:LONGEST_TEXT])
        found = [match for match in self._contained(folded) if match.rule.is_valid(now)]
        if found:
            return min(found, key=rank)
        return next((match for match in self._by_pattern(text) if match.rule.is_valid(now)), None)

    def match(self, text: str, now: datetime) -> Match | None:
        """Return the rule that answers a text, if any."""
        return self.exact(text, now) or self.loose(text, now)

    def explain(self, text: str, now: datetime) -> Explanation:
        """Return every rule that fits, in the order in which they would answer."""
        folded = foldable(text[:LONGEST_TEXT])
        fitting = [*self._exact.get(foldable(text), ()), *self._contained(folded), *self._by_pattern(text)]
        fitting.sort(key=rank)
        valid = [match for match in fitting if match.rule.is_valid(now)]
        return Explanation(
            fires=valid[0] if valid else None,
            beaten=valid[1:],
            out_of_date=[match for match in fitting if not match.rule.is_valid(now)],
        )

    def _contained(self, folded: str) -> Iterator[Match]:
        if self._contains is None:
            return
        for _end, matches in self._contains.iter(folded):
            yield from matches

    def _by_pattern(self, text: str) -> Iterator[Match]:
        text = text[:LONGEST_TEXT]
        places = set(self._always)
        if self._sought is not None:
            for _end, found in self._sought.iter(text):
                places.update(found)
        for place in sorted(places):
            tried = self._patterns[place]
            if tried.pattern.search(text):
                yield tried.match


def _places(patterns: Sequence[Tried]) -> dict[str, list[int]]:
    places: dict[str, list[int]] = {}
    for place, tried in enumerate(patterns):
        if tried.contains:
            places.setdefault(tried.contains, []).append(place)
    return places


def _automaton(contained: Mapping[str, list[T]]) -> "ahocorasick.Automaton[list[T]] | None":
    if not contained:
        return None
    automaton: ahocorasick.Automaton[list[T]] = ahocorasick.Automaton()
    for word, found in contained.items():
        automaton.add_word(word, found)
    automaton.make_automaton()
    return automaton
