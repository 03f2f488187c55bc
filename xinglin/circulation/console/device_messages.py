"""What self-check machines and gates said, and what is left for a person to do."""

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xinglin.circulation import queries, services
from xinglin.circulation.models import DeviceMessage
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
    FlagFilter,
    Kind,
    ListScreen,
    RelatedFilter,
    screen,
)
from xinglin.consortium.access import staff_of

CHANGE = "circulation.change_device"
VIEW = "circulation.view_device"


def words_of(line: str) -> list[tuple[str, str]]:
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
