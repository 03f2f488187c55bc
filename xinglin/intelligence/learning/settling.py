"""Whether a label is given, by what all views say of all labels: labels explain and exclude one another.

The judge of a label is taught by scores of papers that the models had not seen, and so learns how far to trust each.
"""

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from sklearn.model_selection import StratifiedKFold

PARTS = 5
Scores = NDArray[np.float64]
Answers = NDArray[np.int64]


def parts() -> "StratifiedKFold":
    """Return how papers are parted, so that each is judged by models that have not seen it."""
    from sklearn.model_selection import StratifiedKFold

    return StratifiedKFold(PARTS, shuffle=True, random_state=0)


class Judge:
    """A line and a few small trees, whose chances are averaged; the label is given from ``least`` on.

    Of true chances the best F1 is reached where a label is given from half of that F1 on (Lipton, Elkan and
    Naryanaswamy 2014). The F1 is that of papers the judge had not seen; looking for the best limit itself would follow
    the luck of a few papers.
    """

    def __init__(self, seen: Scores, answers: Answers) -> None:
        from sklearn.model_selection import cross_val_predict

        self._scale = np.abs(seen).mean(axis=0) + 1e-9
        rows = seen / self._scale
        unseen = [
            cross_val_predict(model, rows, answers, cv=parts(), method="predict_proba")[:, 1]
            for model in _models()
        ]
        self.least = best_f1(answers, np.mean(unseen, axis=0)) / 2
        self._taught = [model.fit(rows, answers) for model in _models()]

    def sureness(self, seen: Scores) -> Scores:
        """Return a number from 0 to 1 for each paper; from one half on the label is given."""
        rows = seen / self._scale
        chance = np.mean([model.predict_proba(rows)[:, 1] for model in self._taught], axis=0)
        odds = chance * (1 - self.least)
        return np.asarray(odds / (odds + (1 - chance) * self.least), dtype=np.float64)


def _models() -> list[Any]:
    from sklearn.ensemble import HistGradientBoostingClassifier
    from sklearn.linear_model import LogisticRegression

    trees = HistGradientBoostingClassifier(
        max_iter=60, learning_rate=0.07, max_leaf_nodes=6, min_samples_leaf=30, random_state=0
    )
    return [LogisticRegression(C=0.1, max_iter=500), trees]


def best_f1(answers: Answers, chances: Scores) -> float:
    """Return the best F1 that any limit reaches."""
    hits = np.cumsum(answers[np.argsort(-chances, kind="stable")])
    said = np.arange(1, len(answers) + 1)
    return float(np.max(2 * hits / (said + answers.sum())))
