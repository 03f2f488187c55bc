"""Which topics a paper belongs to, several at once, learned from what people of the desk have labelled."""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any

import numpy as np
from django.utils.translation import gettext_lazy as _
from numpy.typing import NDArray

from xinglin.commons.errors import Refusal
from xinglin.intelligence.learning import settling, viewing
from xinglin.intelligence.learning.explaining import heaviest, weights_of_words
from xinglin.intelligence.learning.wording import Paper

FEWEST_PAPERS = 20
FEWEST_EACH = 5
FEWEST_TO_SETTLE = 20
"""Papers with a label, and without it, from which a judge can be taught; below, the views are averaged."""


class ThinTraining(Refusal):
    """There are too few labelled papers to learn from."""

    code = "thin_training"


@dataclass(frozen=True)
class Said:
    """A label that is given to a paper: how sure, from one half to 1, and the words that speak for it."""

    label: str
    sureness: float
    words: tuple[str, ...]


class Labeller:
    """For each label four models, one a view of the papers, and a judge who hears what they say of every label.

    A label with fewer than five examples, or that fewer than five papers lack, is not learned, and stands in
    ``unlearned``. Where a paper reaches no label it gets none, unless ``every_paper_has_one``: then the nearest.
    """

    def __init__(self, labels: Sequence[str], *, every_paper_has_one: bool = False) -> None:
        self.labels = tuple(labels)
        self.unlearned: tuple[str, ...] = ()
        self._every = every_paper_has_one
        self._views = viewing.Views()
        self._models: dict[str, list[Any]] = {}
        self._judges: dict[str, settling.Judge] = {}

    def learn(self, papers: Sequence[Paper], given: Sequence[Sequence[str]]) -> "Labeller":
        """Learn from papers and the labels that people gave each. Raises ``ThinTraining``."""
        if len(papers) < FEWEST_PAPERS:
            raise ThinTraining(
                _("已标注的文献只有 %(now)d 篇，至少要 %(least)d 篇才能学习分类；请先人工标注一些。"),
                now=len(papers), least=FEWEST_PAPERS,
            )  # fmt: skip
        with one_thread():
            self._learn(papers, given)
        return self

    def _learn(self, papers: Sequence[Paper], given: Sequence[Sequence[str]]) -> None:
        answers = {
            label: np.array([label in each for each in given], dtype=np.int64) for label in self.labels
        }
        known = {label: each for label, each in answers.items() if _enough(each, FEWEST_EACH)}
        self.unlearned = tuple(label for label in self.labels if label not in known)
        if not known:
            return
        try:
            views = self._views.learn(papers)
        except ValueError as empty:  # scikit-learn's word for texts that hold no term twice
            raise ThinTraining(_("已标注的文献里没有可供学习的文字；请先补上题名和摘要。")) from empty
        self._models = {label: viewing.taught(views, each) for label, each in known.items()}
        settled = {label: each for label, each in known.items() if _enough(each, FEWEST_TO_SETTLE)}
        if settled:
            unseen = np.hstack([_unseen_scores(views, each) for each in known.values()])
            self._judges = {label: settling.Judge(unseen, each) for label, each in settled.items()}

    def sureness(self, papers: Sequence[Paper]) -> NDArray[np.float64]:
        """Return for each paper and learned label a number from 0 to 1; from one half on the label is given."""
        if not papers or not self._models:
            return np.zeros((len(papers), len(self._models)))
        with one_thread():
            return self._sureness(self._views.see(papers))

    def _sureness(self, views: Sequence[Any]) -> NDArray[np.float64]:
        each = {label: viewing.scores(models, views) for label, models in self._models.items()}
        heard = np.hstack(list(each.values()))
        columns = [
            self._judges[label].sureness(heard) if label in self._judges else _averaged(scores)
            for label, scores in each.items()
        ]
        return np.column_stack(columns)

    def explained(self, papers: Sequence[Paper], *, most: int = 4) -> list[list[Said]]:
        """Return what is said of each paper, the surest first, with the words that weigh most for each label.

        The words are those of the linear model over words: it is one of four that are heard, and the one that can be
        read; where the others outvote it there may be none.
        """
        if not papers or not self._models:
            return [[] for _paper in papers]
        with one_thread():
            views = self._views.see(papers)
            sureness, names = self._sureness(views), self._views.names_of_words()
        found = []
        for place, (paper, row) in enumerate(zip(papers, sureness, strict=True)):
            said = [
                Said(label, float(value), self._words(label, views[0][place], names, paper, most))
                for label, value in zip(self._models, row, strict=True)
                if value >= 0.5
            ]
            found.append(sorted(said, key=lambda each: -each.sureness))
        return found

    def _words(self, label: str, row: Any, names: Any, paper: Paper, most: int) -> tuple[str, ...]:
        shares = row.multiply(self._models[label][0].coef_)
        return heaviest(weights_of_words(shares, names, paper), most=most)

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


def one_thread() -> AbstractContextManager[object]:
    """Let the numeric libraries use one thread: theirs wait for each other, which on busy processors takes for ever."""
    from threadpoolctl import threadpool_limits

    limited: AbstractContextManager[object] = threadpool_limits(limits=1)
    return limited


def _enough(answers: NDArray[np.int64], fewest: int) -> bool:
    return fewest <= int(answers.sum()) <= len(answers) - fewest


def _unseen_scores(views: Sequence[Any], answers: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return what each view says of each paper, taught by the other papers only."""
    from sklearn.model_selection import cross_val_predict

    columns = [
        cross_val_predict(model, rows, answers, cv=settling.parts(), method="decision_function")
        for model, rows in zip(viewing.models(), views, strict=True)
    ]
    return np.column_stack(columns)


def _averaged(scores: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray((1 / (1 + np.exp(-2 * scores))).mean(axis=1), dtype=np.float64)
