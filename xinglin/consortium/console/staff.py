"""Staff: the list, one member, the form, and the roles granted to them."""

from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xinglin.console.access import StaffRequest
from xinglin.console.menu import Section
from xinglin.console.screens import (
    Action,
    Answers,
    Column,
    DetailScreen,
    Fact,
    Facts,
    FlagFilter,
    FormScreen,
    Kind,
    ListScreen,
    Related,
    RelatedFilter,
    screen,
)
from xinglin.console.tones import Tone
from xinglin.consortium import access, queries, services
from xinglin.consortium.access import staff_of
from xinglin.consortium.models import Library, Staff
from xinglin.consortium.roles import ROLES


class StaffForm(forms.Form):
    """What is said of a member of staff."""

    name = forms.CharField(label=gettext_lazy("姓名"), max_length=60)
    title = forms.CharField(label=gettext_lazy("岗位"), max_length=60, required=False)
    phone = forms.CharField(label=gettext_lazy("电话"), max_length=40, required=False)
    medical_licence = forms.CharField(
        label=gettext_lazy("医师执业证号"),
        max_length=40,
        required=False,
        help_text=gettext_lazy("医学把关人必填"),
    )
    licence_valid_until = forms.DateField(
        label=gettext_lazy("执业证有效期至"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )


class NewStaffForm(StaffForm):
    """Someone who is to be appointed."""

    library = forms.ModelChoiceField(label=gettext_lazy("所属馆"), queryset=Library.objects.none())
    sign_in_name = forms.CharField(label=gettext_lazy("用户名"), max_length=100)
    password = forms.CharField(
        label=gettext_lazy("初始密码"),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=gettext_lazy("至少 8 位，不用常见的词"),
    )
    field_order = ("library", "name", "sign_in_name", "password")


class PasswordForm(forms.Form):
    password = forms.CharField(
        label=gettext_lazy("新密码"), widget=forms.PasswordInput(attrs={"autocomplete": "new-password"})
    )


class GrantForm(forms.Form):
    role = forms.ChoiceField(label=gettext_lazy("角色"))
    library = forms.ModelChoiceField(
        label=gettext_lazy("范围"),
        queryset=Library.objects.none(),
        required=False,
        empty_label=gettext_lazy("整个联盟"),
        help_text=gettext_lazy("该馆及其下级馆"),
    )


class ReasonForm(forms.Form):
    reason = forms.CharField(label=gettext_lazy("原因"), max_length=200, required=False)


def _grant_form(request: StaffRequest, staff: Staff, data: object, files: object) -> forms.Form:
    form = GrantForm(
        request.POST if request.method == "POST" else None, initial={"library": staff.library_id}
    )
    form.fields["role"] = forms.ChoiceField(
        label=gettext_lazy("角色"), choices=[(code, str(role.name)) for code, role in ROLES.items()]
    )
    form.fields["library"] = forms.ModelChoiceField(
        label=gettext_lazy("范围"),
        queryset=Library.objects.filter(
            pk__in=access.libraries_of(staff_of(request), "consortium.grant_role")
        ),
        required=False,
        empty_label=gettext_lazy("整个联盟"),
        help_text=gettext_lazy("该馆及其下级馆"),
    )
    return form


def _grant(request: StaffRequest, staff: Staff, answers: Answers) -> str:
    services.grant_role(staff=staff, role=answers["role"], library=answers["library"], by=staff_of(request))
    return _("已授予角色。")


def _retire(request: StaffRequest, staff: Staff, answers: Answers) -> str:
    services.retire_staff(staff=staff, reason=answers["reason"], by=staff_of(request))
    return _("已停用账号，角色全部收回。")


def _reinstate(request: StaffRequest, staff: Staff, answers: Answers) -> str:
    services.reinstate_staff(staff=staff, by=staff_of(request))
    return _("账号已恢复；角色需要重新授予。")


def _set_password(request: StaffRequest, staff: Staff, answers: Answers) -> str:
    services.set_staff_password(staff=staff, password=answers["password"], by=staff_of(request))
    return _("密码已更换。")


ACTIONS: tuple[Action[Staff], ...] = (
    Action(
        "grant",
        gettext_lazy("授予角色"),
        run=_grant,
        form=_grant_form,
        permission="consortium.grant_role",
        icon="shield-plus",
        when=lambda staff: staff.active,
    ),
    Action(
        "password",
        gettext_lazy("换密码"),
        run=_set_password,
        form=PasswordForm,
        permission="consortium.appoint_staff",
        icon="key",
    ),
    Action(
        "retire",
        gettext_lazy("停用账号"),
        run=_retire,
        form=ReasonForm,
        confirm=gettext_lazy("停用后不能登录，所有角色一并收回。"),
        permission="consortium.retire_staff",
        icon="user-off",
        tone=Tone.BAD,
        when=lambda staff: staff.active,
    ),
    Action(
        "reinstate",
        gettext_lazy("恢复账号"),
        run=_reinstate,
        permission="consortium.appoint_staff",
        icon="user-check",
        when=lambda staff: not staff.active,
    ),
)


@screen
class StaffList(ListScreen[Staff]):
    name = "consortium.staff"
    title = gettext_lazy("馆员")
    section = Section.CONSORTIUM
    icon = "id-badge"
    order = 30
    permission = "consortium.view_staff"
    words = (gettext_lazy("账号"), gettext_lazy("通讯员"))
    detail = "consortium.staff_member"
    create = "consortium.staff_member.new"
    create_title = gettext_lazy("聘任馆员")
    columns = (
        Column(gettext_lazy("姓名"), "name", sort="user__first_name", link=True),
        Column(gettext_lazy("用户名"), "user.username", sort="user__username"),
        Column(gettext_lazy("所属馆"), "library.label", sort="library__code"),
        Column(gettext_lazy("岗位"), "title", narrow=False),
        Column(
            gettext_lazy("角色"),
            lambda staff: "、".join(dict.fromkeys(grant.role_name for grant in staff.grants.all())),
            narrow=False,
        ),
        Column(gettext_lazy("在职"), "active", kind=Kind.FLAG),
    )
    filters = (
        RelatedFilter(
            "library",
            gettext_lazy("所属馆"),
            field="library",
            rows=lambda request: queries.libraries_visible_to(staff_of(request)),
        ),
        FlagFilter("left", gettext_lazy("已停用"), where=Q(active=False)),
    )
    search_fields = ("user__first_name", "user__username", "title")
    search_hint = gettext_lazy("姓名、用户名、岗位")
    order_by = ("library__code", "user__username")
    empty = gettext_lazy("还没有馆员。")

    def rows(self, request: StaffRequest) -> QuerySet[Staff]:
        return queries.staff_visible_to(staff_of(request)).prefetch_related("grants")


@screen
class StaffPage(DetailScreen[Staff]):
    name = "consortium.staff_member"
    title = gettext_lazy("馆员")
    listing = "consortium.staff"
    edit = "consortium.staff_member.edit"
    actions = ACTIONS
    facts = (
        Facts(
            gettext_lazy("基本资料"),
            (
                Fact(gettext_lazy("姓名"), "name"),
                Fact(gettext_lazy("用户名"), "user.username"),
                Fact(gettext_lazy("所属馆"), "library.name"),
                Fact(gettext_lazy("岗位"), "title"),
                Fact(gettext_lazy("电话"), "phone"),
                Fact(gettext_lazy("医师执业证号"), "medical_licence"),
                Fact(gettext_lazy("执业证有效期至"), "licence_valid_until", kind=Kind.DAY),
                Fact(gettext_lazy("在职"), "active", kind=Kind.FLAG),
            ),
        ),
    )

    def related(self, request: StaffRequest, row: Staff) -> list[Related[Any]]:
        return [
            Related(
                gettext_lazy("角色"),
                rows=queries.grants_visible_to(staff_of(request)).filter(staff=row),
                columns=(
                    Column(gettext_lazy("角色"), "role_name"),
                    Column(
                        gettext_lazy("范围"),
                        lambda grant: grant.library.name if grant.library else _("整个联盟"),
                    ),
                ),
                empty=gettext_lazy("还没有角色，登录后看不到任何内容。"),
            )
        ]


@screen
class NewStaff(FormScreen[Staff]):
    name = "consortium.staff_member.new"
    title = gettext_lazy("聘任馆员")
    listing = "consortium.staff"
    permission = "consortium.appoint_staff"
    detail = "consortium.staff_member"
    form = NewStaffForm

    def make_form(self, request: StaffRequest, row: Staff | None, data: object, files: object) -> forms.Form:
        form = NewStaffForm(request.POST if request.method == "POST" else None)
        open_to = access.libraries_of(staff_of(request), "consortium.appoint_staff")
        form.fields["library"] = forms.ModelChoiceField(
            label=gettext_lazy("所属馆"), queryset=Library.objects.filter(pk__in=open_to, active=True)
        )
        return form

    def save(self, request: StaffRequest, form: forms.Form, row: Staff | None) -> Staff:
        return services.appoint_staff(by=staff_of(request), **form.cleaned_data)


@screen
class EditStaff(FormScreen[Staff]):
    name = "consortium.staff_member.edit"
    title = gettext_lazy("修改馆员资料")
    listing = "consortium.staff"
    permission = "consortium.appoint_staff"
    detail = "consortium.staff_member"
    form = StaffForm
    edits = True

    def initial(self, request: StaffRequest, row: Staff | None) -> dict[str, object]:
        return {**super().initial(request, row), "name": row.user.first_name if row else ""}

    def save(self, request: StaffRequest, form: forms.Form, row: Staff | None) -> Staff:
        if row is None:
            raise TypeError("a form that edits has a row")
        return services.amend_staff(staff=row, by=staff_of(request), **form.cleaned_data)
