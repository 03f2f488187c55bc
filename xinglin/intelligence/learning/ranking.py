"""Which paper to look at next: the likeliest to be kept first, by what was kept and dropped so far."""

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from xinglin.intelligence.learning.explaining import Likeness, Shelf, weights_of_words
from xinglin.intelligence.learning.wording import Paper, single_words, weights

Scores = NDArray[np.float64]
RAREST = 2
# Much smoothing and a wide margin: a topic begins with a handful of decisions.
SMOOTHING, MARGIN = 3.8, 0.1
# What was dropped was near to what was kept, or it would not have been asked: it proves little, least of all at first.
# To the line all that was dropped is an eleventh of the first paper kept, and a third of all kept when these are many.
DOUBT, EARLY_DOUBT = 3, 8
BAYES_RATIO = 1.2
EARLY_LIKENESS = 4
"""How much likeness to what was kept counts beside either model while one paper is kept; with two a half of it."""
LATE_BAYES, LATE = 0.5, 20
"""How much more than the line Bayes counts from so many kept papers on: the last ones to find are of rare words."""
FIRST_PLACES = 20
"""How soon a place in a model's order is forgotten; see ``_urgency``."""


class Ranker:
    """The papers of one topic, weighted once; every answer of ``scores`` is taught anew from the decisions given.

    Two models that err differently are asked, naive Bayes and a support vector machine, and what either puts first
    comes first: on the labelled sets neither was best everywhere, and where the one paper known is unlike the rest
    either may go astray for hundreds, fleeing from what was dropped. Were their places averaged, one astray would hold
    back the other; and while few are kept, likeness to them, which flees from nothing, counts most. Bayes reads single
    words, whose counts it needs; the line also neighbours and the words of the title.
    """

    def __init__(self, papers: Sequence[Paper]) -> None:
        self.count = len(papers)
        self._papers = papers
        self._weights = weights(rarest=RAREST if self.count >= 50 else 1)
        self._rows: Any = self._weights.fit_transform(papers) if papers else None
        self._words: Any = single_words().fit_transform(papers) if papers else None

    def scores(self, kept: Sequence[int], dropped: Sequence[int]) -> Scores:
        """Return how relevant each paper is, from 0 to 1, by the places of kept and of dropped ones.

        With none dropped the papers are ordered by likeness to what was kept; with none kept all are equal.
        """
        if not kept:
            return np.full(self.count, 0.5)
        if not dropped:
            return self._alike(kept)
        places = np.array([*kept, *dropped])
        answers = np.array([1] * len(kept) + [0] * len(dropped))
        from sklearn.naive_bayes import MultinomialNB

        bayes = MultinomialNB(alpha=SMOOTHING, fit_prior=False)
        even = _balanced(len(kept), len(dropped), BAYES_RATIO)
        bayes.fit(self._words[places], answers, sample_weight=even[answers])
        linear = self._line(kept, dropped)
        by_bayes = bayes.predict_log_proba(self._words)
        by_line = linear.decision_function(self._rows)
        early = EARLY_LIKENESS / len(kept)
        late = LATE_BAYES * min(1.0, len(kept) / LATE)
        return _places(
            (1 + late) * _urgency(by_bayes[:, 1] - by_bayes[:, 0])
            + _urgency(by_line)
            + early * _urgency(self._alike(kept))
        )

    def words_behind(
        self, kept: Sequence[int], dropped: Sequence[int], place: int, *, most: int = 6
    ) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Return the words that move a paper forward in the order and those that move it back, the weightiest first.

        They are the linear model's: its order is a sum over words, so each has its share in it.
        """
        if not kept or not dropped:
            return (), ()
        shares = self._rows[place].multiply(self._line(kept, dropped).coef_)
        summed = weights_of_words(shares, self._weights.get_feature_names_out(), self._papers[place])
        ordered = sorted(summed, key=lambda word: (-summed[word], word))
        forward = [word for word in ordered if summed[word] > 0][:most]
        back = [word for word in reversed(ordered) if summed[word] < 0][:most]
        return tuple(forward), tuple(back)

    def _line(self, kept: Sequence[int], dropped: Sequence[int]) -> Any:
        from sklearn.svm import LinearSVC

        places = np.array([*kept, *dropped])
        answers = np.array([1] * len(kept) + [0] * len(dropped))
        doubting = _balanced(len(kept), len(dropped), DOUBT + EARLY_DOUBT / len(kept))
        line = LinearSVC(C=MARGIN, random_state=0)
        return line.fit(self._rows[places], answers, sample_weight=doubting[answers])

    def _alike(self, kept: Sequence[int]) -> Scores:
        middle = np.asarray(self._words[np.array(kept)].mean(axis=0)).ravel()
        found: Scores = np.asarray(self._words @ middle, dtype=np.float64).ravel()
        top = found.max(initial=0.0)
        return found / top if top else found


def by_likeness(papers: Sequence[Paper], liked: Sequence[Paper], disliked: Sequence[Paper] = ()) -> Scores:
    """Return how near each paper is to the liked ones and far from the disliked, from 0 to 1."""
    if not papers or not liked:
        return np.zeros(len(papers))
    return Likeness(Shelf(papers, [*liked, *disliked]), liked, disliked).scores


def in_order(scores: Scores, *, without: Iterable[int] = ()) -> list[int]:
    """Return the places by score, best first, equal ones as they stood; those already decided left out."""
    out = set(without)
    return [int(place) for place in np.argsort(-scores, kind="stable") if int(place) not in out]


def too_few(kept: int, dropped: int) -> bool:
    """Tell whether the decisions are too few for an order to mean anything."""
    return kept < 3 or dropped < 3


def _balanced(kept: int, dropped: int, ratio: float) -> NDArray[np.float64]:
    """Return weights by which all that was kept counts ``ratio`` times all that was dropped; their mean is 1."""
    whole = kept + dropped
    return np.array([whole / (1 + ratio) / dropped, whole * ratio / (1 + ratio) / kept])


def _urgency(values: NDArray[np.float64]) -> Scores:
    """Return 1 for the first in a model's order, a half for the 21st, and ever less: their sum is an order."""
    behind = (1 - _places(values)) * len(values)
    return np.asarray(FIRST_PLACES / (FIRST_PLACES + behind), dtype=np.float64)


def _places(values: NDArray[np.float64]) -> Scores:
    """Return each value's place in the order, as a share of all; equal values share their place."""
    _unique, inverse, counts = np.unique(values, return_inverse=True, return_counts=True)
    upto = np.cumsum(counts)
    return np.asarray((upto - (counts - 1) / 2.0)[inverse] / len(values), dtype=np.float64)
