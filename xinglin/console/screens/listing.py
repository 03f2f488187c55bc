"""Lists: searched, filtered, sorted, paged, exported, with actions on one row or on the ticked ones."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Generic

from django.core.paginator import Page, Paginator
from django.db.models import Count, F, OrderBy, Q, QuerySet
from django.db.models.sql.datastructures import Join
from django.http import HttpResponse
from django.urls import URLPattern, reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from xinglin.commons.errors import Refusal
from xinglin.commons.onscreen import Words
from xinglin.console import registry
from xinglin.console.access import StaffRequest, may
from xinglin.console.screens.actions import Action, ActsOnRows
from xinglin.console.screens.columns import Column
from xinglin.console.screens.exports import export
from xinglin.console.screens.filters import ChoiceFilter, Control, Filter, given
from xinglin.console.screens.pages import address_of
from xinglin.console.values import M


class UnknownOrder(Refusal):
    """The address bar asks for an order that the list does not have."""

    code = "unknown_order"


@dataclass(frozen=True)
class Line(Generic[M]):
    """One row as the page shows it."""

    row: M
    cells: Sequence[tuple[Column[M], SafeString]]
    offers: Sequence[Action[M]]


@dataclass(frozen=True)
class Heading:
    """The head of a column: where a click on it leads, and how it is sorted now."""

    title: Words
    classes: str
    next_order: str
    sorted_as: str


@dataclass(frozen=True)
class TabView:
    """One tab: a state, how many rows stand in it, whether it is the one shown."""

    title: Words
    count: int
    query: str
    current: bool


class ListScreen(ActsOnRows[M]):
    """A list of rows; a room says which rows, which columns, and what they can be narrowed by."""

    template_name: ClassVar[str] = "console/list.html"
    detail: ClassVar[str] = ""
    create: ClassVar[str] = ""
    create_title: ClassVar[Words] = _("新增")
    columns: Sequence[Column[M]] = ()
    tabs: ClassVar[ChoiceFilter | None] = None
    filters: ClassVar[Sequence[Filter]] = ()
    search_fields: ClassVar[Sequence[str]] = ()
    search_hint: ClassVar[Words] = ""
    order_by: ClassVar[Sequence[str]] = ()
    # What may be missing: rows without it come last, whichever way the list is sorted.
    blank_last: ClassVar[frozenset[str]] = frozenset()
    page_sizes: ClassVar[Sequence[int]] = (20, 50, 100)
    empty: ClassVar[Words] = _("这里还没有记录。")

    def search(self, request: StaffRequest, rows: QuerySet[M], text: str) -> QuerySet[M]:
        """Return the rows that hold every word sought, each in any of ``search_fields``."""
        for word in text.split()[:8]:
            anywhere = Q()
            for path in self.search_fields:
                anywhere |= Q(**{f"{path}__icontains": word})
            rows = rows.filter(anywhere)
        return rows

    def best_first(self, request: StaffRequest) -> "OrderBy | None":
        """Return the order of what a search found, the best first; None where the list keeps its own order."""
        return None

    @property
    def searchable(self) -> bool:
        """Whether the list has a search box."""
        return bool(self.search_fields) or type(self).search is not ListScreen.search

    def urls(self) -> list[URLPattern]:
        return [self.route(self.address, self._answer), *self.action_urls()]

    def after(self, row: M) -> str:
        return reverse(f"console:{self.name}")

    def _answer(self, request: StaffRequest) -> HttpResponse:
        narrowed = self._narrowed(request)
        shown = self._ordered(request, self.tabs.narrow(narrowed, request) if self.tabs else narrowed)
        wanted = given(request, "export")
        if wanted in ("csv", "xlsx"):
            columns = [column for column in self.columns if column.export]
            return export(
                request, form=wanted, name=self.name, title=str(self.title), rows=shown, columns=columns
            )
        context = self._frame(request) | self._body(request, narrowed, shown)
        # Only the list is asked for, when it is refreshed in place; not when htmx restores a whole page.
        partial = (
            request.headers.get("HX-Target") == "list" and "HX-History-Restore-Request" not in request.headers
        )
        return self.page(request, context, template="console/parts/list_body.html" if partial else "")

    def _narrowed(self, request: StaffRequest) -> QuerySet[M]:
        rows = self.rows(request)
        sought = given(request, "q")
        if sought and self.searchable:
            rows = self.search(request, rows, sought[:200])
        for each in self.filters:
            rows = each.narrow(rows, request)
        return self._each_once(request, rows)

    def _each_once(self, request: StaffRequest, rows: QuerySet[M]) -> QuerySet[M]:
        """Return each row once: a filter on what belongs to it (its items, its tags) joins it several times."""
        if not _comes_several_times(rows):
            return rows
        return self.rows(request).filter(pk__in=rows.order_by().values("pk"))

    def _ordered(self, request: StaffRequest, rows: QuerySet[M]) -> QuerySet[M]:
        """Return the rows in the order asked for; the key comes last, so that pages never overlap."""
        asked = given(request, "sort")
        known = {column.sort for column in self.columns if column.sort}
        if asked and asked.removeprefix("-") not in known:
            raise UnknownOrder(_("这个列表不能按「%(asked)s」排序，请点击列名排序。"), asked=asked[:40])
        best = None if asked else self.best_first(request)
        if best is not None:
            return rows.order_by(best, "-pk")
        order = (asked,) if asked else self.order_by
        return rows.order_by(*(self._placed(each) for each in order), "-pk")

    def _usual_order(self, request: StaffRequest) -> str:
        """Return by what the list is sorted when nobody asks; "" where it is by what fits best."""
        return self.order_by[0] if self.order_by and self.best_first(request) is None else ""

    def _placed(self, path: str) -> "str | OrderBy":
        name = path.removeprefix("-")
        if name not in self.blank_last:
            return path
        return F(name).desc(nulls_last=True) if path.startswith("-") else F(name).asc(nulls_last=True)

    def _frame(self, request: StaffRequest) -> dict[str, object]:
        """Return what stands around the list: search, filters, buttons."""
        controls: list[Control] = [each.control(request) for each in self.filters]
        return {
            "controls": controls,
            "narrowed_by": [control for control in controls if control.told],
            "sought": given(request, "q"),
            "create_url": address_of(request, self.create) if self.create else "",
        }

    def _body(self, request: StaffRequest, narrowed: QuerySet[M], shown: QuerySet[M]) -> dict[str, object]:
        page = self._page(request, shown)
        filtered = any(given(request, name) for name in self._words())
        return {
            "page": page,
            "lines": [self._line(request, row) for row in page.object_list],
            "headings": [self._heading(request, column) for column in self.columns],
            "tab_views": self._tabs(request, narrowed),
            "tab": given(request, self.tabs.name) if self.tabs else "",
            "many": self.offers_many(request),
            "filtered": filtered,
            "pages": page.paginator.get_elided_page_range(page.number, on_each_side=2, on_ends=1),
            "size": page.paginator.per_page,
            "sort": given(request, "sort"),
        }

    def _words(self) -> list[str]:
        """Return every word of the address bar that narrows this list."""
        names = ["q", *([self.tabs.name] if self.tabs else [])]
        for each in self.filters:
            names += [each.name, f"{each.name}_from", f"{each.name}_to"]
        return names

    def _page(self, request: StaffRequest, rows: QuerySet[M]) -> Page[M]:
        size = given(request, "size")
        per_page = int(size) if size in {str(each) for each in self.page_sizes} else self.page_sizes[0]
        return Paginator(rows, per_page).get_page(given(request, "page") or 1)

    def _line(self, request: StaffRequest, row: M) -> Line[M]:
        detail = self._detail_url(request, row)
        cells = [(column, column.cell(row, detail)) for column in self.columns]
        return Line(row, cells, self.offers(request, row))

    def _detail_url(self, request: StaffRequest, row: M) -> str:
        there = registry.screens.get(self.detail)
        if there is None or not may(request, there.needs):
            return ""
        return reverse(f"console:{self.detail}", args=[row.pk])

    def _heading(self, request: StaffRequest, column: Column[M]) -> Heading:
        asked = given(request, "sort") or self._usual_order(request)
        if not column.sort:
            return Heading(column.title, column.classes, "", "")
        if asked == column.sort:
            return Heading(column.title, column.classes, f"-{column.sort}", "ascending")
        sorted_as = "descending" if asked == f"-{column.sort}" else "none"
        return Heading(column.title, column.classes, column.sort, sorted_as)

    def _tabs(self, request: StaffRequest, narrowed: QuerySet[M]) -> list[TabView]:
        """Return the tabs, counted by one query over what the search and the other filters left."""
        if self.tabs is None:
            return []
        name, current = self.tabs.name, given(request, self.tabs.name)
        # Telling the distinct ones apart costs a sort of the whole list: only where a row may come twice.
        each = Count("pk", distinct=_comes_several_times(narrowed))
        counted = narrowed.order_by().values_list(self.tabs.column).annotate(n=each)
        counts = {str(value): n for value, n in counted}
        options: list[tuple[str, Words, int]] = [("", _("全部"), sum(counts.values()))]
        options += [(value, words, counts.get(value, 0)) for value, words in self.tabs.options(request)]
        return [
            TabView(words, count, _query(request, name, value), value == current)
            for value, words, count in options
        ]


def _comes_several_times(rows: QuerySet[M]) -> bool:
    """Whether a join on what belongs to a row (its items, its tags) may bring it several times."""
    joins = rows.query.alias_map.values()
    return any(isinstance(join, Join) and getattr(join.join_field, "one_to_many", False) for join in joins)


def _query(request: StaffRequest, name: str, value: str) -> str:
    """Return the address bar's words with one of them changed, from the first page on."""
    query = request.GET.copy()
    query.pop("page", None)
    query.pop(name, None)
    if value:
        query[name] = value
    return f"{request.path}?{query.urlencode()}" if query else request.path
