"""The yearly table on screen and as a sheet: 接待人次, items, pages, how soon and how well."""

from typing import cast

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xinglin.commons.numbers import whole
from xinglin.commons.sheets import csv_response, xlsx_bytes
from xinglin.console.access import StaffRequest
from xinglin.console.menu import Section
from xinglin.console.screens import PageScreen, screen
from xinglin.console.screens.exports import XLSX_TYPE
from xinglin.consortium.access import staff_of
from xinglin.consortium.queries import libraries_visible_to
from xinglin.delivery import queries
from xinglin.delivery.statistics import YearRow, totals, yearly


@screen
class Statistics(PageScreen):
    name = "delivery.statistics"
    title = gettext_lazy("传递统计")
    section = Section.SUPPLY
    icon = "chart-bar"
    order = 50
    permission = "delivery.view_statistics"
    words = (gettext_lazy("年度统计"), gettext_lazy("接待人次"), "tongji")
    template_name = "delivery/console/statistics.html"

    def context(self, request: StaffRequest) -> dict[str, object]:
        rows = self._rows(request)
        return {
            "rows": rows,
            "totals": totals(rows),
            "libraries": libraries_visible_to(staff_of(request)),
            "chosen": request.GET.get("library", ""),
        }

    def _rows(self, request: StaffRequest) -> list[YearRow]:
        requests = queries.requests_visible_to(staff_of(request)).select_related(None)
        if (chosen := whole(request.GET.get("library", ""))) is not None:
            requests = requests.filter(home_library=chosen)
        return yearly(requests)

    def _answer(self, request: StaffRequest) -> HttpResponse:
        wanted = request.GET.get("export", "")
        if wanted not in ("csv", "xlsx"):
            return super()._answer(request)
        rows = self._rows(request)
        whole = totals(rows)
        headings = [
            _("年"), _("接待人次"), _("篇数"), _("页数"), _("按时率（%）"), _("满意度"), _("评价数"),
        ]  # fmt: skip
        lines: list[list[str | int | float]] = [
            [
                row.year, row.visits, row.items, row.pages, row.on_time_percent,
                round(row.stars, 2) if row.stars else "", row.rated,
            ]
            for row in rows
        ]  # fmt: skip
        lines.append([_("合计"), whole.visits, whole.items, whole.pages, "", "", ""])
        if wanted == "csv":
            return cast(HttpResponse, csv_response(name="delivery", headings=headings, rows=lines))
        answer = HttpResponse(xlsx_bytes(headings=headings, rows=lines), content_type=XLSX_TYPE)
        answer["Content-Disposition"] = 'attachment; filename="delivery.xlsx"'
        return answer
