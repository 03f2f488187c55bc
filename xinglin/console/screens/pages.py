"""What every screen is: a name, an address, a right, a place in the menu; and screens about rows.

``RowsScreen.row`` is the one door to an object: what is not among ``rows(request)`` does not exist.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import ClassVar, Generic, cast

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from xinglin.commons.errors import NotFound
from xinglin.commons.onscreen import Words
from xinglin.console import registry
from xinglin.console.access import StaffRequest, as_staff, ask_to_sign_in, demand, may
from xinglin.console.menu import Section
from xinglin.console.values import M


@dataclass(frozen=True)
class Crumb:
    """One step of the way to a page."""

    title: Words
    url: str = ""


class Screen:
    """A screen of the console. One instance serves everybody: nothing is kept on it."""

    name: ClassVar[str] = ""
    title: ClassVar[Words] = ""
    section: ClassVar[Section | None] = None
    icon: ClassVar[str] = "file"
    order: ClassVar[int] = 50
    permission: ClassVar[str] = ""
    words: ClassVar[Sequence[Words]] = ()
    path: ClassVar[str | None] = None
    listing: ClassVar[str] = ""
    template_name: ClassVar[str] = ""

    def badge(self, request: StaffRequest) -> int | None:
        """Return what waits here, as the number in the menu; asked on every page, so one cheap query."""
        return None

    @property
    def lights(self) -> str:
        """The name of the menu entry that is lit while this screen is shown."""
        return self.name if self.section else self.listing

    @property
    def needs(self) -> str:
        """The permission asked for: the screen's own, or else that of the list it belongs to."""
        if self.permission or not self.listing:
            return self.permission
        return registry.screens[self.listing].permission

    @property
    def address(self) -> str:
        """The path under ``/console/``, without what identifies a row."""
        return self.name.replace(".", "/") + "/" if self.path is None else self.path

    def urls(self) -> list[URLPattern]:
        """Return the addresses of this screen."""
        raise NotImplementedError

    def crumbs(self) -> list[Crumb]:
        """Return the way to this page: the section, and the list it belongs to."""
        parent = registry.screens.get(self.listing)
        section = self.section or (parent.section if parent else None)
        way = [Crumb(section.words)] if section else []
        return [*way, Crumb(parent.title, reverse(f"console:{parent.name}"))] if parent else way

    def page(
        self, request: StaffRequest, context: dict[str, object], *, template: str = "", status: int = 200
    ) -> HttpResponse:
        """Show a template with what every page of the console needs."""
        standing: dict[str, object] = {"screen": self, "title": self.title, "crumbs": self.crumbs()}
        return render(request, template or self.template_name, standing | context, status=status)

    def guarded(self, handler: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        """Return a view: only for staff who hold the permission, and never kept by a cache."""

        @never_cache
        @require_http_methods(["GET", "HEAD", "POST"])
        def view(request: HttpRequest, **where: object) -> HttpResponse:
            staff = as_staff(request)
            if staff is None:
                return ask_to_sign_in(request)
            demand(staff, self.needs)
            return handler(staff, **where)

        return view

    def route(self, address: str, handler: Callable[..., HttpResponse], suffix: str = "") -> URLPattern:
        """Return one address of this screen, guarded."""
        return path(address, self.guarded(handler), name=self.name + suffix)


class PageScreen(Screen):
    """A screen with a template of its own, for what is neither list nor detail nor form."""

    def context(self, request: StaffRequest) -> dict[str, object]:
        """Return what the template shows."""
        return {}

    def post(self, request: StaffRequest) -> HttpResponse:
        """Do what the page's form asks, by calling a service."""
        return HttpResponseNotAllowed(["GET"])

    def urls(self) -> list[URLPattern]:
        return [self.route(self.address, self._answer)]

    def _answer(self, request: StaffRequest) -> HttpResponse:
        return self.post(request) if request.method == "POST" else self.page(request, self.context(request))


class RowsScreen(Screen, Generic[M]):
    """A screen about rows of one model, as far as the user may see them."""

    pk_type: ClassVar[str] = "int"

    def rows(self, request: StaffRequest) -> QuerySet[M]:
        """Return every row that this user may see: a ``…_visible_to(request.user)`` of the room's queries.

        A screen that names its ``listing`` has the rows of that list when it says nothing else.
        """
        listing = registry.screens.get(self.listing)
        if not isinstance(listing, RowsScreen):
            raise NotImplementedError(f"{self.name}: say which rows(request) there are, or name a listing")
        return cast("QuerySet[M]", listing.rows(request))

    def row(self, request: StaffRequest, pk: object) -> M:
        """Return one row; another library's and one that never was are told in the same words.

        Every page, form and action about a row comes through here, so a room that scopes ``rows``
        has scoped everything. Raises ``NotFound``.
        """
        try:
            found = self.rows(request).filter(pk=pk).first()
        except (ValueError, ValidationError):  # a key that this model cannot have
            found = None
        if found is None:
            raise NotFound(_("没有找到这条记录：它可能已被删除，或者不属于您所在的馆。"))
        return found

    @property
    def row_address(self) -> str:
        """The path of one row."""
        return f"{self.address}<{self.pk_type}:pk>/"


class RowScreen(RowsScreen[M]):
    """A page with a template of its own about one row."""

    def context(self, request: StaffRequest, row: M) -> dict[str, object]:
        """Return what the template shows beside ``row``."""
        return {}

    def post(self, request: StaffRequest, row: M) -> HttpResponse:
        """Do what the page's form asks, by calling a service."""
        return HttpResponseNotAllowed(["GET"])

    def heading(self, row: M) -> str:
        """Return the page's title."""
        return str(row)

    def urls(self) -> list[URLPattern]:
        return [self.route(self.path or self.row_address, self._answer)]

    def _answer(self, request: StaffRequest, pk: object) -> HttpResponse:
        row = self.row(request, pk)
        if request.method == "POST":
            return self.post(request, row)
        return self.page(request, {"row": row, "title": self.heading(row), **self.context(request, row)})


def address_of(request: StaffRequest, name: str, *args: object) -> str:
    """Return the address of a screen by name, or "" when there is none or the user may not open it."""
    there = registry.screens.get(name)
    return reverse(f"console:{name}", args=args) if there and may(request, there.needs) else ""
