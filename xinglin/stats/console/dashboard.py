"""The dashboard: the six kinds of the platform and our services over a period, beside the period before."""

from datetime import date, timedelta

from django.http import HttpResponse
from django.urls import URLPattern
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from xinglin.commons import clock
from xinglin.commons.sheets import xlsx_response
from xinglin.console.access import StaffRequest
from xinglin.console.menu import Section
from xinglin.console.screens import PageScreen, screen
from xinglin.consortium.access import staff_of
from xinglin.consortium.models import Library
from xinglin.stats import figures, queries
from xinglin.stats.figures import Kind, Period
from xinglin.wechat.capabilities import Capability
from xinglin.wechat.console.inbox import KIND_NAMES
from xinglin.wechat.models import Account

SPANS = (7, 30, 90)
LONGEST = 400


@screen
class Dashboard(PageScreen):
    """What happened, in curves and numbers."""

    name = "stats.dashboard"
    title = lazy("数据看板")
    section = Section.STATISTICS
    icon = "chart-bar"
    order = 10
    permission = queries.VIEW
    template_name = "stats/dashboard.html"
    words = ("kanban", "shuju", lazy("统计"), lazy("报表"))

    def urls(self) -> list[URLPattern]:
        return [
            self.route("stats/dashboard/", self._answer),
            self.route("stats/dashboard.xlsx", self._sheet, ".sheet"),
        ]

    def context(self, request: StaffRequest) -> dict[str, object]:
        library, libraries, accounts, period = _asked(request)
        kinds = figures.kinds(accounts, {each.pk: each.code for each in libraries}, period)
        all_libraries = list(queries.libraries_for(staff_of(request)))
        names = {each.pk: each.label for each in all_libraries}
        return {
            "library": library,
            "libraries": all_libraries,
            "spans": [(days, clock.today() - timedelta(days=days)) for days in SPANS],
            "yesterday": clock.today() - timedelta(days=1),
            "period": period,
            "kinds": [kind for kind in kinds if kind.curves],
            "data": _plain(kinds, period),
            "staying": figures.staying(accounts, period),
            "menu_keys": figures.menu_keys(accounts, period),
            "message_kinds": [
                (KIND_NAMES.get(kind, kind), number, people)
                for kind, number, people in figures.message_kinds(accounts, period)
            ],
            "by_library": [
                (names[pk], loans, holds, reads)
                for pk, loans, holds, reads in figures.by_library(
                    {each.pk: each.code for each in all_libraries}, period
                )
            ],
            "without": [account for account in accounts if not account.may(Capability.STATISTICS)],
            "query": request.GET.urlencode(),
        }

    def _sheet(self, request: StaffRequest) -> HttpResponse:
        _library, libraries, accounts, period = _asked(request)
        kinds = figures.kinds(accounts, {each.pk: each.code for each in libraries}, period)
        curves = [(kind, curve) for kind in kinds for curve in kind.curves]
        heading = [_("日期"), *(f"{kind.title}·{curve.title}（{curve.source}）" for kind, curve in curves)]
        rows: list[list[str | int]] = [
            [
                str(day),
                *("" if curve.values[at] is None else curve.values[at] or 0 for _kind, curve in curves),
            ]
            for at, day in enumerate(period.days)
        ]
        sums = [(curve.total, curve.total_before) for _kind, curve in curves]
        rows.append([_("合计"), *("" if total is None else total for total, _before in sums)])
        rows.append([_("上期"), *("" if before is None else before for _total, before in sums)])
        name = f"stats-{period.first}-{period.last}"
        return xlsx_response(name=name, headings=heading, rows=rows, title=_("数据看板"))


def _asked(request: StaffRequest) -> tuple[Library | None, list[Library], list[Account], Period]:
    """Return what the address bar asks for: one library or all that may be seen, and the days."""
    staff = staff_of(request)
    libraries = list(queries.libraries_for(staff))
    wanted = request.GET.get("library", "")
    library = next((each for each in libraries if each.code == wanted), None)
    if library is not None:
        libraries = [library]
    accounts = [
        each for each in queries.accounts_for(staff) if library is None or each.library_id == library.pk
    ]
    yesterday = clock.today() - timedelta(days=1)
    last = min(_day(request.GET.get("to", ""), yesterday), clock.today())
    first = min(_day(request.GET.get("from", ""), last - timedelta(days=SPANS[1] - 1)), last)
    return library, libraries, accounts, Period(max(first, last - timedelta(days=LONGEST)), last)


def _day(text: str, otherwise: date) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return otherwise


def _plain(kinds: list[Kind], period: Period) -> dict[str, object]:
    """Return what the page's script draws."""
    return {
        "days": [f"{day:%m-%d}" for day in period.days],
        "charts": [
            {
                "code": kind.code,
                "title": str(kind.title),
                "curves": [
                    {
                        "name": f"{curve.title}（{curve.source}）",
                        "values": curve.values,
                        "before": curve.before,
                    }
                    for curve in kind.curves
                ],
            }
            for kind in kinds
            if kind.curves
        ],
    }
