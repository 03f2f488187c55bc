"""The carts that go round: their routes and journeys, and the desk on the cart."""

from datetime import datetime, time
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Count, Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xinglin.catalog.models import Item
from xinglin.circulation import queries, services
from xinglin.circulation.console.returns import line_of
from xinglin.circulation.console.scanning import Line, copies_of, refused, which_of
from xinglin.circulation.lifecycle import RUN_MOVES, RunState
from xinglin.circulation.models import CartRoute, CartRun, CartStop, Weekday
from xinglin.commons import clock
from xinglin.commons.errors import Refusal
from xinglin.commons.numbers import whole
from xinglin.console.access import StaffRequest
from xinglin.console.menu import Section
from xinglin.console.screens import (
    Column,
    DetailScreen,
    Fact,
    Facts,
    FormScreen,
    Kind,
    ListScreen,
    Related,
    RowScreen,
    screen,
)
from xinglin.console.tones import Tone, colour_states
from xinglin.consortium.access import staff_of
from xinglin.patrons.queries import find_by_card

colour_states(CartRun, {RunState.LOADING: Tone.WAITING, RunState.OUT: Tone.ACTIVE, RunState.BACK: Tone.QUIET})


class RouteForm(forms.Form):
    name = forms.CharField(label=gettext_lazy("名称"), max_length=60)
    weekday = forms.TypedChoiceField(label=gettext_lazy("星期"), choices=Weekday.choices, coerce=int)
    starts = forms.TimeField(
        label=gettext_lazy("出车时间"), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    )
    stops = forms.CharField(
        label=gettext_lazy("站点"),
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=gettext_lazy("每行一站，先时间后名称，例如：14:30 住院部一楼大厅"),
    )

    def clean_stops(self) -> list[tuple[str, time]]:
        stops = []
        for line in self.cleaned_data["stops"].splitlines():
            if not line.strip():
                continue
            at, _space, place = line.strip().replace("：", ":").partition(" ")
            try:
                stops.append((place.strip(), datetime.strptime(at, "%H:%M").time()))
            except ValueError:
                raise ValidationError(_("“%(line)s”不是“14:30 站名”的写法。") % {"line": line}) from None
        return stops


@screen
class Routes(ListScreen[CartRoute]):
    name = "circulation.routes"
    title = gettext_lazy("流动书车")
    section = Section.CIRCULATION
    icon = "shopping-cart"
    order = 49
    permission = "circulation.plan_cart"
    words = (gettext_lazy("书车"), "shuche", "liudong")
    detail = "circulation.route"
    create = "circulation.route.new"
    create_title = gettext_lazy("新增路线")
    columns = (
        Column(gettext_lazy("路线"), "name", link=True),
        Column(gettext_lazy("馆"), "library.label"),
        Column(gettext_lazy("星期"), "get_weekday_display"),
        Column(gettext_lazy("出车时间"), lambda route: f"{route.starts:%H:%M}"),
        Column(gettext_lazy("站点"), "number_of_stops", kind=Kind.NUMBER),
    )
    search_fields = ("name",)
    search_hint = gettext_lazy("路线")
    order_by = ("library__code", "weekday", "starts")
    empty = gettext_lazy("还没有书车路线。写下星期、出车时间和各站，读者就能看到书车哪天到。")

    def rows(self, request: StaffRequest) -> QuerySet[CartRoute]:
        return queries.routes_visible_to(staff_of(request)).annotate(number_of_stops=Count("stops"))


@screen
class NewRoute(FormScreen[CartRoute]):
    name = "circulation.route.new"
    title = gettext_lazy("新增路线")
    listing = "circulation.routes"
    detail = "circulation.route"
    permission = "circulation.plan_cart"
    form = RouteForm

    def save(self, request: StaffRequest, form: forms.Form, row: CartRoute | None) -> CartRoute:
        staff = staff_of(request)
        return services.plan_route(library=staff.library, by=staff, **form.cleaned_data)


@screen
class EditRoute(FormScreen[CartRoute]):
    name = "circulation.route.edit"
    title = gettext_lazy("修改路线")
    listing = "circulation.routes"
    detail = "circulation.route"
    edits = True
    form = RouteForm

    def initial(self, request: StaffRequest, row: CartRoute | None) -> dict[str, object]:
        assert row is not None  # noqa: S101 (edits)
        stops = "\n".join(f"{stop.at:%H:%M} {stop.place}" for stop in row.stops.all())
        return {"name": row.name, "weekday": row.weekday, "starts": row.starts, "stops": stops}

    def save(self, request: StaffRequest, form: forms.Form, row: CartRoute | None) -> CartRoute:
        assert row is not None  # noqa: S101 (edits)
        return services.plan_route(library=row.library, route=row, by=staff_of(request), **form.cleaned_data)


def _run_of(route: CartRoute) -> CartRun | None:
    return route.runs.exclude(state=RunState.BACK).order_by("day").first()


