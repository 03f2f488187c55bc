"""Lists: searched, filtered, sorted, paged, exported, with actions on one row or on the ticked ones."""

from collections.abc import Iterable, Sequence
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

# From here on the rows of a page are found by their keys first: each row passed over costs its joins otherwise.
FAR = 1000


class UnknownOrder(Refusal):
    """The address bar asks for an order that the list does not have."""

    code = "unknown_order"


@dataclass(frozen=True)
class Line(Generic[M]):
    """One row as the page shows it: a cell under each heading."""

    row: M
    cells: Sequence[tuple["Heading", SafeString]]
    offers: Sequence[Action[M]]


@dataclass(frozen=True)
class Heading:
    """The head of a column: where a click on it leads, and how it is sorted now."""

    title: str
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


class Counted(Paginator[M]):
    """Pages of rows whose number is known already: they are not counted again."""

    def __init__(self, rows: QuerySet[M], per_page: int, count: int) -> None:
        super().__init__(rows, per_page)
        self.count = count


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
        counts = self._counts(narrowed)
        page = self._page(request, shown, counts)
        filtered = any(given(request, name) for name in self._words())
        headings = [self._heading(request, column) for column in self.columns]
        return {
            "page": page,
            "lines": [self._line(request, row, headings) for row in self._rows_of(request, page)],
            "headings": headings,
            "tab_views": self._tabs(request, counts),
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

    def _page(self, request: StaffRequest, rows: QuerySet[M], counts: dict[str, int] | None) -> Page[M]:
        size = given(request, "size")
        per_page = int(size) if size in {str(each) for each in self.page_sizes} else self.page_sizes[0]
        tab = given(request, self.tabs.name) if self.tabs else ""
        if counts is None or _comes_several_times(rows):
            pages = Paginator(rows, per_page)
        else:
            pages = Counted(rows, per_page, counts.get(tab, 0) if tab else sum(counts.values()))
        return pages.get_page(given(request, "page") or 1)

    def _rows_of(self, request: StaffRequest, page: Page[M]) -> Iterable[M]:
        """Return the rows of a page.

        Far back they are found by their keys, and only then fetched with all that belongs to them: the rows passed
        over are not joined to anything.
        """
        rows = page.object_list
        if not isinstance(rows, QuerySet) or page.start_index() <= FAR:
            return rows
        keys = list(rows.values_list("pk", flat=True))
        found = {row.pk: row for row in self.rows(request).filter(pk__in=keys)}
        return [found[pk] for pk in keys if pk in found]

    def _line(self, request: StaffRequest, row: M, headings: Sequence[Heading]) -> Line[M]:
        detail = self._detail_url(request, row)
        cells = [
            (heading, column.cell(row, detail))
            for heading, column in zip(headings, self.columns, strict=True)
        ]
        return Line(row, cells, self.offers(request, row))

    def _detail_url(self, request: StaffRequest, row: M) -> str:
        there = registry.screens.get(self.detail)
        if there is None or not may(request, there.needs):
            return ""
        return reverse(f"console:{self.detail}", args=[row.pk])

    def _heading(self, request: StaffRequest, column: Column[M]) -> Heading:
        asked = given(request, "sort")
        if not column.sort:
            return Heading(str(column.title), column.classes, "", "")
        if not asked and self.order_by and self.best_first(request) is None:
            asked = self.order_by[0]
        if asked == column.sort:
            return Heading(str(column.title), column.classes, f"-{column.sort}", "ascending")
        sorted_as = "descending" if asked == f"-{column.sort}" else "none"
        return Heading(str(column.title), column.classes, column.sort, sorted_as)

    def _counts(self, narrowed: QuerySet[M]) -> dict[str, int] | None:
        """Return how many rows stand in each tab, by one query over what the search and the other filters left.

        The pages take their number from it too, where no row comes several times; None where there are no tabs.
        """
        if self.tabs is None:
            return None
        # Telling the distinct ones apart costs a sort of the whole list: only where a row may come twice.
        each = Count("pk", distinct=True) if _comes_several_times(narrowed) else Count("*")
        counted = narrowed.order_by().values_list(self.tabs.column).annotate(n=each)
        return {str(value): n for value, n in counted}

    def _tabs(self, request: StaffRequest, counts: dict[str, int] | None) -> list[TabView]:
        if self.tabs is None or counts is None:
            return []
        name, current = self.tabs.name, given(request, self.tabs.name)
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
