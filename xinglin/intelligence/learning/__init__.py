"""What the desk's own decisions teach: order, topics, advice to stop, agreement. Pure: no rows, no clock.

Words and weights (TF-IDF) under small models, trained from nothing but what people of this desk have decided: an
order in seconds, topics in a minute or two of one processor for some thousand papers. Nothing is fetched and nothing is
kept: the decisions are the model.

scikit-learn takes a second and tens of megabytes to load: it is loaded where a model is first asked, so that processes
that never ask one start without it.
"""

from xinglin.intelligence.learning.agreeing import Agreement, agreement
from xinglin.intelligence.learning.classifying import FEWEST_EACH, FEWEST_PAPERS, Labeller, Said, ThinTraining
from xinglin.intelligence.learning.explaining import Likeness, Nearest, Shelf
from xinglin.intelligence.learning.ranking import Ranker, by_likeness, in_order, too_few
from xinglin.intelligence.learning.scoring import LabelScore, score_labels
from xinglin.intelligence.learning.stopping import TARGET, Advice, advice
from xinglin.intelligence.learning.studies import studies_of
from xinglin.intelligence.learning.wording import Paper, paper_of, terms

__all__ = [
    "FEWEST_EACH",
    "FEWEST_PAPERS",
    "TARGET",
    "Advice",
    "Agreement",
    "LabelScore",
    "Labeller",
    "Likeness",
    "Nearest",
    "Paper",
    "Ranker",
    "Said",
    "Shelf",
    "ThinTraining",
    "advice",
    "agreement",
    "by_likeness",
    "in_order",
    "paper_of",
    "score_labels",
    "studies_of",
    "terms",
    "too_few",
]
