"""The mini query language of both interfaces: AND, OR, NOT, brackets, phrases, fields and date ranges.

PubMed puts the field behind (``fever[tiab]``, ``2020/01/01:2020/02/01[edat]``), Europe PMC before
(``TITLE:"fever"``, ``FIRST_IDATE:[2020-01-01 TO 2020-02-01]``).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from literature_sandbox.records import Facts, Record, day_of

_TOKEN = re.compile(
    r"\s*(?:(?P<open>\()|(?P<close>\))|(?P<word>AND|OR|NOT)(?=[\s(]|$)"
    r'|(?P<before>[A-Z_]{3,20}):(?:\[(?P<since>\S+)\s+TO\s+(?P<until>\S+)\]|"(?P<held>[^"]*)"|(?P<bare>[^\s()]+))'
    r'|"(?P<phrase>[^"]*)"(?:\[(?P<phrase_field>[^\]]*)\])?|(?P<term>[^\s()"\[\]]+)(?:\[(?P<term_field>[^\]]*)\])?)'
)
_RANGE = re.compile(r"^(\d{4}(?:/\d{1,2}){0,2}):(\d{4}(?:/\d{1,2}){0,2})$")


class BadQuery(Exception):
    """Words that make no query."""


@dataclass(frozen=True)
class Seen:
    """A record as a query sees it."""

    record: Record
    facts: Facts
    moment: float


Test = Callable[[Seen], bool]


def parse(text: str) -> Test:
    """Return what decides whether a record is found. Raises ``BadQuery``."""
    tokens, position = [], 0
    text = text.strip()
    while position < len(text):
        found = _TOKEN.match(text, position)
        if not found or found.end() == position:
            raise BadQuery(text[position : position + 20])
        tokens.append(found)
        position = found.end()
    if not tokens:
        raise BadQuery("empty")
    test, rest = _any_of(tokens)
    if rest:
        raise BadQuery("unbalanced brackets")
    return test


def _any_of(tokens: list[re.Match[str]]) -> tuple[Test, list[re.Match[str]]]:
    left, tokens = _all_of(tokens)
    while tokens and tokens[0]["word"] == "OR":
        right, tokens = _all_of(tokens[1:])
        left = _or(left, right)
    return left, tokens


def _all_of(tokens: list[re.Match[str]]) -> tuple[Test, list[re.Match[str]]]:
    left, tokens = _one(tokens)
    while tokens and not tokens[0]["close"] and tokens[0]["word"] != "OR":
        negated = tokens[0]["word"] == "NOT"
        following = tokens[1:] if tokens[0]["word"] in ("AND", "NOT") else tokens
        right, tokens = _one(following)
        left = _and(left, _not(right) if negated else right)
    return left, tokens


def _one(tokens: list[re.Match[str]]) -> tuple[Test, list[re.Match[str]]]:
    if not tokens:
        raise BadQuery("something is missing at the end")
    first, rest = tokens[0], tokens[1:]
    if first["open"]:
        inside, rest = _any_of(rest)
        if not rest or not rest[0]["close"]:
            raise BadQuery("unbalanced brackets")
        return inside, rest[1:]
    if first["close"] or (first["word"] and first["word"] != "NOT"):
        raise BadQuery(first[0])
    if first["word"] == "NOT":
        inside, rest = _one(rest)
        return _not(inside), rest
    return _leaf(first), rest


def _or(left: Test, right: Test) -> Test:
    return lambda seen: left(seen) or right(seen)


def _and(left: Test, right: Test) -> Test:
    return lambda seen: left(seen) and right(seen)


def _not(test: Test) -> Test:
    return lambda seen: not test(seen)


def _leaf(token: re.Match[str]) -> Test:
    if token["before"]:
        name = token["before"]
        if token["since"]:
            return _between(name, _day(token["since"]), _day(token["until"]))
        return _field(name, token["held"] if token["held"] is not None else token["bare"])
    if token["phrase"] is not None:
        return _field(token["phrase_field"] or "all", token["phrase"])
    found = _RANGE.match(token["term"])
    if found and token["term_field"]:
        return _between(token["term_field"], _day(found[1]), _day(found[2]))
    return _field(token["term_field"] or "all", token["term"])


def _day(text: str) -> date:
    parts = [int(each) for each in re.split("[-/]", text)] + [1, 1]
    try:
        return date(parts[0], parts[1], parts[2])
    except ValueError:
        raise BadQuery(text) from None


def _between(name: str, since: date, until: date) -> Test:
    if name.casefold() in ("edat", "entry date", "crdt", "first_idate", "creation_date", "first_pdate"):
        return lambda seen: since <= day_of(seen.record.entered_at) <= until
    if name.casefold() in ("mdat", "lr", "mhda", "update_date"):
        return lambda seen: since <= day_of(seen.record.revised_at(seen.moment)) <= until
    raise BadQuery(name)


def _field(name: str, value: str) -> Test:
    value, name = value.casefold().strip(), name.casefold()
    starts = value.endswith("*")
    ending = "" if starts else r"(?!\w)"
    pattern = re.compile(rf"(?<!\w){re.escape(value.rstrip('*'))}{ending}")

    def within(text: str) -> bool:
        return pattern.search(text) is not None

    tests: dict[str, Test] = {
        "ti": lambda seen: within(seen.facts.title),
        "tiab": lambda seen: within(seen.facts.title) or within(seen.facts.abstract),
        "mh": lambda seen: value in seen.facts.headings,
        "au": lambda seen: any(within(each) for each in seen.facts.authors),
        "ta": lambda seen: within(seen.facts.journal),
        "pt": lambda seen: value in seen.facts.types,
        "uid": lambda seen: seen.record.number == value,
        "doi": lambda seen: seen.facts.doi == value,
        "src": lambda _seen: value == "med",
        "all": lambda seen: any(
            within(each)
            for each in (
                seen.facts.title, seen.facts.abstract, seen.facts.journal, *seen.facts.headings, *seen.facts.authors,
            )
        ),
    }  # fmt: skip
    names = {
        "title": "ti", "title/abstract": "tiab", "title_abs": "tiab", "ab": "tiab", "abstract": "tiab",
        "mesh terms": "mh", "mesh": "mh", "kw": "mh", "ot": "mh", "author": "au", "auth": "au", "journal": "ta",
        "publication type": "pt", "pub_type": "pt", "pmid": "uid", "ext_id": "uid", "all fields": "all", "aid": "doi",
    }  # fmt: skip
    try:
        return tests[names.get(name, name)]
    except KeyError:
        raise BadQuery(f"[{name}]") from None
