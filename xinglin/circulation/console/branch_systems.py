"""The systems that branches keep: how they are reached, and whether they answer."""

from typing import Any, cast

from django import forms
from django.db.models import Q, QuerySet
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xinglin.circulation import elsewhere, queries, services
from xinglin.circulation.models import BranchSystem, Charset, KnownBy, Terminator
from xinglin.circulation.services.branch_systems import CHANGE
from xinglin.commons.errors import Refusal
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
    screen,
)
from xinglin.console.tones import Chip, Tone
from xinglin.consortium import access
from xinglin.consortium.access import staff_of
from xinglin.consortium.models import Library

Files = MultiValueDict[str, Any] | None


def _standing(system: BranchSystem) -> Chip:
    if not system.active:
        return Chip(_("已停用"), Tone.QUIET)
    if system.trouble:
        return Chip(_("没有答复"), Tone.BAD)
    return Chip(_("正常"), Tone.GOOD) if system.answered_at else Chip(_("还没有问过"), Tone.WAITING)


def _try_out(request: StaffRequest, system: BranchSystem, answers: Answers) -> str:
    """Ask the other system for its status now, and keep how it went."""
    try:
        status = elsewhere.try_out(system)
    except Refusal as refusal:
        elsewhere.note_how_it_went(system, str(refusal))
        raise
    elsewhere.note_how_it_went(system, "")
    facts = {"name": status.first("AM") or status.first("AO"), "version": status.fixed.get("protocol", "")}
    return _("连接正常：%(name)s，SIP2 %(version)s。") % facts


def _switch(active: bool) -> "Action[BranchSystem]":
    def run(request: StaffRequest, system: BranchSystem, answers: Answers) -> str:
        services.switch_branch_system(system=system, active=active, by=staff_of(request))
        return _("已启用。") if active else _("已停用，读者不再看到这个系统里的借阅。")

    return Action[BranchSystem](
        "switch_on" if active else "switch_off",
        gettext_lazy("启用") if active else gettext_lazy("停用"),
        run=run,
        permission=CHANGE,
        icon="plug" if active else "plug-off",
        tone=Tone.ACTIVE if active else Tone.BAD,
        when=lambda system: system.active is not active,
    )


ACTIONS = (
    Action[BranchSystem](
        "try_out", gettext_lazy("测试连接"), run=_try_out, permission=CHANGE, icon="plug-connected"
    ),
    _switch(True),
    _switch(False),
)


@screen
class BranchSystems(ListScreen[BranchSystem]):
    """Which libraries keep a system of their own."""

    name = "circulation.branch_systems"
    title = gettext_lazy("分馆自有系统")
    section = Section.CIRCULATION
    icon = "plug-connected"
    order = 74
    permission = "circulation.view_branch_system"
    words = ("SIP2", gettext_lazy("汇文"), gettext_lazy("图创"), "Koha", "dp2")
    detail = "circulation.branch_system"
    create = "circulation.branch_system.set"
    create_title = gettext_lazy("连接系统")
    columns = (
        Column(gettext_lazy("馆"), "library.label", sort="library__code", link=True),
        Column(gettext_lazy("系统"), "product"),
        Column(gettext_lazy("地址"), lambda system: f"{system.host}:{system.port}", narrow=False),
        Column(gettext_lazy("最近答复"), "answered_at", kind=Kind.MOMENT, sort="answered_at"),
        Column(gettext_lazy("状态"), _standing, kind=Kind.STATE),
    )
    filters = (FlagFilter("trouble", gettext_lazy("没有答复的"), where=~Q(trouble="")),)
    search_fields = ("library__name", "product", "host")
    search_hint = gettext_lazy("图书馆、系统、地址")
    order_by = ("library__code",)
    empty = gettext_lazy(
        "各馆都用本系统。保留自己系统的分馆，在这里连上它的 SIP2 服务，读者就能看到那里的借阅。"
    )
    actions = ACTIONS

    def rows(self, request: StaffRequest) -> QuerySet[BranchSystem]:
        return queries.branch_systems_visible_to(staff_of(request))


