"""Detail pages: facts in groups, related lists, actions, and the history of a row."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Generic, TypeVar

from django.db.models import Model, QuerySet
from django.http import HttpResponse
from django.urls import URLPattern, reverse
from django.utils.safestring import SafeString

from xinglin.commons.history import history_of
from xinglin.commons.onscreen import Words
from xinglin.console.access import StaffRequest
from xinglin.console.screens.actions import ActsOnRows
from xinglin.console.screens.columns import Column
from xinglin.console.screens.pages import Crumb, address_of
from xinglin.console.values import Fact, M

R = TypeVar("R", bound=Model)

MOST_RELATED = 20
MOST_HISTORY = 50


@dataclass(frozen=True)
class Facts(Generic[M]):
    """A group of facts under one heading."""

    title: Words
    facts: Sequence[Fact[M]]

    def shown(self, row: M) -> list[tuple[Words, SafeString]]:
        """Return each fact's name and value."""
        return [(fact.title, fact.shown(row)) for fact in self.facts]


@dataclass(frozen=True)
class Related(Generic[R]):
    """Rows that belong to the one shown; the first twenty, and where all of them are."""

    title: Words
    rows: QuerySet[R] | Sequence[R]
    columns: Sequence[Column[R]]
    more: str = ""
    empty: Words = ""

    def lines(self) -> list[list[tuple[Column[R], SafeString]]]:
        """Return the cells of the rows shown."""
        return [
            [(column, column.cell(row, "")) for column in self.columns] for row in self.rows[:MOST_RELATED]
        ]


class DetailScreen(ActsOnRows[M]):
    """Everything about one row."""

    template_name: ClassVar[str] = "console/detail.html"
    facts: Sequence[Facts[M]] = ()
    edit: ClassVar[str] = ""
    history: ClassVar[bool] = True
    panel_template: ClassVar[str] = ""

    def heading(self, row: M) -> str:
        """Return the page's title."""
        return str(row)

    def related(self, request: StaffRequest, row: M) -> "list[Related[Any]]":
        """Return lists of what belongs to the row."""
        return []

    def context(self, request: StaffRequest, row: M) -> dict[str, object]:
        """Return what ``panel_template`` shows beside ``row``."""
        return {}

    def may_be_edited(self, row: M) -> bool:
        """Tell whether the row may be amended as it stands; if not, the page does not offer it."""
        return True

    def urls(self) -> list[URLPattern]:
        return [self.route(self.row_address, self._answer), *self.action_urls()[:1]]

    def after(self, row: M) -> str:
        return reverse(f"console:{self.name}", args=[row.pk])

    def own_crumb(self, row: M | None) -> Crumb:
        return Crumb(self.heading(row), self.after(row)) if row is not None else Crumb(self.title)

    def _answer(self, request: StaffRequest, pk: object) -> HttpResponse:
        row = self.row(request, pk)
        return self.page(
            request,
            {
                "row": row,
                "title": self.heading(row),
                "groups": [(group.title, group.shown(row)) for group in self.facts],
                "related": self.related(request, row),
                "offers": self.offers(request, row),
                "edit_url": address_of(request, self.edit, row.pk)
                if self.edit and self.may_be_edited(row)
                else "",
                "timeline": history_of(row)[:MOST_HISTORY] if self.history else None,
                **self.context(request, row),
            },
        )
