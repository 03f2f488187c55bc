"""The report: strength by class and library, overlap, gaps, make-up, and the leading journals."""

from django.http import HttpResponse
from django.urls import URLPattern
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xinglin.catalog.policy.strength import ClassRow, by_class, core_journals, make_up
from xinglin.commons import clock
from xinglin.commons.sheets import xlsx_bytes
from xinglin.console.access import StaffRequest
from xinglin.console.menu import Section
from xinglin.console.screens import PageScreen, screen
from xinglin.consortium.models import Library

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def _libraries() -> list[Library]:
    return list(Library.objects.filter(active=True).order_by("code"))


@screen
class StrengthReport(PageScreen):
    name = "catalog.strength"
    title = gettext_lazy("馆藏分布与缺口")
    section = Section.CATALOGUING
    icon = "chart-bar"
    order = 86
    permission = "catalog.view_record"
    words = (gettext_lazy("馆藏政策"), gettext_lazy("重复率"), gettext_lazy("核心期刊"), "guancangfenbu")
    template_name = "catalog/policy/strength.html"

    def urls(self) -> list[URLPattern]:
        return [*super().urls(), self.route(f"{self.address}file/", self._file, ".file")]

    def context(self, request: StaffRequest) -> dict[str, object]:
        libraries = _libraries()
        rows = by_class(libraries)
        only_gaps = request.GET.get("only") == "gaps"
        shown = [row for row in rows if row.gaps or not only_gaps]
        return {
            "libraries": libraries,
            "rows": [(row, [row.at.get(library.pk, 0) for library in libraries]) for row in shown],
            "only_gaps": only_gaps,
            "gap_count": sum(1 for row in rows if row.gaps),
            "titles": sum(row.titles for row in rows),
            "shared": sum(row.shared for row in rows),
            "make_up": make_up(libraries),
            "core_journals": core_journals(),
        }

    def _file(self, request: StaffRequest) -> HttpResponse:
        libraries = _libraries()
        headings = [
            _("分类号"),
            _("类名"),
            _("分工馆"),
            *(library.name for library in libraries),
            _("种数"),
            _("多馆收藏种数"),
            _("缺口"),
        ]
        content = xlsx_bytes(headings=headings, rows=[_cells(row, libraries) for row in by_class(libraries)])
        answer = HttpResponse(content, content_type=_XLSX)
        name = _("馆藏分布-%(day)s.xlsx") % {"day": f"{clock.today():%Y%m%d}"}
        answer["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
        return answer


def _cells(row: ClassRow, libraries: list[Library]) -> list[object]:
    return [
        row.number,
        row.caption,
        "；".join(f"{duty.library.name}（{duty.number}）" for duty in row.duties),
        *(row.at.get(library.pk, 0) for library in libraries),
        row.titles,
        row.shared,
        "；".join(row.gaps),
    ]
