"""What is read of searches without a result."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.db.models import Max, Q, QuerySet, Sum

from xinglin.catalog.missing.models import MissedSearch
from xinglin.consortium import access
from xinglin.consortium.models import Staff


@dataclass(frozen=True)
class Missed:
    """Words of one library, and how often they were looked for."""

    library_id: int | None
    words: str
    times: int


def missed_visible_to(staff: Staff) -> QuerySet[MissedSearch]:
    """Return what found nothing in someone's libraries, and where no library was chosen."""
    mine = access.libraries_of(staff, "catalog.view_record")
    if not mine:
        return MissedSearch.objects.none()
    return MissedSearch.objects.filter(Q(library__in=mine) | Q(library=None)).select_related("library")


def missed_on(day: date, *, at_least: int) -> Iterator[Missed]:
    """Yield what was looked for on a day in vain, as often as ``at_least``, the most wanted first."""
    counted = MissedSearch.objects.filter(on=day).order_by().values("library_id", "key")
    for row in (
        counted.annotate(said=Max("words"), all=Sum("times")).filter(all__gte=at_least).order_by("-all")
    ):
        yield Missed(row["library_id"], row["said"], row["all"])
