"""The order of what waits: learned anew from all decisions of a topic, and put beside each paper as advice."""

from django.db import transaction

from xinglin.intelligence.learning import Ranker, paper_of, too_few
from xinglin.intelligence.lifecycle import FindingState
from xinglin.intelligence.models import Finding, Topic
from xinglin.intelligence.queries import article_of
from xinglin.literature.articles import Article

KEPT = (FindingState.KEPT, FindingState.RELEASED)
# Enough to learn from and to order in seconds; the newest count.
MOST_DECIDED, MOST_WAITING = 5_000, 5_000


@transaction.atomic
def order_waiting(*, topic: Topic) -> int:
    """Give every paper that waits its relevance from 0 to 100; return how many were given one.

    With fewer than three papers kept or three dropped nothing is learned and nothing is said.
    """
    rows = (
        topic.findings.select_related("publication").prefetch_related("publication__records").order_by("-pk")
    )
    decided = list(rows.exclude(state=FindingState.FOUND)[:MOST_DECIDED])
    waiting = list(rows.filter(state=FindingState.FOUND)[:MOST_WAITING])
    kept = [place for place, each in enumerate(decided) if each.state in KEPT]
    dropped = [place for place, each in enumerate(decided) if each.state == FindingState.DROPPED]
    if not waiting or too_few(len(kept), len(dropped)):
        return 0
    articles = [
        article_of(each.publication) or Article(title=each.publication.title) for each in (*decided, *waiting)
    ]
    scores = Ranker([paper_of(each) for each in articles]).scores(kept, dropped)[len(decided) :]
    for finding, score in zip(waiting, scores, strict=True):
        finding.score = float(round(100 * score, 1))
    Finding.objects.bulk_update(waiting, ["score"], batch_size=500)
    return len(waiting)
