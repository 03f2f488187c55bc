"""Four views of the same papers, each with the model that suits it: what one overlooks another finds.

Words are rare and exact; pieces of words find what is inflected or joined; themes (the main directions in which either
vary) find papers that say the same in other words. Nothing here knows a label.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from xinglin.intelligence.learning.wording import Paper, marked_terms, whole_text

if TYPE_CHECKING:
    from sklearn.decomposition import TruncatedSVD
    from sklearn.feature_extraction.text import TfidfVectorizer

MANY_PAPERS = 200
THEMES_OF_WORDS, THEMES_OF_PIECES = 200, 100
VIEWS = 4


class Views:
    """What turns papers into one matrix a view: words, pieces of words, themes of words, themes of pieces."""

    def __init__(self) -> None:
        self._texts: tuple[TfidfVectorizer, ...] = ()
        self._themes: tuple[TruncatedSVD, ...] = ()

    def learn(self, papers: Sequence[Paper]) -> list[Any]:
        """Learn which terms there are, and return the views of these papers. Raises ``ValueError`` without a word."""
        from sklearn.decomposition import TruncatedSVD
        from sklearn.feature_extraction.text import TfidfVectorizer
        from sklearn.preprocessing import normalize

        many = len(papers) >= MANY_PAPERS
        self._texts = (
            TfidfVectorizer(analyzer=marked_terms, min_df=2 if many else 1, sublinear_tf=True),
            TfidfVectorizer(
                preprocessor=whole_text, analyzer="char_wb", ngram_range=(3, 5), min_df=3 if many else 1,
                sublinear_tf=True,
            ),
        )  # fmt: skip
        texts = [text.fit_transform(papers) for text in self._texts]
        self._themes = tuple(
            TruncatedSVD(max(1, min(themes, len(papers) - 1, rows.shape[1] - 1)), n_iter=4, random_state=0)
            for rows, themes in zip(texts, (THEMES_OF_WORDS, THEMES_OF_PIECES), strict=True)
        )
        themes = [normalize(each.fit_transform(rows)) for each, rows in zip(self._themes, texts, strict=True)]
        return [*texts, *themes]

    def see(self, papers: Sequence[Paper]) -> list[Any]:
        """Return the views of other papers."""
        from sklearn.preprocessing import normalize

        texts = [text.transform(papers) for text in self._texts]
        themes = [normalize(each.transform(rows)) for each, rows in zip(self._themes, texts, strict=True)]
        return [*texts, *themes]

    def names_of_words(self) -> Any:
        """Return the terms of the first view, in the order of its columns."""
        return self._texts[0].get_feature_names_out()


def models() -> list[Any]:
    """Return an untaught model for each view: lines through the many terms, curves through the few themes."""
    from sklearn.svm import SVC, LinearSVC

    lines = [LinearSVC(C=0.5, class_weight="balanced", random_state=0) for _view in range(2)]
    curves = [SVC(gamma=1.0, C=2.0, class_weight="balanced") for _view in range(2)]
    return [*lines, *curves]


def taught(views: Sequence[Any], answers: NDArray[np.int64]) -> list[Any]:
    """Return the models of one label, taught by these papers."""
    return [model.fit(rows, answers) for model, rows in zip(models(), views, strict=True)]


def scores(taught_ones: Sequence[Any], views: Sequence[Any]) -> NDArray[np.float64]:
    """Return a column a view: how far each paper is on the label's side."""
    columns = [model.decision_function(rows) for model, rows in zip(taught_ones, views, strict=True)]
    return np.column_stack(columns)
