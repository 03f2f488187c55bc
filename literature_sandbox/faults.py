"""What goes wrong, deterministic by seed: as many requests as ``rate`` says, each in one of many ways."""

from __future__ import annotations

from collections import Counter
from random import Random

EVERYWHERE = (
    "busy", "error_500", "error_502", "error_503", "html", "truncated", "cut", "bad_bytes", "not_obtained",
)  # fmt: skip
KINDS = {
    "esearch": (*EVERYWHERE, "backend", "drift"),
    "efetch": (*EVERYWHERE, "short", "twice"),
    "epmc": ("busy", "error_500", "error_502", "error_503", "html", "truncated", "cut", "cursor_repeated"),
    "crossref": ("busy", "error_500", "error_503", "html", "truncated", "cut", "cursor_repeated", "short"),
    "openalex": ("busy", "error_500", "error_503", "html", "truncated", "cut", "cursor_repeated", "short"),
    "oai": ("busy", "error_500", "error_503", "html", "truncated", "cut", "bad_bytes", "cursor_expired"),
}
WORDS = {
    "busy": "429 with Retry-After",
    "error_500": "500",
    "error_502": "502",
    "error_503": "503",
    "html": "an HTML page with status 200",
    "truncated": "a body that ends in the middle, with a length that fits",
    "cut": "the connection is cut in the middle of the body",
    "bad_bytes": "bytes that are no UTF-8",
    "not_obtained": "the error 'Unable to obtain query #1'",
    "backend": "the error 'Search Backend failed'",
    "drift": "a count that does not fit the numbers",
    "short": "some of the records are left out",
    "twice": "a record stands in the answer twice",
    "cursor_expired": "the repository no longer knows the token by which it was to go on",
    "cursor_repeated": "the next cursor is the present one",
}


class Faults:
    """Draws a fault for a request, or none."""

    def __init__(self, seed: int = 1, rate: float = 0.0) -> None:
        self.rate = rate
        self.drawn: Counter[str] = Counter()
        self._random = Random(seed)  # noqa: S311 (play, not secrets)
        self._ordered: list[str] = []

    def order(self, kind: str) -> None:
        """Let the next request that can go wrong in this way do so."""
        if kind not in WORDS:
            raise KeyError(kind)
        self._ordered.append(kind)

    def draw(self, endpoint: str) -> str:
        """Return what goes wrong with this request, or an empty string."""
        kinds = KINDS.get(endpoint, EVERYWHERE)
        ordered = next((kind for kind in self._ordered if kind in kinds), "")
        if ordered:
            self._ordered.remove(ordered)
            self.drawn[ordered] += 1
            return ordered
        if self._random.random() >= self.rate:
            return ""
        kind = self._random.choice(kinds)
        self.drawn[kind] += 1
        return kind

    def share(self, how_many: int) -> int:
        """Return how many of so many are left out of a short page."""
        return self._random.randint(1, max(1, how_many // 3))
