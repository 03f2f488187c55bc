"""How near papers are to liked ones, and by which words: what a reader is told of a paper that was chosen for them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from xinglin.intelligence.learning.wording import Paper, dictionary_words, weights

Scores = NDArray[np.float64]
_PLACES = ("title:", "keyword:", "begins:", "ends:")


@dataclass(frozen=True)
class Nearest:
    """The liked paper that a paper is nearest to, by its place, and the words that they share."""

    liked: int
    words: tuple[str, ...]


class Shelf:
    """Papers weighted once, to be held against what many readers like.

    ``background`` only says which words are common: a handful of new papers cannot.
    """

    def __init__(self, papers: Sequence[Paper], background: Sequence[Paper] = ()) -> None:
        self.papers = papers
        self.weights = weights().fit([*papers, *background])
        self.rows: Any = self.weights.transform(papers)
        self.names = self.weights.get_feature_names_out()


class Likeness:
    """The papers of a shelf beside liked and disliked ones."""

    def __init__(self, shelf: Shelf, liked: Sequence[Paper], disliked: Sequence[Paper] = ()) -> None:
        self._shelf = shelf
        self._good: Any = shelf.weights.transform(liked)
        self.near = _nearness(shelf.rows, self._good)
        self.far = _nearness(shelf.rows, shelf.weights.transform(disliked)) if disliked else None

    @property
    def scores(self) -> Scores:
        """How near each paper is to the liked ones and far from the disliked, from 0 to 1."""
        return np.clip(self.near if self.far is None else self.near - 0.5 * self.far, 0.0, 1.0)

    def nearest(self, place: int, *, most: int = 4) -> Nearest:
        """Return which liked paper a paper is nearest to, with the words that make it so, the weightiest first."""
        row = self._shelf.rows[place]
        liked = int(np.asarray((row @ self._good.T).todense()).ravel().argmax())
        shared = row.multiply(self._good[liked]).tocoo()
        real = dictionary_words(self._shelf.papers[place])
        said: list[str] = []
        for _weight, column in sorted(zip(-shared.data, shared.col, strict=True)):
            word = bare(str(self._shelf.names[column]))
            if word not in real or any(word in known for known in said):
                continue
            said = [known for known in said if known not in word.split()] + [word]
            if len(said) == most:
                break
        return Nearest(liked, tuple(said))


def bare(term: str) -> str:
    """Return a term without the place where it stands."""
    for mark in _PLACES:
        term = term.removeprefix(mark)
    return term


def weights_of_words(shares: Any, names: Any, paper: Paper) -> dict[str, float]:
    """Return how much each word of a paper weighs in a line, its places together; only words that people can read.

    ``shares`` is one row of terms times the line's weights, ``names`` the terms.
    """
    real, summed = dictionary_words(paper), dict[str, float]()
    row = shares.tocoo()
    for share, column in zip(row.data, row.col, strict=True):
        word = bare(str(names[column]))
        if word in real:
            summed[word] = summed.get(word, 0.0) + float(share)
    return summed


def heaviest(weights_: Mapping[str, float], *, most: int) -> tuple[str, ...]:
    """Return the words that weigh most for a thing, the heaviest first, none that is part of another."""
    said: list[str] = []
    for word in sorted(weights_, key=lambda word: (-weights_[word], word)):
        if weights_[word] <= 0 or len(said) == most:
            break
        if not any(word in known or known in word for known in said):
            said.append(word)
    return tuple(said)


def _nearness(rows: Any, good: Any) -> Scores:
    """Nearness to the single nearest paper counts beside that to all, for a reader may have two interests."""
    each = np.asarray((rows @ good.T).todense())
    found: Scores = 0.5 * each.max(axis=1) + 0.5 * each.mean(axis=1)
    return found
