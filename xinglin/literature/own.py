"""What the house gathered itself: whoever keeps papers registers the search over them here.

    own.search("房颤 抗凝", limit=3)

Unlike the sources outside it answers at once. Chinese words are sought as they are written and as their English
headings.
"""

import re
from collections.abc import Callable, Iterable, Sequence

from xinglin.literature.articles import Article
from xinglin.literature.words import headings_for

# Each word that is sought, with what it may be called otherwise; how many articles at most.
Search = Callable[[Sequence[Sequence[str]], int], Iterable[Article]]
collections: list[Search] = []
MOST_WORDS = 6
_BETWEEN = re.compile(r"[\s()（）\"“”;；,，、]+")
_OPERATORS = {"AND", "OR", "NOT", ""}


def keeps(search: Search) -> Search:
    """Register a collection: it is given words, all of which its articles hold, and returns the newest first."""
    if search not in collections:
        collections.append(search)
    return search


def search(query: str, *, limit: int) -> list[Article]:
    """Return what the house has on a reader's words; none for a query without any."""
    said = [word for word in _BETWEEN.split(query) if word not in _OPERATORS][:MOST_WORDS]
    words = [(word, *headings_for(word)) for word in said]
    if not words:
        return []
    return [article for each in collections for article in each(words, limit)][:limit]
