"""The reuse report: per library and period, titles taken over and titles described."""

from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xinglin.catalog.copying import queries
from xinglin.catalog.copying.reuse import reuse_of, together
from xinglin.commons import clock
from xinglin.console.access import StaffRequest
from xinglin.console.menu import Section
from xinglin.console.screens import PageScreen, screen
from xinglin.consortium import access
from xinglin.consortium.access import staff_of
from xinglin.consortium.models import Library


@screen
class ReuseReport(PageScreen):
    name = "catalog.reuse"
    title = gettext_lazy("套录率")
    section = Section.CATALOGUING
    icon = "recycle"
    order = 75
    permission = "catalog.change_record"
    words = (gettext_lazy("复用率"), gettext_lazy("联机编目"), "taolulv")
    template_name = "catalog/copying/reuse.html"

    def context(self, request: StaffRequest) -> dict[str, object]:
        staff = staff_of(request)
        today = clock.today()
        first = _day(request.GET.get("first", "")) or date(today.year, 1, 1)
        last = _day(request.GET.get("last", "")) or today
        trouble = _("开始日期晚于结束日期；请调整后再查。") if first > last else ""
        libraries = Library.objects.filter(active=True)
        if not queries.speaks_for_the_main_library(staff, self.permission):
            libraries = libraries.filter(pk__in=access.libraries_of(staff, self.permission))
        rows = [] if trouble else [row for row in reuse_of(libraries, first=first, last=last) if row.titles]
        return {"rows": rows, "sum": together(rows), "first": first, "last": last, "trouble": trouble}


def _day(text: str) -> date | None:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if day.year > 1900 else None
