"""Every message in and out, with what became of it."""

from django.db.models import QuerySet
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xinglin.console.access import StaffRequest
from xinglin.console.menu import Section
from xinglin.console.screens import (
    Action,
    Answers,
    ChoiceFilter,
    Column,
    DateFilter,
    Kind,
    ListScreen,
    RowScreen,
    screen,
)
from xinglin.console.tones import Tone, colour_states
from xinglin.consortium.access import staff_of
from xinglin.ill import queries
from xinglin.ill.models import Direction, IllMessage, MessageState
from xinglin.ill.services.sending import send_again

colour_states(
    IllMessage,
    {
        MessageState.TAKEN: Tone.GOOD,
        MessageState.SENT: Tone.GOOD,
        MessageState.QUEUED: Tone.WAITING,
        MessageState.REFUSED: Tone.BAD,
        MessageState.REJECTED: Tone.BAD,
        MessageState.FAILED: Tone.BAD,
    },
)
MESSAGE_COLUMNS: tuple[Column[IllMessage], ...] = (
    Column(gettext_lazy("时间"), "at", kind=Kind.MOMENT),
    Column(gettext_lazy("方向"), "get_direction_display"),
    Column(gettext_lazy("伙伴"), "partner.name"),
    Column(gettext_lazy("内容"), "said"),
    Column(gettext_lazy("结果"), "state", kind=Kind.STATE),
    Column(gettext_lazy("原因"), "error"),
)


def _again(request: StaffRequest, row: IllMessage, answers: Answers) -> str:
    send_again(message=row)
    return _("已重新排队发送。")


@screen
class Messages(ListScreen[IllMessage]):
    name = "ill.messages"
    title = gettext_lazy("互借消息")
    section = Section.SUPPLY
    icon = "mail"
    order = 70
    permission = queries.VIEW
    words = ("ISO 18626",)
    detail = "ill.message"
    columns = (
        Column(gettext_lazy("内容"), "said", link=True),
        *(column for column in MESSAGE_COLUMNS if column.value != "said"),
        Column(gettext_lazy("次数"), "attempts", kind=Kind.NUMBER, narrow=False),
    )
    tabs = ChoiceFilter("state", gettext_lazy("结果"), choices=MessageState.choices)
    filters = (
        ChoiceFilter("direction", gettext_lazy("方向"), choices=Direction.choices),
        DateFilter("at", gettext_lazy("日期"), field="at"),
    )
    search_fields = ("said", "partner__name", "error")
    search_hint = gettext_lazy("内容、伙伴、原因")
    order_by = ("-at",)
    empty = gettext_lazy("还没有消息。")
    actions = (
        Action(
            "again", gettext_lazy("重发"), run=_again, permission=queries.HANDLE, icon="refresh",
            when=lambda row: row.direction == Direction.OUT
            and row.state in (MessageState.QUEUED, MessageState.FAILED),
        ),
    )  # fmt: skip

    def rows(self, request: StaffRequest) -> QuerySet[IllMessage]:
        return queries.messages_visible_to(staff_of(request))


@screen
class MessagePage(RowScreen[IllMessage]):
    """The bytes of a message and of its confirmation, as text: for whoever looks into a quarrel of two systems."""

    name = "ill.message"
    title = gettext_lazy("互借消息")
    listing = "ill.messages"
    template_name = "ill/console/message.html"

    def context(self, request: StaffRequest, row: IllMessage) -> dict[str, object]:
        return {
            "xml": bytes(row.xml).decode("utf-8", "replace"),
            "answer": bytes(row.answer).decode("utf-8", "replace"),
        }

    def post(self, request: StaffRequest, row: IllMessage) -> HttpResponse:
        return HttpResponse(status=405)
