"""Channels and the look of a library's articles, in the console."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xinglin.console.access import StaffRequest
from xinglin.console.menu import Section
from xinglin.console.registry import screen
from xinglin.console.screens import ChoiceFilter, Column, FormScreen, Kind, ListScreen
from xinglin.console.tones import Chip, Tone
from xinglin.consortium import access
from xinglin.consortium.access import staff_of
from xinglin.consortium.models import Library
from xinglin.newsroom.models import Outlet, StyleKit
from xinglin.newsroom.publishing import outlets, queries
from xinglin.newsroom.publishing.lifecycle import OutletKind
from xinglin.newsroom.publishing.looks import Look
from xinglin.newsroom.publishing.platforms import RULES, Limit
from xinglin.wechat.models import Account

MOST_LIMIT = 100_000


def _libraries(request: StaffRequest) -> QuerySet[Library]:
    return Library.objects.filter(pk__in=access.libraries_of(staff_of(request), outlets.CHANGE))


class OutletForm(forms.Form):
    """A channel."""

    library = forms.ModelChoiceField(
        label=gettext_lazy("图书馆"), queryset=Library.objects.none(), empty_label=None
    )
    kind = forms.ChoiceField(label=gettext_lazy("平台"), choices=OutletKind.choices)
    name = forms.CharField(label=gettext_lazy("账号名称"), max_length=60)
    account = forms.ModelChoiceField(
        label=gettext_lazy("公众号"),
        queryset=Account.objects.none(),
        required=False,
        help_text=gettext_lazy("微信渠道选本馆接入的公众号；没有接入的不选，用人工发布"),
    )
    doctor = forms.CharField(
        label=gettext_lazy("个人账号的医生"),
        max_length=60,
        required=False,
        help_text=gettext_lazy("医生自己的账号写姓名，本馆的账号不填"),
    )
    doctor_agreed_on = forms.DateField(
        label=gettext_lazy("本人同意日期"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    keeps_one_send = forms.BooleanField(label=gettext_lazy("留一次群发给应急"), required=False, initial=True)
    active = forms.BooleanField(label=gettext_lazy("使用中"), required=False, initial=True)

    def __init__(self, request: StaffRequest, outlet: Outlet | None, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        mine = _libraries(request)
        self.fields["account"].queryset = Account.objects.filter(  # type: ignore[attr-defined]
            library__in=[outlet.library_id] if outlet else mine, active=True
        )
        if outlet is not None:
            del self.fields["library"], self.fields["kind"]
            if outlet.kind != OutletKind.WECHAT:
                del self.fields["account"], self.fields["keeps_one_send"]
            self._offer_limits(outlet)
        else:
            self.fields["library"].queryset = mine  # type: ignore[attr-defined]

    def _offer_limits(self, outlet: Outlet) -> None:
        """Let the office write down what it found on the platform, beside what comes with the system."""
        rules = RULES.get(outlet.kind)
        if rules is None:
            return
        for name in outlets.LIMITS:
            limit: Limit | None = getattr(rules, name.removeprefix("most_"))
            if limit is not None:
                self.fields[name] = forms.IntegerField(
                    label=_named(name),
                    required=False,
                    min_value=max(limit.least, 1),
                    max_value=MOST_LIMIT,
                    help_text=_("不填按 %(n)d（%(standing)s）")
                    % {"n": limit.most, "standing": limit.standing},
                )
        self.fields["form_checked_on"] = forms.DateField(
            label=_named("form_checked_on"),
            required=False,
            widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            help_text=_("到平台的发布页看过、和上面的数一致，就写看的日期；不一致的，把数改过来"),
        )


def _named(field: str) -> str:
    return str(getattr(Outlet._meta.get_field(field), "verbose_name", field))


def _whose(outlet: Outlet) -> Chip | str:
    if not outlet.active:
        return Chip(_("停用"), Tone.QUIET)
    return Chip(_("%(name)s 个人") % {"name": outlet.doctor}, Tone.ACTIVE) if outlet.doctor else ""


@screen
class Outlets(ListScreen[Outlet]):
    """The channels of one's libraries."""

    name = "newsroom.outlets"
    title = gettext_lazy("发布渠道")
    section = Section.NEWSROOM
    icon = "broadcast"
    order = 45
    permission = queries.VIEW
    words = (gettext_lazy("新媒体矩阵"), gettext_lazy("微博"), gettext_lazy("抖音"), "qudao")
    detail = "newsroom.outlet.edit"
    create = "newsroom.outlet.new"
    create_title = gettext_lazy("新增渠道")
    columns = (
        Column(gettext_lazy("账号名称"), "name", sort="name", link=True),
        Column(gettext_lazy("平台"), "get_kind_display", sort="kind"),
        Column(gettext_lazy("图书馆"), "library.label", sort="library__code"),
        Column(gettext_lazy("归属"), _whose),
        Column(
            gettext_lazy("怎样发布"),
            lambda outlet: "、".join(str(way.label) for way in outlets.ways_of(outlet)),
        ),
        Column(gettext_lazy("使用中"), "active", kind=Kind.FLAG),
    )
    filters = (ChoiceFilter("kind", gettext_lazy("平台"), choices=OutletKind.choices),)
    search_fields = ("name", "doctor")
    search_hint = gettext_lazy("账号名称、医生")
    order_by = ("library__code",)
    empty = gettext_lazy("还没有渠道。网页和订阅源（RSS）不用登记，发布了就有；公众号、微博等在这里登记。")

    def rows(self, request: StaffRequest) -> QuerySet[Outlet]:
        return queries.outlets_visible_to(staff_of(request))


