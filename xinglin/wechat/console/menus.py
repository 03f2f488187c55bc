"""The menu editor: a draft with the platform's limits, a phone to look at, publishing, and every former menu."""

from collections.abc import Iterator
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
from xinglin.console.screens import (
    Action,
    Answers,
    ChoiceFilter,
    Column,
    FormScreen,
    Kind,
    ListScreen,
    RelatedFilter,
    RowScreen,
    offered,
    screen,
)
from xinglin.console.tones import Tone, colour_states
from xinglin.consortium.access import staff_of
from xinglin.wechat import queries
from xinglin.wechat.capabilities import Capability
from xinglin.wechat.conversation import registry
from xinglin.wechat.jsonvalue import JsonObject, JsonValue, as_list, as_object, as_text
from xinglin.wechat.lifecycle import MENU_MOVES
from xinglin.wechat.menus import MOST_SUB, MOST_TOP, NEEDS, check
from xinglin.wechat.models import Account, Menu, MenuState
from xinglin.wechat.services import menus as services

TYPE_NAMES = [
    ("", lazy("（不用）")),
    ("click", lazy("回复消息")),
    ("view", lazy("打开网页")),
    ("miniprogram", lazy("打开小程序")),
    ("scancode_waitmsg", lazy("扫码并等待回复")),
    ("scancode_push", lazy("扫码直接打开")),
    ("pic_sysphoto", lazy("拍照发图")),
    ("pic_photo_or_album", lazy("拍照或相册发图")),
    ("pic_weixin", lazy("相册发图")),
    ("location_select", lazy("发送位置")),
    ("media_id", lazy("下发素材")),
    ("article_id", lazy("下发已发布的文章")),
    ("article_view_limited", lazy("打开已发布的文章")),
    ("view_limited", lazy("打开图文素材")),
]
colour_states(
    Menu, {MenuState.DRAFT: Tone.WAITING, MenuState.PUBLISHED: Tone.GOOD, MenuState.REPLACED: Tone.QUIET}
)


def _publish(request: StaffRequest, menu: Menu, answers: Answers) -> str:
    services.publish(menu=menu, by=staff_of(request))
    if menu.account.may(Capability.CUSTOM_MENU):
        return _("已发布。读者的手机会在五分钟内看到新菜单。")
    return _("这个公众号没有自定义菜单权限，已设为文字菜单：读者回复「菜单」即可看到。")


publish = Action[Menu](
    "publish",
    lazy("发布"),
    run=_publish,
    icon="send",
    confirm=lazy("发布后会替换现在的菜单；原来的菜单保存在历史版本里，随时可以换回。"),
    permission="wechat.change_menu",
    when=offered(MENU_MOVES, "publish"),
)


def _name(menu: Menu) -> str:
    return menu.name or " / ".join(as_text(as_object(each).get("name")) for each in as_list(menu.buttons))


@screen
class Menus(ListScreen[Menu]):
    name = "wechat.menus"
    title = lazy("自定义菜单")
    section = Section.WECHAT
    icon = "layout-bottombar"
    order = 30
    permission = "wechat.view_menu"
    words = (lazy("个性化菜单"), "caidan", "menu")
    detail = "wechat.menu"
    create = "wechat.menu.new"
    create_title = lazy("新建菜单")
    columns = (
        Column(lazy("菜单"), _name, link=True),
        Column(lazy("公众号"), "account.name"),
        Column(
            lazy("给谁看"),
            lambda menu: _("标签 %(tag)s") % {"tag": menu.tag_id} if menu.tag_id else _("所有读者"),
            narrow=False,
        ),
        Column(lazy("状态"), "state", kind=Kind.STATE),
        Column(lazy("发布时间"), "published_at", sort="published_at", kind=Kind.MOMENT, narrow=False),
        Column(lazy("创建人"), "created_by.name", narrow=False),
    )
    tabs = ChoiceFilter("state", lazy("状态"), field="state", choices=MenuState.choices)
    filters = (
        RelatedFilter(
            "account",
            lazy("公众号"),
            field="account",
            rows=lambda request: queries.accounts_visible_to(staff_of(request)),
        ),
    )
    order_by = ("-created_at",)
    empty = lazy("还没有菜单。新建一份，在手机预览里看好了再发布。")
    actions = (publish,)

    def rows(self, request: StaffRequest) -> QuerySet[Menu]:
        return queries.menus_visible_to(staff_of(request))


class StartMenu(forms.Form):
    """For which account, and for whom."""

    account = forms.ModelChoiceField(label=lazy("公众号"), queryset=Account.objects.none())
    name = forms.CharField(
        label=lazy("名称"), max_length=40, help_text=lazy("只给馆员看，例如「秋季学期」。")
    )
    tag_id = forms.IntegerField(
        label=lazy("只给这个标签的读者"),
        required=False,
        min_value=1,
        help_text=lazy("填微信标签的编号，就是个性化菜单；不填为所有读者。个性化菜单要先有默认菜单。"),
    )


