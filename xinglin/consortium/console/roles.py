"""Who may do what: the table of roles, and who holds which."""

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xinglin.console.access import StaffRequest
from xinglin.console.menu import Section
from xinglin.console.screens import Action, Answers, ChoiceFilter, Column, ListScreen, screen
from xinglin.console.tones import Tone
from xinglin.consortium import queries, services
from xinglin.consortium.access import staff_of
from xinglin.consortium.models import RoleGrant
from xinglin.consortium.roles import ROLES


def _revoke(request: StaffRequest, grant: RoleGrant, answers: Answers) -> str:
    services.revoke_role(grant=grant, by=staff_of(request))
    return _("已撤销授权。")


@screen
class Grants(ListScreen[RoleGrant]):
    name = "consortium.grants"
    title = gettext_lazy("角色授权")
    section = Section.CONSORTIUM
    icon = "shield-lock"
    order = 40
    permission = "consortium.view_staff"
    words = (gettext_lazy("权限"), gettext_lazy("三员"))
    columns = (
        Column(gettext_lazy("馆员"), "staff.name", sort="staff__user__first_name"),
        Column(gettext_lazy("角色"), "role_name", sort="role"),
        Column(gettext_lazy("范围"), lambda grant: grant.library.name if grant.library else _("整个联盟")),
        Column(gettext_lazy("所属馆"), "staff.library.label", narrow=False),
    )
    filters = (
        ChoiceFilter(
            "role",
            gettext_lazy("角色"),
            choices=lambda request: [(code, str(role.name)) for code, role in ROLES.items()],
        ),
    )
    search_fields = ("staff__user__first_name", "staff__user__username")
    search_hint = gettext_lazy("姓名、用户名")
    order_by = ("staff", "role")
    empty = gettext_lazy("还没有授权。请在馆员的页面上点「授予角色」。")
    actions = (
        Action(
            "revoke",
            gettext_lazy("撤销"),
            run=_revoke,
            confirm=gettext_lazy("撤销后，这位馆员立即失去这个角色的权限。"),
            permission="consortium.grant_role",
            icon="shield-x",
            tone=Tone.BAD,
        ),
    )

    def rows(self, request: StaffRequest) -> QuerySet[RoleGrant]:
        return queries.grants_visible_to(staff_of(request))
