"""How a misspelt query is spelt in what it nearly found."""

from collections.abc import Iterable, Sequence

from rapidfuzz import fuzz

from .pinyin import syllables
from .query import Mode, Node, Term, wanted_terms
from .text import Span, spans, squash

_ALIKE_ENOUGH = 60.0
_SHORTEST = 2


def respelt(root: Node | None, found: Sequence[str]) -> str | None:
    """Return a query as the texts found spell it, or None when they spell it no differently.

    ``found`` are titles and names of the first hits, the best first. What was asked literally
    (a phrase in quotes, a prefix) is never respelt.
    """
    terms = list(wanted_terms(root))
    if not terms or any(term.mode is not Mode.WORDS for term in terms):
        return None
    meant = [_nearest(term, found) or term.text for term in terms]
    if [squash(text) for text in meant] == [squash(term.text) for term in terms]:
        return None
    return " ".join(meant)


def _nearest(term: Term, found: Iterable[str]) -> str | None:
    wanted = squash(term.text)
    if len(wanted) < _SHORTEST:
        return None
    best: tuple[float, str] = (_ALIKE_ENOUGH, "")
    for text in found:
        if wanted in squash(text):
            return None
        near = max(_sounding_alike(term.text, text), _looking_alike(wanted, text))
        best = near if near[0] > best[0] else best
    return best[1] or None


def _sounding_alike(wanted: str, text: str) -> tuple[float, str]:
    placed, read, said = spans(text), syllables(text), syllables(wanted)
    if len(placed) == len(read) and len(said) > 1:
        for place in range(len(read) - len(said) + 1):
            if read[place : place + len(said)] == said:
                return 100.0, text[placed[place].start : placed[place + len(said) - 1].end]
    return 0.0, ""


def _looking_alike(wanted: str, text: str) -> tuple[float, str]:
    placed = spans(text)
    near: tuple[float, str] = (0.0, "")
    for first in range(len(placed)):
        for last in range(first, len(placed)):
            length = sum(len(span.unit) for span in placed[first : last + 1])
            if length > len(wanted) + 2:
                break
            if length >= len(wanted) - 1:
                window = placed[first : last + 1]
                near = max(near, (_likeness(wanted, window), text[window[0].start : window[-1].end]))
    return near


def _likeness(wanted: str, window: Sequence[Span]) -> float:
    return fuzz.ratio(wanted, "".join(span.unit for span in window))