@screen
class RoutePage(DetailScreen[CartRoute]):
    name = "circulation.route"
    title = gettext_lazy("流动书车")
    listing = "circulation.routes"
    facts = (
        Facts(
            gettext_lazy("路线"),
            (
                Fact(gettext_lazy("馆"), "library.label"),
                Fact(gettext_lazy("星期"), "get_weekday_display"),
                Fact(gettext_lazy("站点"), "number_of_stops", kind=Kind.NUMBER),
            ),
        ),
    )
    panel_template = "circulation/console/route_panel.html"

    def related(self, request: StaffRequest, row: CartRoute) -> list[Related[Any]]:
        runs = queries.runs_visible_to(staff_of(request)).filter(route=row)
        counted = runs.annotate(
            loaded=Count("items"), lent=Count("items", filter=Q(items__loan__isnull=False))
        )
        return [
            Related(
                gettext_lazy("站点"),
                rows=row.stops.all(),
                columns=(
                    Column(gettext_lazy("到站时间"), lambda stop: f"{stop.at:%H:%M}"),
                    Column(gettext_lazy("站点"), "place"),
                ),
                empty=gettext_lazy("没有站点。"),
            ),
            Related(
                gettext_lazy("出车"),
                rows=counted,
                columns=(
                    Column(gettext_lazy("日期"), "day", kind=Kind.DAY),
                    Column(gettext_lazy("状态"), "state", kind=Kind.STATE),
                    Column(gettext_lazy("上车"), "loaded", kind=Kind.NUMBER),
                    Column(gettext_lazy("借出"), "lent", kind=Kind.NUMBER),
                    Column(gettext_lazy("随车馆员"), "by.name"),
                ),
                empty=gettext_lazy("还没有出过车。"),
            ),
        ]


@screen
class CartDesk(RowScreen[CartRoute]):
    """The desk on the cart, for a phone: load, set out, lend at a stop, take back, come home."""

    name = "circulation.cart"
    title = gettext_lazy("书车台")
    listing = "circulation.routes"
    template_name = "circulation/console/cart.html"

    def context(self, request: StaffRequest, row: CartRoute) -> dict[str, object]:
        run = _run_of(row)
        return {
            "run": run,
            "stops": row.stops.all(),
            "stop": request.POST.get("stop", ""),
            "card": request.POST.get("card", ""),
            "items": run.items.select_related("item__holding__record", "loan", "stop") if run else [],
        }

    def post(self, request: StaffRequest, row: CartRoute) -> HttpResponse:
        try:
            line = _do(request, row)
        except Refusal as refusal:
            line = refused(refusal)
        if line is None:
            return redirect("console:circulation.cart", row.pk)
        # What was said with a scan goes along when it is asked which copy was meant.
        carried = {name: request.POST.get(name, "") for name in ("deed", "stop", "card")}
        shown = {"row": row, "title": self.heading(row), "lines": [line], "carried": carried}
        part = "circulation/console/lines.html" if request.headers.get("HX-Request") else ""
        return self.page(request, {**shown, **self.context(request, row)}, template=part)


def _meant(found: list[Item], route: CartRoute, run: CartRun | None, deed: str) -> list[Item]:
    """Of several copies with one barcode keep those that the cart lends, or loads; else all are asked about."""
    if len(found) == 1 or deed == "return":
        return found
    if deed == "lend" and run is not None:
        loaded = set(run.items.filter(off_at=None).values_list("item", flat=True))
        return [item for item in found if item.pk in loaded] or found
    return [item for item in found if item.library_id == route.library_id] or found


def _do(request: StaffRequest, route: CartRoute) -> Line | None:
    staff, deed, run = staff_of(request), request.POST.get("deed", ""), _run_of(route)
    if deed == "set_out" and run is not None:
        services.set_out(run=run, by=staff)
        return None
    if deed == "come_back" and run is not None:
        services.come_back(run=run, by=staff)
        return None
    found = _meant(copies_of(request), route, run, deed)
    if len(found) > 1:
        return which_of(found)
    item = found[0]
    if run is None or (RunState(run.state), "come_back") not in RUN_MOVES:
        services.load_cart(route=route, day=run.day if run else clock.today(), item=item, by=staff)
        return Line(Tone.GOOD, _("已装车"), title=item.holding.record.title, details=(item.barcode,))
    if deed == "return":
        return line_of(services.take_back_at_cart(run=run, item=item, by=staff))
    stop = CartStop.objects.filter(route=route, pk=whole(request.POST.get("stop", "")) or 0).first()
    patron = find_by_card(request.POST.get("card", ""))
    loan = services.lend_from_cart(run=run, stop=stop, patron=patron, item=item, by=staff)
    due = f"{clock.local(loan.due_at):%Y-%m-%d}"
    return Line(
        Tone.GOOD,
        _("已借出，%(due)s 前还") % {"due": due},
        title=item.holding.record.title,
        details=(item.barcode,),
    )
