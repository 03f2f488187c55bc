"""Searches without a result, for who buys and who writes."""

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from xinglin.catalog.missing import queries
from xinglin.catalog.missing.models import MissedSearch
from xinglin.console.access import StaffRequest
from xinglin.console.menu import Section
from xinglin.console.screens import Column, DateFilter, Kind, ListScreen, screen
from xinglin.consortium.access import staff_of


@screen
class MissedSearches(ListScreen[MissedSearch]):
    name = "catalog.missed"
    title = _("没结果的检索")
    section = Section.CATALOGUING
    icon = "search-off"
    order = 85
    permission = "catalog.view_record"
    words = (_("检索词"), _("荐购"), "meijieguo")
    columns = (
        Column(_("检索词"), "words", sort="words"),
        Column(_("次数"), "times", kind=Kind.NUMBER, sort="times"),
        Column(_("日期"), "on", kind=Kind.DAY, sort="on"),
        Column(_("馆"), lambda row: row.library.label if row.library else _("没有选馆"), narrow=False),
    )
    filters = (DateFilter("on", _("日期"), field="on"),)
    search_fields = ("words",)
    search_hint = _("检索词")
    order_by = ("-on", "-times")
    empty = _("还没有。读者检索而一种书也没有找到的词会列在这里，保留 90 天；不记是谁。")

    def rows(self, request: StaffRequest) -> QuerySet[MissedSearch]:
        return queries.missed_visible_to(staff_of(request))
