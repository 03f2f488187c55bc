"""Scene codes: the list with its counts, making many at once, and a sheet to print."""

from typing import Any

import segno
from django import forms
from django.db.models import QuerySet
from django.forms import Form
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.datastructures import MultiValueDict
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from xinglin.commons.numbers import whole
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
    PageScreen,
    RelatedFilter,
    screen,
)
from xinglin.console.tones import Tone
from xinglin.consortium.access import libraries_of, staff_of
from xinglin.wechat import queries
from xinglin.wechat.models import Account, SceneCode, SceneKind
from xinglin.wechat.services import scenes as services

CHANGE = "wechat.change_scene"


def _way(code: SceneCode) -> str:
    if not code.active:
        return _("已停用")
    if not code.url:
        return _("生成中")
    return _("微信场景码") if code.is_of_the_platform else _("网页码")


def _retire(request: StaffRequest, code: SceneCode, answers: Answers) -> str:
    services.retire(code=code, by=staff_of(request))
    return _("已停用。")


def _sheet_of_one(request: StaffRequest, code: SceneCode, answers: Answers) -> HttpResponse:
    return redirect(f"{reverse('console:wechat.scenes.sheet')}?pick={code.pk}")


def _accounts(request: StaffRequest) -> QuerySet[Account]:
    return Account.objects.filter(library__in=libraries_of(staff_of(request), "wechat.view_scene"))


@screen
class Scenes(ListScreen[SceneCode]):
    """The codes of one's accounts."""

    name = "wechat.scenes"
    title = lazy("场景二维码")
    section = Section.WECHAT
    icon = "qrcode"
    order = 65
    permission = "wechat.view_scene"
    words = ("erweima", "changjing", lazy("海报"))
    create = "wechat.scene.new"
    create_title = lazy("新建二维码")
    columns = (
        Column(lazy("名称"), "name", sort="name"),
        Column(lazy("用途"), "get_kind_display", sort="kind"),
        Column(lazy("公众号"), "account.name", sort="account__name", narrow=False),
        Column(lazy("类型"), _way),
        Column(lazy("新关注"), "all_follows", kind=Kind.NUMBER, sort="all_follows"),
        Column(lazy("扫码"), "all_scans", kind=Kind.NUMBER, sort="all_scans"),
        Column(lazy("打开页面"), "all_opens", kind=Kind.NUMBER, sort="all_opens"),
        Column(lazy("到期"), "expires_at", kind=Kind.MOMENT, narrow=False),
        Column(lazy("说明"), "problem", narrow=False),
    )
    filters = (
        RelatedFilter(
            "account", lazy("公众号"), field="account",
            rows=_accounts,
        ),
        ChoiceFilter("kind", lazy("用途"), choices=SceneKind.choices),
    )  # fmt: skip
    search_fields = ("name", "hint")
    search_hint = lazy("名称、提示语")
    order_by = ("-created_at",)
    actions = (
        Action[SceneCode]("sheet", lazy("打印"), run=_sheet_of_one, icon="printer"),
        Action[SceneCode](
            "retire", lazy("停用"), run=_retire, icon="eye-off", tone=Tone.BAD, permission=CHANGE, many=True,
            confirm=lazy("停用后扫这个码的人会看到“已停用”。"), when=lambda code: code.active,
        ),
    )  # fmt: skip
    empty = lazy("还没有二维码。给书架、病区、海报各建一个，就能看到每个地方带来多少关注。")

    def rows(self, request: StaffRequest) -> QuerySet[SceneCode]:
        return queries.scenes_visible_to(staff_of(request))


class SceneForm(forms.Form):
    """Many codes of one kind at once: a name a line."""

    account = forms.ModelChoiceField(label=lazy("公众号"), queryset=Account.objects.none())
    kind = forms.ChoiceField(label=lazy("用途"), choices=SceneKind.choices)
    names = forms.CharField(
        label=lazy("名称"), widget=forms.Textarea(attrs={"rows": 5}), max_length=9000,
        help_text=lazy("每行一个，如“内科病区”；最多 200 行"),
    )  # fmt: skip
    hint = forms.CharField(
        label=lazy("提示语"),
        max_length=40,
        required=False,
        help_text=lazy("印在名称下面，如“扫码查书、续借”"),
    )
    path = forms.CharField(
        label=lazy("扫码后打开"),
        max_length=200,
        required=False,
        help_text=lazy("本馆页面，如 /m/search/；不填为问候语"),
    )
    days = forms.IntegerField(
        label=lazy("有效天数"), min_value=0, max_value=30, initial=0, help_text=lazy("0 为长期有效")
    )


@screen
class NewScenes(FormScreen[SceneCode]):
    """Make codes."""

    name = "wechat.scene.new"
    title = lazy("新建二维码")
    listing = "wechat.scenes"
    permission = CHANGE
    form = SceneForm
    hint = lazy("已认证服务号生成微信场景码；其他公众号生成打开本馆网页的码，同样能统计。")

    def make_form(
        self, request: StaffRequest, row: SceneCode | None, data: QueryDict | None,
        files: "MultiValueDict[str, Any] | None",
    ) -> Form:  # fmt: skip
        form = SceneForm(data)
        field = form.fields["account"]
        assert isinstance(field, forms.ModelChoiceField)  # noqa: S101 -- told to the type checker
        field.queryset = Account.objects.filter(
            library__in=libraries_of(staff_of(request), CHANGE), active=True
        )
        return form

    def save(self, request: StaffRequest, form: Form, row: SceneCode | None) -> SceneCode:
        given = form.cleaned_data
        file = services.SceneFile(SceneKind(given["kind"]), given["hint"], given["path"], given["days"])
        names = given["names"].splitlines()
        return services.add(account=given["account"], names=names, file=file, by=staff_of(request))[0]


@screen
class Sheet(PageScreen):
    """A page of codes as it comes out of the printer: eight on an A4 sheet."""

    name = "wechat.scenes.sheet"
    title = lazy("打印二维码")
    listing = "wechat.scenes"
    permission = "wechat.view_scene"
    template_name = "wechat/console/scene_sheet.html"

    def context(self, request: StaffRequest) -> dict[str, object]:
        rows = queries.scenes_visible_to(staff_of(request)).filter(active=True).exclude(url="")
        picked = [pk for each in request.GET.getlist("pick") if (pk := whole(each)) is not None]
        if picked:
            rows = rows.filter(pk__in=picked)
        if request.GET.get("kind") in SceneKind.values:
            rows = rows.filter(kind=request.GET["kind"])
        codes = [(code, picture(code.url)) for code in rows.order_by("name")[:200]]
        return {"codes": codes, "kinds": SceneKind.choices, "kind": request.GET.get("kind", "")}


def picture(text: str) -> SafeString:
    """Return a code as inline SVG, dark enough and with the quiet zone that readers want (ISO/IEC 18004)."""
    drawn = segno.make(text, error="m").svg_inline(
        scale=1, border=4, omitsize=True, dark="#000", light="#fff"
    )
    return mark_safe(drawn)  # noqa: S308 -- drawn by us from modules; the text itself is not in it
