"""Self-check machines and gates: what they are, and whether they live."""

from typing import Any, Protocol, cast

from django.conf import settings
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xinglin.circulation import queries, services
from xinglin.circulation.console.device_messages import words_of
from xinglin.circulation.models import Device, DeviceRight, DeviceSession
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


class _Asked(Protocol):
    """What ``queries.devices_visible_to`` tells of a machine besides its row."""

    connected: bool


def live_state(device: Device) -> Chip:
    """Tell whether a machine is there: by its open connection, never by a guess."""
    if not device.active:
        return Chip(_("已停用"), Tone.QUIET)
    if cast("_Asked", device).connected:
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
        return {"exchanges": [(each, words_of(each.request), words_of(each.answer)) for each in exchanges]}

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
