"""Lists that grow by 加载更多: one page at a time, by htmx, or by a plain link."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from django.core.paginator import Paginator
from django.db.models import Model, QuerySet
from django.http import HttpRequest

T = TypeVar("T")
M = TypeVar("M", bound=Model)


@dataclass(frozen=True)
class Paged(Generic[T]):
    """One page of a list, and where the next and the previous one are ("" when there is none)."""

    rows: Sequence[T]
    number: int
    total: int
    next_url: str
    previous_url: str


def paged(request: HttpRequest, rows: "QuerySet[M] | Sequence[M]", *, size: int = 20) -> Paged[M]:
    """Return the page of ``rows`` that the address asks for; a number out of range gives the nearest."""
    page = Paginator(rows, size).get_page(request.GET.get("page", "1"))
    return Paged(
        rows=list(page.object_list),
        number=page.number,
        total=page.paginator.count,
        next_url=_with_page(request, page.number + 1) if page.has_next() else "",
        previous_url=_with_page(request, page.number - 1) if page.has_previous() else "",
    )


def _with_page(request: HttpRequest, number: int) -> str:
    query = request.GET.copy()
    query["page"] = str(number)
    return f"{request.path}?{query.urlencode()}"
