"""Directories of hospitals: which are offered on the sign-in page, and whether they work."""

from typing import Any, cast

from django import forms
from django.db.models import Q, QuerySet
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xinglin.console.access import StaffRequest
from xinglin.console.menu import Section
from xinglin.console.screens import (
    Action,
    Answers,
    ChoiceFilter,
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
from xinglin.patrons import queries, services
from xinglin.patrons.models import Directory
from xinglin.patrons.services.directories import CHANGE
from xinglin.patrons.sign_in.directories import WAYS, saml
from xinglin.patrons.sign_in.directories.ways import registered_address

Files = MultiValueDict[str, Any] | None


def _standing(directory: Directory) -> Chip:
    if not directory.active:
        return Chip(_("已停用"), Tone.QUIET)
    if directory.trouble:
        return Chip(_("有问题"), Tone.BAD)
    return Chip(_("正常"), Tone.GOOD) if directory.used_at else Chip(_("还没有人用过"), Tone.WAITING)


def certificates(directory: Directory) -> str:
    """Return until when each certificate is good."""
    return "；".join(
        _("%(whose)s，到 %(until)s") % {
            "whose": each.subject.rfc4514_string()[:80], "until": f"{each.not_valid_after_utc:%Y-%m-%d}"
        }
        for each in saml.certificates_of(directory.certificate)
    ) if directory.certificate else ""  # fmt: skip


def _asked(form: forms.Form) -> forms.Form:
    """Tell each field for which kinds it is; the page hides it for the others."""
    always = {"library", "kind", "name", "number_from"}
    for name, field in form.fields.items():
        if name not in always:
            kinds = [kind.value for kind, way in WAYS.items() if name in (*way.needs, *way.may_have)]
            field.widget.attrs["data-kinds"] = " ".join(kinds)
    return form


def _switch(active: bool) -> "Action[Directory]":
    def run(request: StaffRequest, directory: Directory, answers: Answers) -> str:
        services.switch_directory(directory=directory, active=active, by=staff_of(request))
        return _("已启用，登录页上有它的按钮。") if active else _("已停用。")

    return Action[Directory](
        "switch_on" if active else "switch_off",
        gettext_lazy("启用") if active else gettext_lazy("停用"),
        run=run,
        permission=CHANGE,
        icon="plug" if active else "plug-off",
        tone=Tone.ACTIVE if active else Tone.BAD,
        when=lambda directory: directory.active is not active,
    )


@screen
class Directories(ListScreen[Directory]):
    """The directories that readers of one's libraries may sign in with."""

    name = "patrons.directories"
    title = gettext_lazy("统一身份认证")
    section = Section.PATRONS
    icon = "login-2"
    order = 60
    permission = "patrons.view_directory"
    words = (
        "CAS",
        "OIDC",
        "SAML",
        "LDAP",
        gettext_lazy("企业微信"),
        gettext_lazy("钉钉"),
        gettext_lazy("单点登录"),
    )
    detail = "patrons.directory"
    create = "patrons.directory.new"
    create_title = gettext_lazy("接入认证")
    columns = (
        Column(gettext_lazy("按钮文字"), "name", sort="name", link=True),
        Column(gettext_lazy("馆"), "library.label", sort="library__code"),
        Column(gettext_lazy("种类"), "get_kind_display", sort="kind"),
        Column(gettext_lazy("最近使用"), "used_at", kind=Kind.MOMENT, sort="used_at", narrow=False),
        Column(gettext_lazy("状态"), _standing, kind=Kind.STATE),
    )
    tabs = ChoiceFilter("kind", gettext_lazy("种类"), choices=[(kind.value, kind.label) for kind in WAYS])
    filters = (FlagFilter("trouble", gettext_lazy("有问题的"), where=~Q(trouble="")),)
    search_fields = ("name", "address")
    search_hint = gettext_lazy("名称、地址")
    order_by = ("library__code",)
    empty = gettext_lazy(
        "还没有接入。医院有 CAS、OpenID Connect、SAML、LDAP、企业微信或钉钉的，接入后读者用工号登录。"
    )
    actions = (_switch(True), _switch(False))

    def rows(self, request: StaffRequest) -> QuerySet[Directory]:
        return queries.directories_visible_to(staff_of(request))


@screen
class DirectoryPage(DetailScreen[Directory]):
    """One directory, and the address to enter over there."""

    name = "patrons.directory"
    title = gettext_lazy("统一身份认证")
    listing = "patrons.directories"
    edit = "patrons.directory.edit"
    facts = (
        Facts(
            gettext_lazy("认证"),
            (
                Fact(gettext_lazy("馆"), "library.name"),
                Fact(gettext_lazy("种类"), "get_kind_display"),
                Fact(gettext_lazy("地址"), "address"),
                Fact(gettext_lazy("应用编号或查询账号"), "client_id"),
                Fact(gettext_lazy("密钥"), lambda row: _("已设置") if row.sealed_secret else ""),
                Fact(gettext_lazy("查找起点（Base DN）"), "search_base"),
                Fact(gettext_lazy("查找条件"), "search_filter"),
                Fact(gettext_lazy("对方的 EntityID"), "issuer"),
                Fact(gettext_lazy("证书"), certificates),
                Fact(gettext_lazy("工号字段"), "number_from"),
                Fact(gettext_lazy("在对方登记的地址（SAML 是我们的元数据）"), registered_address),
            ),
        ),
        Facts(
            gettext_lazy("情况"),
            (
                Fact(gettext_lazy("状态"), _standing, kind=Kind.STATE),
                Fact(gettext_lazy("最近使用"), "used_at", kind=Kind.MOMENT),
                Fact(gettext_lazy("最近的问题"), "trouble"),
                Fact(gettext_lazy("出问题时间"), "trouble_at", kind=Kind.MOMENT),
            ),
        ),
    )
    actions = (_switch(True), _switch(False))


class DirectoryForm(forms.Form):
    """What is said of a directory; the page shows the fields that the chosen kind has."""

    kind = forms.ChoiceField(label=gettext_lazy("种类"), choices=[(kind.value, kind.label) for kind in WAYS])
    name = forms.CharField(
        label=gettext_lazy("按钮文字"), max_length=40, help_text=gettext_lazy("例如：用附一院工号登录")
    )
    metadata = forms.CharField(
        label=gettext_lazy("对方的元数据（XML）"),
        max_length=200_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy(
            "SAML：粘贴身份提供者的元数据，地址、EntityID 和证书由此填好；没有的自己填下面三项"
        ),
    )
    address = forms.CharField(
        label=gettext_lazy("地址"),
        max_length=300,
        required=False,
        help_text=gettext_lazy(
            "CAS 的根地址，OpenID Connect 的发行者，SAML 的登录地址；LDAP 写 ldaps://主机:636 或 ldap://主机:389"
        ),
    )
    client_id = forms.CharField(
        label=gettext_lazy("应用编号或查询账号"),
        max_length=120,
        required=False,
        help_text=gettext_lazy(
            "OIDC 的 client_id，企业微信的 CorpID，钉钉的 AppKey；LDAP 是查询账号的 DN，不填为匿名查找"
        ),
    )
    agent_id = forms.CharField(label=gettext_lazy("企业微信 AgentId"), max_length=40, required=False)
    secret = forms.CharField(
        label=gettext_lazy("密钥"),
        max_length=300,
        required=False,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=gettext_lazy("应用的密钥，或查询账号的密码；加密保存，修改时不填则不变"),
    )
    search_base = forms.CharField(
        label=gettext_lazy("查找起点（Base DN）"),
        max_length=300,
        required=False,
        help_text=gettext_lazy("例如：ou=people,dc=hospital,dc=cn"),
    )
    search_filter = forms.CharField(
        label=gettext_lazy("查找条件"),
        max_length=300,
        required=False,
        help_text=gettext_lazy("不填为 (|(uid={name})(sAMAccountName={name}))；{name} 是读者输入的用户名"),
    )
    issuer = forms.CharField(label=gettext_lazy("对方的 EntityID"), max_length=300, required=False)
    certificate = forms.CharField(
        label=gettext_lazy("证书（PEM）"),
        max_length=40_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy(
            "SAML：对方的签名证书，可以有几张；LDAP：医院自己的根证书，公共机构发的不用填"
        ),
    )
    number_from = forms.CharField(
        label=gettext_lazy("工号字段"),
        max_length=60,
        required=False,
        help_text=gettext_lazy(
            "填了就只认这一个；不填用通常的字段（CAS user、OIDC employee_number、LDAP 和 SAML employeeNumber、"
            "企业微信 userid、钉钉 job_number）"
        ),
    )


class NewDirectoryForm(DirectoryForm):
    library = forms.ModelChoiceField(label=gettext_lazy("馆"), queryset=Library.objects.none())
    field_order = ("library",)


@screen
class NewDirectory(FormScreen[Directory]):
    """Connect a directory."""

    name = "patrons.directory.new"
    title = gettext_lazy("接入认证")
    listing = "patrons.directories"
    detail = "patrons.directory"
    permission = CHANGE
    form = NewDirectoryForm
    template_name = "patrons/directory_form.html"

    def make_form(
        self, request: StaffRequest, row: Directory | None, data: QueryDict | None, files: Files
    ) -> forms.Form:
        form = NewDirectoryForm(data, initial={"library": staff_of(request).library_id})
        field = cast("forms.ModelChoiceField[Library]", form.fields["library"])
        field.queryset = Library.objects.filter(pk__in=access.libraries_of(staff_of(request), CHANGE))
        return _asked(form)

    def save(self, request: StaffRequest, form: forms.Form, row: Directory | None) -> Directory:
        return services.set_directory(by=staff_of(request), **form.cleaned_data)


@screen
class EditDirectory(FormScreen[Directory]):
    """Change a directory."""

    name = "patrons.directory.edit"
    title = gettext_lazy("修改认证")
    listing = "patrons.directories"
    detail = "patrons.directory"
    permission = CHANGE
    form = DirectoryForm
    template_name = "patrons/directory_form.html"
    edits = True
    version_field = "version"

    def initial(self, request: StaffRequest, row: Directory | None) -> dict[str, object]:
        return {**super().initial(request, row), "secret": ""}

    def make_form(
        self, request: StaffRequest, row: Directory | None, data: QueryDict | None, files: Files
    ) -> forms.Form:
        return _asked(super().make_form(request, row, data, files))

    def save(self, request: StaffRequest, form: forms.Form, row: Directory | None) -> Directory:
        if row is None:
            raise LookupError("a directory is changed on its own page")
        return services.set_directory(
            library=row.library, directory=row, by=staff_of(request), **form.cleaned_data
        )
