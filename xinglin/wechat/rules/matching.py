"""Keyword rules, matched: an exact table, one automaton for "contains", patterns last.

Ten thousand rules are looked through in some microseconds, because no rule is tried by itself: exact words
stand in a table and contained words in an Aho-Corasick automaton. Pure: rules come in as values, so that the
gateway, the tester screen and tests decide alike.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

import ahocorasick
from django.utils.translation import gettext_lazy as _

from xinglin.commons.errors import Refusal
from xinglin.wechat.rules.wording import foldable

LONGEST_TEXT = 2000


class How(StrEnum):
    """How a rule's words are compared with what was written."""

    EXACT = "exact"
    CONTAINS = "contains"
    PATTERN = "pattern"


class BadPattern(Refusal):
    """A pattern that is no regular expression, or one that may take for ever."""

    code = "wechat.bad_pattern"


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


class Matcher:
    """The rules of one account, ready to match. Built anew when a rule changes; never changed itself."""

    def __init__(self, rules: Iterable[Rule]) -> None:
        self._exact: dict[str, list[Match]] = {}
        self._patterns: list[tuple[re.Pattern[str], Match]] = []
        contained: dict[str, list[Match]] = {}
        for rule in rules:
            for keyword in rule.keywords:
                self._file(Match(rule, keyword), contained)
        self._contains = _automaton(contained)
        for matches in (*self._exact.values(), *contained.values()):
            matches.sort(key=rank)
        self._patterns.sort(key=lambda pair: rank(pair[1]))

    def _file(self, match: Match, contained: dict[str, list[Match]]) -> None:
        folded = foldable(match.keyword.text)
        if match.keyword.how is How.PATTERN:
            self._patterns.append((compile_pattern(match.keyword.text), match))
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
        for pattern, match in self._patterns:
            if pattern.search(text[:LONGEST_TEXT]):
                yield match


def _automaton(contained: dict[str, list[Match]]) -> "ahocorasick.Automaton[list[Match]] | None":
    if not contained:
        return None
    automaton: ahocorasick.Automaton[list[Match]] = ahocorasick.Automaton()
    for word, matches in contained.items():
        automaton.add_word(word, matches)
    automaton.make_automaton()
    return automaton


LONGEST_PATTERN = 200
_MANY = "*+{"
_INSIDE = "*+{|"


def may_run_away(pattern: str) -> bool:
    """Whether a group that is repeated holds a repetition or a choice, as in ``(a+)+`` and ``(a|a)*``.

    Such a pattern can take exponential time on a short text, and Python's engine knows no time limit; what
    librarians need can be written without one.
    """
    opened: list[int] = []
    place, in_class = 0, False
    while place < len(pattern):
        letter = pattern[place]
        if letter == "\\":
            place += 1
        elif in_class:
            in_class = letter != "]"
        elif letter == "[":
            in_class = True
        elif letter == "(":
            opened.append(place)
        elif letter == ")" and opened:
            inside = pattern[opened.pop() : place]
            if pattern[place + 1 : place + 2] in tuple(_MANY) and any(each in inside for each in _INSIDE):
                return True
        place += 1
    return False


def compile_pattern(pattern: str) -> re.Pattern[str]:
    """Compile a librarian's pattern.

    Raises ``BadPattern`` when it is no regular expression, is too long, or ``may_run_away``.
    """
    if len(pattern) > LONGEST_PATTERN or may_run_away(pattern):
        raise BadPattern(
            _(
                "规则「%(pattern)s」过长，或在括号里外都用了重复，可能拖慢所有回复；"
                "请写得更简单（不超过 %(limit)d 个字符）。"
            ),
            pattern=pattern[:40],
            limit=LONGEST_PATTERN,
        )
    try:
        return re.compile(pattern, re.IGNORECASE)
    except re.error as error:
        raise BadPattern(
            _("规则「%(pattern)s」不是合法的正则表达式：%(reason)s。"),
            pattern=pattern[:40],
            reason=str(error),
        ) from error
