"""How far the screening of a topic has come: when it may be enough, and how far the screeners agree."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import combinations

from django.core.cache import cache
from django.db.models import Exists, Max, OuterRef, QuerySet, TextField
from django.db.models.functions import MD5, Cast

from xinglin.consortium.models import Staff
from xinglin.intelligence.learning import Advice, Agreement, advice, agreement
from xinglin.intelligence.models import Finding, Opinion, Screening, Topic
from xinglin.intelligence.queries import findings_visible_to

KEEPS, DROPS = "keep", "drop"
MOST_ANSWERS = 20_000
KEPT_FOR = 86_400


@dataclass(frozen=True)
class Pair:
    """Two screeners and how far they agree on what both have judged."""

    one: str
    other: str
    result: Agreement

    @property
    def percent(self) -> float:
        return round(100 * self.result.observed, 1)


def first_looks(topics: Iterable[int], *, finding: int | None = None) -> dict[int, Screening]:
    """Return the first decision of each paper, in the order in which they were made.

    A paper that was put back is judged by its first look all the same: that is the answer which the order drew.
    """
    rows = Screening.objects.filter(finding__topic__in=list(topics), deed__in=[KEEPS, DROPS]).select_related(
        "by"
    )
    if finding is not None:
        rows = rows.filter(finding=finding)
    first: dict[int, Screening] = {}
    for each in rows.order_by("pk")[:MOST_ANSWERS]:
        first.setdefault(each.finding_id, each)
    return first


def advice_for(topic: Topic) -> Advice:
    """Return what the answers so far say of what is left; reckoned anew when one more was given or a paper came."""
    looks = Screening.objects.filter(finding__topic=topic)
    newest, total = looks.aggregate(newest=Max("pk"))["newest"], topic.findings.count()
    key = f"screening-advice-{topic.pk}-{newest}-{total}"
    known: Advice | None = cache.get(key)
    if known is None:
        answers = [each.deed == KEEPS for each in first_looks([topic.pk]).values()]
        known = advice(answers, max(total, len(answers)))
        cache.set(key, known, KEPT_FOR)
    return known


def agreements(topic: Topic) -> list[Pair]:
    """Return how far each two screeners agree, by first looks and by opinions given blindly."""
    said: dict[int, dict[int, str]] = defaultdict(dict)
    names: dict[int, str] = {}
    for finding, look in first_looks([topic.pk]).items():
        if look.by is not None:
            said[look.by.pk][finding] = look.deed
            names[look.by.pk] = look.by.first_name or look.by.get_username()
    for opinion in Opinion.objects.filter(finding__topic=topic).select_related("by"):
        said[opinion.by.pk][opinion.finding_id] = KEEPS if opinion.keeps else DROPS
        names[opinion.by.pk] = opinion.by.first_name or opinion.by.get_username()
    pairs = [Pair(names[a], names[b], agreement(said[a], said[b])) for a, b in combinations(sorted(said), 2)]
    return [each for each in pairs if each.result.papers]


def disputed(topic: Topic) -> list[tuple[Finding, Screening, Opinion]]:
    """Return the papers of which an opinion differs from the first look, to be talked over."""
    first = first_looks([topic.pk])
    rows = Opinion.objects.filter(finding__topic=topic).select_related("finding__publication", "by")
    return [
        (each.finding, first[each.finding_id], each)
        for each in rows
        if each.finding_id in first and (first[each.finding_id].deed == KEEPS) != each.keeps
    ]


def to_check(staff: Staff) -> QuerySet[Finding]:
    """Return what one may give an opinion on: judged first by somebody else, not yet by oneself.

    In an order that is chance and yet the same every time, so that whoever takes the first twenty takes a sample.
    """
    looks = Screening.objects.filter(finding=OuterRef("pk"), deed__in=[KEEPS, DROPS])
    mine = Opinion.objects.filter(finding=OuterRef("pk"), by=staff.user_id)
    return (
        findings_visible_to(staff)
        .filter(Exists(looks.exclude(by=None)), ~Exists(looks.filter(by=staff.user_id)), ~Exists(mine))
        .annotate(chance=MD5(Cast("publication_id", TextField())))
    )
