"""Book carts and books brought to readers, on screen."""

from datetime import datetime, time
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Count, Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xinglin.circulation import queries, services
from xinglin.circulation.console.returns import line_of
from xinglin.circulation.console.scanning import Line, copies_of, refused
from xinglin.circulation.lifecycle import BRINGING_MOVES, RUN_MOVES, BringingState, RunState
from xinglin.circulation.models import Bringing, CartRoute, CartRun, CartStop, Weekday
from xinglin.commons import clock
from xinglin.commons.errors import Refusal
from xinglin.commons.numbers import whole
from xinglin.console.access import StaffRequest
from xinglin.console.menu import Card, Section, card
from xinglin.console.screens import (
    Action,
    Answers,
    ChoiceFilter,
    Column,
    DateFilter,
    DetailScreen,
    Fact,
    Facts,
    FormScreen,
    Kind,
    ListScreen,
    Related,
    RowScreen,
    offered,
    screen,
)
from xinglin.console.tones import Tone, colour_states
from xinglin.consortium.access import staff_of
from xinglin.patrons.queries import find_by_card

colour_states(
    Bringing,
    {
        BringingState.ASKED: Tone.WAITING,
        BringingState.ON_THE_WAY: Tone.ACTIVE,
        BringingState.DELIVERED: Tone.GOOD,
        BringingState.FAILED: Tone.BAD,
        BringingState.CANCELLED: Tone.QUIET,
    },
)
colour_states(CartRun, {RunState.LOADING: Tone.WAITING, RunState.OUT: Tone.ACTIVE, RunState.BACK: Tone.QUIET})


class ReasonForm(forms.Form):
    reason = forms.CharField(label=gettext_lazy("原因"), max_length=200)


def _place(bringing: Bringing) -> str:
    return f"{bringing.get_where_display()} · {bringing.address}"


def _moving(deed: str) -> "Any":
    def run(request: StaffRequest, bringing: Bringing, answers: Answers) -> str:
        moved = services.move_bringing(
            bringing=bringing, deed=deed, reason=str(answers.get("reason", "")), by=staff_of(request)
        )
        return str(moved.get_state_display())

    return run


@screen
class Bringings(ListScreen[Bringing]):
    name = "circulation.bringings"
    title = gettext_lazy("送书上门")
    section = Section.CIRCULATION
    icon = "truck"
    order = 48
    permission = "circulation.fill_hold"
    words = (gettext_lazy("送书"), gettext_lazy("病区"), "songshu")
    columns = (
        Column(gettext_lazy("书名"), "hold.record.full_title"),
        Column(gettext_lazy("读者"), "hold.patron.name"),
        Column(gettext_lazy("送到"), _place),
        Column(gettext_lazy("时间要求"), "wish", narrow=False),
        Column(gettext_lazy("联系电话"), "phone", narrow=False),
        Column(gettext_lazy("状态"), "state", kind=Kind.STATE),
        Column(gettext_lazy("请求时间"), "asked_at", kind=Kind.MOMENT, sort="asked_at", narrow=False),
        Column(gettext_lazy("原因"), "reason", narrow=False),
    )
    tabs = ChoiceFilter("state", gettext_lazy("状态"), choices=BringingState.choices)
    filters = (
        ChoiceFilter("where", gettext_lazy("送到"), choices=Bringing.Where.choices),
        DateFilter("asked", gettext_lazy("请求日期"), field="asked_at"),
    )
    search_fields = ("hold__patron__name", "address", "hold__record__title")
    search_hint = gettext_lazy("读者、地址、书名")
    order_by = ("-asked_at",)
    empty = gettext_lazy("没有要送的书。预约到馆后，读者在“我的预约”里点“送书上门”。")
    actions = (
        Action(
            "set_out", gettext_lazy("出发"), run=_moving("set_out"), permission="circulation.fill_hold", icon="truck",
            when=offered(BRINGING_MOVES, "set_out"), many=True,
        ),
        Action(
            "deliver", gettext_lazy("已送达"), run=_moving("deliver"), permission="circulation.fill_hold",
            icon="check", tone=Tone.GOOD, when=offered(BRINGING_MOVES, "deliver"), many=True,
            confirm=gettext_lazy("确认读者已收到？同时办理借书。"),
        ),
        Action(
            "fail", gettext_lazy("没有送到"), run=_moving("fail"), form=ReasonForm,
            permission="circulation.fill_hold", icon="x", when=offered(BRINGING_MOVES, "fail"),
        ),
        Action(
            "cancel", gettext_lazy("取消"), run=_moving("cancel"), permission="circulation.fill_hold", icon="x",
            tone=Tone.BAD, when=offered(BRINGING_MOVES, "cancel"),
        ),
    )  # fmt: skip

    def rows(self, request: StaffRequest) -> QuerySet[Bringing]:
        return queries.bringings_visible_to(staff_of(request))


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
        shown = {"row": row, "title": self.heading(row), "lines": [line], **self.context(request, row)}
        return self.page(request, shown)


def _do(request: StaffRequest, route: CartRoute) -> Line | None:
    staff, deed, run = staff_of(request), request.POST.get("deed", ""), _run_of(route)
    if deed == "set_out" and run is not None:
        services.set_out(run=run, by=staff)
        return None
    if deed == "come_back" and run is not None:
        services.come_back(run=run, by=staff)
        return None
    item = copies_of(request)[0]
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


@card(order=16, permission="circulation.fill_hold")
def books_to_bring(request: StaffRequest) -> Card | None:
    """Say on the home page how many books are to be brought to readers; nothing for none."""
    number = queries.bringings_visible_to(staff_of(request)).filter(state=BringingState.ASKED).count()
    if not number:
        return None
    url = reverse("console:circulation.bringings") + "?state=asked"
    return Card(
        _("待送书"), number=number, url=url, icon="truck", tone=Tone.WAITING, note=_("读者请求送书上门")
    )
