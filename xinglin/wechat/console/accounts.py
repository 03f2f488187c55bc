"""Accounts: the connection wizard, what the account may do, and the copy of what it had before us."""

from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import QuerySet
from django.forms import Form
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from xinglin.commons.errors import Refusal
from xinglin.console.access import StaffRequest
from xinglin.console.menu import Section
from xinglin.console.screens import Action, Answers, Column, FormScreen, Kind, ListScreen, RowScreen, screen
from xinglin.console.tones import Tone
from xinglin.consortium.access import libraries_of, staff_of
from xinglin.consortium.models import Library
from xinglin.wechat import by_hand, queries
from xinglin.wechat.capabilities import LABELS, PROBE_OK, PROBE_REFUSED, AccountKind, Capability
from xinglin.wechat.jsonvalue import as_object
from xinglin.wechat.models import Account, CallbackMode
from xinglin.wechat.services import accounts as services


def _retire(request: StaffRequest, account: Account, answers: Answers) -> str:
    services.retire(account=account, by=staff_of(request))
    return _("已停用，不再接收和发送消息；历史消息仍可查看。")


retire = Action[Account](
    "retire",
    lazy("停用"),
    run=_retire,
    icon="plug-off",
    tone=Tone.BAD,
    confirm=lazy("停用后，这个公众号的消息不再接收。请先在公众平台关闭服务器配置。"),
    permission="wechat.change_account",
    when=lambda account: account.active,
)


@screen
class Accounts(ListScreen[Account]):
    name = "wechat.accounts"
    title = lazy("公众号")
    section = Section.WECHAT
    icon = "brand-wechat"
    order = 60
    permission = "wechat.view_account"
    words = (lazy("服务号"), lazy("订阅号"), lazy("接入"), "gongzhonghao", "account")
    detail = "wechat.account"
    create = "wechat.account.new"
    create_title = lazy("接入公众号")
    columns = (
        Column(lazy("名称"), "name", sort="name", link=True),
        Column(lazy("类型"), "get_kind_display"),
        Column(lazy("所属馆"), "library.label", narrow=False),
        Column(lazy("接收消息"), "takes_callbacks", kind=Kind.FLAG, narrow=False),
        Column(lazy("探测时间"), "probed_at", kind=Kind.MOMENT, narrow=False),
        Column(lazy("使用中"), "active", kind=Kind.FLAG),
    )
    order_by = ("library", "name")
    empty = lazy("还没有接入公众号。点「接入公众号」，按步骤填写；个人订阅号也可以接入。")
    actions = (retire,)

    def rows(self, request: StaffRequest) -> QuerySet[Account]:
        return queries.accounts_visible_to(staff_of(request))


class AccountForm(forms.Form):
    """What is copied from the platform's pages. Secrets are never shown again: empty leaves them as they are."""

    library = forms.ModelChoiceField(label=lazy("所属馆"), queryset=Library.objects.none())
    name = forms.CharField(label=lazy("公众号名称"), max_length=60)
    kind = forms.ChoiceField(
        label=lazy("类型"), choices=AccountKind.choices,
        help_text=lazy("在公众平台“设置与开发 → 账号详情”里看；医院等事业单位认证的选“已认证”。接入后系统会实测一遍。"),
    )  # fmt: skip
    appid = forms.CharField(label="AppID", max_length=32)
    gh_id = forms.CharField(
        label=lazy("原始 ID"), max_length=40, required=False, help_text=lazy("以 gh_ 开头。")
    )
    secret = forms.CharField(
        label="AppSecret", max_length=64, required=False, widget=forms.PasswordInput,
        help_text=lazy("加密保存，不再显示；留空表示不改。"),
    )  # fmt: skip
    mode = forms.ChoiceField(
        label=lazy("消息加解密方式"), choices=CallbackMode.choices, initial=CallbackMode.SAFE
    )
    token = forms.CharField(
        label="Token", max_length=32, required=False, help_text=lazy("3 至 32 位字母或数字；留空由系统生成。")
    )
    aes_key = forms.CharField(
        label="EncodingAESKey", max_length=43, required=False, widget=forms.PasswordInput,
        help_text=lazy("43 位，在公众平台点“随机生成”后复制；换新后旧的仍会认一段时间。"),
    )  # fmt: skip
    takes_callbacks = forms.BooleanField(
        label=lazy("启用服务器配置，由本系统回复读者"), required=False, initial=True
    )
    api_base_url = forms.URLField(
        label=lazy("接口地址"),
        required=False,
        assume_scheme="https",
        help_text=lazy("一般不填；经代理访问时填代理地址。"),
    )

    def file(self) -> services.AccountFile:
        """Return what was entered, as the service takes it."""
        return services.AccountFile(
            **{name: value for name, value in self.cleaned_data.items() if name != "library"}
        )