class _OutletScreen(FormScreen[Outlet]):
    listing = "newsroom.outlets"
    permission = outlets.CHANGE

    def rows(self, request: StaffRequest) -> QuerySet[Outlet]:
        return queries.outlets_visible_to(staff_of(request)).filter(library__in=_libraries(request))

    def make_form(
        self,
        request: StaffRequest,
        row: Outlet | None,
        data: QueryDict | None,
        files: "MultiValueDict[str, Any] | None",
    ) -> forms.Form:
        return OutletForm(request, row, data, files, initial=self.initial(request, row))

    def initial(self, request: StaffRequest, row: Outlet | None) -> dict[str, object]:
        if row is None:
            return {"library": staff_of(request).library_id}
        names = (
            "name",
            "account",
            "doctor",
            "doctor_agreed_on",
            "keeps_one_send",
            "active",
            "form_checked_on",
        )
        return {name: getattr(row, name) for name in (*names, *outlets.LIMITS)}

    def save(self, request: StaffRequest, form: forms.Form, row: Outlet | None) -> Outlet:
        typed, by = dict(form.cleaned_data), staff_of(request)
        if row is None:
            library, kind = typed.pop("library"), OutletKind(typed.pop("kind"))
            file = outlets.OutletFile(**typed)
            return outlets.add_outlet(library=library, kind=kind, file=file, by=by)
        return outlets.amend_outlet(outlet=row, file=outlets.OutletFile(**typed), by=by)


@screen
class NewOutlet(_OutletScreen):
    name = "newsroom.outlet.new"
    title = gettext_lazy("新增渠道")


@screen
class EditOutlet(_OutletScreen):
    name = "newsroom.outlet.edit"
    title = gettext_lazy("修改渠道")
    edits = True


class StyleForm(forms.Form):
    """The look of a library's articles in WeChat."""

    library = forms.ModelChoiceField(
        label=gettext_lazy("图书馆"), queryset=Library.objects.none(), empty_label=None
    )
    accent = forms.CharField(
        label=gettext_lazy("主色"), max_length=7, widget=forms.TextInput(attrs={"type": "color"})
    )
    heading = forms.ChoiceField(
        label=gettext_lazy("小标题样式"), choices=StyleKit._meta.get_field("heading").choices or ()
    )
    size = forms.TypedChoiceField(
        label=gettext_lazy("正文字号"), coerce=int, choices=StyleKit._meta.get_field("size").choices or ()
    )
    lead = forms.CharField(label=gettext_lazy("文前一句"), max_length=100, required=False)
    foot = forms.CharField(label=gettext_lazy("文末一句"), max_length=200, required=False)


@screen
class Style(FormScreen[StyleKit]):
    """Set the look once; every article of the library then has it."""

    name = "newsroom.style"
    title = gettext_lazy("微信版式")
    section = Section.NEWSROOM
    icon = "palette"
    order = 60
    permission = outlets.CHANGE
    words = (gettext_lazy("模板"), gettext_lazy("排版"), "banshi")
    hint = gettext_lazy("通讯员只管写，版式由这里统一。没有设置的馆，用上级馆的。")
    form = StyleForm

    def rows(self, request: StaffRequest) -> QuerySet[StyleKit]:
        return StyleKit.objects.filter(library__in=_libraries(request))

    def initial(self, request: StaffRequest, row: StyleKit | None) -> dict[str, object]:
        library = staff_of(request).library
        look = outlets.look_of(library)
        return {"library": library.pk, **{name: getattr(look, name) for name in look.__dataclass_fields__}}

    def make_form(
        self,
        request: StaffRequest,
        row: StyleKit | None,
        data: QueryDict | None,
        files: "MultiValueDict[str, Any] | None",
    ) -> forms.Form:
        form = StyleForm(data, files, initial=self.initial(request, row))
        form.fields["library"].queryset = _libraries(request)  # type: ignore[attr-defined]
        return form

    def save(self, request: StaffRequest, form: forms.Form, row: StyleKit | None) -> HttpResponse:
        typed = dict(form.cleaned_data)
        library = typed.pop("library")
        outlets.set_style(library=library, look=Look(**typed), by=staff_of(request))
        return redirect("console:newsroom.outlets")
