"""Own texts and reposts, month by month, and how much is read of either: the more reposts, the fewer clicks?"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time

from django.db.models import Count, Sum
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import TruncMonth

from xinglin.commons import clock
from xinglin.newsroom.lifecycle import State
from xinglin.newsroom.models import Article

ORIGINAL, REPOST = "original", "repost"


@dataclass(frozen=True)
class Kind:
    """How many articles, and how often they were opened altogether."""

    articles: int = 0
    opened: int = 0

    @property
    def per_article(self) -> float | None:
        return self.opened / self.articles if self.articles else None


@dataclass(frozen=True)
class Month:
    """What was published in a month. An article that does not say where it comes from counts as ``undeclared``."""

    first: date
    original: Kind
    repost: Kind
    undeclared: Kind

    @property
    def repost_percent(self) -> float | None:
        """Reposts among the articles that say where they come from, in percent."""
        declared = self.original.articles + self.repost.articles
        return 100 * self.repost.articles / declared if declared else None

    @property
    def per_article(self) -> float | None:
        kinds = (self.original, self.repost, self.undeclared)
        return Kind(sum(kind.articles for kind in kinds), sum(kind.opened for kind in kinds)).per_article


def months_of(library_ids: Iterable[int], *, since: date) -> list[Month]:
    """Return the months since a day in which something of some libraries was published, the newest first."""
    begin = datetime.combine(since.replace(day=1), time(), tzinfo=clock.SHANGHAI)
    rows = (
        Article.objects.filter(library__in=library_ids, state=State.PUBLISHED, published_at__gte=begin)
        .annotate(
            month=TruncMonth("published_at", tzinfo=clock.SHANGHAI),
            origin=KeyTextTransform("origin", "shown__about"),
        )
        .values_list("month", "origin")
        .annotate(articles=Count("pk", distinct=True), opened=Sum("views__count", default=0))
        .order_by()
    )
    found: dict[date, dict[str, Kind]] = {}
    for month, origin, articles, opened in rows:
        found.setdefault(clock.local(month).date(), {})[origin or ""] = Kind(articles, opened)
    return [
        Month(first, kinds.get(ORIGINAL, Kind()), kinds.get(REPOST, Kind()), kinds.get("", Kind()))
        for first, kinds in sorted(found.items(), reverse=True)
    ]