class AccountScreen(FormScreen[Account]):
    """What the first and every later form share."""

    form = AccountForm
    listing = "wechat.accounts"
    detail = "wechat.account"


@screen
class NewAccount(AccountScreen):
    name = "wechat.account.new"
    title = lazy("接入公众号")
    permission = "wechat.add_account"
    button = lazy("下一步：核对影响")
    hint = lazy("第 1 步，共 3 步：从公众平台“设置与开发 → 基本配置”复制以下内容。现在填写不会影响公众号。")
    done = lazy("账号已登记。请按下面的步骤完成接入。")

    def make_form(
        self,
        request: StaffRequest,
        row: Account | None,
        data: QueryDict | None,
        files: "MultiValueDict[str, Any] | None",
    ) -> Form:
        form = AccountForm(data)
        field = form.fields["library"]
        assert isinstance(field, forms.ModelChoiceField)  # noqa: S101 -- declared so above
        field.queryset = Library.objects.filter(pk__in=libraries_of(staff_of(request), "wechat.add_account"))
        return form

    def save(self, request: StaffRequest, form: Form, row: Account | None) -> Account:
        assert isinstance(form, AccountForm)  # noqa: S101 -- made above
        return services.connect(library=form.cleaned_data["library"], file=form.file(), by=staff_of(request))


@screen
class EditAccount(AccountScreen):
    name = "wechat.account.edit"
    title = lazy("修改公众号")
    permission = "wechat.change_account"
    edits = True
    version_field = "version"

    def make_form(
        self,
        request: StaffRequest,
        row: Account | None,
        data: QueryDict | None,
        files: "MultiValueDict[str, Any] | None",
    ) -> Form:
        form = AccountForm(data, initial=self.initial(request, row))
        del form.fields["library"]
        return form

    def initial(self, request: StaffRequest, row: Account | None) -> dict[str, object]:
        names = ("name", "kind", "appid", "gh_id", "mode", "takes_callbacks", "api_base_url")
        return {name: getattr(row, name) for name in names} if row is not None else {}

    def save(self, request: StaffRequest, form: Form, row: Account | None) -> Account:
        assert row is not None and isinstance(form, AccountForm)  # noqa: S101 -- this screen edits
        return services.amend(account=row, file=form.file(), by=staff_of(request))


@screen
class AccountPage(RowScreen[Account]):
    """Steps two and three of the wizard, and afterwards the account's page: address, capabilities, the copy."""

    name = "wechat.account"
    title = lazy("公众号")
    listing = "wechat.accounts"
    template_name = "wechat/console/account.html"

    def context(self, request: StaffRequest, row: Account) -> dict[str, object]:
        may_change = row.library_id in libraries_of(staff_of(request), "wechat.change_account")
        has_heard = row.messages.exists()
        return {
            "capabilities": [_capability(row, each) for each in Capability],
            "is_kept": bool(row.kept_menu),
            "kept": by_hand.kept_in_words(as_object(row.kept_menu)),
            "pages": by_hand.addresses(),
            "own_menu": by_hand.menu_to_paste(),
            "texts": by_hand.texts_to_paste(row),
            "has_heard": has_heard,
            "step": 3 if has_heard else 2,
            "may_change": may_change,
            "token": row.token if may_change else "",
            "edit_url": reverse("console:wechat.account.edit", args=[row.pk]),
            "message_count": row.messages.count(),
        }

    def post(self, request: StaffRequest, row: Account) -> HttpResponse:
        """Probe the account, or keep a copy of its own menu; both call the platform."""
        if row.library_id not in libraries_of(staff_of(request), "wechat.change_account"):
            return HttpResponse(status=403)
        try:
            if request.POST.get("deed") == "probe":
                found = services.probe_account(account=row)
                count = list(found.values()).count(PROBE_OK)
                messages.success(
                    request,
                    _("已实测 %(total)d 项，%(count)d 项可用。") % {"total": len(found), "count": count},
                )
            elif request.POST.get("deed") == "keep":
                services.keep_own_menu(account=row)
                messages.success(request, _("已保存公众号现有的菜单与自动回复。"))
        except Refusal as refusal:
            messages.error(request, str(refusal))
        return redirect(request.path)


def _capability(account: Account, capability: Capability) -> dict[str, object]:
    found = account.probed.get(capability)
    note = {PROBE_OK: _("实测可用"), PROBE_REFUSED: _("实测无权限")}.get(found, "")
    return {"label": LABELS[capability], "tone": "good" if account.may(capability) else "quiet", "note": note}
