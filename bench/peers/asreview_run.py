"""Screen one labelled set with ASReview's own models, in its own environment: the answers in order, a line a seed.

The input names the papers, their labels, and for each seed the two papers that are known at the beginning.
"""

import json
import sys
from pathlib import Path

import numpy as np
import pandas as pd
from asreview.learner import ActiveLearningCycle
from asreview.models.balancers import Balanced
from asreview.models.classifiers import SVM, NaiveBayes
from asreview.models.feature_extractors import Tfidf
from asreview.models.queriers import Max

told = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
papers = pd.DataFrame({"title": told["titles"], "abstract": told["abstracts"]})
labels = np.array(told["labels"])


def cycle(name: str) -> ActiveLearningCycle:
    """Return the configurations that ASReview 2.2 calls ELAS u3, naive Bayes, and ELAS u4, its default."""
    if name == "nb":
        return ActiveLearningCycle(
            querier=Max(), classifier=NaiveBayes(alpha=3.822), balancer=Balanced(ratio=1.2),
            feature_extractor=Tfidf(stop_words="english"),
        )  # fmt: skip
    return ActiveLearningCycle(
        querier=Max(), classifier=SVM(loss="squared_hinge", C=0.11), balancer=Balanced(ratio=9.8),
        feature_extractor=Tfidf(ngram_range=(1, 2), sublinear_tf=True, min_df=1, max_df=0.95),
    )  # fmt: skip


for name in told["models"]:
    rows = cycle(name).transform(papers)
    for prior in told["priors"]:
        learner, known = cycle(name), list(prior)
        answers: list[int] = []
        while sum(answers) < labels.sum() - 1 and len(known) < len(labels):
            learner.fit(rows[known], labels[known])
            pool = np.setdiff1d(np.arange(len(labels)), known)
            ranked = pool[learner.rank(rows[pool])]
            step = max(1, min(len(answers) // told["step_share"], len(labels) // told["largest_share"]))
            known += ranked[:step].tolist()
            answers += labels[ranked[:step]].tolist()
        print(json.dumps({"model": name, "answers": answers}))
