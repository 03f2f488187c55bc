"""Self-check machines and gates: what they are, whether they live, and what they said last."""

from typing import Any, cast

from django import forms
from django.conf import settings
from django.db.models import Q, QuerySet
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xinglin.circulation import queries, services
from xinglin.circulation.models import (
    Charset,
    ChecksumUse,
    Device,
    DeviceMessage,
    DeviceRight,
    DeviceSession,
    DueForm,
    Terminator,
)
from xinglin.circulation.sip2.conversation import code_name
from xinglin.circulation.sip2.layouts import FIELD_NAMES, PART_NAMES
from xinglin.circulation.sip2.wire import Unreadable, read
from xinglin.console.access import StaffRequest
from xinglin.console.menu import Section
from xinglin.console.screens import (
    Action,
    Answers,
    Column,
    DateFilter,
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
from xinglin.console.tones import Chip, Tone
from xinglin.consortium import access
from xinglin.consortium.access import staff_of
from xinglin.consortium.models import Library

CHANGE = "circulation.change_device"
VIEW = "circulation.view_device"
Files = MultiValueDict[str, Any] | None


def live_state(device: Device) -> Chip:
    """Tell whether a machine is there: by its open connection, never by a guess."""
    if not device.active:
        return Chip(_("已停用"), Tone.QUIET)
    if device.sessions.filter(closed_at=None).exists():
        return Chip(_("在线"), Tone.GOOD)
    return Chip(_("离线"), Tone.BAD) if device.last_seen_at else Chip(_("从未连接"), Tone.WAITING)


def _rights(device: Device) -> str:
    return "、".join(str(right.label) for right in DeviceRight if device.may(right)) or str(_("只查图书"))


def _switch(active: bool) -> "Action[Device]":
    def run(request: StaffRequest, device: Device, answers: Answers) -> str:
        services.switch_device(device=device, active=active, by=staff_of(request))
        return _("已启用。") if active else _("已停用，设备从下一条消息起被拒绝。")

    return Action[Device](
        "switch_on" if active else "switch_off",
        gettext_lazy("启用") if active else gettext_lazy("停用"),
        run=run,
        permission=CHANGE,
        icon="plug" if active else "plug-off",
        tone=Tone.ACTIVE if active else Tone.BAD,
        confirm="" if active else gettext_lazy("停用后，这台设备不能再办理。"),
        when=lambda device: device.active is not active,
    )


def _libraries(request: StaffRequest) -> QuerySet[Library]:
    return Library.objects.filter(pk__in=access.libraries_of(staff_of(request), VIEW))


@screen
class Devices(ListScreen[Device]):
    """The machines of one's libraries."""

    name = "circulation.devices"
    title = gettext_lazy("自助设备")
    section = Section.CIRCULATION
    icon = "device-desktop"
    order = 70
    permission = VIEW
    words = ("SIP2", gettext_lazy("自助借还机"), gettext_lazy("安全门"), "zizhu")
    detail = "circulation.device"
    create = "circulation.device.new"
    create_title = gettext_lazy("登记设备")
    columns = (
        Column(gettext_lazy("名称"), "name", sort="name", link=True),
        Column(gettext_lazy("所在馆"), "library.label", sort="library__code"),
        Column(gettext_lazy("位置"), "place", narrow=False),
        Column(gettext_lazy("可以办理"), _rights, narrow=False),
        Column(gettext_lazy("最近活动"), "last_seen_at", kind=Kind.MOMENT, sort="last_seen_at"),
        Column(gettext_lazy("状态"), live_state, kind=Kind.STATE),
    )
    filters = (
        RelatedFilter("library", gettext_lazy("所在馆"), field="library", rows=_libraries),
        FlagFilter("active", gettext_lazy("使用中"), where=Q(active=True)),
    )
    search_fields = ("name", "place", "login")
    search_hint = gettext_lazy("名称、位置、登录名")
    order_by = ("name",)
    empty = gettext_lazy("还没有自助设备。自助借还机和安全门用 SIP2 协议连到本系统，先在这里登记。")
    actions = (_switch(True), _switch(False))

    def rows(self, request: StaffRequest) -> QuerySet[Device]:
        return queries.devices_visible_to(staff_of(request))

    def badge(self, request: StaffRequest) -> int | None:
        return queries.device_messages_visible_to(staff_of(request)).filter(needs_person=True).count()


@screen
class DevicePage(DetailScreen[Device]):
    """One machine: its dialect, its connections, and the last words on both sides."""

    name = "circulation.device"
    title = gettext_lazy("自助设备")
    listing = "circulation.devices"
    edit = "circulation.device.edit"
    panel_template = "circulation/console/device.html"
    facts = (
        Facts(
            gettext_lazy("设备"),
            (
                Fact(gettext_lazy("所在馆"), "library.name"),
                Fact(gettext_lazy("位置"), "place"),
                Fact(gettext_lazy("状态"), live_state, kind=Kind.STATE),
                Fact(gettext_lazy("最近活动"), "last_seen_at", kind=Kind.MOMENT),
                Fact(gettext_lazy("可以办理"), _rights),
                Fact(gettext_lazy("读者须输密码"), "needs_password", kind=Kind.FLAG),
            ),
        ),
        Facts(
            gettext_lazy("连接"),
            (
                Fact(gettext_lazy("登录名"), "login"),
                Fact(gettext_lazy("网络地址段"), lambda device: "、".join(device.networks)),
                Fact(gettext_lazy("字符集"), "get_charset_display"),
                Fact(gettext_lazy("校验"), "get_checksum_display"),
                Fact(gettext_lazy("行尾"), "get_terminator_display"),
                Fact(gettext_lazy("应还日期写法"), "get_due_form_display"),
                Fact(
                    gettext_lazy("服务端口"),
                    lambda device: settings.SIP2_PORT or _("没有开启（XINGLIN_SIP2_PORT）"),
                ),
            ),
        ),
    )
    actions = (_switch(True), _switch(False))

    def context(self, request: StaffRequest, row: Device) -> dict[str, object]:
        exchanges = row.exchanges.order_by("-at", "-pk")[:20]
        return {"exchanges": [(each, *_decoded(row, each)) for each in exchanges]}

    def related(self, request: StaffRequest, row: Device) -> "list[Related[Any]]":
        return [
            Related(
                gettext_lazy("连接记录"),
                rows=row.sessions.order_by("-opened_at"),
                columns=(
                    Column[DeviceSession](gettext_lazy("来自"), "peer"),
                    Column[DeviceSession](gettext_lazy("连上"), "opened_at", kind=Kind.MOMENT),
                    Column[DeviceSession](gettext_lazy("最近消息"), "last_at", kind=Kind.MOMENT),
                    Column[DeviceSession](gettext_lazy("消息数"), "messages", kind=Kind.NUMBER),
                    Column[DeviceSession](gettext_lazy("断开"), "closed_at", kind=Kind.MOMENT),
                    Column[DeviceSession](gettext_lazy("断开原因"), "why_closed"),
                ),
                empty=gettext_lazy("还没有连接过。"),
            )
        ]


def _decoded(device: Device, exchange: DeviceMessage) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    return _facts_of(exchange.request), _facts_of(exchange.answer)


def _facts_of(line: str) -> list[tuple[str, str]]:
    """Return a line as pairs of words: what kept it from being read is no reason not to show it."""
    try:
        message = read(line.strip().encode())
    except Unreadable:
        return [(_("原文"), line.strip())]
    fixed = [(PART_NAMES.get(name, name), value) for name, value in message.fixed.items() if value.strip()]
    return [
        (_("消息"), code_name(line.strip())),
        *fixed,
        *((f"{name} {FIELD_NAMES.get(name, '')}".strip(), value) for name, value in message.fields if value),
    ]


class DeviceForm(forms.Form):
    """What is said of a machine."""

    name = forms.CharField(label=gettext_lazy("名称"), max_length=60)
    place = forms.CharField(label=gettext_lazy("位置"), max_length=60, required=False)
    login = forms.CharField(
        label=gettext_lazy("登录名"),
        max_length=60,
        required=False,
        help_text=gettext_lazy("设备用 93 消息登录时填写；不登录的设备必须限定网络地址段"),
    )
    password = forms.CharField(
        label=gettext_lazy("登录密码"),
        max_length=60,
        required=False,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=gettext_lazy("至少 8 位；修改时不填则不变"),
    )
    networks = forms.CharField(
        label=gettext_lazy("网络地址段"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("每行一段，例如 10.20.0.0/16 或 10.20.3.4"),
    )
    rights = forms.MultipleChoiceField(
        label=gettext_lazy("可以办理"),
        choices=DeviceRight.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("安全门什么也不用勾：查图书总是可以的"),
    )
    needs_password = forms.BooleanField(label=gettext_lazy("读者须输密码"), required=False)
    charset = forms.ChoiceField(label=gettext_lazy("字符集"), choices=Charset.choices)
    checksum = forms.ChoiceField(label=gettext_lazy("校验"), choices=ChecksumUse.choices)
    terminator = forms.ChoiceField(label=gettext_lazy("行尾"), choices=Terminator.choices)
    due_form = forms.ChoiceField(label=gettext_lazy("应还日期写法"), choices=DueForm.choices)

    def file(self) -> dict[str, Any]:
        """Return what was typed, as the deed takes it."""
        told = dict(self.cleaned_data)
        told["networks"] = [line.strip() for line in told["networks"].splitlines() if line.strip()]
        return told


class _DeviceForm(FormScreen[Device]):
    listing = "circulation.devices"
    detail = "circulation.device"
    permission = CHANGE


class NewDeviceForm(DeviceForm):
    """A machine and the library where it stands."""

    library = forms.ModelChoiceField(label=gettext_lazy("所在馆"), queryset=Library.objects.none())
    field_order = ("library",)


@screen
class NewDevice(_DeviceForm):
    """Enter a machine."""

    name = "circulation.device.new"
    title = gettext_lazy("登记设备")
    form = NewDeviceForm

    def make_form(
        self, request: StaffRequest, row: Device | None, data: QueryDict | None, files: Files
    ) -> forms.Form:
        form = NewDeviceForm(
            data,
            initial={
                "library": staff_of(request).library_id,
                "rights": [DeviceRight.LEND, DeviceRight.CHECK_IN, DeviceRight.RENEW, DeviceRight.PATRON],
            },
        )
        field = cast("forms.ModelChoiceField[Library]", form.fields["library"])
        field.queryset = Library.objects.filter(pk__in=access.libraries_of(staff_of(request), CHANGE))
        return form

    def save(self, request: StaffRequest, form: forms.Form, row: Device | None) -> Device:
        return services.add_device(by=staff_of(request), **cast(NewDeviceForm, form).file())


@screen
class EditDevice(_DeviceForm):
    """Change a machine's rights or dialect; it holds from its next line on."""

    name = "circulation.device.edit"
    title = gettext_lazy("修改设备")
    form = DeviceForm
    edits = True
    version_field = "version"

    def initial(self, request: StaffRequest, row: Device | None) -> dict[str, object]:
        started = super().initial(request, row)
        if row is not None:
            started |= {"networks": "\n".join(row.networks), "password": ""}
        return started

    def save(self, request: StaffRequest, form: forms.Form, row: Device | None) -> Device:
        if row is None:
            raise LookupError("a machine is changed on its own page")
        return services.amend_device(device=row, by=staff_of(request), **cast(DeviceForm, form).file())


def _settle(request: StaffRequest, message: DeviceMessage, answers: Answers) -> str:
    services.settle_device_message(message=message, by=staff_of(request))
    return _("已处理。")


@screen
class DeviceMessages(ListScreen[DeviceMessage]):
    """What the machines said, passwords starred."""

    name = "circulation.device_messages"
    title = gettext_lazy("设备消息")
    section = Section.CIRCULATION
    icon = "messages"
    order = 72
    permission = VIEW
    words = ("SIP2", gettext_lazy("自助设备日志"))
    columns = (
        Column(gettext_lazy("时间"), "at", kind=Kind.MOMENT, sort="at"),
        Column(gettext_lazy("设备"), "device.name", sort="device__name"),
        Column(gettext_lazy("消息"), lambda message: code_name(message.request)),
        Column(gettext_lazy("请求"), "request", narrow=False),
        Column(gettext_lazy("应答"), "answer", narrow=False),
        Column(gettext_lazy("未办理的原因"), "refused"),
    )
    filters = (
        RelatedFilter(
            "device",
            gettext_lazy("设备"),
            field="device",
            rows=lambda request: queries.devices_visible_to(staff_of(request)),
        ),
        DateFilter("at", gettext_lazy("日期"), field="at"),
        FlagFilter("refused", gettext_lazy("未办理的"), where=~Q(refused="")),
        FlagFilter("needs_person", gettext_lazy("待馆员处理"), where=Q(needs_person=True)),
    )
    search_fields = ("request", "refused")
    search_hint = gettext_lazy("条码、卡号、原因")
    order_by = ("-at",)
    empty = gettext_lazy("还没有消息。保留最近 30 天。")
    actions = (
        Action[DeviceMessage](
            "settle",
            gettext_lazy("已处理"),
            run=_settle,
            permission=CHANGE,
            icon="check",
            when=lambda message: message.needs_person,
            many=True,
        ),
    )

    def rows(self, request: StaffRequest) -> QuerySet[DeviceMessage]:
        return queries.device_messages_visible_to(staff_of(request))
