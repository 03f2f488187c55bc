"""Which topics a paper belongs to, several at once, learned from what people of the desk have labelled."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from django.utils.translation import gettext_lazy as _
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.svm import LinearSVC

from xinglin.commons.errors import Refusal
from xinglin.intelligence.learning.wording import Paper, weights

FEWEST_PAPERS = 20
FEWEST_EACH = 5


class ThinTraining(Refusal):
    """There are too few labelled papers to learn from."""

    code = "thin_training"


class Labeller:
    """For each label two linear models on the same words, logistic and support vector, whose sureness is averaged.

    A label with fewer than five examples, or on every paper, is not learned, and stands in ``unlearned``. Where a
    paper reaches no label it gets none, unless ``every_paper_has_one``: then the nearest.
    """

    def __init__(self, labels: Sequence[str], *, every_paper_has_one: bool = False) -> None:
        self.labels = tuple(labels)
        self.unlearned: tuple[str, ...] = ()
        self._every = every_paper_has_one
        self._words = weights(rarest=2)
        self._models: dict[str, tuple[LogisticRegression, LinearSVC]] = {}

    def learn(self, papers: Sequence[Paper], given: Sequence[Sequence[str]]) -> "Labeller":
        """Learn from papers and the labels that people gave each. Raises ``ThinTraining``."""
        if len(papers) < FEWEST_PAPERS:
            raise ThinTraining(
                _("已标注的文献只有 %(now)d 篇，至少要 %(least)d 篇才能学习分类；请先人工标注一些。"),
                now=len(papers), least=FEWEST_PAPERS,
            )  # fmt: skip
        rows: Any = self._words.fit_transform(papers)
        self._models, left = {}, []
        for label in self.labels:
            answers = np.array([label in each for each in given], dtype=np.int64)
            if not FEWEST_EACH <= answers.sum() < len(papers):
                left.append(label)
                continue
            line = LogisticRegression(C=10.0, class_weight="balanced", solver="liblinear", random_state=0)
            wide = LinearSVC(C=0.5, class_weight="balanced", random_state=0)
            self._models[label] = (line.fit(rows, answers), wide.fit(rows, answers))
        self.unlearned = tuple(left)
        return self

    def sureness(self, papers: Sequence[Paper]) -> NDArray[np.float64]:
        """Return for each paper and learned label a number from 0 to 1; from one half on the label is given."""
        if not papers or not self._models:
            return np.zeros((len(papers), len(self._models)))
        rows: Any = self._words.transform(papers)
        sure = [
            (_squeezed(line.decision_function(rows)) + _squeezed(2 * wide.decision_function(rows))) / 2
            for line, wide in self._models.values()
        ]
        return np.column_stack(sure)

    def labels_of(self, papers: Sequence[Paper]) -> list[list[str]]:
        """Return the labels of each paper, in the order of the labels."""
        names = list(self._models)
        found = []
        for row in self.sureness(papers):
            said = [name for name, value in zip(names, row, strict=True) if value >= 0.5]
            if not said and self._every and names:
                said = [names[int(row.argmax())]]
            found.append(said)
        return found


def _squeezed(values: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(1 / (1 + np.exp(-values)), dtype=np.float64)
