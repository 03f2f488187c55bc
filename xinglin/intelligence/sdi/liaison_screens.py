"""Who looks after which department, on the console."""

from django.db.models import QuerySet
from django.forms import Form
from django.utils.translation import gettext_lazy as _

from xinglin.commons.onscreen import Words
from xinglin.console.access import StaffRequest
from xinglin.console.menu import Section
from xinglin.console.screens import Action, Column, FormScreen, Kind, ListScreen, screen
from xinglin.console.screens.actions import Answers
from xinglin.console.tones import Tone
from xinglin.consortium.access import staff_of
from xinglin.intelligence.sdi import queries, services
from xinglin.intelligence.sdi.forms import LiaisonForm
from xinglin.intelligence.sdi.models import Liaison


def _drop(request: StaffRequest, row: Liaison, answers: Answers) -> Words:
    services.drop_liaison(liaison=row, by=staff_of(request))
    return _("已取消；这个科室的推送都留着。")


@screen
class Liaisons(ListScreen[Liaison]):
    """The departments and their liaisons."""

    name = "intelligence.liaisons"
    title = _("学科馆员分工")
    section = Section.INTELLIGENCE
    icon = "users-group"
    order = 35
    permission = queries.VIEW
    words = (_("学科联络"), _("联络员"), "xueke", "lianluoyuan")
    create = "intelligence.liaison.new"
    create_title = _("登记分工")
    columns = (
        Column(_("图书馆"), "library.label", sort="library__code"),
        Column(_("科室/院系"), "department", sort="department"),
        Column(_("学科馆员"), "staff.name"),
        Column(_("从哪天起"), "since", sort="since", kind=Kind.DAY, narrow=False),
    )
    search_fields = ("department", "staff__user__first_name", "staff__user__username")
    search_hint = _("科室、姓名")
    order_by = ("library__code", "department")
    actions = (
        Action("drop", _("取消分工"), _drop, permission=queries.ASSIGN, tone=Tone.BAD, icon="x", many=True),
    )
    empty = _("还没有登记。登记以后，学科馆员在“定题推送”里看到并修改自己科室的推送。")

    def rows(self, request: StaffRequest) -> QuerySet[Liaison]:
        return queries.liaisons_visible_to(staff_of(request))


@screen
class NewLiaison(FormScreen[Liaison]):
    name = "intelligence.liaison.new"
    title = _("登记分工")
    listing = "intelligence.liaisons"
    permission = queries.ASSIGN
    form = LiaisonForm
    done = _("已登记。")

    def make_form(self, request: StaffRequest, row: Liaison | None, data: object, files: object) -> Form:
        return LiaisonForm(data, staff=staff_of(request), permission=queries.ASSIGN)

    def save(self, request: StaffRequest, form: Form, row: Liaison | None) -> Liaison:
        return services.name_liaison(by=staff_of(request), **form.cleaned_data)
