"""The order of what waits: learned anew from all decisions of a topic, and put beside each paper as advice."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Count, Q, QuerySet

from xinglin.commons import clock
from xinglin.intelligence.learning import Ranker, paper_of, too_few
from xinglin.intelligence.lifecycle import FindingState
from xinglin.intelligence.models import Finding, Screening, Topic
from xinglin.intelligence.queries import article_of
from xinglin.literature.articles import Article

KEPT = (FindingState.KEPT, FindingState.RELEASED)
# Enough to learn from and to order in seconds; the newest count.
MOST_DECIDED, MOST_WAITING = 5_000, 5_000


@dataclass(frozen=True)
class Reasons:
    """Why a paper stands where it stands: how many decisions were learned from, and the words that move it."""

    kept: int
    dropped: int
    forward: tuple[str, ...]
    back: tuple[str, ...]


@transaction.atomic
def order_waiting(*, topic: Topic) -> int:
    """Give every paper that waits its relevance from 0 to 100; return how many were given one.

    With fewer than three papers kept or three dropped nothing is learned and nothing is said.
    """
    now = clock.now()
    if not _can_be_learned(topic):
        return 0
    decided, kept, dropped = _decided(topic)
    waiting = list(_rows(topic).filter(state=FindingState.FOUND)[:MOST_WAITING])
    scores = _ranker([*decided, *waiting]).scores(kept, dropped)[len(decided) :]
    for finding, score in zip(waiting, scores, strict=True):
        finding.score = float(round(100 * score, 1))
    Finding.objects.bulk_update(waiting, ["score"], batch_size=500)
    Topic.objects.filter(pk=topic.pk).update(ordered_at=now)
    return len(waiting)


def has_changed(topic: Topic) -> bool:
    """Tell whether papers came or were decided since the topic was last put into order."""
    if topic.ordered_at is None:
        return True
    looks = Screening.objects.filter(finding__topic=topic, at__gt=topic.ordered_at)
    return topic.findings.filter(found_at__gt=topic.ordered_at).exists() or looks.exists()


def _can_be_learned(topic: Topic) -> bool:
    """Tell by two counts whether there is anything to put into order and to learn from."""
    counts = topic.findings.aggregate(
        waiting=Count("pk", filter=Q(state=FindingState.FOUND)),
        kept=Count("pk", filter=Q(state__in=KEPT)),
        dropped=Count("pk", filter=Q(state=FindingState.DROPPED)),
    )
    return bool(counts["waiting"]) and not too_few(counts["kept"], counts["dropped"])


def why_here(finding: Finding) -> Reasons | None:
    """Return why a paper stands where it stands among those of its topic; None while nothing can be learned.

    Its own decision, where there is one, is left out: what it says of itself explains nothing.
    """
    decided, kept, dropped = _decided(finding.topic, without=finding.pk)
    if too_few(len(kept), len(dropped)):
        return None
    forward, back = _ranker([*decided, finding]).words_behind(kept, dropped, len(decided))
    return Reasons(len(kept), len(dropped), forward, back)


def _decided(topic: Topic, *, without: int = 0) -> tuple[list[Finding], list[int], list[int]]:
    """Return what was decided of a topic, with the places of the kept and of the dropped."""
    decided = list(_rows(topic).exclude(state=FindingState.FOUND).exclude(pk=without)[:MOST_DECIDED])
    kept = [place for place, each in enumerate(decided) if each.state in KEPT]
    dropped = [place for place, each in enumerate(decided) if each.state == FindingState.DROPPED]
    return decided, kept, dropped


def _rows(topic: Topic) -> QuerySet[Finding]:
    return (
        topic.findings.select_related("publication").prefetch_related("publication__records").order_by("-pk")
    )


def _ranker(findings: Sequence[Finding]) -> Ranker:
    return Ranker(
        [paper_of(article_of(each.publication) or Article(title=each.publication.title)) for each in findings]
    )
