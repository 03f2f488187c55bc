"""Chinese words for foreign sources: each becomes the heading that a table of the catalogue gives for it.

The tables (MeSH with a library's own CMeSH) are imported into the catalogue; whoever holds them registers
its look-up here. A query that is English already passes as it is.
"""

import re
from collections.abc import Callable, Iterable

from django.utils.translation import gettext_lazy as _

from xinglin.literature.cleaning import HAN
from xinglin.literature.errors import WordsUnknown

Lookup = Callable[[str], Iterable[str]]
lookups: list[Lookup] = []
_SPLIT = re.compile(r"(\(|\)|（|）|\bAND\b|\bOR\b|\bNOT\b|[;；,，、\s]+)")
_OPERATORS = {"AND", "OR", "NOT", "(", ")"}


def translates(lookup: Lookup) -> Lookup:
    """Register a table: it is given a Chinese word and returns English headings, best first."""
    if lookup not in lookups:
        lookups.append(lookup)
    return lookup


def headings_for(word: str) -> tuple[str, ...]:
    """Return the English headings of a Chinese word."""
    return tuple(dict.fromkeys(heading for lookup in lookups for heading in lookup(word)))


def for_pubmed(query: str) -> str:
    """Return a query in which Chinese words are headings. Raises ``WordsUnknown`` for those without one."""
    if not HAN.search(query):
        return query
    said, unknown = [], []
    for part in (piece.strip() for piece in _SPLIT.split(query.replace("（", "(").replace("）", ")"))):
        if not part or part in ",，;；、":
            continue
        if part in _OPERATORS or not HAN.search(part):
            said.append(part)
            continue
        headings = headings_for(part)
        if not headings:
            unknown.append(part)
        said.append("(" + " OR ".join(f'"{each}"[MeSH Terms] OR "{each}"[tiab]' for each in headings) + ")")
    if unknown:
        raise WordsUnknown(
            _("“%(words)s”还没有对应的英文主题词；请改用英文检索词，或先导入 MeSH/CMeSH 对照表。"),
            words="”“".join(unknown),
        )
    joined: list[str] = []
    for part in said:
        needs_and = (
            joined and part not in ("AND", "OR", "NOT", ")") and joined[-1] not in ("AND", "OR", "NOT", "(")
        )
        joined += ["AND", part] if needs_and else [part]
    return " ".join(joined)
