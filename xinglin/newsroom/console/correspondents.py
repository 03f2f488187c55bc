"""Correspondents in the console: the network by department, and their ranking."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.http import HttpResponse, QueryDict
from django.urls import URLPattern
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xinglin.commons import clock
from xinglin.commons.sheets import xlsx_response
from xinglin.console.access import StaffRequest
from xinglin.console.menu import Section
from xinglin.console.registry import screen
from xinglin.console.screens import (
    Column,
    FlagFilter,
    FormScreen,
    Kind,
    ListScreen,
    PageScreen,
)
from xinglin.console.tones import Chip, Tone
from xinglin.consortium import access
from xinglin.consortium.access import staff_of
from xinglin.consortium.models import Library, Staff
from xinglin.newsroom.models import Correspondent
from xinglin.newsroom.planning import queries, services

QUARTER = 90


class CorrespondentForm(forms.Form):
    library = forms.ModelChoiceField(
        label=gettext_lazy("图书馆"), queryset=Library.objects.none(), empty_label=None
    )
    department = forms.CharField(label=gettext_lazy("科室"), max_length=60)
    staff = forms.ModelChoiceField(
        label=gettext_lazy("通讯员"),
        queryset=Staff.objects.none(),
        required=False,
        empty_label=gettext_lazy("（空缺）"),
    )
    active = forms.BooleanField(label=gettext_lazy("在任"), required=False, initial=True)


@screen
class Network(ListScreen[Correspondent]):
    """Who writes for which department."""

    name = "newsroom.network"
    title = gettext_lazy("通讯员网络")
    section = Section.NEWSROOM
    icon = "network"
    order = 35
    permission = queries.VIEW
    words = (gettext_lazy("宣传网格员"), gettext_lazy("科室"), "tongxunyuan")
    detail = "newsroom.seat.edit"
    create = "newsroom.seat.new"
    create_title = gettext_lazy("登记通讯员")
    columns = (
        Column(gettext_lazy("科室"), "department", sort="department", link=True),
        Column(
            gettext_lazy("通讯员"),
            lambda seat: seat.staff.name if seat.staff else Chip(_("空缺"), Tone.WAITING),
        ),
        Column(gettext_lazy("图书馆"), "library.label", sort="library__code"),
        Column(gettext_lazy("从"), "since", kind=Kind.DAY, narrow=False),
        Column(gettext_lazy("在任"), "active", kind=Kind.FLAG),
    )
    filters = (FlagFilter("vacant", gettext_lazy("空缺"), where=Q(staff=None)),)
    search_fields = ("department", "staff__user__first_name")
    search_hint = gettext_lazy("科室、姓名")
    order_by = ("department",)
    empty = gettext_lazy("还没有登记通讯员。每个科室登记一位，就能看出哪些科室没有声音。")

    def rows(self, request: StaffRequest) -> QuerySet[Correspondent]:
        return queries.correspondents_visible_to(staff_of(request))


class _SeatScreen(FormScreen[Correspondent]):
    listing = "newsroom.network"
    permission = services.CHANGE

    def initial(self, request: StaffRequest, row: Correspondent | None) -> dict[str, object]:
        if row is None:
            return {"library": staff_of(request).library_id}
        return {
            "library": row.library_id,
            "department": row.department,
            "staff": row.staff_id,
            "active": row.active,
        }

    def make_form(
        self,
        request: StaffRequest,
        row: Correspondent | None,
        data: QueryDict | None,
        files: "MultiValueDict[str, Any] | None",
    ) -> forms.Form:
        form = CorrespondentForm(data, initial=self.initial(request, row))
        mine = Library.objects.filter(pk__in=access.libraries_of(staff_of(request), services.CHANGE))
        form.fields["library"].queryset = mine  # type: ignore[attr-defined]
        people = Staff.objects.filter(active=True, library__in=mine).select_related("user")
        form.fields["staff"].queryset = people  # type: ignore[attr-defined]
        if row is not None:
            del form.fields["library"]
        return form

    def save(self, request: StaffRequest, form: forms.Form, row: Correspondent | None) -> Correspondent:
        typed = dict(form.cleaned_data)
        library: Library = row.library if row else typed.pop("library")
        return services.name_correspondent(**typed, library=library, row=row, by=staff_of(request))


@screen
class NewSeat(_SeatScreen):
    name = "newsroom.seat.new"
    title = gettext_lazy("登记通讯员")


@screen
class EditSeat(_SeatScreen):
    name = "newsroom.seat.edit"
    title = gettext_lazy("修改通讯员")
    edits = True


@screen
class Ranking(PageScreen):
    """Points of correspondents, and which departments are heard of."""

    name = "newsroom.ranking"
    title = gettext_lazy("积分与覆盖")
    section = Section.NEWSROOM
    icon = "trophy"
    order = 36
    permission = queries.VIEW
    words = (gettext_lazy("排行"), gettext_lazy("覆盖"), "jifen")
    template_name = "newsroom/console/ranking.html"

    def urls(self) -> list[URLPattern]:
        return [
            self.route("newsroom/ranking/", self._answer),
            self.route("newsroom/ranking.xlsx", self._points, ".points"),
            self.route("newsroom/coverage.xlsx", self._coverage, ".coverage"),
        ]

    def context(self, request: StaffRequest) -> dict[str, object]:
        days, libraries, since = _asked(request)
        return {
            "days": days,
            "standings": queries.ranking(libraries, since=since),
            "coverage": queries.coverage(libraries, since=since),
        }

    def _points(self, request: StaffRequest) -> HttpResponse:
        _days, libraries, since = _asked(request)
        rows = [
            [each.staff.name, each.departments, each.handed_in, each.published, each.late, each.points]
            for each in queries.ranking(libraries, since=since)
        ]
        headings = [_("通讯员"), _("科室"), _("交稿"), _("发布"), _("逾期"), _("积分")]
        return xlsx_response(name="points", headings=headings, rows=rows, title=_("积分"))

    def _coverage(self, request: StaffRequest) -> HttpResponse:
        _days, libraries, since = _asked(request)
        rows = [
            [each.department, each.library.label, each.people, each.published]
            for each in queries.coverage(libraries, since=since)
        ]
        headings = [_("科室"), _("图书馆"), _("通讯员"), _("发布")]
        return xlsx_response(name="coverage", headings=headings, rows=rows, title=_("科室覆盖"))


def _asked(request: StaffRequest) -> tuple[int, list[int], date]:
    """Return the days that the address bar asks for, the libraries that may be seen, and the first day."""
    asked = request.GET.get("days", "")
    days = int(asked) if asked in ("30", "90", "365") else QUARTER
    libraries = sorted(access.libraries_of(staff_of(request), queries.VIEW))
    return days, libraries, clock.today() - timedelta(days=days)
