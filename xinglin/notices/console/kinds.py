"""The kinds of notices: on or off, in whose words; and when readers are left in peace."""

from django import forms
from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

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
    FormScreen,
    Kind,
    ListScreen,
    PageScreen,
    screen,
)
from xinglin.console.tones import Chip, Tone
from xinglin.consortium import access
from xinglin.consortium.access import staff_of
from xinglin.notices import queries, services
from xinglin.notices.channels import every_channel, mail_is_set_up
from xinglin.notices.kinds import kind_of
from xinglin.notices.models import KindSetting

Files = MultiValueDict[str, object] | None


def _switch(active: bool) -> "Action[KindSetting]":
    def run(request: StaffRequest, setting: KindSetting, answers: Answers) -> str:
        services.switch_kind(kind=setting.kind, active=active, by=staff_of(request))
        return _("已启用。") if active else _("已停用，这种提醒只出现在读者的列表里。")

    return Action[KindSetting](
        "switch_on" if active else "switch_off",
        gettext_lazy("启用") if active else gettext_lazy("停用"),
        run=run,
        permission=queries.SETTINGS,
        icon="bell" if active else "bell-off",
        tone=Tone.ACTIVE if active else Tone.BAD,
        confirm="" if active else gettext_lazy("停用后不再主动发送，读者仍能在“我的提醒”里看到。"),
        when=lambda setting: setting.active is not active,
    )


def _topic(setting: KindSetting) -> str:
    return str(kind_of(setting.kind).topic.label)


def _standing(setting: KindSetting) -> Chip:
    return Chip(_("发送"), Tone.GOOD) if setting.active else Chip(_("已停用"), Tone.QUIET)


def _fields(setting: KindSetting) -> str:
    fields = kind_of(setting.kind).fields
    return "，".join(f"{field.words} ${{{field.name}}}" for field in fields)


@screen
class Kinds(ListScreen[KindSetting]):
    """What readers are told of at all."""

    name = "notices.kinds"
    title = gettext_lazy("提醒种类")
    section = Section.PATRONS
    icon = "bell-cog"
    order = 42
    permission = queries.VIEW
    words = (gettext_lazy("通知设置"), gettext_lazy("提醒文字"), "tixing")
    detail = "notices.kind"
    columns = (
        Column(gettext_lazy("种类"), "name", link=True),
        Column(gettext_lazy("主题"), _topic),
        Column(
            gettext_lazy("可等到早上"), lambda row: kind_of(row.kind).may_wait, kind=Kind.FLAG, narrow=False
        ),
        Column(gettext_lazy("自定文字"), lambda row: bool(row.wording), kind=Kind.FLAG, narrow=False),
        Column(gettext_lazy("状态"), _standing, kind=Kind.STATE),
    )
    order_by = ("kind",)
    empty = gettext_lazy("还没有任何业务声明提醒。")
    actions = (_switch(True), _switch(False))

    def rows(self, request: StaffRequest) -> QuerySet[KindSetting]:
        return queries.settings_visible_to(staff_of(request))


@screen
class KindPage(DetailScreen[KindSetting]):
    """One kind of notices."""

    name = "notices.kind"
    title = gettext_lazy("提醒种类")
    listing = "notices.kinds"
    edit = "notices.kind.words"
    facts = (
        Facts(
            gettext_lazy("种类"),
            (
                Fact(gettext_lazy("名称"), "name"),
                Fact(gettext_lazy("主题"), _topic),
                Fact(gettext_lazy("代码"), "kind"),
                Fact(gettext_lazy("可用的要素"), _fields),
                Fact(gettext_lazy("可等到早上"), lambda row: kind_of(row.kind).may_wait, kind=Kind.FLAG),
                Fact(gettext_lazy("状态"), _standing, kind=Kind.STATE),
                Fact(gettext_lazy("自定文字"), "wording"),
            ),
        ),
    )
    actions = (_switch(True), _switch(False))


class WordingForm(forms.Form):
    """The consortium's own words for a kind."""

    wording = forms.CharField(
        label=gettext_lazy("自定文字"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 5}),
    )


@screen
class WordKind(FormScreen[KindSetting]):
    """Give a kind of notices one's own words."""

    name = "notices.kind.words"
    title = gettext_lazy("自定文字")
    listing = "notices.kinds"
    detail = "notices.kind"
    permission = queries.SETTINGS
    form = WordingForm
    edits = True
    version_field = "version"
    hint = gettext_lazy("留空用系统的文字。${text} 是系统的整段文字，${reader} 是读者姓名。")

    def make_form(
        self, request: StaffRequest, row: KindSetting | None, data: QueryDict | None, files: Files
    ) -> forms.Form:
        form = WordingForm(data, initial=self.initial(request, row))
        if row is not None:
            known = "、".join(f"${{{name}}}" for name in kind_of(row.kind).placeholders)
            form.fields["wording"].help_text = _("可以用的要素：%(known)s") % {"known": known}
        return form

    def save(self, request: StaffRequest, form: forms.Form, row: KindSetting | None) -> KindSetting:
        if row is None:
            raise LookupError("a kind is worded on its own page")
        return services.word_kind(kind=row.kind, wording=form.cleaned_data["wording"], by=staff_of(request))


class QuietForm(forms.Form):
    """When readers are left in peace."""

    active = forms.BooleanField(label=gettext_lazy("启用免打扰时段"), required=False)
    begins = forms.TimeField(
        label=gettext_lazy("开始"), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    )
    ends = forms.TimeField(
        label=gettext_lazy("结束"), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    )


@screen
class Quiet(PageScreen):
    """Quiet hours, and which ways to readers are open at all."""

    name = "notices.quiet"
    title = gettext_lazy("免打扰与渠道")
    section = Section.PATRONS
    icon = "moon"
    order = 44
    permission = queries.VIEW
    words = (gettext_lazy("通知渠道"), gettext_lazy("邮件"), "miandarao")
    template_name = "notices/console/quiet.html"

    def context(self, request: StaffRequest) -> dict[str, object]:
        quiet = queries.quiet_hours()
        return {
            "form": QuietForm(initial={"active": quiet.active, "begins": quiet.begins, "ends": quiet.ends}),
            "quiet": quiet,
            "may_change": access.has_whole_consortium(staff_of(request), queries.SETTINGS),
            "ways": every_channel(),
            "mail": mail_is_set_up(),
        }

    def post(self, request: StaffRequest) -> HttpResponse:
        form = QuietForm(request.POST)
        status = 422
        if form.is_valid():
            try:
                services.set_quiet_hours(by=staff_of(request), **form.cleaned_data)
            except Refusal as refusal:
                form.add_error(None, str(refusal))
                status = refusal.status
            else:
                messages.success(request, _("已保存。"))
                return redirect("console:notices.quiet")
        return self.page(request, {**self.context(request), "form": form}, status=status)