@screen
class BranchSystemPage(DetailScreen[BranchSystem]):
    """One connection."""

    name = "circulation.branch_system"
    title = gettext_lazy("分馆自有系统")
    listing = "circulation.branch_systems"
    edit = "circulation.branch_system.edit"
    facts = (
        Facts(
            gettext_lazy("连接"),
            (
                Fact(gettext_lazy("馆"), "library.name"),
                Fact(gettext_lazy("系统"), "product"),
                Fact(gettext_lazy("地址"), lambda system: f"{system.host}:{system.port}"),
                Fact(gettext_lazy("登录名"), "login"),
                Fact(gettext_lazy("登录密码"), lambda system: _("已设置") if system.sealed_password else ""),
                Fact(gettext_lazy("馆代码（AO）"), "institution"),
                Fact(gettext_lazy("字符集"), "get_charset_display"),
                Fact(gettext_lazy("带校验"), "with_checksum", kind=Kind.FLAG),
                Fact(gettext_lazy("行尾"), "get_terminator_display"),
                Fact(gettext_lazy("读者以什么号码登记"), "get_known_by_display"),
                Fact(gettext_lazy("可以续借"), "may_renew", kind=Kind.FLAG),
            ),
        ),
        Facts(
            gettext_lazy("情况"),
            (
                Fact(gettext_lazy("状态"), _standing, kind=Kind.STATE),
                Fact(gettext_lazy("最近答复"), "answered_at", kind=Kind.MOMENT),
                Fact(gettext_lazy("最近的问题"), "trouble"),
                Fact(gettext_lazy("出问题时间"), "trouble_at", kind=Kind.MOMENT),
            ),
        ),
    )
    actions = ACTIONS


class ConnectionForm(forms.Form):
    """How a system is reached."""

    product = forms.CharField(
        label=gettext_lazy("系统"),
        max_length=60,
        required=False,
        help_text=gettext_lazy("例如 汇文、图创、Koha"),
    )
    host = forms.CharField(label=gettext_lazy("地址"), max_length=120)
    port = forms.IntegerField(label=gettext_lazy("端口"), min_value=1, max_value=65535, initial=6001)
    login = forms.CharField(label=gettext_lazy("登录名"), max_length=60, required=False)
    password = forms.CharField(
        label=gettext_lazy("登录密码"),
        max_length=60,
        required=False,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=gettext_lazy("加密保存；修改时不填则不变"),
    )
    terminal_password = forms.CharField(
        label=gettext_lazy("设备密码（AC）"),
        max_length=60,
        required=False,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    institution = forms.CharField(label=gettext_lazy("馆代码（AO）"), max_length=40, required=False)
    location = forms.CharField(label=gettext_lazy("位置（CP）"), max_length=40, required=False)
    charset = forms.ChoiceField(label=gettext_lazy("字符集"), choices=Charset.choices)
    with_checksum = forms.BooleanField(label=gettext_lazy("带校验"), required=False, initial=True)
    terminator = forms.ChoiceField(label=gettext_lazy("行尾"), choices=Terminator.choices)
    known_by = forms.ChoiceField(label=gettext_lazy("读者以什么号码登记"), choices=KnownBy.choices)
    may_renew = forms.BooleanField(label=gettext_lazy("读者可以在这里续借"), required=False, initial=True)


class NewConnectionForm(ConnectionForm):
    library = forms.ModelChoiceField(label=gettext_lazy("馆"), queryset=Library.objects.none())
    field_order = ("library",)


@screen
class ConnectSystem(FormScreen[BranchSystem]):
    """Connect the system of a library."""

    name = "circulation.branch_system.set"
    title = gettext_lazy("连接系统")
    listing = "circulation.branch_systems"
    detail = "circulation.branch_system"
    permission = CHANGE
    form = NewConnectionForm
    done = gettext_lazy("已保存。请点“测试连接”。")

    def make_form(
        self, request: StaffRequest, row: BranchSystem | None, data: QueryDict | None, files: Files
    ) -> forms.Form:
        form = NewConnectionForm(data, initial={"library": staff_of(request).library_id})
        field = cast("forms.ModelChoiceField[Library]", form.fields["library"])
        field.queryset = Library.objects.filter(pk__in=access.libraries_of(staff_of(request), CHANGE))
        return form

    def save(self, request: StaffRequest, form: forms.Form, row: BranchSystem | None) -> BranchSystem:
        return services.connect_branch_system(by=staff_of(request), **form.cleaned_data)


@screen
class EditConnection(FormScreen[BranchSystem]):
    """Change how a system is reached."""

    name = "circulation.branch_system.edit"
    title = gettext_lazy("修改连接")
    listing = "circulation.branch_systems"
    detail = "circulation.branch_system"
    permission = CHANGE
    form = ConnectionForm
    edits = True
    version_field = "version"

    def initial(self, request: StaffRequest, row: BranchSystem | None) -> dict[str, object]:
        return {**super().initial(request, row), "password": "", "terminal_password": ""}

    def save(self, request: StaffRequest, form: forms.Form, row: BranchSystem | None) -> BranchSystem:
        if row is None:
            raise LookupError("a connection is changed on its own page")
        return services.connect_branch_system(library=row.library, by=staff_of(request), **form.cleaned_data)