@screen
class NewMenu(FormScreen[Menu]):
    name = "wechat.menu.new"
    title = lazy("新建菜单")
    permission = "wechat.change_menu"
    listing = "wechat.menus"
    detail = "wechat.menu"
    form = StartMenu
    button = lazy("下一步：编辑按钮")
    hint = lazy("从正在使用的菜单开始改；还没有菜单时从空白开始。")
    done = lazy("已建草稿，请编辑按钮。")

    def make_form(
        self,
        request: StaffRequest,
        row: Menu | None,
        data: QueryDict | None,
        files: "MultiValueDict[str, Any] | None",
    ) -> Form:
        form = StartMenu(data)
        field = form.fields["account"]
        assert isinstance(field, forms.ModelChoiceField)  # noqa: S101 -- declared so above
        field.queryset = queries.accounts_visible_to(staff_of(request))
        return form

    def save(self, request: StaffRequest, form: Form, row: Menu | None) -> Menu:
        account: Account = form.cleaned_data["account"]
        present = Menu.objects.filter(account=account, state=MenuState.PUBLISHED).order_by("tag_id").first()
        return services.draft(
            account=account,
            buttons=as_list(present.buttons) if present else [],
            by=staff_of(request),
            name=form.cleaned_data["name"],
            tag_id=form.cleaned_data["tag_id"],
        )


class ButtonForm(forms.Form):
    """One button: its name, what it does, and with what."""

    name = forms.CharField(
        required=False, max_length=60, widget=forms.TextInput(attrs={"placeholder": lazy("名称")})
    )
    type = forms.ChoiceField(required=False, choices=TYPE_NAMES)
    value = forms.CharField(
        required=False,
        max_length=1100,
        widget=forms.TextInput(attrs={"list": "targets", "placeholder": lazy("KEY、网址或编号")}),
    )

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        for name, field in self.fields.items():
            field.widget.attrs["class"] = "form-select" if name == "type" else "form-control"
            field.widget.attrs["aria-label"] = {"name": _("名称"), "type": _("动作"), "value": _("内容")}[
                name
            ]

    def button(self) -> JsonObject:
        """Return the button in the platform's shape; a mini program is three words in one field."""
        kind, value = self.cleaned_data["type"], self.cleaned_data["value"].strip()
        button: JsonObject = {"name": self.cleaned_data["name"].strip(), "type": kind}
        if kind == "miniprogram":
            appid, pagepath, url = [*value.split(), "", "", ""][:3]
            return button | {"appid": appid, "pagepath": pagepath, "url": url}
        return button | dict.fromkeys(NEEDS.get(kind, ()), value)


@screen
class MenuPage(RowScreen[Menu]):
    """The editor of a draft, or the look of a menu that was published."""

    name = "wechat.menu"
    title = lazy("菜单")
    listing = "wechat.menus"
    template_name = "wechat/console/menu.html"

    def heading(self, row: Menu) -> str:
        return _name(row) or _("新菜单")

    def context(self, request: StaffRequest, row: Menu) -> dict[str, object]:
        return self._shown(row, list(_forms(as_list(row.buttons))))

    def post(self, request: StaffRequest, row: Menu) -> HttpResponse:
        """Keep what was edited, and publish it where that button was pressed."""
        groups = list(_forms([], request.POST))
        valid = all(form.is_valid() for top, below in groups for form in (top, *below))
        try:
            if not valid:
                raise Refusal(_("有按钮填写不正确，请检查。"))
            kept = services.amend(menu=row, buttons=_buttons(groups), by=staff_of(request))
            if request.POST.get("deed") == "publish":
                messages.success(request, _publish(request, kept, {}))
            else:
                messages.success(request, _("草稿已保存。"))
        except Refusal as refusal:
            context = {"row": row, "title": self.heading(row), **self._shown(row, groups), "refusal": refusal}
            return self.page(request, context, status=refusal.status)
        return redirect(reverse("console:wechat.menu", args=[kept.pk]))

    def _shown(self, row: Menu, groups: "list[Group]") -> dict[str, object]:
        return {
            "groups": groups,
            "menu_buttons": as_list(row.buttons),
            "keys": sorted(registry.menu_keys.values(), key=lambda each: each.key),
            "may_have_menu": row.account.may(Capability.CUSTOM_MENU),
            "fault": _fault(row),
        }


Group = tuple[ButtonForm, list[ButtonForm]]


def _fault(menu: Menu) -> str:
    try:
        check(as_list(menu.buttons))
    except Refusal as refusal:
        return str(refusal)
    return ""


def _forms(buttons: list[JsonValue], data: QueryDict | None = None) -> Iterator[Group]:
    for top in range(MOST_TOP):
        button = as_object(buttons[top]) if top < len(buttons) else {}
        below = as_list(button.get("sub_button"))
        yield (
            ButtonForm(data, prefix=f"b{top}", initial=_initial(button)),
            [
                ButtonForm(
                    data,
                    prefix=f"b{top}s{sub}",
                    initial=_initial(as_object(below[sub]) if sub < len(below) else {}),
                )
                for sub in range(MOST_SUB)
            ],
        )


def _initial(button: JsonObject) -> dict[str, object]:
    kind = as_text(button.get("type"))
    parts = ("appid", "pagepath", "url") if kind == "miniprogram" else NEEDS.get(kind, ())
    values = [as_text(button.get(part)) for part in parts]
    return {"name": button.get("name", ""), "type": kind, "value": " ".join(values).strip()}


def _buttons(groups: "list[Group]") -> list[JsonValue]:
    made: list[JsonValue] = []
    for top, below in groups:
        button = top.button()
        subs: list[JsonValue] = [form.button() for form in below if form.cleaned_data["name"].strip()]
        if not button["name"] and not subs:
            continue
        made.append({"name": button["name"], "sub_button": subs} if subs else button)
    return made
