"""The yearly table: visits served (接待人次), items, pages; and how soon and how well it was done.

A visit is counted once, in the year in which its first document was delivered, so that the years add up.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Avg, Count, F, Min, Q, QuerySet, Sum
from django.db.models.functions import ExtractYear

from xinglin.commons.clock import SHANGHAI
from xinglin.delivery.models import DocumentRequest, Visit

_YEAR = ExtractYear("delivered_at", tzinfo=SHANGHAI)


@dataclass(frozen=True)
class Totals:
    """A line of the table: visits, items, pages."""

    visits: int
    items: int
    pages: int

    @property
    def visits_shown(self) -> str:
        return f"{self.visits:,}"

    @property
    def items_shown(self) -> str:
        return f"{self.items:,}"

    @property
    def pages_shown(self) -> str:
        return f"{self.pages:,}"


@dataclass(frozen=True)
class YearRow(Totals):
    """One year of the table."""

    year: int
    on_time: int
    stars: float | None
    rated: int

    @property
    def on_time_percent(self) -> int:
        """How many of a hundred deliveries came by the time that the rule asks for."""
        return round(self.on_time * 100 / self._deliveries) if self._deliveries else 0

    # Requests delivered: a request may bring several items.
    _deliveries: int = 0


def yearly(requests: QuerySet[DocumentRequest]) -> list[YearRow]:
    """Return the table over some requests, the earliest year first."""
    delivered = requests.filter(delivered_at__isnull=False).order_by()
    counted = (
        delivered.annotate(of_year=_YEAR)
        .values("of_year")
        .annotate(
            deliveries=Count("pk"),
            all_items=Sum("items"),
            all_pages=Sum("pages"),
            by_due=Count("pk", filter=Q(delivered_at__lte=F("due_at"))),
            mean=Avg("stars"),
            rated=Count("stars"),
        )
        .order_by("of_year")
    )
    visits = _visits(delivered)
    return [
        YearRow(
            year=row["of_year"],
            visits=visits.get(row["of_year"], 0),
            items=row["all_items"],
            pages=row["all_pages"],
            on_time=row["by_due"],
            stars=row["mean"],
            rated=row["rated"],
            _deliveries=row["deliveries"],
        )
        for row in counted
    ]


def _visits(delivered: QuerySet[DocumentRequest]) -> dict[int, int]:
    first = (
        Visit.objects.filter(requests__in=delivered)
        .order_by()
        .annotate(first=Min("requests__delivered_at"))
        .annotate(of_year=ExtractYear("first", tzinfo=SHANGHAI))
        .values_list("of_year", flat=True)
    )
    counted: dict[int, int] = {}
    for year in first:
        counted[year] = counted.get(year, 0) + 1
    return counted


def totals(rows: Iterable[YearRow]) -> Totals:
    """Return the sums of the table."""
    years = list(rows)
    return Totals(
        sum(row.visits for row in years), sum(row.items for row in years), sum(row.pages for row in years)
    )
